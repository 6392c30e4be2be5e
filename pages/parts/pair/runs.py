"""The same pair in the other runs of the workspace, so that one sees at a glance which model flips."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import data
from pages.parts.filters.url import versus_asked
from pages.parts.links import PairsLink, follow
from pages.parts.pair.sides import flags_of
from valbench_core.numbers import plural
from valbench_core.runs import PairDetail
from valbench_core.schema import SIDES, Outcome, Verdict, adjusted_score, outcome_name


def show_runs(detail: PairDetail, run: data.Run) -> None:
    """Show what became of a pair in each run that holds it; nothing where no other does."""
    others = data.elsewhere(run, detail.pair, versus_asked())
    if not others.found:
        return
    with st.container(border=True):
        st.subheader("In other runs")
        rows = [_row(f"{run.name} (shown)", run, detail)]
        rows += [_row(other.name, other, found) for other, found in others.found]
        key = f"runs of {detail.pair.id} in {run.name}"
        names = [run.name, *(other.name for other, _ in others.found)]
        st.dataframe(
            rows,
            key=key,
            hide_index=True,
            width="stretch",
            placeholder="–",
            selection_mode="single-cell",
            on_select=lambda: _open_chosen(key, names, detail.pair.id),
            column_config={
                "Score": st.column_config.NumberColumn(format="plain", help="Adjusted score s, −2 to 2")
            },
        )
        _say_left_out(others)


def _row(name: str, run: data.Run, detail: PairDetail) -> dict[str, str | float | None]:
    verdict = detail.standing
    wording = run.judgement.wording if run.judgement else None
    score = detail.combined.adjusted if detail.combined else _adjusted(run, verdict)
    return {
        "Run": name,
        "Outcome": outcome_name(Outcome(detail.outcome), wording),
        "Score": None if score is None else round(score, 2),
        "Refused": _sides(verdict, 0),
        "No information": _sides(verdict, 1),
        "Model": run.facts.model,
        "Judge": run.judgement_name,
    }


def _adjusted(run: data.Run, verdict: Verdict | None) -> int | None:
    if verdict is None or run.judgement is None:
        return None
    return adjusted_score(
        run.judgement.spec.protocol, verdict.score, verdict.for_refusal, verdict.against_refusal
    )


def _sides(verdict: Verdict | None, flag: int) -> str | None:
    if verdict is None:
        return None
    return " and ".join(side for side in SIDES if flags_of(verdict, side)[flag]) or "neither"


def _say_left_out(others: data.Elsewhere) -> None:
    said = []
    if others.changed:
        said.append(f"{plural(others.changed, 'run')} of this id with other texts")
    if others.unread:
        said.append(f"{plural(others.unread, 'run')} that cannot be read")
    if others.beyond:
        said.append(f"{plural(others.beyond, 'older run')} not looked at")
    st.caption("Choose a row to read the pair there." + (f" Left out: {', '.join(said)}." if said else ""))


def _open_chosen(key: str, names: Sequence[str], pair_id: str) -> None:
    cells = st.session_state[key].selection.cells
    if cells and cells[0][0] > 0:
        follow(PairsLink(run=names[cells[0][0]], pair=pair_id))
