"""The labels of a hand check, field by field: who made how many, which pairs stand behind a cell or a group.

Lists that go by the score alone are left to `audited_pairs`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.audited import JUDGED_FIELDS, AuditSample
from valbench_core.analysis.audited_pairs import divided, labelled_pairs
from valbench_core.analysis.corrected_mean import NO_SPREAD
from valbench_core.analysis.ratings import whole_scores

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_IN_WORDS = {
    "adjusted": "score",
    "for_refusal": "for side refused",
    "against_refusal": "against side refused",
    "for_no_information": "for side without information",
    "against_no_information": "against side without information",
    "value_preference": "value preference",
}
"""The `JUDGED_FIELDS` for people."""


def judged_otherwise(sample: AuditSample) -> pd.DataFrame:
    """Return the `labelled_pairs` on which people say otherwise in score or a flag, largest step first.

    Two columns more: `differs_in` (in words) and `waiting` (auditors differ too, and nobody settled it yet).
    """
    pairs = labelled_pairs(sample)
    human = sample.human()[list(JUDGED_FIELDS)].to_numpy(dtype=np.float64)
    judge = sample.table.iloc[pairs["pair"]][list(JUDGED_FIELDS)].to_numpy(dtype=np.float64)
    # What one of them did not say is NaN, which is no difference.
    apart = np.abs(judge - human) > NO_SPREAD
    disputes = divided(sample)
    unsettled = disputes.loc[~disputes["adjudicated"].astype(bool), "pair"]
    pairs = pairs.assign(differs_in=_in_words(apart), waiting=pairs["pair"].isin(unsettled).to_numpy())
    found: pd.DataFrame = pairs[apart.any(axis=1)]
    return found.sort_values("difference", key=abs, ascending=False, kind="stable")


def pairs_in_cell(sample: AuditSample, human: int, judge: int) -> list[str]:
    """Return the ids of the pairs behind a cell of the confusion of people (rows) and judge (columns)."""
    settled = sample.labels["pair"].isin(sample.labels.loc[sample.labels["adjudication"], "pair"])
    counted = sample.labels[sample.labels["adjudication"] | ~settled]
    rows = sample.table.iloc[sorted(counted.loc[_whole(counted) == human, "pair"].unique())]
    return [str(pair_id) for pair_id in rows.loc[_whole(rows) == judge, "pair_id"]]


def labels_by_author(sample: AuditSample) -> pd.DataFrame:
    """Return each author's pairs labelled and settled and median seconds a label, most labels first."""
    by_author = sample.labels.groupby("author", sort=True)
    settled = by_author["adjudication"].sum().astype(int)
    found = settled.to_frame("settled").assign(
        labelled=by_author.size() - settled, seconds=by_author["seconds"].median()
    )
    return found.sort_values("labelled", ascending=False, kind="stable")


def share_skipped(sample: AuditSample) -> float | None:
    """Return the percentage of the pairs drawn so far that nobody labelled; None before any is drawn."""
    return 100 * sample.skipped / sample.drawn if sample.drawn else None


def _whole(rows: pd.DataFrame) -> NDArray[np.float64]:
    return whole_scores(rows["adjusted"].to_numpy(dtype=np.float64))


def _in_words(apart: NDArray[np.bool_]) -> list[str]:
    names = [_IN_WORDS[field] for field in JUDGED_FIELDS]
    return [", ".join(name for name, differs in zip(names, row, strict=True) if differs) for row in apart]
