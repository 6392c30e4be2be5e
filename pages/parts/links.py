"""Links between pages, as values: which page, and what it is to show. Queries are made here only."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode

import streamlit as st

RUN_KEY = "run"
"""In the URL and in the session: the name of the run shown."""
JUDGEMENT_KEY = "judgement"
"""In the URL and in the session: the name of the judgement shown."""
JUDGED_RUN_KEY = "run of judgement"
"""In the session: the run whose judgement `JUDGEMENT_KEY` names."""

HOME = "pages/results/overview.py"
PAIRS = "pages/read/pairs.py"
CLUSTERS = "pages/explore/clusters.py"
ON_MAP_ICON = ":material/scatter_plot:"
"""The sign of links to the map."""
EVALUATE = "pages/evaluate/runs.py"
CALIBRATION = "pages/judge/calibration.py"
AUDIT = "pages/judge/audit.py"


_FOLLOWED = "link to follow"
"""In the session: the link that a click on a chart or a table asked for."""
_ARRIVING = "link arriving"
"""In the session: the URL path of the page that a link leads to, and the link, until that page is shown."""
_HERE = "page shown"
"""In the session: the URL path of the page that is shown."""
_KEPT = ("present",)
"""In the URL: what further widgets keep there whatever the page."""
_CLICKED = "followed"
"""The key of the container whose link the browser is to click."""
_CLICK = f"""<style>.st-key-{_CLICKED} {{ display: none; }}</style>
<script>/* TIME */ (function click(tries) {{
    const link = document.querySelector(".st-key-{_CLICKED} a")
    if (link) {{
        const left = location.href, url = new URL(left)
        new URLSearchParams("SHOWN").forEach((value, key) => url.searchParams.set(key, value))
        history.replaceState(history.state, "", url)
        link.click()
        history.replaceState(history.state, "", left)
    }} else if (tries) setTimeout(click, 20, tries - 1)
}})(500)</script>"""
"""The script waits for its link, which the browser may have yet to draw. A click takes run and judgement
along from the address: while it happens, the address names those of the link, else the page left would get
an entry with these."""


class Link(Protocol):
    """A page and what it is to show."""

    page_script: ClassVar[str]

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty."""
        ...


@dataclass(frozen=True, slots=True)
class _Filtered:
    """What a page shows pairs of. Run and judgement stay those that are shown, unless named."""

    run: str = ""
    judgement: str = ""
    category: tuple[str, ...] = ()
    issue_scale: tuple[str, ...] = ()
    article: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    """Values of `schema.Outcome`."""
    score: tuple[str, ...] = ()
    """Adjusted scores."""
    refusal: tuple[str, ...] = ()
    """Which side alone is refused, or both, or neither."""
    no_information: tuple[str, ...] = ()
    """Which side alone lacks information, or both, or neither."""
    value_preference: tuple[str, ...] = ()
    label: tuple[str, ...] = ()
    """What hand labels say of the verdict."""
    contradiction: tuple[str, ...] = ()
    """Rules by which verdicts contradict themselves."""
    versus: str = ""
    """Another run that holds the same pairs."""
    versus_judgement: str = ""
    """The judgement of that run; where left out, the one of the same name as that shown, or its usual one."""
    versus_outcome: tuple[str, ...] = ()
    """Outcomes of the pairs there."""
    flip: tuple[str, ...] = ()
    """In which of the two runs alone a pair is consistent: `here`, `there`."""
    id: str = ""
    """Pairs by id, joined by `|`."""
    text: str = ""
    """Words of description and questions, as a condition `text~` takes them."""
    map: str = ""
    """The text that a map of the pairs compares; where left out, their issues."""
    level: str = ""
    """The level of the map, counted from 1, the coarsest; where left out, its usual one."""
    fit: tuple[str, ...] = ()
    """Conditions of the pairs the map is fitted on, as `--where` takes them; where left out, all pairs."""
    q: str = ""
    """What to search for."""


@dataclass(frozen=True, slots=True)
class PairsLink(_Filtered):
    """The page of pairs with its filters."""

    page_script: ClassVar[str] = PAIRS

    group: tuple[str, ...] = ()
    """Groups of the map, by id."""
    area: tuple[str, ...] = ()
    """Areas of the map, as `clusters.areas.area_text` writes them."""
    sort: str = ""
    pair: str = ""
    """The pair to open."""

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty.

        >>> PairsLink(outcome=("failed", "pending"), q="tax").query()
        {'outcome': ('failed', 'pending'), 'q': 'tax'}
        """
        return query_of(self)


@dataclass(frozen=True, slots=True)
class ClustersLink(_Filtered):
    """The page of clusters: the map of the pairs, and what is picked out on it."""

    page_script: ClassVar[str] = CLUSTERS

    colour: str = ""
    """What colours say: `group`, `outcome`, `score`, `category`, `runs`."""
    show: str = ""
    """Which pairs are shown: `divergent`, `all`, or those that the filters leave, `filtered`."""
    group: str = ""
    """The group picked out, by id."""
    area: str = ""
    """The area picked out, as `clusters.areas.area_text` writes it."""
    near: str = ""
    """The pair picked out, with those nearest to it."""

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty.

        >>> ClustersLink(near="pair-7", level="2").query()
        {'level': '2', 'near': 'pair-7'}
        """
        return query_of(self)


@dataclass(frozen=True, slots=True)
class CalibrationLink:
    """The page on which judges are held against known answers."""

    page_script: ClassVar[str] = CALIBRATION

    judge: str = ""
    """Key of the judge's configuration to show first."""

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty."""
        return query_of(self)


@dataclass(frozen=True, slots=True)
class AuditLink:
    """The page on which verdicts are checked by hand."""

    page_script: ClassVar[str] = AUDIT

    run: str = ""
    judgement: str = ""
    draw: str = ""
    """The draw to work through, by id."""
    view: str = ""
    """`label`, `settle`, `result` or `exchange`."""

    def query(self) -> Mapping[str, str | tuple[str, ...]]:
        """Return the query parameters, without those that are empty.

        >>> AuditLink(draw="1f00c0de", view="result").query()
        {'draw': '1f00c0de', 'view': 'result'}
        """
        return query_of(self)


def query_of(link: Any) -> Mapping[str, str | tuple[str, ...]]:
    """Return the fields of a link that say something, by name."""
    values = {field.name: getattr(link, field.name) for field in fields(link)}
    return {name: value for name, value in values.items() if value}


def address_of(link: Link) -> str:
    """Return the whole address of a link, to be copied. It leads to the page that is shown."""
    return f"{st.context.url or ''}?{urlencode(link.query(), doseq=True)}"


def show_link(
    link: Link,
    label: str,
    *,
    icon: str | None = None,
    help: str | None = None,  # noqa: A002
    disabled: bool = False,
) -> None:
    """Show a link within the app; one to the page that is shown is a button, which alone changes the URL."""
    if _leads_to(link) == st.session_state.get(_HERE):
        st.button(
            label,
            icon=icon,
            help=help,
            disabled=disabled,
            type="tertiary",
            key=f"{label}: {urlencode(link.query(), doseq=True)}",
            on_click=follow,
            args=(link,),
        )
        return
    st.page_link(
        link.page_script, label=label, icon=icon, help=help, disabled=disabled, query_params=link.query()
    )


def follow(link: Link) -> None:
    """Have the app go to a link; for callbacks, in which a page cannot be left."""
    st.session_state[_FOLLOWED] = link


def go() -> None:
    """Have the app follow the link a callback asked for; a fragment calls this first, for it runs alone."""
    if _FOLLOWED in st.session_state:
        st.rerun()


def lead(here: str) -> None:
    """Go where a callback asked to, or arrive there; the app calls this before it shows anything.

    Run and judgement stay those that are shown, unless the link names others.

    Args:
        here: the URL path of the page that is about to be shown.
    """
    st.session_state[_HERE] = here
    arriving: tuple[str, Link] | None = st.session_state.pop(_ARRIVING, None)
    if arriving is not None and arriving[0] == here:
        _set_shown(arriving[1])
    link: Link | None = st.session_state.pop(_FOLLOWED, None)
    if link is None:
        return
    there = _leads_to(link)
    if there == here:
        _set_shown(link)
        _show_here(link)
    else:
        st.session_state[_ARRIVING] = (there, link)
        _click(link)


def _leads_to(link: Link) -> str:
    """Return the URL path of the page that a link leads to."""
    return PurePath(link.page_script).stem


def _click(link: Link) -> None:
    """Have the browser click a link that nobody sees.

    `st.switch_page` would leave entries in the browser's history that hold the page left with the query of
    the page arrived at; a link that is clicked leaves one entry, and one step back leads back. Of data the
    script holds the names of run and judgement alone, percent-encoded, so that they cannot end its text.
    """
    shown = {key: value for key, value in link.query().items() if key in (RUN_KEY, JUDGEMENT_KEY)}
    with st.container(key=_CLICKED):
        st.page_link(link.page_script, label="Go", query_params=_others(link))
        script = _CLICK.replace("TIME", str(time.monotonic_ns())).replace("SHOWN", urlencode(shown))
        st.html(script, unsafe_allow_javascript=True)


def _show_here(link: Link) -> None:
    """Put the query of a link into the URL, in one message, which makes one entry in the history."""
    bound = {RUN_KEY, JUDGEMENT_KEY, *_KEPT}
    query: dict[str, str | tuple[str, ...]] = {key: () for key in st.query_params if key not in bound}
    st.query_params.update(query | _others(link))


def _others(link: Link) -> dict[str, str | tuple[str, ...]]:
    """Return the query of a link without run and judgement: the widgets of the sidebar write these."""
    return {key: value for key, value in link.query().items() if key not in (RUN_KEY, JUDGEMENT_KEY)}


def _set_shown(link: Link) -> None:
    query = link.query()
    if run := query.get(RUN_KEY):
        st.session_state[RUN_KEY] = run
    if judgement := query.get(JUDGEMENT_KEY):
        st.session_state[JUDGEMENT_KEY] = judgement
        st.session_state[JUDGED_RUN_KEY] = run or st.session_state[RUN_KEY]
