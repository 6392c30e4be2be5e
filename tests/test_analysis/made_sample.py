"""Makes samples of a hand check for these tests from what the judge and people say of each pair."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tests.test_analysis.tables import judged, table
from valbench_core.analysis import AuditSample, inclusions
from valbench_core.analysis.audited import JUDGED_FIELDS, NO_PROBLEM

COLUMNS = ("pair", "author", "adjudication", "score", *JUDGED_FIELDS, "pair_problem", "seconds")


def label(pair: int, score: int, author: str = "Ada", **fields: Any) -> dict[str, Any]:
    """Return a label: the score is also the adjusted one, flags are not set unless given."""
    flags = dict.fromkeys(JUDGED_FIELDS[1:], 0.0)
    given = {"adjudication": False, "pair_problem": NO_PROBLEM, "seconds": 10.0, **flags}
    return {
        **given,
        "pair": pair,
        "author": author,
        "score": float(score),
        "adjusted": float(score),
        **fields,
    }


def sample_of(
    scores: Sequence[int],
    labels: Sequence[Mapping[str, Any]],
    *,
    articles: Sequence[str] | None = None,
    weights: Sequence[float] | None = None,
    preferences: Sequence[float] | None = None,
    **columns: Any,
) -> AuditSample:
    """Return a sample of pairs with these scores of the judge, drawn as far as there are labels."""
    n = len(scores)
    names = articles or [f"a{i}" for i in range(n)]
    rows = [
        judged(name, score, **{"value_preference": 0.0, **columns})
        for name, score in zip(names, scores, strict=True)
    ]
    found = table(*rows).assign(weight=np.ones(n) if weights is None else np.array(weights))
    frame = pd.DataFrame(list(labels), columns=list(COLUMNS))
    frame = frame.astype({"pair": int, "adjudication": bool} | dict.fromkeys(JUDGED_FIELDS, float))
    drawn = frame["pair"].nunique()
    p = np.ones(n) if preferences is None else np.array(preferences)
    return AuditSample(found, frame, inclusions(p, drawn), drawn, 0)


NOT_SAID = math.nan
