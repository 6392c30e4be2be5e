"""What an evaluation asks of whom, and the manifest of a run, from which it can be continued in the same way.

Holds settings and prompts in full, and the *name* of each key's variable; never a key. Carrying a plan out is
left to `evaluate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from valbench_core import __version__
from valbench_core.inference.prices import Price
from valbench_core.inference.request import ModelSettings
from valbench_core.judging import JudgePrompt
from valbench_core.pairs import Selection
from valbench_core.runs import JudgementSpec
from valbench_core.schema import BUILTIN, Order, ProtocolName


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

    def spec(self, *, made_by_run: bool = False) -> JudgementSpec:
        """Return the judgement that this way of judging stands for in a run file."""
        settings, prompt = self.settings, self.prompt
        return JudgementSpec(
            judge=self.judge,
            protocol=self.protocol,
            base_url=settings.base_url if settings else "",
            prompt=asdict(prompt) if prompt else {},
            prompt_sha256=prompt.sha256 if prompt else "",
            sampling=settings.as_dict() if settings else {},
            order=self.order,
            replicate=self.replicate,
            made_by_run=made_by_run,
        )

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

    answering: Answering | None
    """None where the answers are there already."""
    judging: Judging | None
    """None where answers are only collected."""
    condition: str = ""
    """Free words that tell prompt variants of one series apart."""
    series: str = ""
    """Free words that line prompt variants up."""

    @property
    def illustrative(self) -> bool:
        """Whether its figures say nothing about a real model: built-in answers or a built-in judge."""
        names = [
            who
            for who in (self.answering and self.answering.model, self.judging and self.judging.judge)
            if who
        ]
        return any(name.startswith(BUILTIN) for name in names)

    def manifest(self, selection: Selection) -> dict[str, Any]:
        """Return the manifest of a run that carries this plan out on the pairs chosen, as JSON values."""
        return {
            "software": {"name": "VAL-Bench Explorer", "version": __version__},
            "source": selection.source.as_dict(),
            "subset": selection.subset.as_dict(),
            "matching": selection.matching,
            "notes": [*selection.source.notes, *selection.notes],
            **asdict(self),
        }

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> Plan:
        """Return the plan that a manifest holds; a run that was imported has nobody to ask."""
        answering, judging = manifest.get("answering"), manifest.get("judging")
        return cls(
            answering=Answering.from_dict(answering) if answering else None,
            judging=Judging.from_dict(judging) if judging else None,
            condition=manifest.get("condition", ""),
            series=manifest.get("series", ""),
        )


def _settings(values: Mapping[str, Any] | None) -> ModelSettings | None:
    return ModelSettings.from_dict(values) if values else None


def _price(values: Mapping[str, Any] | None) -> Price | None:
    return Price(**values) if values else None
