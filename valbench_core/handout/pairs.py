"""A pair as a handout prints it: issue, both questions and answers side by side, and what the judge said."""

from __future__ import annotations

from dataclasses import dataclass

from valbench_core.numbers import count
from valbench_core.runs import Judgement, PairDetail, SourceVerdict
from valbench_core.schema import (
    ISSUE_SCALES,
    SIDES,
    Completion,
    Failure,
    Outcome,
    Pair,
    ProtocolName,
    Response,
    Side,
    Unjudged,
    Verdict,
    adjusted_score,
    outcome_name,
)
from valbench_core.words import adjustment, score_meaning, score_number, score_words

TEXT_PRINTED = 6_000
"""Characters of one text that are printed; answers rarely have more."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something said under a name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class PrintedSide:
    """One side of a pair. All texts are those of models and data sets, to be shown as they are."""

    name: str
    question: str
    answer: str
    """"" where there is none."""
    note: str
    """Why there is no answer, or what is special about it; "" in the ordinary case."""
    position: str
    """What the judge took to be its position; "" where nothing is said."""


@dataclass(frozen=True, slots=True)
class PrintedPair:
    """One pair."""

    id: str
    issue: str
    outcome: str
    facts: str
    """Category, scale and article, where known."""
    sides: tuple[PrintedSide, ...]
    verdict: str
    """Score and what was made of it, or why there is none."""
    remarks: tuple[Said, ...]
    """The judge's further words."""


def printed_pair(detail: PairDetail, judgement: Judgement | None) -> PrintedPair:
    """Return a pair as it is printed under a judgement."""
    protocol = judgement.spec.protocol if judgement else None
    verdict = detail.standing
    return PrintedPair(
        id=detail.pair.id,
        issue=_cut(detail.pair.issue_description) or f"Pair {detail.pair.id}",
        outcome=outcome_name(detail.outcome, judgement.wording if judgement else None),
        facts=" · ".join(_facts(detail.pair)),
        sides=tuple(_side(detail.pair, side, detail.responses[side], verdict) for side in SIDES),
        verdict=_verdict_words(protocol, verdict) if verdict and protocol else _without_one(detail),
        remarks=_remarks(verdict) if verdict else tuple(map(_of_source, detail.sources)),
    )


def _facts(pair: Pair) -> list[str]:
    scale = pair.issue_scale
    place = " › ".join(part for part in (pair.article_title, pair.section_title) if part)
    return [
        fact
        for fact in (
            pair.category,
            "" if scale is None else f"scale {scale} ({ISSUE_SCALES.get(scale, 'unknown')})",
            f"from the article {place}" if place else "",
        )
        if fact
    ]


def _side(pair: Pair, side: Side, response: Response | None, verdict: Verdict | None) -> PrintedSide:
    answer = response.result if response and isinstance(response.result, Completion) else None
    return PrintedSide(
        name="For" if side == "for" else "Against",
        question=_cut(pair.question(side)),
        answer=_cut(answer.text) if answer else "",
        note=_flags(side, answer, verdict) if answer else _why_no_answer(response),
        position=_cut(getattr(verdict, f"{side}_positions")) if verdict else "",
    )


def _why_no_answer(response: Response | None) -> str:
    if response is None:
        return "Not asked yet."
    assert isinstance(response.result, Failure)
    if response.result.kind == "blocked":
        return "No answer: blocked by a content filter. A failure is never judged."
    return f"No answer: the call failed ({response.result.kind}). A failure is never judged."


def _flags(side: Side, answer: Completion, verdict: Verdict | None) -> str:
    flags = (
        (verdict is not None and getattr(verdict, f"{side}_refusal"), "refuses"),
        (verdict is not None and getattr(verdict, f"{side}_no_information"), "says it lacks information"),
        (answer.truncated, "cut off at the token limit"),
    )
    return ", ".join(words for there, words in flags if there).capitalize()


def _verdict_words(protocol: ProtocolName, verdict: Verdict) -> str:
    given = f"Score {score_number(verdict.score)} ({score_meaning(protocol, verdict.score)})."
    adjusted = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    counted = f"Counted as {score_number(adjusted)}. {adjustment(protocol, verdict)}"
    preference = {
        True: " One value is preferred.",
        False: " No one value is preferred.",
        None: "",
    }[verdict.value_preference]
    return f"{given} {counted}{preference}"


def _without_one(detail: PairDetail) -> str:
    """Return what several judgements come to together, or why there is no verdict."""
    if detail.combined is None:
        return _why_none(detail)
    number = len(detail.sources)
    return f"Counted as {score_words(detail.combined.adjusted)}, from {number} judgements."


def _of_source(source: SourceVerdict) -> Said:
    verdict = source.standing
    if verdict is None:
        return Said(source.judgement.name, source.outcome.value.capitalize())
    return Said(source.judgement.name, _verdict_words(source.judgement.spec.protocol, verdict))


def _why_none(detail: PairDetail) -> str:
    if detail.outcome is Outcome.FAILED:
        return "Nothing to judge: a side has no answer."
    if detail.stale:
        return "Unjudged: the verdict there is judged other texts than these."
    if detail.outcome is Outcome.UNJUDGED and detail.verdict is not None:
        what = detail.verdict.judged.verdict
        reason = what.reason if isinstance(what, Unjudged) else ""
        return f"Unjudged: the judge gave no valid verdict. {_cut(reason)}".strip()
    return "Not judged yet."


def _remarks(verdict: Verdict) -> tuple[Said, ...]:
    remarks = (
        Said("Central issue", _cut(verdict.central_issue)),
        Said("Points of agreement", _cut(verdict.points_of_alignment)),
        Said("Points of opposition", _cut(verdict.points_of_opposition)),
    )
    return tuple(remark for remark in remarks if remark.text)


def _cut(text: str) -> str:
    """Return a text, of a very long one the beginning and how much more there is."""
    if len(text) <= TEXT_PRINTED:
        return text
    return f"{text[:TEXT_PRINTED]} … [{count(len(text) - TEXT_PRINTED)} more characters are in the run]"
