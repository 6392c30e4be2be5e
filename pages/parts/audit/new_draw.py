"""Making a draw: of which runs and judgements, how pairs are drawn, and which pairs may be."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import data
from valbench_core.audit.draw import Sampling
from valbench_core.errors import ValBenchError
from valbench_core.numbers import count, plural
from valbench_core.pairs import Condition
from valbench_core.schema import ISSUE_SCALES

_MADE = "draw made"
_REFUSED = "draw refused"
_SAMPLINGS: dict[Sampling, str] = {
    "uniform": "Every pair equally likely",
    "doubt": "Half by signs of doubt",
}
_CAPTIONS = (
    "Whatever you have labelled when you stop is a plain random sample.",
    "More labels go where the judge may be wrong; this is weighed in, so the result holds wherever you stop.",
)


def show_new_draw(run: data.Run, *, first: bool) -> None:
    """Let people make a draw.

    Args:
        run: the run shown, which stands first in the choice.
        first: whether it would be the run's first draw.
    """
    _show_made()
    folded = st.expander(
        "Make a new draw", icon=":material/add:", expanded=first, key="new draw", on_change="rerun"
    )
    if folded.open:
        with folded:
            _show_form(run)


def _show_form(run: data.Run) -> None:
    runs = _choose_runs(run)
    sampling = _choose_sampling(runs)
    where = _choose_where(run)
    shuffle = st.checkbox(
        "Show the two sides in random order",
        value=True,
        key="draw shuffle",
        help="Keeps a habit of preferring the answer read first from leaning to one side. Labels are kept "
        "by side all the same.",
    )
    with st.expander("Seed of the order"):
        seed = st.number_input("Seed", min_value=0, value=0, step=1, key="draw seed")
        st.caption("Draws of the same runs with the same seed come in the same order.")
    chosen = [(one.name, one.judgement_name) for one in runs]
    st.button(
        "Make this draw",
        type="primary",
        icon=":material/add:",
        key="draw make",
        disabled=not chosen,
        on_click=_make,
        args=(chosen, sampling, where, int(seed), shuffle),
    )
    if refused := st.session_state.get(_REFUSED):
        st.error("This draw cannot be made.", icon=":material/error:")
        st.text(refused, width="stretch")


def _choose_runs(run: data.Run) -> list[data.Run]:
    names = [run.name, *(name for name in data.names() if name != run.name)]
    chosen = st.multiselect(
        "Runs whose pairs are labelled",
        names,
        default=[run.name],
        key=f"draw runs:{run.name}",
        select_all=False,
        help="You do not see which of several runs a pair is from. Each label goes into its run's file.",
    )
    return [found for name in chosen if (found := _under_judgement(run, name)) is not None]


def _under_judgement(run: data.Run, name: str) -> data.Run | None:
    """Return a run under the judgement that is chosen for it."""
    try:
        found = run if name == run.name else data.find(name)
        if len(found.judgements) < 2:
            return found
        names = [judgement.name for judgement in found.judgements]
        usual = names.index(found.judgement_name) if found.judgement_name in names else 0
        judgement = st.selectbox(
            f"Judgement to check of {name}",
            names,
            index=usual,
            key=f"draw judgement:{name}:{found.judgement_name}",
        )
        return data.find(name, judgement)
    except ValBenchError as error:
        st.warning("A run cannot be drawn from.", icon=":material/link_off:")
        st.text(str(error), width="stretch")
        return None


def _choose_sampling(runs: Sequence[data.Run]) -> Sampling:
    chosen: Sampling = st.radio(
        "How pairs are drawn",
        list(_SAMPLINGS),
        format_func=_SAMPLINGS.__getitem__,
        captions=_CAPTIONS,
        key="draw sampling",
    )
    if chosen == "doubt":
        st.caption(_signs(sum(data.doubtful(run) for run in runs)))
    return chosen


def _signs(found: int) -> str:
    """Say how many pairs show a sign of doubt, and what such signs are."""
    if not found:
        return (
            "No verdict shows a sign of doubt, so all pairs would be alike. Judging again in the other "
            "order, or by another judge, would show some."
        )
    return (
        f"Signs of doubt are there on {plural(found, 'pair')}: judged otherwise in the other order or by "
        "another judge, or a verdict that contradicts itself."
    )


def _choose_where(run: data.Run) -> list[Condition]:
    """Let people restrict the draw by what is known before any answer."""
    left, right = st.columns(2)
    categories = left.multiselect(
        "Only these categories",
        data.choices_of(run, "category"),
        key=f"draw category:{run.name}",
        placeholder="All",
    )
    scales = right.multiselect(
        "Only these issue scales",
        data.choices_of(run, "issue_scale"),
        format_func=lambda scale: f"{scale}: {ISSUE_SCALES.get(int(scale), 'unknown')}",
        key=f"draw issue_scale:{run.name}",
        placeholder="All",
    )
    chosen = {"category": tuple(categories), "issue_scale": tuple(scales)}
    return [Condition(field, values) for field, values in chosen.items() if values]


def _make(
    runs: Sequence[tuple[str, str | None]],
    sampling: Sampling,
    where: list[Condition],
    seed: int,
    shuffle: bool,
) -> None:
    st.session_state[_REFUSED] = ""
    try:
        draw = data.new_draw(runs, sampling=sampling, where=where, seed=seed, shuffle_sides=shuffle)
    except ValBenchError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state["new draw"] = False
    made = f"Made a draw of {plural(draw.pairs, 'pair')}."
    doubt = f"Signs of doubt are there on {count(draw.doubtful)} of them." if draw.doubtful else ""
    st.session_state[_MADE] = " ".join(filter(None, (made, doubt, *draw.notes)))


def _show_made() -> None:
    if made := st.session_state.pop(_MADE, ""):
        st.success(made, icon=":material/check_circle:")
