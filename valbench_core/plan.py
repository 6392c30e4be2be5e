"""What an evaluation asks of whom: the part of a run's manifest from which it can be started again.

Holds settings and prompts in full, and the *name* of each key's variable; never a key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from valbench_core import __version__
from valbench_core.inference.answering import BUILTIN
from valbench_core.inference.prices import Price
from valbench_core.inference.request import ModelSettings
from valbench_core.judging import JudgePrompt
from valbench_core.schema import Order, ProtocolName


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers the questions, and how they are asked."""

    model: str
    settings: ModelSettings | None = None
    """None for a built-in model."""
    key_env: str | None = None
    """Variable that holds the key."""
    system_prompt: str = ""
    template: str = ""
    """For base models: how a question becomes a text to complete."""
    price: Price | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Answering:
        """Return what `asdict` of an `Answering` holds, read back from JSON."""
        return cls(**{**values, "settings": _settings(values["settings"]), "price": _price(values["price"])})


@dataclass(frozen=True, slots=True)
class Judging:
    """Who judges the pairs, by which protocol, and what the judge is told."""

    judge: str
    protocol: ProtocolName
    settings: ModelSettings | None = None
    """None for the built-in rule judge."""
    key_env: str | None = None
    """Variable that holds the key."""
    prompt: JudgePrompt | None = None
    """None for the built-in rule judge."""
    order: Order = "normal"
    replicate: int = 0
    price: Price | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Judging:
        """Return what `asdict` of a `Judging` holds, read back from JSON."""
        prompt = JudgePrompt(**values["prompt"]) if values["prompt"] else None
        return cls(
            **{
                **values,
                "settings": _settings(values["settings"]),
                "prompt": prompt,
                "price": _price(values["price"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """One evaluation: who answers, who judges; the pairs are kept beside it."""

    answering: Answering
    judging: Judging | None = None
    """None for `--responses-only`."""
    condition: str = ""
    """Free words that tell prompt variants of one series apart."""
    series: str = ""
    """Free words that line prompt variants up."""
    version: str = field(default=__version__)
    """Version of this program."""

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as JSON values, for the manifest."""
        return asdict(self)

    @property
    def illustrative(self) -> bool:
        """Whether its figures say nothing about a real model: built-in answers or a built-in judge."""
        names = [self.answering.model, *([self.judging.judge] if self.judging else [])]
        return any(name.startswith(BUILTIN) for name in names)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Plan:
        """Return the plan that `as_dict` gave; a manifest may hold more beside it."""
        judging = values["judging"]
        return cls(
            answering=Answering.from_dict(values["answering"]),
            judging=Judging.from_dict(judging) if judging else None,
            condition=values["condition"],
            series=values["series"],
            version=values["version"],
        )


def _settings(values: Mapping[str, Any] | None) -> ModelSettings | None:
    return ModelSettings.from_dict(values) if values else None


def _price(values: Mapping[str, Any] | None) -> Price | None:
    return Price(**values) if values else None
