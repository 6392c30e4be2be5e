"""The fields of the pair that is labelled, and the buttons that save it, skip it and go back."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.audit import fields, work
from pages.parts.audit.work import Open
from valbench_core.audit import VALUE_PREFERENCE
from valbench_core.words import score_meaning, score_number

_DRAWN = "fields drawn"
"""In the session: the key of the pair whose fields were drawn last."""


def show_panel(now: Open, pair: data.PairToLabel) -> None:
    """Show the fields of a pair as they are filled in."""
    fresh = st.session_state.get(_DRAWN) != now.key
    st.session_state[_DRAWN] = now.key
    _show_told()
    _show_said_before(now, pair)
    _show_scores(now)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        _show_flags(now, pair)
    if now.queue.draw.protocol != "v1":
        # In a line of its own: it takes the words of its rule.
        _flag(now, "value_preference", fields.PREFERENCE_KEY, VALUE_PREFERENCE)
    with st.container(horizontal=True, vertical_alignment="center"):
        _show_remarks(now, pair, fresh)
        _show_actions(now, pair)


def keys(now: Open) -> list[str]:
    """Return the keys that do something."""
    if now.item is None:
        return ["u"]
    preference = [] if now.queue.draw.protocol == "v1" else [fields.PREFERENCE_KEY]
    flags = fields.flags_by_key(now.item.order)
    return [*fields.SCORES_BY_KEY, *flags, *preference, fields.PROBLEM_KEY, *work.ACTIONS_BY_KEY]


def undo_button(now: Open) -> None:
    """Offer to go back to the pair before."""
    st.button(
        "Undo `u`",
        icon=":material/undo:",
        key=f"undo:{now.key}",
        on_click=work.act,
        args=(now.key, "undo"),
        help="Opens again what you labelled or skipped last.",
    )


def _show_scores(now: Open) -> None:
    chosen, protocol = now.fields.score, now.queue.draw.protocol
    columns = st.columns(len(fields.SCORES_BY_KEY), gap="small")
    for column, (key, score) in zip(columns, fields.SCORES_BY_KEY.items(), strict=True):
        column.button(
            f"`{key}` **{score_number(score)}** {score_meaning(protocol, score)}",
            key=f"score:{score}:{now.key}",
            type="primary" if score == chosen else "secondary",
            on_click=work.set_score,
            args=(now.key, score),
            width="stretch",
            wrap=True,
        )


def _show_flags(now: Open, pair: data.PairToLabel) -> None:
    words = fields.flag_words(pair.item.order)
    for key, flag in fields.flags_by_key(pair.item.order).items():
        _flag(now, flag, key, words[flag])


def _flag(now: Open, flag: str, key: str, words: str) -> None:
    widget = f"{flag}:{now.key}"
    st.session_state[widget] = flag in now.fields.flags
    st.checkbox(f"`{key}` {words}", key=widget, on_change=work.toggle, args=(now.key, flag))


def _show_remarks(now: Open, pair: data.PairToLabel, fresh: bool) -> None:
    note, problem = f"note:{now.key}", f"problem:{now.key}"
    # Written while somebody types, a field would lose what is typed: so only when its pair comes up.
    if fresh or note not in st.session_state:
        st.session_state[note] = now.fields.note
    st.session_state[problem] = now.fields.pair_problem
    st.text_input(
        "Reason or note",
        key=note,
        placeholder="Why you change your label" if pair.override else "Reason or note, if any",
        label_visibility="collapsed",
        width="stretch",
        on_change=lambda: work.set_note(now.key, st.session_state[note]),
    )
    st.selectbox(
        "Problem with the pair",
        fields.PROBLEMS,
        format_func=lambda word: "No problem with the pair" if word == "none" else f"Problem: {word}",
        filter_mode=None,
        key=problem,
        label_visibility="collapsed",
        width=270,
        on_change=lambda: work.set_problem(now.key, st.session_state[problem]),
    )


def _show_actions(now: Open, pair: data.PairToLabel) -> None:
    st.button(
        "Save and next `n`",
        icon=":material/check:",
        type="primary",
        key=f"save:{now.key}",
        on_click=work.act,
        args=(now.key, "save"),
    )
    st.button(
        "Leave as it is `x`" if pair.override else "Skip `x`",
        icon=":material/skip_next:",
        key=f"skip:{now.key}",
        on_click=work.act,
        args=(now.key, "skip"),
    )
    undo_button(now)


def _show_said_before(now: Open, pair: data.PairToLabel) -> None:
    """Show what was said of the pair and does not stand any more, where it is not filled in."""
    said = pair.before
    if said is None or said.verdict is None or now.reopened:
        return
    words = {**fields.flag_words(pair.item.order), "value_preference": "value preference"}
    flags = [word for flag, word in words.items() if getattr(said.verdict, flag)]
    score = f"{score_number(said.verdict.score)} {score_meaning(said.protocol, said.verdict.score)}"
    st.caption(f"You said before, which does not stand any more: {', '.join([score, *flags])}")
    if said.note:
        st.text(said.note, width="stretch")


def _show_told() -> None:
    told = work.told()
    if told is None:
        return
    if told.kind == "problem":
        st.error(
            "This was not saved. What you filled in is kept: mend it and save again.", icon=":material/error:"
        )
        st.text(told.text, width="stretch")
    else:
        icon = ":material/touch_app:" if told.kind == "hint" else ":material/info:"
        (st.warning if told.kind == "hint" else st.info)(told.text, icon=icon)
