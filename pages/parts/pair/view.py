"""One pair side by side: issue, both answers, the verdict beneath, and what else is known of it.

Which pair is shown is left to the pages.
"""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.pair.combined import show_combined
from pages.parts.pair.evidence import show_evidence
from pages.parts.pair.issue import show_issue
from pages.parts.pair.labels import show_labels
from pages.parts.pair.prompt import show_prompt
from pages.parts.pair.runs import show_runs
from pages.parts.pair.sides import show_side
from pages.parts.pair.texts import show_columns
from pages.parts.pair.verdict import show_verdict
from valbench_core.runs import PairDetail
from valbench_core.schema import SIDES


def show_pair(detail: PairDetail, run: data.Run) -> None:
    """Show everything of one pair.

    Args:
        detail: the pair, its answers, verdict and labels.
        run: the run it is read in, under the judgement its verdict belongs to.
    """
    show_issue(detail, run.judgement.wording if run.judgement else None)
    verdict = detail.standing
    for column, side in zip(st.columns(2, gap="medium", border=True), SIDES, strict=True):
        with column:
            show_side(detail, side, verdict)
    with st.container(border=True):
        if run.judgement and run.judgement.derived:
            show_combined(detail, run)
        else:
            show_verdict(detail, run.judgement, run.name)
    show_evidence(detail)
    show_runs(detail, run)
    show_labels(detail, run, verdict)
    show_prompt(detail, run.judgement)
    if detail.pair.extra:
        with st.expander(f"Other columns of the source ({len(detail.pair.extra)})"):
            show_columns(detail.pair.extra)
