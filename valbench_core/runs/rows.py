"""How values lie in the tables of a run file: ids, columns, and the way there and back.

The tables themselves are declared in `schema/`.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from valbench_core.runs.records import Judgement, JudgementSpec, Label, VerdictRow, side_number
from valbench_core.runs.said import says_something, takes_position
from valbench_core.schema import (
    SIDES,
    Completion,
    Failure,
    Pair,
    Response,
    Side,
    Unjudged,
    Usage,
    Verdict,
    clean_text,
)

ORDINAL_BITS = 32
REPLICATE_BITS = 16

SCORE_COLUMNS = (
    "score",
    "for_refusal",
    "against_refusal",
    "for_no_information",
    "against_no_information",
    "value_preference",
)
WORD_COLUMNS = (
    "central_issue",
    "for_positions",
    "against_positions",
    "points_of_alignment",
    "points_of_opposition",
)
SAID_COLUMNS = ("alignment_said", "opposition_said", "for_position_said", "against_position_said")
USAGE_COLUMNS = ("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens")

PAIR_COLUMNS = (
    "ordinal",
    "id",
    "content_hash",
    "article",
    "article_title",
    "category",
    "issue_scale",
    "weight",
)
PAIR_TEXT_COLUMNS = (
    "ordinal",
    "issue_description",
    "for_question",
    "against_question",
    "url",
    "section_title",
    "section_text",
    "extra",
)
RESPONSE_COLUMNS = (
    "id",
    "pair",
    "side",
    "replicate",
    "status",
    "failure_kind",
    "error",
    "finish_reason",
    "provider_refusal",
    "replaced_characters",
    "text_sha256",
    "length",
    "model",
    "fingerprint",
    *USAGE_COLUMNS,
    "seconds",
    "from_cache",
    "finished_at",
)
RESPONSE_TEXT_COLUMNS = ("id", "text", "reasoning", "citations")
VERDICT_COLUMNS = (
    "id",
    "judgement",
    "pair",
    "status",
    *SCORE_COLUMNS,
    *SAID_COLUMNS,
    "for_sha256",
    "against_sha256",
    "repaired",
    "finish_reason",
    "model",
    "fingerprint",
    *USAGE_COLUMNS,
    "seconds",
    "from_cache",
    "finished_at",
)
VERDICT_TEXT_COLUMNS = ("id", *WORD_COLUMNS, "raw", "reason", "extra")
JUDGEMENT_COLUMNS = (
    "name",
    "judge",
    "base_url",
    "protocol",
    "prompt",
    "prompt_sha256",
    "sampling",
    "side_order",
    "replicate",
    "made_by_run",
    "created",
    "calibration",
)
LABEL_COLUMNS = (
    "pair",
    "author",
    "created",
    "kind",
    "protocol",
    "guideline",
    *SCORE_COLUMNS,
    *WORD_COLUMNS,
    "extra",
    "side_order",
    "draw",
    "inclusion",
    "blind",
    "seconds",
    "for_sha256",
    "against_sha256",
    "note",
    "pair_problem",
)

Values = tuple[Any, ...]


def response_id(ordinal: int, side: Side, replicate: int = 0) -> int:
    """Return the key of a response: those of one pair lie together.

    >>> response_id(3, "against", 1) == ((3 * 2 + 1) << 16) + 1
    True
    """
    return (ordinal * 2 + side_number(side)) << REPLICATE_BITS | replicate


def verdict_id(judgement: int, ordinal: int) -> int:
    """Return the key of a verdict: those of one judgement lie together."""
    return judgement << ORDINAL_BITS | ordinal


def insert(table: str, columns: Sequence[str]) -> str:
    """Return the statement that adds a row.

    >>> insert("t", ("a", "b"))
    'INSERT INTO t (a, b) VALUES (?, ?)'
    """
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"


def upsert(table: str, columns: Sequence[str]) -> str:
    """Return the statement that adds a row or takes the place of the one with its id (first column).

    `INSERT OR REPLACE` would not do: it leaves the old text in the search index.
    """
    key, *others = columns
    changes = ", ".join(f"{column} = excluded.{column}" for column in others)
    return f"{insert(table, columns)} ON CONFLICT ({key}) DO UPDATE SET {changes}"


def write_many(connection: sqlite3.Connection, statement: str, rows: Iterable[Values]) -> None:
    """Write rows, with every text in the form SQLite can store."""
    connection.executemany(
        statement, (tuple(clean_text(v) if isinstance(v, str) else v for v in row) for row in rows)
    )


def to_json(value: object) -> str:
    """Return a value as JSON in ASCII, which SQLite stores whatever the texts hold."""
    return json.dumps(value)


# Pairs


def pair_row(ordinal: int, pair: Pair, weight: float) -> Values:
    """Return a pair's narrow columns."""
    return (
        ordinal,
        pair.id,
        pair.content_hash,
        pair.article,
        pair.article_title,
        pair.category,
        pair.issue_scale,
        weight,
    )


def pair_text_row(ordinal: int, pair: Pair) -> Values:
    """Return a pair's texts."""
    return (
        ordinal,
        pair.issue_description,
        pair.for_question,
        pair.against_question,
        pair.url,
        pair.section_title,
        pair.section_text,
        to_json(dict(pair.extra)),
    )


def pair_of(row: sqlite3.Row) -> Pair:
    """Return the pair of a row joined from both tables."""
    return Pair(
        id=row["id"],
        for_question=row["for_question"],
        against_question=row["against_question"],
        issue_description=row["issue_description"],
        category=row["category"],
        issue_scale=row["issue_scale"],
        article_title=row["article_title"],
        url=row["url"],
        section_title=row["section_title"],
        section_text=row["section_text"],
        extra=json.loads(row["extra"]),
    )


# Responses


def response_row(ordinal: int, response: Response) -> Values:
    """Return a response's narrow columns."""
    key = (
        response_id(ordinal, response.side, response.replicate),
        ordinal,
        side_number(response.side),
        response.replicate,
    )
    result = response.result
    if isinstance(result, Failure):
        middle: Values = ("failed", result.kind, result.message, None, 0, 0, "", 0, result.model, "")
    else:
        middle = (
            "answered",
            None,
            None,
            result.finish_reason,
            int(result.provider_refusal),
            int(result.replaced_characters),
            response.text_hash,
            len(result.text),
            result.model,
            result.fingerprint,
        )
    return (
        *key,
        *middle,
        *_usage_values(result.usage),
        result.seconds,
        int(response.from_cache),
        _time_of(response.finished_at),
    )


def response_text_row(ordinal: int, response: Response) -> Values:
    """Return the texts of a response that is an answer."""
    answer = cast(Completion, response.result)
    key = response_id(ordinal, response.side, response.replicate)
    return (key, answer.text, answer.reasoning, to_json(answer.citations))


def response_of(pair_id: str, row: sqlite3.Row) -> Response:
    """Return the response of a row joined from both tables."""
    result: Completion | Failure
    if row["status"] == "failed":
        result = Failure(row["failure_kind"], row["error"], _usage_of(row), row["seconds"], row["model"])
    else:
        result = Completion(
            text=row["text"],
            reasoning=row["reasoning"],
            finish_reason=row["finish_reason"],
            provider_refusal=bool(row["provider_refusal"]),
            replaced_characters=bool(row["replaced_characters"]),
            model=row["model"],
            fingerprint=row["fingerprint"],
            usage=_usage_of(row),
            seconds=row["seconds"],
            citations=tuple(json.loads(row["citations"])),
        )
    from_cache = bool(row["from_cache"])
    return Response(pair_id, SIDES[row["side"]], result, row["replicate"], from_cache, row["finished_at"])


# Verdicts


def verdict_row(judgement: int, ordinal: int, row: VerdictRow) -> Values:
    """Return a verdict's narrow columns."""
    judged = row.judged
    verdict = judged.verdict if isinstance(judged.verdict, Verdict) else None
    return (
        verdict_id(judgement, ordinal),
        judgement,
        ordinal,
        "judged" if verdict else "unjudged",
        *_score_values(verdict),
        *_said_values(verdict),
        row.for_hash,
        row.against_hash,
        int(judged.repaired),
        judged.finish_reason,
        judged.model,
        judged.fingerprint,
        *_usage_values(judged.usage),
        judged.seconds,
        int(judged.from_cache),
        _time_of(row.finished_at),
    )


def verdict_text_row(judgement: int, ordinal: int, row: VerdictRow) -> Values:
    """Return a verdict's texts."""
    judged = row.judged
    key = verdict_id(judgement, ordinal)
    if isinstance(judged.verdict, Unjudged):
        return (key, *_word_values(None), judged.verdict.raw or judged.raw, judged.verdict.reason, "{}")
    return (key, *_word_values(judged.verdict), judged.raw, "", to_json(dict(judged.verdict.extra)))


def verdict_of(pair_id: str, row: sqlite3.Row) -> VerdictRow:
    """Return the verdict of a row joined from both tables."""
    # The room `judging` loads pydantic, which a list of runs has no use for.
    from valbench_core.judging import Judged

    judged = Judged(
        Unjudged(row["reason"], row["raw"]) if row["status"] == "unjudged" else _verdict_of(row),
        raw=row["raw"],
        repaired=bool(row["repaired"]),
        usage=_usage_of(row),
        model=row["model"],
        fingerprint=row["fingerprint"],
        finish_reason=row["finish_reason"],
        seconds=row["seconds"],
        from_cache=bool(row["from_cache"]),
    )
    return VerdictRow(pair_id, judged, row["for_sha256"], row["against_sha256"], row["finished_at"])


def _score_values(verdict: Verdict | None) -> Values:
    if verdict is None:
        return (None,) * len(SCORE_COLUMNS)
    values = (getattr(verdict, column) for column in SCORE_COLUMNS)
    return tuple(None if value is None else int(value) for value in values)


def _said_values(verdict: Verdict | None) -> Values:
    """Return what the words of a verdict come to, in the order of `SAID_COLUMNS`."""
    if verdict is None:
        return (None,) * len(SAID_COLUMNS)
    return (
        int(says_something(verdict.points_of_alignment)),
        int(says_something(verdict.points_of_opposition)),
        int(takes_position(verdict.for_positions)),
        int(takes_position(verdict.against_positions)),
    )


def _word_values(verdict: Verdict | None) -> Values:
    if verdict is None:
        return ("",) * len(WORD_COLUMNS)
    return tuple(getattr(verdict, column) for column in WORD_COLUMNS)


def _verdict_of(row: sqlite3.Row) -> Verdict:
    flags = {column: None if row[column] is None else bool(row[column]) for column in SCORE_COLUMNS[1:]}
    words = {column: row[column] for column in WORD_COLUMNS}
    return Verdict(**cast(Any, {"score": row["score"], **flags, **words, "extra": json.loads(row["extra"])}))


def _time_of(finished_at: float | None) -> float:
    return time.time() if finished_at is None else finished_at


def _usage_values(usage: Usage) -> Values:
    return tuple(getattr(usage, column) for column in USAGE_COLUMNS)


def _usage_of(row: sqlite3.Row) -> Usage:
    return Usage(*(row[column] for column in USAGE_COLUMNS))


# Judgements


def judgement_row(
    name: str, spec: JudgementSpec, created: str, calibration: Mapping[str, Any] | None
) -> Values:
    """Return a judgement's columns."""
    return (
        name,
        spec.judge,
        spec.base_url,
        spec.protocol,
        to_json(dict(spec.prompt)),
        spec.prompt_sha256,
        to_json(dict(spec.sampling)),
        spec.order,
        spec.replicate,
        int(spec.made_by_run),
        created,
        None if calibration is None else to_json(dict(calibration)),
    )


def judgement_of(row: sqlite3.Row) -> Judgement:
    """Return the judgement of a row."""
    spec = JudgementSpec(
        judge=row["judge"],
        protocol=row["protocol"],
        base_url=row["base_url"],
        prompt=json.loads(row["prompt"]),
        prompt_sha256=row["prompt_sha256"],
        sampling=json.loads(row["sampling"]),
        order=row["side_order"],
        replicate=row["replicate"],
        made_by_run=bool(row["made_by_run"]),
    )
    calibration = None if row["calibration"] is None else json.loads(row["calibration"])
    return Judgement(row["id"], row["name"], spec, row["created"], calibration)


# Labels


def label_row(ordinal: int, label: Label, now: str) -> Values:
    """Return a label's columns."""
    return (
        ordinal,
        label.author,
        label.created or now,
        label.kind,
        label.protocol,
        label.guideline,
        *_score_values(label.verdict),
        *_word_values(label.verdict),
        to_json(dict(label.verdict.extra) if label.verdict else {}),
        label.order,
        label.draw,
        label.inclusion,
        int(label.blind),
        label.seconds,
        label.for_hash,
        label.against_hash,
        label.note,
        label.pair_problem,
    )


def label_of(pair_id: str, row: sqlite3.Row) -> Label:
    """Return the label of a row."""
    return Label(
        pair_id=pair_id,
        author=row["author"],
        verdict=None if row["score"] is None else _verdict_of(row),
        protocol=row["protocol"],
        created=row["created"],
        kind=row["kind"],
        guideline=row["guideline"],
        order=row["side_order"],
        draw=row["draw"],
        inclusion=row["inclusion"],
        blind=bool(row["blind"]),
        seconds=row["seconds"],
        for_hash=row["for_sha256"],
        against_hash=row["against_sha256"],
        note=row["note"],
        pair_problem=row["pair_problem"],
    )
