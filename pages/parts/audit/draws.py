"""The draws of the run shown: who has labelled how many, how far each is, and a way to go on."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, present
from pages.parts.audit import address
from pages.parts.audit.new_draw import show_new_draw
from valbench_core.audit import Draw, Standing
from valbench_core.numbers import count, figure, plural

NAME_KEY = "audit name"
"""In the session: under which name labels are kept."""

_SAMPLING = {"uniform": "all pairs alike", "doubt": "half by doubtful verdicts"}


def show_draws(run: data.Run) -> None:
    """Show the draws of a run, and let people make another."""
    st.write(
        "An audit checks verdicts by hand. Pairs are drawn in an order set beforehand and labelled without "
        "the verdict in sight; stop where you like, and what is labelled by then is a fair sample."
    )
    found = data.draws_to_label(run)
    if found and not data.read_only():
        st.text_input(
            "Your name",
            key=NAME_KEY,
            max_chars=80,
            persist_state="session",
            placeholder="Labels are kept under it",
            width=320,
        )
    for one in found:
        _show_draw(run, one)
    if data.read_only():
        st.info(
            "This server shows runs and changes nothing: nothing can be labelled here.",
            icon=":material/lock:",
        )
        return
    if not found:
        st.info("This run has no draw yet. Make one to begin.", icon=":material/rule:")
    with present.controls("draw"):
        show_new_draw(run, first=not found)


def _show_draw(run: data.Run, found: data.FoundDraw) -> None:
    draw = found.draw
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Draw of {draw.created[:10]}** · {plural(draw.pairs, 'pair')}", width="content")
            st.badge(_SAMPLING[draw.sampling], color="gray")
            st.space("stretch")
            if not data.read_only() and found.standing is not None:
                _offer(draw, found.standing)
        _show_runs(run, found)
        if found.standing is None:
            st.warning("Its pairs cannot be had.", icon=":material/link_off:")
            st.text(found.why, width="stretch")
        else:
            _show_standing(found.standing, draw.pairs)


def _offer(draw: Draw, standing: Standing) -> None:
    name = st.session_state.get(NAME_KEY, "")
    begun = name in standing.authors
    st.button(
        "Go on" if begun else "Label",
        icon=":material/edit:",
        type="primary",
        key=f"label {draw.id}",
        on_click=address.label_draw,
        args=(draw.id, name),
    )


def _show_runs(run: data.Run, found: data.FoundDraw) -> None:
    """Say which verdicts a draw checks, of other runs too, and what it is restricted to."""
    checked = [f"{one.run}: {one.judgement} ({plural(one.pairs, 'pair')})" for one in found.draw.runs]
    lines = (
        checked if len(checked) > 1 or found.draw.runs[0].run != run.name else [found.draw.runs[0].judgement]
    )
    st.text("Checks " + "; ".join(lines), width="stretch")
    if found.draw.where:
        st.text("Only pairs with " + ", ".join(found.draw.where), width="stretch")
    if found.missing:
        st.warning("Runs that cannot be found, whose pairs are left out:", icon=":material/link_off:")
        st.text(", ".join(found.missing), width="stretch")


def _show_standing(standing: Standing, pairs: int) -> None:
    labelled = len(standing.labelled_by_anybody)
    st.progress(
        min(1.0, labelled / max(1, pairs)), text=f"{count(labelled)} of {plural(pairs, 'pair')} labelled"
    )
    if standing.authors:
        st.dataframe(
            {
                "Who": list(standing.authors),
                "Labelled": [len(standing.labelled[author]) for author in standing.authors],
                "Skipped": [len(standing.skipped.get(author, ())) for author in standing.authors],
            },
            hide_index=True,
            width="content",
        )
    if standing.share_skipped:
        st.caption(
            f"{figure(standing.share_skipped)} % of the pairs gone through so far were skipped by everybody."
        )
