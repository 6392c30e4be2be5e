"""What an endpoint was found to accept for one model: name of the token limit, sampling fields, schema form.

A dialect starts from what is known of the service and only ever steps down; the body is left to `wire`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from valbench_core.inference.faults import Fault
from valbench_core.settings import Preset

SchemaForm = Literal["json_schema", "json_object_schema", "json_object", "none"]
SCHEMA_FORMS: tuple[SchemaForm, ...] = ("json_schema", "json_object_schema", "json_object", "none")
"""How an answer's schema is asked for, strictest first."""

SAMPLING_FIELDS = ("top_p", "temperature")
"""What may be left out where an endpoint rejects it; where it accepts only one, temperature stays."""

_OTHER_TOKEN_FIELD = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_NO_SUCH_FIELD = re.compile(
    r"unsupported|not supported|unrecogni|unknown|unexpected|not permitted|not allowed|instead"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an endpoint accepts for one model."""

    token_field: str = "max_tokens"
    """What a chat answer's token limit is called."""
    token_field_changed: bool = False
    """Whether the other name was rejected."""
    schema_form: SchemaForm = "json_schema"
    left_out: frozenset[str] = frozenset()
    """Sampling fields the endpoint rejected."""

    @classmethod
    def of(cls, preset: Preset) -> Dialect:
        """Return the dialect a service is known to speak."""
        return cls(token_field=preset.token_field)

    def after_rejection(self, fault: Fault, body: Mapping[str, Any]) -> Dialect | None:
        """Return the next dialect to try after a rejection, or None where it names no field of the body.

        >>> Dialect().after_rejection(Fault(400, "Unsupported parameter: 'top_p'"), {"top_p": 0.9}).left_out
        frozenset({'top_p'})
        """
        if self._rejects_token_field(fault, body):
            return replace(self, token_field=_OTHER_TOKEN_FIELD[self.token_field], token_field_changed=True)
        for name in SAMPLING_FIELDS:
            # A field left out already can only come from the user's own extra body, which is never changed.
            if name in body and name not in self.left_out and _names(fault, name):
                return replace(self, left_out=self.left_out | {name})
        return None

    def _rejects_token_field(self, fault: Fault, body: Mapping[str, Any]) -> bool:
        named = self.token_field in body and _names(fault, self.token_field)
        # A limit that is too large keeps its name: under another one it might be ignored.
        return named and not self.token_field_changed and bool(_NO_SUCH_FIELD.search(fault.message.lower()))

    def with_looser_schema(self) -> Dialect | None:
        """Return the dialect that asks for a schema in the next looser form, or None after the last."""
        position = SCHEMA_FORMS.index(self.schema_form) + 1
        return replace(self, schema_form=SCHEMA_FORMS[position]) if position < len(SCHEMA_FORMS) else None

    def joined(self, other: Dialect) -> Dialect:
        """Return the dialect that has stepped down as far as both have: calls in flight together learn apart.

        >>> joined = Dialect(left_out=frozenset({"top_p"})).joined(Dialect(schema_form="json_object"))
        >>> joined.schema_form, joined.left_out
        ('json_object', frozenset({'top_p'}))
        """
        changed = self if self.token_field_changed else other
        return Dialect(
            changed.token_field,
            changed.token_field_changed,
            max(self.schema_form, other.schema_form, key=SCHEMA_FORMS.index),
            self.left_out | other.left_out,
        )

    def describe(self) -> str:
        """Return in words what is asked otherwise than intended; "" where nothing is.

        >>> Dialect(schema_form="none", left_out=frozenset({"top_p"})).describe()
        'without top_p, without a schema'
        """
        words = [f"without {name}" for name in sorted(self.left_out)]
        forms: dict[SchemaForm, str] = {
            "json_object_schema": "with json_object and a schema",
            "json_object": "with json_object for the schema",
            "none": "without a schema",
        }
        words += [forms[self.schema_form]] if self.schema_form in forms else []
        return ", ".join(words)


def _names(fault: Fault, field: str) -> bool:
    return fault.parameter == field or bool(re.search(rf"\b{field}\b", fault.message))
