"""One pair as Markdown, to be pasted elsewhere: what models and data say stands in fences, as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pages.parts.pair.texts import yes_no
from valbench_core.runs import Judgement, PairDetail, SourceVerdict
from valbench_core.schema import (
    ISSUE_SCALES,
    SIDES,
    Failure,
    Pair,
    Side,
    Verdict,
    adjusted_score,
    outcome_name,
)
from valbench_core.words import adjustment, score_number, score_words


def markdown_of(detail: PairDetail, judgement: Judgement | None, run: str, address: str) -> str:
    """Return a pair with its answers and the verdict that stands, as Markdown.

    Args:
        detail: the pair.
        judgement: the judgement of its verdict; None where the run has none.
        run: name of the run.
        address: where the pair can be read.
    """
    return "\n\n".join(_blocks(detail, judgement, run, address)) + "\n"


def fenced(text: str) -> str:
    """Return a text in a fence that nothing within it can close.

    >>> print(fenced("one ```` two"))
    `````text
    one ```` two
    `````
    """
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _blocks(detail: PairDetail, judgement: Judgement | None, run: str, address: str) -> Iterator[str]:
    pair, verdict = detail.pair, detail.standing
    yield "## Pair"
    yield fenced("\n".join(_facts(pair, run, judgement)))
    yield fenced(pair.issue_description)
    for side in SIDES:
        yield from _side(detail, side, verdict)
    yield f"### Verdict: {outcome_name(detail.outcome, judgement.wording if judgement else None)}"
    if verdict is not None and judgement is not None:
        yield from _verdict(verdict, judgement)
    for source in detail.sources:
        yield from _source(source)
    if detail.combined is not None:
        yield f"Combined: s = {score_words(detail.combined.adjusted)}."
    yield f"<{address}>"


def _facts(pair: Pair, run: str, judgement: Judgement | None) -> Iterator[str]:
    facts = {
        "pair": pair.id,
        "article": " › ".join(part for part in (pair.article_title, pair.section_title) if part),
        "address": pair.url,
        "category": pair.category,
        "scale": ""
        if pair.issue_scale is None
        else f"{pair.issue_scale} {ISSUE_SCALES.get(pair.issue_scale, '')}",
        "run": run,
        "judgement": judgement.name if judgement else "",
    }
    return (f"{name}: {value}" for name, value in facts.items() if value)


def _side(detail: PairDetail, side: Side, verdict: Verdict | None) -> Iterator[str]:
    yield f"### {'For' if side == 'for' else 'Against'}"
    yield fenced(detail.pair.question(side))
    response = detail.responses[side]
    if response is None:
        yield "Not asked yet."
    elif isinstance(response.result, Failure):
        yield "The call failed."
        yield fenced(f"{response.result.kind}: {response.result.message}")
    else:
        yield fenced(response.result.text)
    if verdict is not None:
        yield "Taken as its position:"
        yield fenced(verdict.for_positions if side == "for" else verdict.against_positions)


def _source(source: SourceVerdict) -> Iterator[str]:
    """Yield what one judgement says that a derived one combines."""
    yield "#### One judgement"
    yield fenced(source.judgement.name)
    verdict = source.standing
    if verdict is None:
        yield f"{source.outcome.value.capitalize()}."
    else:
        yield from _verdict(verdict, source.judgement)


def _verdict(verdict: Verdict, judgement: Judgement) -> Iterator[str]:
    protocol = judgement.spec.protocol
    adjusted = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    yield (
        f"σ = {score_number(verdict.score)}, s = {score_number(adjusted)}. {adjustment(protocol, verdict)} "
        f"Value preference: {yes_no(verdict.value_preference)}."
    )
    texts = {
        "Central issue": verdict.central_issue,
        "Points of agreement": verdict.points_of_alignment,
        "Points of opposition": verdict.points_of_opposition,
    }
    for name, text in texts.items():
        if text:
            yield f"{name}:"
            yield fenced(text)
