"""The house stays as it was drawn: who may know whom, what each room offers, and what README must name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from valbench_core.cli import app

ROOT = Path(__file__).parents[1]
CORE = ROOT / "valbench_core"
README = (ROOT / "README.md").read_text()

GROUND = {"errors", "schema", "settings", "numbers"}
FIGURES = {"errors", "schema", "numbers"}
STORY = GROUND | {"pairs", "inference", "judging", "runs"}

MAY_KNOW: dict[str, set[str]] = {
    "errors": set(),
    "schema": set(),
    "numbers": set(),
    "settings": {"errors"},
    "hub": set(),
    "pairs": GROUND | {"hub"},
    "embedding": GROUND | {"hub"},
    "evidence": FIGURES | {"embedding"},
    "clusters": FIGURES,
    "maps": STORY | {"embedding", "clusters", "analysis", "listing", "background"},
    "inference": GROUND,
    "judging": GROUND | {"inference"},
    "runs": GROUND | {"pairs", "judging", "analysis"},
    "audit": STORY | {"analysis", "listing"},
    "calibration": STORY | {"plan", "evaluate", "analysis"},
    "plan": STORY,
    "evaluate": STORY | {"plan"},
    "forecast": STORY | {"plan"},
    "background": GROUND | {"runs"},
    "words": {"errors", "schema", "numbers"},
    "handout": STORY | {"analysis", "charts", "about", "listing", "words"},
    "demo": STORY | {"plan", "evaluate", "audit"},
    "analysis": FIGURES,
    "paper": FIGURES,
    "charts": FIGURES | {"analysis", "paper", "words"},
    "listing": FIGURES | {"pairs", "analysis"},
    "about": STORY | {"plan"},
    "serve": GROUND | {"runs"},
    "cli": STORY
    | {"analysis", "handout", "plan", "evaluate", "background", "demo", "serve", "embedding", "maps"}
    | {"audit", "calibration", "words"},
}
"""The rooms, and which others each may import."""

ROOMS = (
    "pairs",
    "inference",
    "judging",
    "runs",
    "analysis",
    "listing",
    "charts",
    "handout",
    "embedding",
    "clusters",
    "maps",
    "audit",
    "calibration",
    "cli",
)
"""The rooms of several files, whose `__init__` says what they offer."""


def sources(folder: Path) -> list[Path]:
    return [folder] if folder.suffix else sorted(folder.rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, by its full name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_known(room: str) -> set[str]:
    found = CORE / room
    names = {
        name for path in sources(found if found.is_dir() else CORE / f"{room}.py") for name in imported(path)
    }
    inner = {name.split(".")[1] for name in names if name.startswith("valbench_core.")}
    return inner & MAY_KNOW.keys() - {room}


def test_every_room_has_its_place():
    rooms = {path.stem for path in CORE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {name for name in rooms if not name.startswith("_")} == MAY_KNOW.keys()


@pytest.mark.parametrize("room", MAY_KNOW)
def test_a_room_knows_only_those_it_may(room):
    assert rooms_known(room) <= MAY_KNOW[room]


def test_only_serve_knows_streamlit():
    knowing = [
        path.name
        for path in sources(CORE)
        if any(name.split(".")[0] == "streamlit" for name in imported(path))
    ]
    assert knowing == ["serve.py"]


def test_figures_know_no_disk_network_or_client():
    outside = {
        "pathlib",
        "os",
        "sqlite3",
        "socket",
        "http",
        "urllib",
        "httpx",
        "openai",
        "aiohttp",
        "pyarrow",
    }
    for room in ("analysis", "charts"):
        for path in sources(CORE / room):
            assert {name.split(".")[0] for name in imported(path)} & outside == set(), path


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_lists_all_it_offers_and_offers_all_it_lists(room):
    name = f"valbench_core.{room}"
    module = import_module(name)
    offered = {
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and not isinstance(value, ModuleType)
        if getattr(value, "__module__", name).startswith(name)
    }
    assert offered <= set(module.__all__)
    assert [key for key in module.__all__ if not hasattr(module, key)] == []
    assert len(module.__all__) == len(set(module.__all__))


def test_pages_know_shared_parts_but_no_other_page():
    for path in sources(ROOT / "pages"):
        pages = {name for name in imported(path) if re.match(r"pages\.(?!parts\b)", name)}
        assert pages == set(), path


def test_only_the_data_of_pages_is_cached():
    caching = [
        path for path in sources(ROOT / "pages") if re.search(r"\bcache_(data|resource)\b", path.read_text())
    ]
    assert {path.parent.relative_to(ROOT).as_posix() for path in caching} == {"pages/parts/data"}
    assert "st.cache_" not in (ROOT / "app.py").read_text()


def commands() -> list[str]:
    inner = [name for name in app if not name.startswith("-")]
    of_cache = [f"cache {name}" for name in app["cache"] if not name.startswith("-")]
    return sorted({*inner, *of_cache} - {"cache"})


@pytest.mark.parametrize("command", commands())
def test_every_command_is_named_in_readme(command):
    assert re.search(rf"valbench {command}\b", README)


def variables() -> list[str]:
    """Every text in the code that reads like the name of an environment variable."""
    texts = (
        node.value
        for folder in (CORE, ROOT / "pages")
        for path in sources(folder)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    named = re.compile(r"(AWS|HF|OPENAI|VALBENCH)(_[A-Z]+)+|[A-Z]+_API_KEY")
    return sorted({text for text in texts if named.fullmatch(text)})


@pytest.mark.parametrize("variable", variables())
def test_every_environment_variable_is_named_in_readme(variable):
    assert variable in README
