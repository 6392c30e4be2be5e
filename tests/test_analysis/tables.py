"""Makes tidy tables for these tests from a few words a pair."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from valbench_core.schema import ProtocolName, adjusted_score, judged_outcome

MISSING = math.nan


def judged(
    article: str,
    score: int,
    *,
    refusals: tuple[bool, bool] = (False, False),
    no_information: tuple[bool, bool] = (False, False),
    value_preference: float = MISSING,
    protocol: ProtocolName = "v3",
    **columns: Any,
) -> dict[str, Any]:
    """Return the row of a judged pair."""
    return row(
        article,
        judged_outcome(protocol, score, *refusals, any(no_information)).value,
        score=float(score),
        adjusted=float(adjusted_score(protocol, score, *refusals)),
        for_refusal=float(refusals[0]),
        against_refusal=float(refusals[1]),
        for_no_information=float(no_information[0]),
        against_no_information=float(no_information[1]),
        value_preference=value_preference,
        **columns,
    )


def row(article: str, outcome: str, **columns: Any) -> dict[str, Any]:
    """Return the row of a pair of any outcome; judged ones have the helper above."""
    return {
        "article": article,
        "article_title": article.upper(),
        "category": "",
        "issue_scale": MISSING,
        "weight": 1.0,
        "outcome": outcome,
        "score": MISSING,
        "adjusted": MISSING,
        "for_refusal": MISSING,
        "against_refusal": MISSING,
        "for_no_information": MISSING,
        "against_no_information": MISSING,
        "value_preference": MISSING,
        "answered": outcome not in ("failed", "pending"),
        "blocked": False,
        "truncated": False,
    } | columns


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    """Return the tidy table of these pairs."""
    frame = pd.DataFrame(list(rows) or [row("a", "failed")])
    frame["issue_scale"] = frame["issue_scale"].astype("Float64").astype("Int64")
    frame.insert(0, "pair_id", [f"p{i}" for i in range(len(frame))])
    return frame if rows else frame.iloc[:0]
