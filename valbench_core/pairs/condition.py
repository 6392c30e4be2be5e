"""One condition on pairs, as the command line and links write it: a field, and the alternatives it may have.

Conditions on fields that no pair has (an outcome, say) are parsed here too, given their names.
Putting conditions together is left to `subset`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from valbench_core.errors import SubsetError
from valbench_core.schema import Pair

NONE = "(none)"
"""The alternative that stands for a field without a value."""

_WORD = re.compile(r"\w+")

Test = Callable[[Pair], bool]
Operator = Literal["=", "~"]


@dataclass(frozen=True)
class Condition:
    """A field and its alternatives: a pair meets the condition if it meets one of them."""

    field: str
    """A key of `FIELDS`, or of the fields the caller knows besides."""
    values: tuple[str, ...]
    """The alternatives; for `id`, the ids themselves also where they came from a file."""
    operator: Operator = "="
    """How the field is joined to them in text."""

    def __str__(self) -> str:
        """Return the text that `parse` reads as the same condition.

        >>> str(Condition("category", ("Politics", "Ethics")))
        'category=Politics|Ethics'
        """
        return f"{self.field}{self.operator}{self.value}"

    @property
    def value(self) -> str:
        """The alternatives as one text, which is the value of the field's key in a link."""
        return "|".join(re.sub(r"[\\|]|^@", r"\\\g<0>", value) for value in self.values)

    @classmethod
    def parse(cls, text: str, fields: Mapping[str, Operator] | None = None) -> Condition:
        """Return the condition that a text like `category=Politics|Ethics` states.

        A backslash before `|`, `@` or a backslash takes its meaning away; `id=@file` reads ids, one a line.

        Args:
            text: field, operator, alternatives.
            fields: further fields and their operators, for callers that know more than pairs.

        Raises:
            SubsetError: unknown field, wrong operator, no alternative, or one the field cannot have.
        """
        known = {name: rule.operator for name, rule in FIELDS.items()} | dict(fields or {})
        name, operator, value = re.fullmatch(r"\s*(\w*)\s*([=~]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
        if known.get(name) != operator:
            raise SubsetError(_unknown(text, name, operator, known))
        condition = cls(name, _alternatives(name, value.strip()), known[name])
        if not condition.values:
            raise SubsetError(
                f"{text!r} names no value; write for instance {name}{operator}VALUE, or {NONE} for none"
            )
        if name in FIELDS:
            FIELDS[name].test(condition.values)
        return condition

    def test(self) -> Test:
        """Return a function that says whether a pair meets the condition."""
        return FIELDS[self.field].test(self.values)


def merged(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions with repeats of a field made alternatives of one.

    >>> [str(c) for c in merged([Condition("id", ("a",)), Condition("id", ("b",))])]
    ['id=a|b']
    """
    together: dict[str, Condition] = {}
    for condition in conditions:
        earlier = together.get(condition.field)
        values = (*earlier.values, *condition.values) if earlier else condition.values
        together[condition.field] = Condition(
            condition.field, tuple(dict.fromkeys(values)), condition.operator
        )
    return tuple(together.values())


def _unknown(text: str, name: str, operator: str, known: Mapping[str, str]) -> str:
    if name in known:
        return f"{text!r} does not say {name}{known[name]}…; write for instance {name}{known[name]}VALUE"
    fields = ", ".join(f"{field}{sign}" for field, sign in known.items())
    return f"unknown field {name!r} in the condition {text!r}; conditions begin with one of: {fields}"


def _alternatives(name: str, value: str) -> tuple[str, ...]:
    if name == "id" and value.startswith("@"):
        return _ids_of_file(Path(value[1:]).expanduser())
    parts = re.findall(r"(?:\\.|[^|])+", value, re.DOTALL)
    found = (re.sub(r"\\([\\|@])", r"\1", part.strip()) for part in parts)
    return tuple(dict.fromkeys(filter(None, found)))


def _ids_of_file(path: Path) -> tuple[str, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SubsetError(
            f"cannot read the ids in {str(path)!r}: {error.strerror}; give id=@FILE, one id a line"
        ) from error
    except UnicodeDecodeError as error:
        raise SubsetError(f"{str(path)!r} is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error
    return tuple(dict.fromkeys(filter(None, map(str.strip, lines))))


class FieldRule(NamedTuple):
    """What a condition on a field of pairs means."""

    operator: Operator
    test: Callable[[Sequence[str]], Test]
    """Alternatives → test of a pair; raises SubsetError for alternatives the field cannot have."""


def _category_test(values: Sequence[str]) -> Test:
    wanted = {folded(value) for value in values}
    return lambda pair: folded(pair.category) in wanted


def _article_test(values: Sequence[str]) -> Test:
    wanted = {folded(value) for value in values}
    return lambda pair: folded(pair.article_title) in wanted


def folded(value: str) -> str:
    """Return a name as conditions compare it: without regard to case, "" being `NONE`."""
    return (value or NONE).casefold()


def _id_test(values: Sequence[str]) -> Test:
    wanted = frozenset(values)
    return lambda pair: pair.id in wanted


def _scale_test(values: Sequence[str]) -> Test:
    wanted = frozenset(scale for value in values for scale in scales(value))
    return lambda pair: pair.issue_scale in wanted


def scales(value: str) -> list[int | None]:
    """Return the issue scales that an alternative stands for.

    >>> scales("3..5"), scales("4"), scales("..1"), scales("(none)")
    ([3, 4, 5], [4], [0, 1], [None])
    """
    if value == NONE:
        return [None]
    found = re.fullmatch(r"([0-5]?)\.\.([0-5]?)|([0-5])", value.replace(" ", ""))
    low, high, single = found.groups() if found else ("", "", None)
    reach = range(int(low or 0), int(high or 5) + 1) if low or high else ()
    if not single and not reach:
        raise SubsetError(
            f"{value!r} is no issue scale; write one from 0 to 5, a range such as 3..5, or {NONE}"
        )
    return [int(single)] if single else list(reach)


def _text_test(values: Sequence[str]) -> Test:
    needles = [_needles(value) for value in values]
    return lambda pair: _holds_any(pair, needles)


def _needles(value: str) -> list[str]:
    found = [
        needle
        for phrase, word in re.findall(r'"([^"]*)"|(\S+)', value)
        if (needle := _needle(phrase or word))
    ]
    if not found:
        raise SubsetError(
            f'text~{value!r} holds no word; write for instance text~tax or text~"climate change"'
        )
    return found


def _needle(words: str) -> str:
    """Return words as they stand in a haystack; a final asterisk leaves the end of the last one open.

    >>> _needle("It's"), _needle("immigra*"), _needle("++")
    (' it s ', ' immigra', '')
    """
    spaced = _spaced(words)
    return "" if not spaced.strip() else spaced.rstrip() if words.endswith("*") else spaced


def _spaced(text: str) -> str:
    """Return the words of a text in lower case, each between blanks."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


def _holds_any(pair: Pair, alternatives: list[list[str]]) -> bool:
    texts = [_spaced(t) for t in (pair.issue_description, pair.for_question, pair.against_question)]
    return any(all(any(needle in text for text in texts) for needle in needles) for needles in alternatives)


FIELDS: Mapping[str, FieldRule] = {
    "category": FieldRule("=", _category_test),
    "issue_scale": FieldRule("=", _scale_test),
    "article": FieldRule("=", _article_test),
    "text": FieldRule("~", _text_test),
    "id": FieldRule("=", _id_test),
}
"""The fields of pairs that conditions know; a key of this map is also the key in links."""
