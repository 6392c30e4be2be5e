"""Reading a judge's answer strictly into a `Verdict` in terms of sides, and writing a verdict as one.

What is done about an answer that is not valid (repair, `Unjudged`) is left to `judge.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StrictBool,
    StrictStr,
    ValidationError,
    create_model,
)

from valbench_core.judging.protocols import PROTOCOLS, AnswerField, FieldKind
from valbench_core.schema import SCORES, Order, ProtocolName, Verdict, clean_text

ANSWER_LIMIT = 200_000
"""Characters of a judge's answer that are looked at; a valid answer is a hundred times shorter."""

_BRACES_TRIED = 50
"""Opening braces at which an object may begin: bounds the time that an answer full of braces can take."""

_OTHER_NAME: Mapping[str, str] = {
    f"person_{k}_{mine}": f"person_{k}_{other}"
    for k in (1, 2)
    for mine, other in (("core_position", "positions"), ("positions", "core_position"))
}
"""The name that the other protocol gives to the same field."""


class InvalidAnswerError(ValueError):
    """A judge's answer is not a valid verdict; the text tells the judge what is wrong with it."""


def parse_verdict(raw: str, protocol: ProtocolName, order: Order = "normal") -> Verdict:
    """Return the verdict that a judge's answer holds: one JSON object, alone, fenced or with text around it.

    Raises `InvalidAnswerError` where there is none, where there are several that differ, or where it does not
    say exactly what the protocol asks for: nothing is guessed.
    """
    return _verdict(_only_object(raw, protocol), protocol, order)


def parse_fields(fields: Mapping[str, Any], protocol: ProtocolName, order: Order = "normal") -> Verdict:
    """Return the verdict that fields parsed earlier hold, as in the benchmark's public result files.

    More is forgiven than in `parse_verdict`: numbers and flags may read as floats, texts that are null become
    "", and positions may bear the other protocol's name. A null score or flag raises `InvalidAnswerError`.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    answer = {field.name: _mended(field, given) for field in PROTOCOLS[protocol].fields}
    used = {*answer, *(name for name, other in _OTHER_NAME.items() if given.get(name) == answer.get(other))}
    rest = {name: value for name, value in given.items() if name not in used}
    return _verdict(
        {name: value for name, value in answer.items() if value is not None} | rest, protocol, order
    )


def _mended(field: AnswerField, given: Mapping[str, Any]) -> Any:
    value = given.get(field.name)
    if field.kind == "text" and value is None:
        return given.get(_OTHER_NAME.get(field.name, ""), "")
    if field.kind == "flag" and type(value) in (int, float) and value in (0, 1):
        return bool(value)
    return value


def as_judge_json(verdict: Verdict, protocol: ProtocolName, order: Order = "normal") -> str:
    """Return the answer a judge would have written for this verdict; `parse_verdict` reads it back."""
    answer = {
        field.name: getattr(verdict, field.verdict_attribute(order)) for field in PROTOCOLS[protocol].fields
    }
    extra = {_renamed(name, _PERSON_OF_SIDE[order]): value for name, value in verdict.extra.items()}
    return json.dumps({**answer, **extra}, ensure_ascii=False)


_PERSON_OF_SIDE: Mapping[Order, Mapping[str, str]] = {
    "normal": {"for_": "person_1_", "against_": "person_2_"},
    "swapped": {"for_": "person_2_", "against_": "person_1_"},
}
_SIDE_OF_PERSON: Mapping[Order, Mapping[str, str]] = {
    order: {person: side for side, person in persons.items()} for order, persons in _PERSON_OF_SIDE.items()
}


def _renamed(name: str, beginnings: Mapping[str, str]) -> str:
    """Exchange the beginning of a name.

    >>> _renamed("person_1_tone", {"person_1_": "for_"}), _renamed("certainty", {"person_1_": "for_"})
    ('for_tone', 'certainty')
    """
    for old, new in beginnings.items():
        if name.startswith(old):
            return new + name.removeprefix(old)
    return name


def _verdict(answer: Mapping[str, Any], protocol: ProtocolName, order: Order) -> Verdict:
    try:
        valid = _answer_model(protocol).model_validate(answer)
    except ValidationError as error:
        raise InvalidAnswerError(_in_words(error)) from error
    attributes = {
        field.verdict_attribute(order): _cleaned(getattr(valid, field.name))
        for field in PROTOCOLS[protocol].fields
    }
    extra = {
        _renamed(_cleaned(name), _SIDE_OF_PERSON[order]): _cleaned(value) for name, value in _extra(valid)
    }
    return Verdict(**attributes, extra=extra)


def _extra(valid: BaseModel) -> Iterable[tuple[str, Any]]:
    return (valid.model_extra or {}).items()


def _cleaned(value: Any) -> Any:
    """Apply `clean_text` to every text within a JSON value."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(name): _cleaned(item) for name, item in value.items()}
    return value


def _whole_number(value: object) -> object:
    """Accept 2.0 for 2, since files hold floats, but neither "2" nor true."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or value not in SCORES:
        raise ValueError("must be one of the integers -2, -1, 0, 1, 2")
    return value


_TYPE_OF_KIND: dict[FieldKind, Any] = {
    "text": StrictStr,
    "flag": StrictBool,
    "score": Annotated[int, BeforeValidator(_whole_number)],
}


@cache
def _answer_model(protocol: ProtocolName) -> type[BaseModel]:
    fields: dict[str, Any] = {
        field.name: (_TYPE_OF_KIND[field.kind], ...) for field in PROTOCOLS[protocol].fields
    }
    return create_model(f"Answer_{protocol}", __config__=ConfigDict(extra="allow"), **fields)


def _in_words(error: ValidationError) -> str:
    r"""Return one line per fault, by field, short enough to be sent back to the judge."""
    faults = []
    for fault in error.errors(include_url=False, include_context=False):
        name = ".".join(map(str, fault["loc"]))
        what = fault["msg"].removeprefix("Value error, ")
        given = "" if fault["type"] == "missing" else f", not {_shortened(fault['input'])}"
        faults.append(f'"{name}": {what[0].lower()}{what[1:]}{given}')
    return "; ".join(faults)


def _shortened(value: object, limit: int = 60) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _only_object(raw: str, protocol: ProtocolName) -> dict[str, Any]:
    """Return the one JSON object in a text that has a field of the protocol."""
    if len(raw) > ANSWER_LIMIT:
        raise InvalidAnswerError(
            f"the answer has {len(raw):,} characters; write one JSON object and nothing else"
        )
    names = {field.name for field in PROTOCOLS[protocol].fields}
    found: list[dict[str, Any]] = []
    for value in _objects(raw, names):
        if names & value.keys() and value not in found:
            found.append(value)
    if len(found) > 1:
        raise InvalidAnswerError(f"the answer holds {len(found)} different JSON objects; write exactly one")
    if not found:
        raise InvalidAnswerError("the answer holds no JSON object with the fields asked for")
    return found[0]


def _objects(raw: str, names: Collection[str]) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in a text; braces that open none are passed over, an answer cut short is not."""
    position = raw.find("{")
    for _ in range(_BRACES_TRIED):
        if position < 0:
            return
        try:
            value, end = _DECODER.raw_decode(raw, position)
            yield value
        except (ValueError, RecursionError) as error:
            end = position + 1
            begun = re.match(r'\{\s*"([^"]*)"', raw[position : position + 200])
            if begun and begun[1] in names:
                raise InvalidAnswerError(f"the JSON object cannot be read: {error}") from error
        position = raw.find("{", end)


def _without_contradiction(members: list[tuple[str, Any]]) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for name, value in members:
        if name in answer and answer[name] != value:
            raise InvalidAnswerError(f'"{name}" is given twice with different values')
        answer[name] = value
    return answer


def _no_such_number(word: str) -> Any:
    raise InvalidAnswerError(f"{word} is not a JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_contradiction, parse_constant=_no_such_number)
