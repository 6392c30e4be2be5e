"""The pair labelled before: what the judge said of it, once its author asks; from then on it is not blind."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.audit.work import Open
from pages.parts.pair.texts import show_text, yes_no
from valbench_core.audit import Item
from valbench_core.errors import ValBenchError
from valbench_core.runs import Label
from valbench_core.runs.records import Combined
from valbench_core.schema import ProtocolName, Verdict, adjusted_score
from valbench_core.words import score_number

_FLAGS = {
    "For side refused": "for_refusal",
    "Against side refused": "against_refusal",
    "For side without information": "for_no_information",
    "Against side without information": "against_no_information",
    "Value preference": "value_preference",
}
"""Flags by their names on screen."""


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
    said: dict[str, list[str]] = {"Field": ["Score (σ)", "Adjusted score (s)", *_FLAGS]}
    if own is not None and own.verdict is not None:
        said["You"] = _words(own.verdict, own.protocol)
    verdict, combined = judged.detail.standing, judged.detail.combined
    if judged.judgement is None:
        st.warning("The judgement that this draw checks has been deleted.", icon=":material/gavel:")
    elif verdict is not None:
        said["Judge"] = _words(verdict, judged.judgement.spec.protocol)
    elif combined is not None:
        said["Judges"] = _combined_words(combined)
    else:
        st.warning("No verdict stands on these answers any more.", icon=":material/help:")
    st.dataframe(said, hide_index=True, width="stretch")
    if verdict is not None:
        key = judged.detail.pair.id
        show_text("Points of agreement", verdict.points_of_alignment, f"before-agreement:{key}")
        show_text("Points of opposition", verdict.points_of_opposition, f"before-opposition:{key}")


def _words(verdict: Verdict, protocol: ProtocolName) -> list[str]:
    """Return what a verdict says, field by field."""
    adjusted = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    flags = [yes_no(getattr(verdict, name)) for name in _FLAGS.values()]
    return [score_number(verdict.score), score_number(adjusted), *flags]


def _combined_words(combined: Combined) -> list[str]:
    """Return what several verdicts come to: a flag that only some of them set goes by its share."""
    flags = [getattr(combined, name) for name in _FLAGS.values()]
    shares = [
        "–" if flag is None else yes_no(bool(flag)) if flag in (0, 1) else f"{flag:.2f}" for flag in flags
    ]
    return ["–", f"{combined.adjusted:g}".replace("-", "−"), *shares]
