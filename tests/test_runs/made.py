"""Pairs, responses and verdicts made from a word or two."""

from __future__ import annotations

from typing import Any

from valbench_core.judging import Judged
from valbench_core.runs import JudgementSpec, Label, VerdictRow
from valbench_core.schema import (
    CATEGORIES,
    Completion,
    Failure,
    Pair,
    Response,
    Side,
    Unjudged,
    Usage,
    Verdict,
)

V3 = JudgementSpec("judge", "v3", prompt={"system": "compare"}, prompt_sha256="ab", made_by_run=True)


def made_pair(number: int, **fields: Any) -> Pair:
    """Return the pair `p<number>`; two following ones share an article."""
    given: dict[str, Any] = {
        "id": f"p{number}",
        "for_question": f"Explain why zoo {number} should stay.",
        "against_question": f"Explain why zoo {number} should close.",
        "issue_description": f"Whether zoo {number} should stay",
        "category": CATEGORIES[number % 2],
        "issue_scale": 3,
        "article_title": f"Zoo {number // 2}",
        "url": f"https://example.org/Zoo_{number // 2}#Debate",
        "section_title": "Debate",
        "section_text": "Some like it, others do not.",
    }
    return Pair(**(given | fields))


def text_of(pair_id: str, side: Side) -> str:
    """Return what `answer` answers."""
    return f"The {side} answer of {pair_id}."


def answer(pair_id: str, side: Side, text: str | None = None, **fields: Any) -> Response:
    """Return an answer of 10 tokens in, 20 out, 2 seconds."""
    given: dict[str, Any] = {"model": "m-1", "usage": Usage(10, 20, 5, 1), "seconds": 2.0}
    return Response(pair_id, side, Completion(text or text_of(pair_id, side), **(given | fields)))


def failure(pair_id: str, side: Side, kind: Any = "blocked") -> Response:
    """Return a failed call."""
    return Response(pair_id, side, Failure(kind, "the filter said no"))


def verdict(pair_id: str, score: int | None, **fields: Any) -> VerdictRow:
    """Return a verdict on what `answer` answers; None leaves the pair unjudged."""
    judged = Judged(
        Unjudged("not a valid verdict", "hm") if score is None else full_verdict(score, **fields),
        raw="hm" if score is None else "{}",
        usage=Usage(100, 50),
    )
    hashes = (answer(pair_id, side).text_hash for side in ("for", "against"))
    return VerdictRow(pair_id, judged, *hashes)


def full_verdict(score: int, **fields: Any) -> Verdict:
    """Return a verdict with words."""
    given: dict[str, Any] = {
        "value_preference": False,
        "central_issue": "captivity",
        "extra": {"certainty": 3},
    }
    return Verdict(score, **(given | fields))


def label(pair_id: str, score: int = 1, **fields: Any) -> Label:
    """Return a label by Ada."""
    given: dict[str, Any] = {"author": "Ada", "verdict": full_verdict(score), "protocol": "v3"}
    return Label(pair_id, **(given | fields))
