"""A run in readable words: what its manifest and accounting say, as rows of label and text.

Laying them out is left to the pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from valbench_core.numbers import MISSING, count, duration, money, tokens
from valbench_core.pairs.subset import Subset
from valbench_core.runs.derived import judged_by
from valbench_core.schema import SIDES, Usage

if TYPE_CHECKING:
    from valbench_core.runs import Accounting, Judgement, RunFacts, Tally

NOT_KNOWN = "not known"

_HASH_SHOWN = 12
"""Characters of a hash that people look at."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to know about a run."""

    label: str
    text: str
    """May hold words of models or data sets: never to be taken for markup."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows on one subject."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Spending:
    """What calls of one role came to, in words."""

    role: str
    calls: str
    failed: str
    from_cache: str
    input_tokens: str
    output_tokens: str
    cost: str
    """Of the calls that were paid for in this run."""
    seconds: str


def about_run(facts: RunFacts, judgement: Judgement | None) -> tuple[Section, ...]:
    """Return what a run was made from: pairs, answers, judgement, software; what is not known is left out."""
    manifest = facts.manifest
    sections = (
        Section("Pairs", tuple(_pairs(manifest))),
        Section("Answers", tuple(_answers(facts))),
        Section("Judgement", tuple(_judgement(judgement))),
        Section("Run", tuple(_run(facts))),
    )
    return tuple(section for section in sections if section.rows)


def spending(accounting: Accounting, manifest: Mapping[str, Any], made_by_run: str | None) -> list[Spending]:
    """Return what a run used, a row a role; costs are known for the calls whose prices the manifest holds.

    The price of a judgement made later stands under `judge_prices`, by the judgement's name.

    Args:
        accounting: of the run.
        manifest: of the run.
        made_by_run: name of the judgement that the run made itself.
    """
    answers = _spending("answers", accounting.answers, _part(manifest, "answering").get("price"))
    own = {made_by_run: _part(manifest, "judging").get("price")} if made_by_run else {}
    prices: Mapping[str, Any] = {**own, **_part(manifest, "judge_prices")}
    judgements = [_spending(name, tally, prices.get(name)) for name, tally in accounting.judgements.items()]
    return [answers, *judgements]


def _pairs(manifest: Mapping[str, Any]) -> Iterator[Row]:
    source, subset = _part(manifest, "source"), _part(manifest, "subset")
    yield from _given("Source", source.get("spec"))
    yield from _given("Split", source.get("split"))
    yield from _given("Revision", source.get("revision"))
    yield from _given("Pairs in the source", source.get("n"))
    if subset:
        yield Row("Subset", Subset.from_dict(subset).describe())
    yield from _given("Pairs that meet the conditions", manifest.get("matching"))
    yield from (Row("Note", str(note)) for note in manifest.get("notes", ()))
    yield from _given("Fingerprint", str(source.get("fingerprint") or "")[:_HASH_SHOWN])


def _answers(facts: RunFacts) -> Iterator[Row]:
    answering = _part(facts.manifest, "answering")
    yield from _given("Model", facts.model)
    yield from _settings(_part(answering, "settings"))
    yield from _given("System prompt", answering.get("system_prompt"))
    yield from _given("Condition", facts.manifest.get("condition"))
    yield from _given("Series", facts.manifest.get("series"))


def _judgement(judgement: Judgement | None) -> Iterator[Row]:
    if judgement is None:
        return
    spec = judgement.spec
    if judgement.derived:
        yield Row("Combined from", judged_by(judgement))
        yield from (Row(f"Judgement {n}", source.name) for n, source in enumerate(judgement.sources, 1))
        return
    yield Row("Judge", spec.judge)
    yield Row("Protocol", spec.protocol)
    sides = SIDES if spec.order == "normal" else SIDES[::-1]
    yield Row("Order of the answers", " first, then ".join(sides))
    yield from _given("Replicate", spec.replicate or None)
    yield from _settings({"base_url": spec.base_url, **spec.sampling})
    yield from _given("Prompt SHA-256", spec.prompt_sha256[:_HASH_SHOWN])
    yield Row("Begun", _time(judgement.created))


def _run(facts: RunFacts) -> Iterator[Row]:
    yield Row("Name", facts.run)
    yield Row("Created", _time(facts.created))
    software = _part(facts.manifest, "software")
    yield from _given("Software", " ".join(str(part) for part in software.values()))


_SETTING_LABELS: Mapping[str, str] = {
    "base_url": "Endpoint",
    "api": "API",
    "temperature": "Temperature",
    "top_p": "Top-p",
    "max_tokens": "Most tokens",
    "stop": "Ends at",
    "reasoning_effort": "Reasoning effort",
    "thinking_budget": "Thinking budget",
    "web_search": "Web search",
    "extra_body": "Further fields",
}


def _settings(settings: Mapping[str, Any]) -> Iterator[Row]:
    for key, label in _SETTING_LABELS.items():
        yield from _given(label, settings.get(key))


def _time(iso: str) -> str:
    """Return a point in time as people write it.

    >>> _time("2026-11-20T19:54:59+00:00")
    '2026-11-20 19:54 UTC'
    """
    return f"{iso[:10]} {iso[11:16]} UTC" if len(iso) > 16 else iso


def _given(label: str, value: object) -> Iterator[Row]:
    """Yield a row, unless there is nothing to say."""
    if value is None or value is False or value in ("", [], {}, ()):
        return
    yield Row(label, "yes" if value is True else count(value) if isinstance(value, int) else str(value))


def _part(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = values.get(key)
    return part if isinstance(part, Mapping) else {}


def _spending(role: str, tally: Tally, price: Mapping[str, Any] | None) -> Spending:
    return Spending(
        role=role,
        calls=count(tally.calls),
        failed=count(tally.failed),
        from_cache=count(tally.from_cache),
        input_tokens=tokens(tally.usage.input_tokens),
        output_tokens=tokens(tally.usage.output_tokens),
        cost=_cost(tally, price),
        seconds=duration(tally.seconds),
    )


def _cost(tally: Tally, price: Mapping[str, Any] | None) -> str:
    from valbench_core.inference.prices import Price

    if tally.usage == Usage():
        return MISSING  # Nothing was counted: built-in models, imported answers, nothing asked yet.
    if price is not None:
        return money(Price(**price).cost(tally.paid))
    return money(0) if tally.paid == Usage() else NOT_KNOWN
