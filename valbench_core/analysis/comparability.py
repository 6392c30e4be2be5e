"""Whether judgements can be set against each other, and how runs of one model are told apart by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from valbench_core.analysis.families import shared_maker
from valbench_core.errors import ComparisonError
from valbench_core.schema import Order, ProtocolName, sha256_of


class JudgedBy(Protocol):
    """What must agree between the judgements of two runs: everything a verdict depends on but the texts."""

    @property
    def judge(self) -> str:
        """The judge's model."""

    @property
    def protocol(self) -> ProtocolName:
        """The protocol it followed."""

    @property
    def base_url(self) -> str:
        """Where it was asked."""

    @property
    def prompt(self) -> Mapping[str, Any]:
        """What it was told."""

    @property
    def prompt_sha256(self) -> str:
        """The hash of that; "" where it is not known."""

    @property
    def sampling(self) -> Mapping[str, Any]:
        """The settings of its model."""

    @property
    def order(self) -> Order:
        """Which answer it read first."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A run as a comparison knows it: who answered, how it was asked, who judged."""

    run: str
    """The run's name."""
    model: str
    judged_by: JudgedBy | None
    """None where the run has no judgement."""
    answering: Mapping[str, Any]
    """What the run's manifest says of the answering side; empty where it says nothing."""
    illustrative: bool = False
    derived: str = ""
    """How several judgements are combined into the one compared; "" where it is one alone."""

    @property
    def family(self) -> str | None:
        """Who made both the model and its judge; None where that is not one and the same."""
        return shared_maker(self.model, self.judged_by.judge) if self.judged_by else None


def obstacles(contenders: Sequence[Contender]) -> list[str]:
    """Return what sets the judgements apart, each in a few words with the differing values.

    Without a judgement there is nothing to compare and so no obstacle.
    """
    judged = [c for c in contenders if c.judged_by is not None]
    found = []
    for what in _MUST_AGREE:
        values = {c.run: _MUST_AGREE[what](c.judged_by) for c in judged if c.judged_by is not None}
        if len(set(values.values())) > 1:
            found.append(f"{what} ({_each(values)})")
    combined = {c.run: COMBINED.get(c.derived, c.derived) for c in judged}
    return found if len(set(combined.values())) < 2 else [*found, f"what counts ({_each(combined)})"]


COMBINED: Mapping[str, str] = {
    "": "one verdict a pair",
    "orders": "the mean of both orders",
    "repeats": "the mean of repeats",
    "panel": "the median of several judges",
}
"""What counts under each kind of derived judgement."""


def check_comparable(contenders: Sequence[Contender]) -> None:
    """Refuse to compare runs whose judgements differ in more than the texts judged.

    Raises:
        ComparisonError: what differs, what would be valid, and how to compare all the same.
    """
    found = obstacles(contenders)
    if found:
        names = ", ".join(f"'{c.run}'" for c in contenders)
        raise ComparisonError(
            f"{names} were judged in different ways: {'; '.join(found)}. A difference could be the judge's. "
            "Judge them alike with `valbench judge` and choose that judgement with --judgement, "
            "or compare all the same with --anyway"
        )


def display_names(contenders: Sequence[Contender]) -> list[str]:
    """Return each run's name, with how its model was asked where the runs differ in that.

    >>> settings = [{"temperature": 0.1}, {"temperature": 1.0}]
    >>> display_names([Contender(n, "m", None, {"settings": s}) for n, s in zip("ab", settings)])
    ['a (temperature 0.1)', 'b (temperature 1.0)']
    """
    asked = [_asked(contender) for contender in contenders]
    varying = [what for what in _ASKED if len({_word(a[what]) for a in asked if what in a}) > 1]
    return [
        _named(contender.run, [f"{what} {_word(a[what])}" for what in varying if what in a])
        for contender, a in zip(contenders, asked, strict=True)
    ]


_ASKED = (
    "system prompt",
    "template",
    "temperature",
    "top-p",
    "token limit",
    "reasoning effort",
    "thinking budget",
    "web search",
    "stop",
    "extra body",
)
_SETTINGS = {
    "temperature": "temperature",
    "top_p": "top-p",
    "max_tokens": "token limit",
    "reasoning_effort": "reasoning effort",
    "thinking_budget": "thinking budget",
    "web_search": "web search",
    "stop": "stop",
    "extra_body": "extra body",
}


def _asked(contender: Contender) -> dict[str, Any]:
    """Return how a run's model was asked, as far as its manifest tells; texts by the first of their hash."""
    answering = contender.answering
    settings = answering.get("settings") or {}
    told = {name: settings[key] for key, name in _SETTINGS.items() if key in settings}
    texts = {"system prompt": "system_prompt", "template": "template"}
    hashes = {
        name: f"#{sha256_of(answering[key])[:4]}" if answering[key] else "none"
        for name, key in texts.items()
        if settings and isinstance(answering.get(key), str)
    }
    return {**hashes, **told}


def _word(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"#{sha256_of(value)[:4]}" if isinstance(value, (list, tuple, Mapping)) else str(value)


def _named(run: str, differing: Sequence[str]) -> str:
    return f"{run} ({', '.join(differing)})" if differing else run


def _each(values: Mapping[str, str]) -> str:
    """Return each run's value, with letters in place of hashes.

    >>> _each({"a": "text #4ce84f51", "b": "not known", "c": "text #9f00aa12"})
    'a: text A, b: not known, c: text B'
    """
    hashes = list(dict.fromkeys(_HASH.findall(" ".join(values.values()))))
    told = {
        run: _HASH.sub(lambda found: _letter(hashes.index(found.group())), v) for run, v in values.items()
    }
    return ", ".join(f"{run}: {value}" for run, value in told.items())


_HASH = re.compile(r"#[0-9a-f]{8}")


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def _prompt(judged_by: JudgedBy) -> str:
    sha256 = judged_by.prompt_sha256 or (sha256_of(dict(judged_by.prompt)) if judged_by.prompt else "")
    return f"text #{sha256[:8]}" if sha256 else "not known"


def _sampling(judged_by: JudgedBy) -> str:
    """Return the settings of the judge in a few words that differ where the settings do."""
    apart = {"model", "base_url"}
    settings = {key: value for key, value in judged_by.sampling.items() if key not in apart}
    if not settings:
        return "not known"
    temperature = settings.get("temperature")
    return f"temperature {_word(temperature)}, settings #{sha256_of(settings)[:8]}"


_MUST_AGREE: Mapping[str, Callable[[JudgedBy], str]] = {
    "protocol": lambda judged_by: judged_by.protocol,
    "judge": lambda judged_by: judged_by.judge,
    "judge's address": lambda judged_by: judged_by.base_url or "not known",
    "judge's prompt": _prompt,
    "judge's sampling": _sampling,
    "order": lambda judged_by: judged_by.order,
}
