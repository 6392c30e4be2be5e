"""What became of a pair and what is left to do on it, in SQL: said once, for every query that asks.

Running the queries is left to `reading`.
"""

from __future__ import annotations

from collections.abc import Mapping

from valbench_core.runs.records import WorkMode
from valbench_core.runs.rows import ORDINAL_BITS, REPLICATE_BITS

PAIR_STATES = f"""
    pair AS p
    LEFT JOIN response AS rf ON rf.id = (p.ordinal * 2) << {REPLICATE_BITS}
    LEFT JOIN response AS ra ON ra.id = (p.ordinal * 2 + 1) << {REPLICATE_BITS}
    LEFT JOIN verdict AS v ON v.id = (:judgement << {ORDINAL_BITS}) | p.ordinal
"""
"""Each pair with its two responses (replicate 0) and its verdict under `:judgement`, which may be NULL."""

FRESH = "(v.for_sha256 = rf.text_sha256 AND v.against_sha256 = ra.text_sha256)"
"""Whether a verdict judged the answers that stand: else it is stale and counts as unjudged."""

STATE = f"""CASE
    WHEN rf.status = 'failed' OR ra.status = 'failed' THEN 'failed'
    WHEN rf.id IS NULL OR ra.id IS NULL OR v.id IS NULL THEN 'pending'
    WHEN v.status = 'unjudged' OR NOT {FRESH} THEN 'unjudged'
    ELSE 'judged' END"""
"""What became of a pair, as DESIGN §5 counts it."""

ASK: Mapping[WorkMode, str] = {
    "resume": "({0}.id IS NULL)",
    "retry": "({0}.id IS NULL OR {0}.status = 'failed')",
    "judge": "0",
}
"""Whether a side is to be asked; `{0}` stands for its response: rf or ra."""
_ANSWERED = "(rf.status = 'answered' AND ra.status = 'answered')"
JUDGE: Mapping[WorkMode, str] = {
    "resume": """(:judgement IS NOT NULL AND v.id IS NULL
        AND ifnull(rf.status, '') <> 'failed' AND ifnull(ra.status, '') <> 'failed')""",
    "retry": f"(:judgement IS NOT NULL AND {STATE} <> 'judged')",
    "judge": f"(:judgement IS NOT NULL AND {_ANSWERED} AND {STATE} <> 'judged')",
}
"""Whether a pair is to be judged once both answers are there."""


def to_do(mode: WorkMode) -> str:
    """Return the condition that something is left to do on a pair."""
    return f"({ASK[mode].format('rf')} OR {ASK[mode].format('ra')} OR {JUDGE[mode]})"
