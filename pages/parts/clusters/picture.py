"""The map on the page: drawn from what is in view, in the theme's ink, and listened to.

The figure itself is left to `valbench_core.charts`, what people do on it to `pointing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.chart import INK
from pages.parts.clusters import pointing
from pages.parts.clusters.choosing import SHOW_KEY
from pages.parts.clusters.lines import lines_near
from pages.parts.clusters.neighbours import nearest
from pages.parts.clusters.onward import reader_of
from pages.parts.clusters.part import keep_seen, part_for
from pages.parts.clusters.picked import AREA_KEY, pick
from pages.parts.clusters.view import View, ordinal_of
from pages.parts.links import follow, go
from valbench_core.charts import (
    Colouring,
    MapChart,
    MapLabel,
    PickedOut,
    by_name,
    by_outcome,
    by_run,
    by_score,
    map_of_pairs,
)
from valbench_core.clusters.areas import area_text, box_text, polygon_of
from valbench_core.maps import UNGROUPED
from valbench_core.maps.divergence import DIVERGING, DIVERGING_WORDS
from valbench_core.numbers import count, plural

if TYPE_CHECKING:
    import plotly.graph_objects as go_types
    from numpy.typing import NDArray

PAPER = "#000038"
"""The front end puts its theme's background in place of this."""
WIDTH = 456
"""Pixels of the map where the groups have room beside it."""
LABELS_TRIED = 30
"""Names of the largest groups for which room is looked for on the map."""

_TURNED = "map picked"
"""In the session: that something was picked out on the map, so that the whole page is to follow."""
_TOOLS = [
    ["zoom2d", "pan2d", "lasso2d", "select2d"],
    ["zoomIn2d", "zoomOut2d", "autoScale2d"],
    ["toImage"],
]
_SHARING = "sharing a colour"
_TITLES = {"divergent": "Divergent pairs", "all": "All pairs", "filtered": "Filtered pairs"}
_THINGS = {"divergent": "divergent pair", "all": "pair", "filtered": "filtered pair"}
_DISTANCES = (
    "Pairs close together on the picture mean much the same; how far apart others lie, and which way, says "
    "little. Groups are found in the meaning itself, not on the picture, so that some lie scattered."
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The map as it was drawn."""

    picture: MapChart
    ordinals: NDArray[np.intp]
    """For each row that it was drawn from, the pair of the run."""
    name: str
    """Another for each figure."""
    turn: int
    """Another whenever the browser is to give up the part that it shows."""


def show(view: View) -> Drawn:
    """Show the map, and return it as it was drawn."""
    _say_if_empty(view)
    drawn = draw(view)
    figure = drawn.picture.chart.figure
    dress(figure, INK, PAPER)
    figure.update_layout(uirevision=f"{view.stored.key}:{drawn.turn}", selectionrevision=drawn.name)
    with st.container(key=pointing.PLACE):
        st.plotly_chart(
            figure, key="map", width="stretch", config=_config(view.run), alt=drawn.picture.chart.title
        )
    _listen(view, drawn)
    return drawn


def explain(view: View, drawn: Drawn) -> None:
    """Say what can be done on the map, what it rests on, and what its distances mean."""
    if len(view.shown):
        st.caption(
            "Point at a mark to see its issue, click it to read the pair. The buttons above the map draw "
            "round pairs (lasso, box) and zoom; the camera saves it as SVG. Two clicks beside the marks show "
            "all of it again."
        )
    if any(_SHARING in (trace.name or "") for trace in drawn.picture.chart.figure.data):
        st.caption(
            "The largest have colours of their own, of equally large ones the first by place in the legend; "
            "all others share one."
        )
    _say_how_made(view)


def _config(run: data.Run) -> dict[str, Any]:
    return {
        "displaylogo": False,
        "displayModeBar": True,
        "modeBarButtons": _TOOLS,
        "doubleClick": "autosize",
        "toImageButtonOptions": {"format": "svg", "filename": f"map of {run.name}"},
    }


def draw(view: View) -> Drawn:
    """Draw what is in view."""
    ordinals = np.flatnonzero(view.places >= 0)
    places = view.places[ordinals]
    shown = np.zeros(view.run.pairs, dtype=bool)
    shown[view.shown] = True
    x, y = view.stored.positions[places].T
    ids = data.table(view.run)["pair_id"].to_numpy()[ordinals]
    points = pd.DataFrame({"pair": ids, "x": x, "y": y, "shown": shown[ordinals]})
    name = _name(view)
    drawing = part_for(view.stored.key, name, arrives=pointing.KEY not in st.session_state)
    picture = map_of_pairs(
        points,
        _colouring(view, ordinals, places),
        f"{_TITLES[view.show]} by meaning",
        _subtitle(view),
        labels=_labels(view, places, points),
        picked=_picked(view, ordinals, places, shown),
        view=(drawing.part.x, drawing.part.y) if drawing.part else None,
    )
    picture.chart.figure.update_layout(dragmode=drawing.mode)
    return Drawn(picture, ordinals, name, drawing.turn)


def dress(figure: go_types.Figure, ink: str, paper: str) -> None:
    """Give a map the colours of texts and background."""
    font = {"color": ink}
    figure.update_layout(font=font, title={"subtitle": {"font": font}}, legend={"font": font})
    halo = ", ".join(f"{x}px {y}px 2px {paper}" for x in (-1, 1) for y in (-1, 1))
    figure.update_annotations(font={"color": ink, "size": 12, "shadow": halo})
    figure.update_shapes(line={"color": ink})
    figure.update_traces(marker={"color": ink}, selector={"meta": "ring"})


def _name(view: View) -> str:
    """Return what tells a figure from others: a text made of all that it is drawn from."""
    runs = [(str(run.path), run.revision, run.judgement_name) for run in (view.run, view.versus) if run]
    what = (view.stored.key, view.level, view.colour, view.show, view.group, view.area, view.near, view.q)
    return sha256(repr((runs, what)).encode() + np.sort(view.shown).tobytes()).hexdigest()[:16]


def _subtitle(view: View) -> str:
    """Return whose map it is, which a saved picture says nowhere else, and how much of it is shown."""
    run = f"{view.run.name}{' (illustrative)' if view.run.illustrative else ''}"
    groups = view.on_level.groups
    ungrouped = sum(group.size for group in groups if group.id == UNGROUPED)
    number = sum(group.id != UNGROUPED for group in groups)
    pairs = f"{plural(len(view.shown), _THINGS[view.show])} of {count(len(view.stored))}"
    if view.versus and view.show == "divergent":
        pairs = f"{plural(len(view.shown), 'pair')} of {count(len(view.stored))} divergent in either run"
    return f"{run}\n{pairs}; {plural(number, 'group')}; {count(ungrouped)} of all pairs ungrouped"


def _colouring(view: View, ordinals: NDArray[np.intp], places: NDArray[np.intp]) -> Colouring:
    protocol = view.run.judgement.wording if view.run.judgement else None
    table = data.table(view.run)
    if view.colour == "runs" and view.versus:
        codes = data.divergences(view.run, view.versus).codes[ordinals]
        return by_run(codes, [DIVERGING_WORDS[kind] for kind in DIVERGING])
    if view.colour == "outcome":
        return by_outcome(table["outcome"].iloc[ordinals], protocol)
    if view.colour == "score":
        return by_score(table["adjusted"].iloc[ordinals], protocol)
    if view.colour == "category":
        # By size over the whole run, so that a category keeps its colour whatever is shown.
        categories = table["category"].fillna("(none)").astype(str)
        order = categories.value_counts().sort_index().sort_values(ascending=False, kind="stable").index
        kinds = order.get_indexer(pd.Index(categories.iloc[ordinals]))
        return by_name(kinds, list(order), None, f"categories {_SHARING}")
    level, names = view.on_level, view.names
    named = [names[group.id].text for group in level.groups]
    return by_name(level.codes[places], named, level.code_of(UNGROUPED), f"groups {_SHARING}")


def _labels(view: View, places: NDArray[np.intp], points: pd.DataFrame) -> list[MapLabel]:
    """Return the names of the largest groups that have pairs shown, each at the middle of its pairs."""
    level, names = view.on_level, view.names
    codes = level.codes[places]
    some_shown = np.bincount(codes[points["shown"]], minlength=len(level.groups)) > 0
    middles = points[["x", "y"]].groupby(codes).median()
    groups = [(code, group) for code, group in enumerate(level.groups) if some_shown[code]]
    groups.sort(key=lambda found: (found[1].id != view.group, -found[1].size))
    return [
        MapLabel(names[group.id].text, *map(float, middles.loc[code]))
        for code, group in groups
        if group.id != UNGROUPED
    ][:LABELS_TRIED]


def _picked(
    view: View, ordinals: NDArray[np.intp], places: NDArray[np.intp], shown: NDArray[np.bool_]
) -> PickedOut:
    """Return what is picked out, by row."""
    rows = np.full(view.run.pairs, -1)
    rows[ordinals] = np.arange(len(ordinals))
    code = view.on_level.code_of(view.group) if view.group else None
    found = matches(view)
    near = ordinal_of(view.run, view.near) if view.near else None
    return PickedOut(
        group=None if code is None else view.on_level.codes[places] == code,
        found=None if found is None else np.isin(ordinals, found) & shown[ordinals],
        near=None if near is None else int(rows[near]),
        neighbours=() if near is None else tuple(rows[nearest(view)].tolist()),
        area=polygon_of(view.area) if view.area else None,
    )


def matches(view: View) -> NDArray[Any] | None:
    """Return the pairs shown that a search on the map found; None where nothing is searched for.

    Filters narrow to what they search for: there all pairs shown match.
    """
    if not view.q or view.filters:
        return None
    found = data.found(view.run, view.q, None)
    return np.intersect1d(view.shown, found) if found is not None else None


# What people do on it


@st.fragment
def _listen(view: View, drawn: Drawn) -> None:
    """Listen to the map; a fragment, so that pointing at marks fetches their lines and nothing else."""
    go()
    if st.session_state.pop(_TURNED, False):
        st.rerun()
    asked = st.session_state.pop(f"pointed at {drawn.name}", None)
    lines = lines_near(view, drawn.picture.marks, drawn.ordinals, asked) if asked else {}

    def pointed(at: Any) -> None:
        if at["drawn"] == drawn.name:
            st.session_state[f"pointed at {drawn.name}"] = at

    def clicked(mark: Any) -> None:
        if mark["drawn"] != drawn.name or mark["curve"] >= len(drawn.picture.marks):
            return
        rows = drawn.picture.marks[mark["curve"]]
        if mark["mark"] < len(rows):
            follow(reader_of(view, _pair_id(view, drawn.ordinals[rows[mark["mark"]]])))

    def outlined(told: Any) -> None:
        x, y = told["x"], told["y"]
        pick(AREA_KEY, box_text(x, y) if told["box"] else area_text(list(zip(x, y, strict=True))))
        st.session_state[_TURNED] = True

    pointing.listen(drawn.name, lines, pointed=pointed, clicked=clicked, outlined=outlined, seen=keep_seen)


def _pair_id(view: View, ordinal: np.intp) -> str:
    return str(data.table(view.run)["pair_id"].iat[int(ordinal)])


# What is said of it


def _say_if_empty(view: View) -> None:
    """Say why no pair is shown, and offer to show all."""
    if len(view.shown):
        return
    everything = f"all {plural(len(view.stored), 'pair')} are on the map"
    st.info(f"{_why_empty(view)}; {everything}.", icon=":material/info:")
    st.button("Show all pairs", icon=":material/scatter_plot:", on_click=lambda: pick(SHOW_KEY, "all"))


def _why_empty(view: View) -> str:
    if view.show == "filtered":
        return "None of the pairs on the map meets these filters"
    if not data.whole(view.run).n.judged:
        return "No pair has a verdict yet, so that none is known to be divergent"
    if view.versus is None:
        return "None of the pairs on the map is divergent in this run under this judgement"
    kinds = data.divergences(view.run, view.versus).counts_by(view.places.clip(-1, 0), 1)[0]
    in_both = sum(number for kind, number in kinds.items() if kind)
    if not in_both:
        return f"No pair on the map is judged both in this run and in {view.versus.name}"
    judged = f"{plural(in_both, 'pair')} judged both in this run and in {view.versus.name}"
    return f"None of the {judged} is divergent in either"


def _say_how_made(view: View) -> None:
    """Say what was compared, how, and what distances mean."""
    made = view.stored
    sentences = [made.encoder.meaning, f"Groups: {made.grouping}.", f"Picture: {made.layout}.", *made.notes]
    if all(group.id == UNGROUPED for group in view.on_level.groups):
        sentences.append("No group was found here: all pairs are ungrouped.")
    st.caption(_DISTANCES)
    # Names of encoders may be folders: text, never Markdown.
    with st.expander("How this map was made"):
        st.text("\n".join(sentences), width="stretch")
