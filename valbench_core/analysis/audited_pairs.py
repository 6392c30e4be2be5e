"""The labelled pairs of a hand check as lists: all, those judged otherwise, those that divide auditors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valbench_core.analysis.audited import JUDGED_FIELDS, NO_PROBLEM, AuditSample
from valbench_core.analysis.corrected_mean import NO_SPREAD

if TYPE_CHECKING:
    import pandas as pd


def labelled_pairs(sample: AuditSample) -> pd.DataFrame:
    """Return the labelled pairs with what judge and people say, in the order of the sample's table.

    Columns: pair (row of the sample's table), pair_id, article, category, judge and human (the adjusted
    scores), difference (judge − human), stands_for (how many pairs of the run it stands for), problem.
    """
    import pandas as pd

    human = sample.human()
    rows = human.index.to_numpy(dtype=np.intp)
    table = sample.table.iloc[rows]
    judge, people = (frame["adjusted"].to_numpy(dtype=np.float64) for frame in (table, human))
    return pd.DataFrame(
        {
            "pair": rows,
            **{name: table[name].to_numpy() for name in ("pair_id", "article", "category")},
            "judge": judge,
            "human": people,
            "difference": judge - people,
            "stands_for": sample.label_weights()[rows],
            "problem": human["problem"].to_numpy(dtype=bool),
        }
    )


def differing(sample: AuditSample) -> pd.DataFrame:
    """Return the `labelled_pairs` whose adjusted scores differ, the largest difference first."""
    pairs = labelled_pairs(sample)
    differ = pairs[pairs["difference"].abs() > NO_SPREAD]
    return differ.sort_values("difference", key=abs, ascending=False, kind="stable")


def divided(sample: AuditSample) -> pd.DataFrame:
    """Return the pairs on which auditors differ in s or a flag: pair, pair_id, auditors, spread, adjudicated.

    `spread` is that of their adjusted scores; the largest comes first.
    """
    labels = sample.labels
    by_pair = labels[~labels["adjudication"]].groupby("pair", sort=True)
    fields = list(JUDGED_FIELDS)
    spread = by_pair[fields].max() - by_pair[fields].min()
    found = spread[(spread > NO_SPREAD).any(axis=1)]
    pairs = found.index.to_numpy(dtype=np.intp)
    adjudicated = labels.loc[labels["adjudication"], "pair"]
    return (
        found[["adjusted"]]
        .rename(columns={"adjusted": "spread"})
        .assign(
            pair=pairs,
            pair_id=sample.table["pair_id"].to_numpy()[pairs],
            auditors=by_pair["author"].nunique().reindex(found.index),
            adjudicated=found.index.isin(adjudicated),
        )
        .sort_values("spread", ascending=False, kind="stable")
        .reset_index(drop=True)
    )


def problem_counts(sample: AuditSample) -> dict[str, int]:
    """Return how many labelled pairs carry each kind of problem, the commonest first."""
    labels = sample.labels
    adjudicated = labels["pair"].isin(labels.loc[labels["adjudication"], "pair"])
    counted = labels[labels["adjudication"] | ~adjudicated]
    marked = counted[counted["pair_problem"] != NO_PROBLEM]
    by_kind = marked.groupby("pair_problem")["pair"].nunique().sort_values(ascending=False, kind="stable")
    return {str(kind): int(pairs) for kind, pairs in by_kind.items()}
