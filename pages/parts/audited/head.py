"""How much of a draw was checked: pairs labelled, skipped, by whom; how they were drawn."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts import data
from pages.parts.agreement.switching import switch
from pages.parts.links import AuditLink, show_link
from valbench_core.audit import Draw
from valbench_core.numbers import count, duration, percent, plural
from valbench_core.words import sampling_words

_DRAWN = {
    "uniform": "Every pair was as likely to be drawn as any other.",
    "doubt": (
        "Drawn {how}: verdicts that change with the order of the answers, on which judges differ, or that "
        "contradict themselves; the rest is even. Every figure below weighs that out, so it speaks of all "
        "pairs."
    ),
}


def show(run: data.Run, draw: Draw, figures: data.AuditFigures) -> None:
    """Show how much was checked, by whom and how the pairs were drawn."""
    here = data.drawn_from(run, draw)
    _say_other_judgement(run, here.judgement)
    pairs = here.pairs
    tiles = st.columns(4)
    for tile, (name, value, meaning) in zip(tiles, _tiles(figures, pairs), strict=True):
        with tile.container(border=True, height="stretch"):
            st.metric(name, value, help=meaning)
    done = f"{count(figures.drawn)} of {plural(pairs, 'pair')} done"
    st.progress(min(1.0, figures.drawn / max(1, pairs)), text=done)
    st.caption(_DRAWN[draw.sampling].format(how=sampling_words(draw.sampling, draw.by_doubt)))
    with st.container(horizontal=True):
        if not data.read_only():
            show_link(AuditLink(draw=draw.id, view="label"), "Label more", icon=":material/edit:")
        link = AuditLink(run=run.name, judgement=run.judgement_name or "", draw=draw.id, view="exchange")
        show_link(link, "Take labels in or out", icon=":material/swap_vert:")
    _authors(figures)
    _left_out(figures)


def nothing_yet(run: data.Run, draw: Draw) -> None:
    """Say that no label counts yet, and what to do."""
    st.info(
        "No label of this draw counts yet, so there is nothing to say of the judge. Label some of its pairs: "
        "figures appear with the first, and a few dozen make them useful.",
        icon=":material/edit_note:",
    )
    if data.labelled_draws(run) - {draw.id}:
        st.write("Another draw of this run has labels: choose it above.")


def _tiles(figures: data.AuditFigures, pairs: int) -> list[tuple[str, str, str]]:
    skipped = f"{count(figures.skipped)} ({percent(figures.share_skipped)})"
    return [
        ("Labelled", count(figures.labelled), "Pairs with a label that counts, of those done."),
        ("Skipped", skipped, "Pairs done that nobody labelled. Many may mean that hard pairs are missing."),
        ("Auditors", count(len(figures.authors)), "People whose labels count."),
        ("In the draw", count(pairs), "Pairs of this run in the draw, labelled or not."),
    ]


def _say_other_judgement(run: data.Run, made: str) -> None:
    """Say where the draw was made under another judgement than the one shown, or under one that is gone."""
    if made == run.judgement_name:
        return
    there = data.has_judgement(run, made)
    gone = "" if there else ", which this run no longer has"
    st.info(
        f"This draw was made under another judgement{gone}. Labels are about the answers, so they are held "
        "against the judgement shown.",
        icon=":material/gavel:",
    )
    st.text(f"made under: {made}\nshown: {run.judgement_name}")
    if there:
        st.button(
            "Show the judgement that it checks",
            icon=":material/swap_horiz:",
            key=f"show checked of {run.name}",
            on_click=switch,
            args=(made,),
        )


def _authors(figures: data.AuditFigures) -> None:
    if figures.authors.empty:
        return
    rows = {
        "Auditor": [str(name) for name in figures.authors.index],
        "Pairs labelled": figures.authors["labelled"].to_list(),
        "Disagreements settled": figures.authors["settled"].to_list(),
        "Usual time a label": [duration(_known(value)) for value in figures.authors["seconds"]],
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="content", key="auditors")


def _known(seconds: float) -> float | None:
    return None if pd.isna(seconds) else float(seconds)


def _left_out(figures: data.AuditFigures) -> None:
    if figures.notes:
        with st.expander(f"What was left out ({len(figures.notes)})", icon=":material/filter_alt:"):
            # A note may name people or judgements: text, never Markdown.
            st.text("\n".join(figures.notes), width="stretch")
