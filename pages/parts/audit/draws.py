"""The draws of the run shown: who has labelled how many, how far each is, and a way to go on."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, present
from pages.parts.audit import address
from pages.parts.audit.new_draw import show_new_draw
from pages.parts.links import AuditLink, follow
from valbench_core.audit import Draw, Standing
from valbench_core.numbers import count, figure, plural
from valbench_core.words import sampling_words

NAME_KEY = "audit name"
"""In the session: under which name labels are kept."""

_DOUBT = "Signs of doubt are there on {number} of the {pairs}; {share} % of the draw goes by them."


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
            about = f"**Draw {draw.id}** · {draw.moment} UTC · {plural(draw.pairs, 'pair')}"
            st.markdown(about, width="content")
            st.badge(sampling_words(draw.sampling, draw.by_doubt), color="gray")
            st.space("stretch")
            if found.standing is not None:
                _offer(run, draw, found.standing)
        _show_runs(run, found)
        if found.standing is None:
            st.warning("Its pairs cannot be had.", icon=":material/link_off:")
            st.text(found.why, width="stretch")
        else:
            _show_standing(found.standing, draw.pairs)


def _offer(run: data.Run, draw: Draw, standing: Standing) -> None:
    """Offer to label the draw and to read what it says; whichever is next stands out."""
    done = len(standing.seen) == len(standing.queue)
    if standing.labelled_by_anybody:
        _offer_result(run, draw, done)
    if data.read_only():
        return
    name = st.session_state.get(NAME_KEY, "")
    st.button(
        "Go on" if name in standing.authors else "Label",
        icon=":material/edit:",
        type="secondary" if done else "primary",
        key=f"label {draw.id}",
        on_click=_go_on,
        args=(draw.id,),
    )


def _go_on(draw_id: str) -> None:
    """Go on with a draw under the name that stands in the field now, be it typed a moment ago."""
    address.label_draw(draw_id, st.session_state.get(NAME_KEY, ""))


def _offer_result(run: data.Run, draw: Draw, done: bool) -> None:
    checked = data.checked_by(draw.id, run.name)
    judgement = (checked.judgement if checked else "") or run.judgement_name or ""
    st.button(
        "What it says",
        icon=":material/insights:",
        type="primary" if done else "secondary",
        key=f"result of {draw.id}",
        on_click=follow,
        args=(AuditLink(run=run.name, judgement=judgement, draw=draw.id, view="result"),),
    )


def _show_runs(run: data.Run, found: data.FoundDraw) -> None:
    """Say which verdicts a draw checks, of other runs too, and what it is restricted to."""
    checked = [f"{one.run}: {one.judgement} ({plural(one.pairs, 'pair')})" for one in found.draw.runs]
    lines = (
        checked if len(checked) > 1 or found.draw.runs[0].run != run.name else [found.draw.runs[0].judgement]
    )
    st.text("Checks " + "; ".join(lines), width="stretch")
    if found.draw.doubtful:
        _show_doubt(found.draw)
    if found.draw.where:
        st.text("Only pairs with " + ", ".join(found.draw.where), width="stretch")
    if found.deleted:
        st.warning(
            "The judgement that it checks has been deleted. Labels are about the answers: they count under "
            "any judgement of these.",
            icon=":material/gavel:",
        )
        st.text(", ".join(found.deleted), width="stretch")
    if found.missing:
        st.warning("Runs that cannot be found, whose pairs are left out:", icon=":material/link_off:")
        st.text(", ".join(found.missing), width="stretch")


def _show_doubt(draw: Draw) -> None:
    """Say how many pairs show a sign of doubt, and how much that tells on the order."""
    st.caption(
        _DOUBT.format(
            number=count(draw.doubtful),
            pairs=plural(draw.pairs, "pair"),
            share=f"{100 * draw.by_doubt:.2g}",
        )
    )


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
