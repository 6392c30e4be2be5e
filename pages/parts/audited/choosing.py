"""Which draw is shown: the one that the URL names, else the newest with labels; and what if there is none."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, present
from pages.parts.audit.address import DRAW_KEY
from pages.parts.filters.url import asked, say, write
from pages.parts.links import AuditLink, show_link
from valbench_core.audit import Draw
from valbench_core.numbers import plural
from valbench_core.words import sampling_words


def chosen_draw(run: data.Run) -> Draw | None:
    """Let people choose one of a run's draws; say what to do where there is none, and return None."""
    if run.judgement is None:
        st.info("An audit checks verdicts; this run has none yet. Have it judged:", icon=":material/gavel:")
        st.code(f"valbench judge {run.name} --judge-model ID", language="bash")
        return None
    draw = draw_or_none(run)
    if draw is None:
        _no_draw(run)
    return draw


def draw_or_none(run: data.Run) -> Draw | None:
    """Let people choose one of a run's draws; None where it has none."""
    draws = {draw.id: draw for draw in data.audit_draws(run)}
    if not draws:
        return None
    labelled = data.labelled_draws(run)
    usual = next((name for name in draws if name in labelled), next(iter(draws)))
    wanted = next(iter(asked(DRAW_KEY)), usual)
    if wanted not in draws:
        say("This run is in no such draw; another is shown. The link asks for:", wanted)
        wanted = usual
    return draws[_choose(draws, wanted) if len(draws) > 1 else wanted]


def _choose(draws: dict[str, Draw], wanted: str) -> str:
    key = f"{DRAW_KEY} shown"
    st.session_state[key] = wanted
    with present.controls("draw"):
        chosen: str = st.selectbox(
            "Draw",
            list(draws),
            format_func=lambda name: draw_name(draws[name]),
            key=key,
            on_change=lambda: write(DRAW_KEY, [st.session_state[key]]),
            width=520,
        )
    return chosen


def draw_name(draw: Draw) -> str:
    """Return what tells a draw from others: its id, when it was made, how large it is, how it was drawn."""
    how = sampling_words(draw.sampling, draw.by_doubt)
    return f"{draw.id} · {draw.moment} UTC · {plural(draw.pairs, 'pair')} · {how}"


def _no_draw(run: data.Run) -> None:
    st.info(
        "No pairs of this run have been drawn for an audit yet. Draw some and label them: whatever is "
        "labelled then speaks for the whole run.",
        icon=":material/rule:",
    )
    if not data.read_only():
        show_link(
            AuditLink(run=run.name, judgement=run.judgement_name or "", view="label"),
            "Draw pairs and label them",
            icon=":material/playlist_add_check:",
        )
