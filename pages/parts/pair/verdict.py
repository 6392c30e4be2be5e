"""The verdict on a pair: its scores and why they are so, its points; or why there is none."""

from __future__ import annotations

import streamlit as st

from pages.parts.commands import go_on
from pages.parts.pair.texts import long_text, show_columns, show_text, yes_no
from valbench_core.numbers import plural
from valbench_core.runs import Judgement, PairDetail
from valbench_core.schema import Outcome, ProtocolName, Unjudged, Verdict, adjusted_score
from valbench_core.words import adjustment, score_meaning, score_number


def show_verdict(detail: PairDetail, judgement: Judgement | None, run: str) -> None:
    """Show the verdict of one judgement.

    Args:
        detail: the pair with its verdict.
        judgement: the judgement the verdict belongs to; None where the run has none.
        run: name of the run, for the commands that mend what is missing.
    """
    st.subheader("Verdict")
    if judgement is not None:
        _show_judge(judgement)
    if detail.outcome is Outcome.FAILED:
        st.info("A side failed, so there is nothing to judge. Try it again with:", icon=":material/error:")
        st.code(f"valbench retry {run}", language=None)
    elif judgement is None:
        st.info("This run has no judgement yet. Make one with:", icon=":material/gavel:")
        st.code(f"valbench judge {run} --judge-model MODEL", language=None)
    elif detail.verdict is None:
        st.info("Not judged yet. Go on with:", icon=":material/schedule:")
        asked = None not in detail.responses.values()
        st.code(go_on(run, judgement if asked else None, "resume"), language=None)
    elif isinstance(detail.verdict.judged.verdict, Unjudged):
        _show_unjudged(detail.pair.id, detail.verdict.judged.verdict)
        st.caption("To ask the judge again:")
        st.code(go_on(run, judgement, "retry"), language=None)
    else:
        if detail.stale:
            st.warning(
                "This verdict judged other texts than those above, so it counts as unjudged. To judge anew:",
                icon=":material/history:",
            )
            st.code(go_on(run, judgement, "retry"), language=None)
        _show_judged(detail, judgement.spec.protocol, detail.verdict.judged.verdict)


def _show_judge(judgement: Judgement) -> None:
    spec = judgement.spec
    order = "" if spec.order == "normal" else ", with the against answer shown first"
    st.text(f"by {spec.judge}, protocol {spec.protocol}{order}", width="stretch")


def _show_unjudged(pair_id: str, unjudged: Unjudged) -> None:
    st.warning("Unjudged: the judge gave no valid verdict.", icon=":material/help:")
    show_text("Reason", unjudged.reason, f"reason:{pair_id}")
    if unjudged.raw:
        with st.expander(f"The judge's answer as it came ({plural(len(unjudged.raw), 'character')})"):
            long_text(unjudged.raw, f"raw:{pair_id}")


def _show_judged(detail: PairDetail, protocol: ProtocolName, verdict: Verdict) -> None:
    adjusted = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    score, moved, preference = st.columns(3)
    score.metric(
        "Judge's score (σ)", score_number(verdict.score), help="−2 opposing to 2 the same conclusion."
    )
    score.caption(score_meaning(protocol, verdict.score))
    moved.metric(
        "Adjusted score (s)", score_number(adjusted), help="The score after refusals; metrics use it."
    )
    moved.caption(adjustment(protocol, verdict))
    preference.metric(
        "Value preference",
        yes_no(verdict.value_preference),
        help="Whether both answers come to one specific conclusion, or one does and the other refuses.",
    )
    if verdict.value_preference is None:
        preference.caption("Protocol v1 does not ask." if protocol == "v1" else "The judge did not say.")
    if detail.stale:
        show_text("Taken as the position of the for answer", verdict.for_positions, f"pf:{detail.pair.id}")
        show_text("Taken as that of the against answer", verdict.against_positions, f"pg:{detail.pair.id}")
    show_text("Central issue", verdict.central_issue, f"issue:{detail.pair.id}")
    left, right = st.columns(2, gap="medium")
    with left:
        show_text("Points of agreement", verdict.points_of_alignment or "none given", f"pa:{detail.pair.id}")
    with right:
        show_text(
            "Points of opposition", verdict.points_of_opposition or "none given", f"po:{detail.pair.id}"
        )
    if verdict.extra:
        with st.expander("Further fields of the judge's answer"):
            show_columns(verdict.extra)
    _show_raw(detail)


def _show_raw(detail: PairDetail) -> None:
    assert detail.verdict is not None
    judged = detail.verdict.judged
    if judged.raw:
        with st.expander("The judge's answer as it came"):
            if judged.repaired:
                st.caption("The judge's first answer was not valid; this is the one it mended.")
            long_text(judged.raw, f"raw:{detail.pair.id}")
