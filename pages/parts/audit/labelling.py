"""Labelling a draw, pair after pair, by keys or clicks; blind: nothing here names a run, judgement or model.

What a press does is left to `work`, the fields to `panel`, the texts to `texts`.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts import data, links
from pages.parts.audit import address, keys, who, work
from pages.parts.audit.before import show_before
from pages.parts.audit.guideline import is_read, show_first, show_guideline
from pages.parts.audit.panel import keys as keys_of
from pages.parts.audit.panel import show_panel, undo_button
from pages.parts.audit.texts import show_texts
from pages.parts.audit.work import Open
from valbench_core.audit import Queue, slips
from valbench_core.errors import ValBenchError
from valbench_core.numbers import count, figure, plural

TEXTS_HEIGHT = 420
"""Pixels of the texts, which scroll within, so that the fields stay where they are; the component that
listens to keys gives them the room there is."""


def show_labelling(draw_id: str) -> None:
    """Let somebody label the pairs of a draw, from where they left it."""
    begun = who.begin(draw_id, does="labels", done="labelled")
    if begun is not None:
        _work(*begun)


@st.fragment
def _work(queue: Queue, author: str) -> None:
    """Show the pair to label now; a press redraws this alone."""
    links.go()
    try:
        now = work.open_next(data.audit_queue(queue.draw.id), author, address.share())
    except ValBenchError as error:
        st.error("The next pair cannot be read. Labels saved so far are kept.", icon=":material/error:")
        st.text(work.without_names(queue, str(error)), width="stretch")
        st.button("Try again", icon=":material/refresh:", key="audit again")
        return
    _show_head(now)
    if now.pair is None:
        _show_end(now)
    else:
        _show_pair(now, now.pair)


def _show_head(now: Open) -> None:
    """Show who labels, and how far they are."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(now.author, width="content")
        st.caption(_progress(now), width="content")
        st.space("stretch")
        address.choose_share()
        who.all_draws()
    seen = len(_of(now.standing.labelled, now.author) | _of(now.standing.skipped, now.author))
    st.progress(min(1.0, seen / max(1, len(now.queue))))
    if now.queue.missing:
        st.warning(
            f"{plural(len(now.queue.missing), 'run')} of this draw cannot be found: the pairs are left out. "
            "The list of draws says which.",
            icon=":material/link_off:",
        )


def _progress(now: Open) -> str:
    """Return how far an auditor and all of them are, in words."""
    standing = now.standing
    mine, skipped = _of(standing.labelled, now.author), _of(standing.skipped, now.author)
    words = [f"{count(len(mine))} of {plural(len(now.queue), 'pair')} labelled by you"]
    if skipped:
        share = 100 * len(skipped) / (len(mine) + len(skipped))
        words.append(f"{count(len(skipped))} skipped ({figure(share)} % of those seen)")
    if set(standing.authors) - {now.author}:
        words.append(f"{count(len(standing.labelled_by_anybody))} labelled by anybody")
    return " · ".join(words)


def _of(by_author: Mapping[str, frozenset[int]], author: str) -> frozenset[int]:
    return by_author.get(author, frozenset())


def _show_pair(now: Open, pair: data.PairToLabel) -> None:
    if pair.override:
        st.info(
            "You have seen the verdict on this pair. What you save now is kept beside your first label, "
            "with the reason you give, and is not counted.",
            icon=":material/visibility:",
        )
    protocol = now.queue.draw.protocol
    read = is_read(now.author, protocol)
    if not read:
        show_first(now.author, protocol)
    with st.container(height=TEXTS_HEIGHT, border=False, key=keys.TEXTS, gap="small"):
        show_texts(now.key, pair)
    # Here, so that a press counts for a pair as soon as its texts are there, and not before.
    keys.listen(now.key, keys_of(now), work.press, layout="plain" if read else "guideline open")
    with st.container(key=keys.FIELDS, gap="small"):
        _show_slips(now)
        show_panel(now, pair)
        st.caption(keys.HELP.format(preference="" if protocol == "v1" else keys.PREFERENCE))
    if read:
        show_guideline(protocol)
    show_before(now)


def _show_slips(now: Open) -> None:
    """Say what does not go together in the fields; above them, for a low window may cut off their end."""
    protocol = now.queue.draw.protocol
    verdict = now.fields.verdict(protocol)
    found = slips(verdict, protocol) if verdict is not None else ()
    if found:
        st.markdown(
            ":small[:orange[:material/help: **Meant so?**] By the guideline it does not go together: "
            f"{'; '.join(found)}.]"
        )


def _show_end(now: Open) -> None:
    share = address.share()
    done = (
        "Every pair of this draw is labelled or skipped."
        if share
        else "You have been through all of this draw."
    )
    st.success(f"{done} Thank you.", icon=":material/task_alt:")
    with st.container(horizontal=True):
        st.button(
            "What it says",
            icon=":material/insights:",
            type="primary",
            key="audit result",
            on_click=address.go_to,
            args=("result",),
        )
        undo_button(now)
    keys.listen(now.key, keys_of(now), work.press)
    show_before(now)
