"""Sets a handout: one HTML file that asks for nothing, runs only its own two scripts, and reads without them.

Plotly's library travels packed inside the file; `boot.js` unpacks and runs it. The content policy names the
hashes of both, so that no other script can run, whatever texts of models say.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from valbench_core import __version__
from valbench_core.handout.contents import Block, Contents
from valbench_core.words import COVERAGE, ILLUSTRATIVE

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_FOLDER = "valbench_core.handout"


@dataclass(frozen=True, slots=True)
class _Library:
    """Plotly's library, ready to travel."""

    packed: str
    """Compressed, in base64."""
    hash: str
    """Of its text, as a content policy names it."""


def render(contents: Contents) -> str:
    """Return a handout as the text of an HTML file."""
    from markupsafe import Markup

    boot, library = _text("boot.js"), _library()
    return _template().render(
        c=contents,
        policy=content_policy((policy_hash(boot), library.hash)),
        # Our own files: everything else is escaped by the template.
        style=Markup(_text("handout.css")),
        boot=Markup(boot),
        library=Markup(library.packed),
        chart_json=_chart_json,
        version=__version__,
        coverage=COVERAGE,
        illustrative=ILLUSTRATIVE,
    )


def content_policy(script_hashes: tuple[str, ...]) -> str:
    """Return a policy under which a page loads nothing and runs only the scripts of these hashes.

    Styles stand in the file; Plotly sets more on its elements, which no list of hashes could foresee.
    """
    scripts = " ".join(f"'{one}'" for one in script_hashes)
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def policy_hash(script: str) -> str:
    """Return the hash of a script as a content policy names it.

    >>> policy_hash("")
    'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    """
    return f"sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


@cache
def _library() -> _Library:
    from plotly.offline import get_plotlyjs

    script = get_plotlyjs()
    # Without a time in it: the same run makes the same file.
    packed = gzip.compress(script.encode(), 9, mtime=0)
    return _Library(b64encode(packed).decode(), policy_hash(script))


def _chart_json(block: Block) -> Markup:
    """Return a chart as JSON that stays within its script element, whatever its labels say."""
    from markupsafe import Markup

    figure: dict[str, Any] = json.loads(block.chart.figure.to_json())
    # The handout's own style gives ink and background, for light and dark and for paper.
    figure["layout"].pop("template", None)
    text = json.dumps({"data": figure["data"], "layout": figure["layout"]}, ensure_ascii=True)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader(_FOLDER, "template")
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("handout.html")


def _text(name: str) -> str:
    return (resources.files(_FOLDER) / "template" / name).read_text("utf-8")
