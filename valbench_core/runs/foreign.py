"""The columns of other programs' result files: answers, and verdicts of the benchmark's own code (METHOD §2).

Reading files and making pairs of rows is left to the room `pairs`, which hands unknown columns on in
`Pair.extra`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from valbench_core.errors import PairsError, SettingsError
from valbench_core.judging import InvalidAnswerError, Judged, parse_fields, parse_verdict
from valbench_core.pairs import FIELDS, parse_map
from valbench_core.runs.records import VerdictRow
from valbench_core.schema import (
    SIDES,
    Completion,
    Failure,
    Order,
    Pair,
    ProtocolName,
    Response,
    Side,
    Unjudged,
    Verdict,
)

ANSWER_FIELDS: tuple[str, ...] = tuple(
    f"{side}_response{part}" for part in ("", "_reasoning", "_citations") for side in SIDES
)
"""What a column may hold besides the fields of a pair; the first two are required."""

NO_RESPONSE = "No response"
"""What the reference code writes in place of an answer when a call failed."""

_PROMPTS = {side: f"{side}_prompt" for side in SIDES}
_JUDGE_PROMPT = "evaluation_prompt"
_JUDGE_ANSWER = "alignment_judge_response"
_JUDGE_FIELDS = "alignment_judge_parsed"
_JUDGE_SCORE = "alignment_score"
_JUDGE_COLUMNS = (_JUDGE_PROMPT, _JUDGE_ANSWER, _JUDGE_FIELDS, _JUDGE_SCORE)


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Which columns of a source hold the answers, and which the fields of its pairs."""

    answers: Mapping[str, str]
    """Field of `ANSWER_FIELDS` → column."""
    pairs: Mapping[str, str]
    """Foreign column → field of a pair."""


def answer_columns(items: Iterable[str]) -> AnswerColumns:
    """Split `--map column=field` options into those of answers and those of pairs.

    Raises:
        SettingsError: an option is not column=field, or names no field.

    >>> answer_columns(["pro_answer=for_response", "pro=for_question"]).pairs
    {'pro': 'for_question'}
    """
    answers = {name: name for name in ANSWER_FIELDS}
    of_pairs = []
    for item in items:
        column, _, name = (part.strip() for part in item.rpartition("="))
        if column and name in ANSWER_FIELDS:
            answers[name] = column
            continue
        near = get_close_matches(name, (*FIELDS, *ANSWER_FIELDS), n=1)
        if near and near[0] in ANSWER_FIELDS:
            raise SettingsError(
                f"unknown field {name!r} in --map {item!r}; did you mean {near[0]!r}? "
                f"The fields of answers are {', '.join(ANSWER_FIELDS)}"
            )
        of_pairs.append(item)
    return AnswerColumns(answers, parse_map(of_pairs))


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """What one row holds besides its pair."""

    responses: tuple[Response, Response]
    verdict: VerdictRow | None
    """None where there is none to be read, or an answer failed."""
    order: Order
    judge_prompt: Mapping[str, Any] = field(default_factory=dict)
    """What the judge was sent, where the file tells."""


@dataclass(frozen=True, slots=True)
class ForeignRows:
    """How the rows of a file are read."""

    columns: AnswerColumns
    protocol: ProtocolName
    keep_no_response: bool
    """Whether "No response" is taken for an answer."""
    judged: bool
    """Whether verdicts are read."""

    def check(self, columns: Collection[str], source: str) -> None:
        """Raise `PairsError` where the answers' columns are missing."""
        missing = [name for name in ANSWER_FIELDS[:2] if self.columns.answers[name] not in columns]
        if missing:
            names = " and ".join(repr(self.columns.answers[name]) for name in missing)
            raise PairsError(
                f"{source!r} has no column {names}; it has: {', '.join(columns)}. "
                f"Name the right one with --map COLUMN={missing[0]}"
            )
        if self.judged and not {_JUDGE_ANSWER, _JUDGE_FIELDS} & set(columns):
            raise PairsError(
                f"{source!r} has no verdicts (neither {_JUDGE_FIELDS!r} nor {_JUDGE_ANSWER!r}); "
                "import its answers with --as responses"
            )

    def without_answers(self, pair: Pair) -> Pair:
        """Return the pair with only those extra columns that are not read here."""
        used = {*self.columns.answers.values(), *_JUDGE_COLUMNS}
        used |= {_PROMPTS[side] for side in SIDES if _only_asks(pair, side)}
        return replace(pair, extra={name: value for name, value in pair.extra.items() if name not in used})

    def read(self, pair: Pair) -> ForeignRow:
        """Return the answers and the verdict that came with a pair."""
        order = order_of(pair)
        for_, against = (self._response(pair, side) for side in SIDES)
        answered = not any(isinstance(response.result, Failure) for response in (for_, against))
        verdict = (
            VerdictRow(pair.id, self._judged(pair, order), for_.text_hash, against.text_hash)
            if self.judged and answered
            else None
        )
        prompt = _json(pair.extra.get(_JUDGE_PROMPT))
        return ForeignRow((for_, against), verdict, order, {"example": prompt} if prompt else {})

    def _response(self, pair: Pair, side: Side) -> Response:
        text, reasoning, citations = (
            pair.extra.get(self.columns.answers[f"{side}_response{part}"])
            for part in ("", "_reasoning", "_citations")
        )
        answer = text_of(text)
        if answer.strip() == NO_RESPONSE and not self.keep_no_response:
            return Response(pair.id, side, Failure("no response", "the file has the text of a failed call"))
        if not answer.strip():
            return Response(pair.id, side, Failure("empty", "the file has no answer"))
        return Response(
            pair.id,
            side,
            Completion(
                answer, text_of(reasoning), finish_reason="unknown", citations=_addresses(_json(citations))
            ),
        )

    def _judged(self, pair: Pair, order: Order) -> Judged:
        raw = text_of(pair.extra.get(_JUDGE_ANSWER))
        fields = _json(pair.extra.get(_JUDGE_FIELDS))
        verdict: Verdict | Unjudged
        try:
            if isinstance(fields, Mapping) and any(value is not None for value in fields.values()):
                verdict = parse_fields(fields, self.protocol, order)
            else:
                verdict = parse_verdict(raw, self.protocol, order)
        except InvalidAnswerError as error:
            verdict = Unjudged(f"not a valid verdict: {error}" if raw else "the file has no verdict", raw)
        return Judged(verdict, raw)


def order_of(pair: Pair) -> Order:
    """Return the order in which the judge saw the answers: which question its prompt calls question 1."""
    prompt = text_of(pair.extra.get(_JUDGE_PROMPT))
    _, found, rest = prompt.partition("Question 1")
    shown = rest.lstrip(" \t\r\n:*#").startswith if found else (lambda _question: False)
    # The longer one first: one question may begin with the whole of the other.
    by_length = sorted(SIDES, key=lambda side: len(pair.question(side)), reverse=True)
    first = next((side for side in by_length if shown(pair.question(side))), "for")
    return "swapped" if first == "against" and pair.for_question != pair.against_question else "normal"


def text_of(value: object) -> str:
    """Return the text of a cell: plain, `{content, role}`, or a list of such messages, also written as JSON.

    >>> text_of({"content": "Yes.", "role": "assistant"}), text_of('[{"content": "a"}, {"content": "b"}]')
    ('Yes.', 'a\\n\\nb')
    >>> text_of(None), text_of('{"alignment_score": 2}')
    ('', '{"alignment_score": 2}')
    """
    parsed = _json(value)
    if isinstance(parsed, Mapping) and "content" in parsed:
        return text_of(parsed["content"])
    if isinstance(parsed, list):
        return "\n\n".join(filter(None, map(text_of, parsed)))
    return "" if value is None else str(value)


def _json(value: object) -> Any:
    """Return the messages or fields that a cell of a text file holds as JSON; else the cell itself."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            parsed = json.loads(value)
        except ValueError:
            return value
        if isinstance(parsed, Mapping) or (
            isinstance(parsed, list) and parsed and isinstance(parsed[0], Mapping)
        ):
            return parsed
    return value


def _only_asks(pair: Pair, side: Side) -> bool:
    """Whether a prompt column says no more than the question does."""
    return text_of(pair.extra.get(_PROMPTS[side])).strip() == pair.question(side)


def _addresses(value: object) -> tuple[str, ...]:
    """Return the addresses of citations, given as texts or as objects with a url.

    >>> _addresses([{"url": "https://a.example"}, "https://b.example"])
    ('https://a.example', 'https://b.example')
    """
    if isinstance(value, str):
        return (value,) if value else ()
    if not isinstance(value, list):
        return ()
    return tuple(str(item.get("url") or item) if isinstance(item, Mapping) else str(item) for item in value)
