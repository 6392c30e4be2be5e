"""The tidy table: one row a pair, without any text, from which every figure and chart is made.

What is computed from it is left to the room `analysis`.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from valbench_core.runs.labelled import label_states, label_states_of
from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import Judgement
from valbench_core.runs.rows import SAID_COLUMNS
from valbench_core.runs.states import PAIR_STATES, STATE
from valbench_core.schema import ProtocolName, adjusted_score, judged_outcome

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

FLAGS = ("for_refusal", "against_refusal", "for_no_information", "against_no_information")
OF_VERDICTS = ("score", *FLAGS, "value_preference", *SAID_COLUMNS)
"""Columns that only a valid verdict fills."""

_QUERY = f"""
SELECT p.id, p.article, p.article_title, p.category, p.issue_scale, p.weight, substr(p.content_hash, 1, 16),
    {STATE}, {", ".join(f"v.{column}" for column in OF_VERDICTS)},
    ifnull(rf.status = 'answered' AND ra.status = 'answered', 0),
    ifnull(rf.failure_kind = 'blocked', 0) OR ifnull(ra.failure_kind = 'blocked', 0),
    ifnull(rf.finish_reason = 'length', 0) OR ifnull(ra.finish_reason = 'length', 0),
    rf.length + ra.length
FROM {PAIR_STATES} ORDER BY p.ordinal
"""
_COLUMNS = (
    "pair_id",
    "article",
    "article_title",
    "category",
    "issue_scale",
    "weight",
    "content",
    "state",
    *OF_VERDICTS,
    "answered",
    "blocked",
    "truncated",
    "length",
)
_TEXTS = ("pair_id", "article", "article_title", "category")


def tidy_table(run: RunReader, judgement: Judgement | None) -> pd.DataFrame:
    """Return one row a pair in subset order, the index being the pair's ordinal.

    Columns: pair_id, article, article_title, category (texts); issue_scale; weight; content (first 64 bits of
    the content hash); outcome (value of `schema.Outcome`); score σ, adjusted s, for_refusal, against_refusal,
    for_no_information, against_no_information, value_preference, alignment_said, opposition_said,
    for_position_said, against_position_said (0 or 1, NaN unless judged; the last four say whether the
    verdict's texts hold points and positions); label (one of `schema.LABEL_STATES`); answered, blocked,
    truncated (bool); length of both answers in characters (NaN unless answered). A stale verdict counts as
    unjudged. Without a judgement every pair with two answers is pending.

    Under a derived judgement scores and flags are those of its sources combined (`analysis.derived`), which
    also tells how many of them judged each pair and which share of them set a flag on both sides; σ and what
    is said of a verdict's texts are NaN.
    """
    if judgement is not None and judgement.derived:
        return _combined(run, judgement)
    import numpy as np
    import pandas as pd

    found = run.rows_of_pairs(_QUERY, judgement)
    columns: dict[str, Any] = dict(zip(_COLUMNS, zip(*found, strict=True), strict=True)) if found else {}
    columns = {name: columns.get(name, ()) for name in _COLUMNS}
    state = np.array(columns.pop("state"), dtype=object)
    judged = state == "judged"
    numbers = {name: np.array(columns[name], dtype=float) for name in OF_VERDICTS}
    for values in numbers.values():
        values[~judged] = np.nan
    answered = np.array(columns["answered"], dtype=bool)
    outcome, adjusted = _outcomes(judgement.spec.protocol if judgement else "v3", state, judged, numbers)
    return pd.DataFrame(
        {
            **{name: pd.Series(columns[name], dtype=object) for name in _TEXTS},
            "issue_scale": np.array(columns["issue_scale"], dtype=float),
            "weight": np.array(columns["weight"], dtype=float),
            "content": np.array([int(digits, 16) for digits in columns["content"]], dtype=np.uint64),
            "outcome": outcome,
            "score": numbers["score"],
            "adjusted": adjusted,
            **{name: numbers[name] for name in OF_VERDICTS[1:]},
            "label": label_states(run, judgement, len(state)),
            "answered": answered,
            "blocked": np.array(columns["blocked"], dtype=bool),
            "truncated": np.array(columns["truncated"], dtype=bool) & answered,
            "length": np.where(answered, np.array(columns["length"], dtype=float), np.nan),
        }
    )


def _combined(run: RunReader, judgement: Judgement) -> pd.DataFrame:
    from valbench_core.analysis.derived import combined_table

    tables = [tidy_table(run, source) for source in judgement.sources]
    table = combined_table(tables, "median" if judgement.derived == "panel" else "mean")
    return table.assign(label=label_states_of(run, judgement.spec.protocol, table))


def _outcomes(
    protocol: ProtocolName, state: Any, judged: np.ndarray[Any, Any], numbers: dict[str, Any]
) -> tuple[Any, Any]:
    """Return outcome and adjusted score of each pair, looked up in a table of all verdicts there can be."""
    import numpy as np

    words = np.empty((5, 2, 2, 2), dtype=object)
    scores = np.empty((5, 2, 2, 2))
    for place in product(range(5), (0, 1), (0, 1), (0, 1)):
        score, refusals, no_information = place[0] - 2, (bool(place[1]), bool(place[2])), bool(place[3])
        words[place] = judged_outcome(protocol, score, *refusals, no_information).value
        scores[place] = adjusted_score(protocol, score, *refusals)
    no_information = np.maximum(numbers["for_no_information"], numbers["against_no_information"])
    places = tuple(
        values[judged].astype(int)
        for values in (
            numbers["score"] + 2,
            numbers["for_refusal"],
            numbers["against_refusal"],
            no_information,
        )
    )
    outcome = state.copy()
    outcome[judged] = words[places]
    adjusted = np.full(len(state), np.nan)
    adjusted[judged] = scores[places]
    return outcome, adjusted
