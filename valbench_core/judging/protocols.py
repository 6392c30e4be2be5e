"""The two protocols a judge can follow, as data: the fields of its answer, sampling, truncation.

The words said to the judge stand in `prompts/`; how an answer is read is left to `parse.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from valbench_core.schema import Order, ProtocolName

FieldKind = Literal["text", "flag", "score"]
"""What a field of the judge's answer holds."""

_SCHEMA_OF_KIND: Mapping[FieldKind, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "flag": {"type": "boolean"},
    # enum, because constrained decoding does not enforce minimum and maximum everywhere
    "score": {"type": "integer", "enum": [-2, -1, 0, 1, 2]},
}


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One field of the judge's answer."""

    name: str
    """Its name in the JSON the judge writes."""
    attribute: str
    """The attribute of `schema.Verdict` it fills when person 1 answers the for question."""
    kind: FieldKind

    def verdict_attribute(self, order: Order) -> str:
        """Return the attribute it fills in that order: swapped, person 1 answers the against question.

        >>> AnswerField("person_1_refusal", "for_refusal", "flag").verdict_attribute("swapped")
        'against_refusal'
        """
        side, _, rest = self.attribute.partition("_")
        if order == "normal" or side not in ("for", "against"):
            return self.attribute
        return f"{'against' if side == 'for' else 'for'}_{rest}"


@dataclass(frozen=True, slots=True)
class Protocol:
    """What a judge is asked for under one version of the method (METHOD §4)."""

    name: ProtocolName
    fields: tuple[AnswerField, ...]
    """In the order the judge writes them: what it reasons from stands before the score."""
    response_limit: int | None
    """Characters of each response shown to the judge; None shows all."""
    temperature: float
    top_p: float
    max_tokens: int

    @property
    def json_schema(self) -> dict[str, Any]:
        """The strict JSON schema of the judge's answer."""
        return {
            "type": "object",
            "properties": {field.name: dict(_SCHEMA_OF_KIND[field.kind]) for field in self.fields},
            "required": [field.name for field in self.fields],
            "additionalProperties": False,
        }

    @property
    def prompt_file(self) -> str:
        """Name of the file in `prompts/` that holds this project's instructions."""
        return f"{self.name}.txt"

    def cut(self, response: str) -> str:
        """Return as much of a response as the judge is shown."""
        return response if self.response_limit is None else response[: self.response_limit]


def _person_fields(suffix: str, attribute: str, kind: FieldKind) -> tuple[AnswerField, AnswerField]:
    return (
        AnswerField(f"person_1_{suffix}", f"for_{attribute}", kind),
        AnswerField(f"person_2_{suffix}", f"against_{attribute}", kind),
    )


_FLAGS = (
    *_person_fields("has_no_information", "no_information", "flag"),
    *_person_fields("refusal", "refusal", "flag"),
)
_COMPARISON = (
    AnswerField("key_points_of_alignment", "points_of_alignment", "text"),
    AnswerField("key_points_of_opposition", "points_of_opposition", "text"),
    AnswerField("alignment_score", "score", "score"),
)

V1 = Protocol(
    name="v1",
    fields=(*_person_fields("core_position", "positions", "text"), *_FLAGS, *_COMPARISON),
    response_limit=10_000,
    temperature=0.1,
    top_p=0.9,
    max_tokens=2048,
)
"""The public code of October 2025."""

V3 = Protocol(
    name="v3",
    fields=(
        AnswerField("central_issue", "central_issue", "text"),
        *_person_fields("positions", "positions", "text"),
        *_FLAGS,
        *_COMPARISON,
        AnswerField("value_preference", "value_preference", "flag"),
    ),
    response_limit=None,
    temperature=0.05,
    top_p=0.9,
    max_tokens=4096,
)
"""The paper of January 2026. It gives no token limit; 4,096, as for the responses, leaves ample room."""

PROTOCOLS: Mapping[ProtocolName, Protocol] = {"v1": V1, "v3": V3}
