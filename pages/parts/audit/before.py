"""The pair labelled before: what the judge said of it, once its author asks; from then on it is not blind."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.audit.work import Open
from pages.parts.pair.side_by_side import Said, side_by_side
from pages.parts.pair.texts import show_text
from valbench_core.audit import Item
from valbench_core.errors import ValBenchError
from valbench_core.runs import Label


def show_before(now: Open) -> None:
    """Offer to see what the judge said of the pair that was labelled last."""
    last = now.standing.last_of(now.author)
    if last is None or last == now.item:
        return
    # The key names the pair, so that what was opened for one is closed for the next.
    folded = st.expander(
        "The pair before: what the judge said",
        icon=":material/visibility:",
        key=f"before:{last.position}:{now.key}",
        on_change="rerun",
    )
    if folded.open:
        with folded:
            _show(now, last)


def _show(now: Open, last: Item) -> None:
    try:
        data.reveal(now.queue, last, now.author)
        judged = data.judged_pair(now.queue, last)
    except ValBenchError as error:
        st.error("What the judge said cannot be shown.", icon=":material/error:")
        st.text(str(error), width="stretch")
        return
    show_text("Issue", judged.detail.pair.issue_description, f"before:{now.key}")
    st.text(f"{judged.run}: {judged.facts.model or 'model not named'} · {judged.checked}", width="stretch")
    own = data.label_of(judged.detail, now.queue.draw.id, now.author)
    _show_beside(judged, own)
    st.caption(
        "Now that you have seen it, a new label of yours on this pair is kept beside the first, "
        "and not counted."
    )


def _show_beside(judged: data.JudgedPair, own: Label | None) -> None:
    said = [Said.by(own, "You") if own is not None else None]
    verdict, combined = judged.detail.standing, judged.detail.combined
    if judged.judgement is None:
        st.warning("The judgement that this draw checks has been deleted.", icon=":material/gavel:")
    elif verdict is not None:
        said.append(Said("Judge", verdict, judged.judgement.spec.protocol))
    elif combined is not None:
        said.append(Said("Judges", combined, judged.judgement.spec.protocol))
    else:
        st.warning("No verdict stands on these answers any more.", icon=":material/help:")
    st.dataframe(side_by_side(said), hide_index=True, width="stretch")
    if verdict is not None:
        key = judged.detail.pair.id
        show_text("Points of agreement", verdict.points_of_alignment, f"before-agreement:{key}")
        show_text("Points of opposition", verdict.points_of_opposition, f"before-opposition:{key}")
