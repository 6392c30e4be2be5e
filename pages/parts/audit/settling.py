"""Settling where auditors differ, blind as labelling is: the pair, what each of them said, and the form.

Nothing here names a run, judgement or model. What becomes of the form is left to `settle_form`.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts import data
from pages.parts.audit import address, fields, who, work
from pages.parts.audit.guideline import show_guideline
from pages.parts.audit.settle_form import SHOWN, say_told, show_form
from pages.parts.audit.texts import show_texts
from pages.parts.pair.side_by_side import Said, side_by_side
from valbench_core.audit import Item, Queue, labels_that_count
from valbench_core.errors import ValBenchError
from valbench_core.numbers import plural


def show_settling(draw_id: str) -> None:
    """Let somebody settle the pairs of a draw on which auditors differ."""
    begun = who.begin(draw_id, does="settles", done="settled")
    if begun is None:
        return
    queue, author = begun
    try:
        found = data.pairs_to_settle(queue, author)
        _show_head(author, found)
        _notice_gone(queue, found)
        if found.issues:
            item = _choose(queue, found.issues)
            _show_pair(queue, author, data.pair_to_label(queue, item, author))
    except ValBenchError as error:
        st.error("The pairs to settle cannot be read.", icon=":material/error:")
        st.text(work.without_names(queue, str(error)), width="stretch")


def _show_head(author: str, found: data.ToSettle) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(author, width="content")
        st.caption(f"{plural(len(found.issues), 'pair')} to settle", width="content")
        st.space("stretch")
        who.all_draws()
    say_told()
    if found.known:
        st.info(
            f"{plural(found.known, 'pair')} whose verdict you have seen: left to somebody else.",
            icon=":material/visibility:",
        )
    if not found.issues:
        st.success(
            "Auditors differ on no other pair." if found.known else "There is nothing to settle.",
            icon=":material/task_alt:",
        )
        st.button(
            "What it says",
            icon=":material/insights:",
            type="primary",
            key="settling to result",
            on_click=address.go_to,
            args=("result",),
        )


def _notice_gone(queue: Queue, found: data.ToSettle) -> None:
    """Say so where the pair that was on screen does not wait any more, and nobody here settled it."""
    draw, position = st.session_state.pop(SHOWN, ("", -1))
    if draw == queue.draw.id and position not in {item.position for item in found.issues}:
        st.warning(
            "The pair that was here does not wait any more: somebody else has settled it, or a label or an "
            "answer of it has changed. Nothing was kept of what you filled in.",
            icon=":material/info:",
        )


def _choose(queue: Queue, issues: Mapping[Item, str]) -> Item:
    items = {item.position: item for item in issues}
    words = {item.position: f"{n}. {issue}" for n, (item, issue) in enumerate(issues.items(), start=1)}
    chosen: int = st.selectbox(
        "Pair to settle", list(words), format_func=words.__getitem__, key=f"settle of {queue.draw.id}"
    )
    return items[chosen]


def _show_pair(queue: Queue, author: str, pair: data.PairToLabel) -> None:
    key = work.key_of(queue, author, pair.item)
    st.session_state[SHOWN] = (queue.draw.id, pair.item.position)
    show_texts(key, pair)
    _show_said(queue, pair, key)
    show_form(queue, author, pair, key)
    show_guideline(queue.draw.protocol)


def _show_said(queue: Queue, pair: data.PairToLabel, key: str) -> None:
    """Show what each auditor said, by the places of the answers above."""
    names = {
        f"Auditor {n}: {label.author}": label
        for n, label in enumerate(labels_that_count(pair.detail, queue.draw.id), start=1)
    }
    st.caption("What the auditors said. The judge's verdict is not shown, so that it sways nobody.")
    table = side_by_side(
        [Said.by(label, name) for name, label in names.items()],
        problems=True,
        sided=fields.flag_words(pair.item.order),
    )
    st.dataframe(table, hide_index=True, width="stretch", key=f"said:{key}")
    for name, label in names.items():
        if label.note:
            st.text(f"{name}: {label.note}", width="stretch")
