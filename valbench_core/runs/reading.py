"""Reading a run file: what is left to do, what there is of a pair, judgements, labels, search, what it cost.

No method loads the texts of a whole run. Writing is left to `run_file`, the table of all pairs to `tidy`.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from valbench_core.errors import RunError
from valbench_core.runs import derived
from valbench_core.runs.database import connect, storage
from valbench_core.runs.naming import meant_by
from valbench_core.runs.records import (
    Accounting,
    Judgement,
    Label,
    PairDetail,
    PairRecord,
    PairRow,
    PairWork,
    Progress,
    RunFacts,
    SourceVerdict,
    Tally,
    VerdictRow,
    WorkCount,
    WorkMode,
)
from valbench_core.runs.rows import (
    USAGE_COLUMNS,
    judgement_of,
    label_of,
    pair_of,
    response_id,
    response_of,
    verdict_id,
    verdict_of,
)
from valbench_core.runs.states import ASK, FRESH, JUDGE, PAIR_STATES, STATE, to_do
from valbench_core.schema import SIDES, Outcome, Pair, Response, Side, Usage, Verdict, judged_outcome

Self = TypeVar("Self", bound="RunReader")

_CHUNK = 200
"""Pairs whose texts are in memory at a time."""


class RunReader:
    """A run file opened for reading; a context manager."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open_readonly(cls: type[Self], path: Path) -> Self:
        """Open a run, which may lie on read-only media. For the errors see `database.connect`."""
        return cls(path, connect(path, readonly=True))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read within as of one moment, whatever is written meanwhile."""
        self._rows("BEGIN")
        try:
            yield
        finally:
            self._rows("ROLLBACK")

    # The run as a whole

    @property
    def name(self) -> str:
        """The run's id: the name of its file."""
        return self.path.stem

    @property
    def revision(self) -> int:
        """Grows with every transaction; with the name, the key of anything computed from the run.

        It begins at the time of creation, so that a new run of an old name has other keys.
        """
        return int(self._value("SELECT n FROM revision"))

    @property
    def facts(self) -> RunFacts:
        """What is known of the run as a whole."""
        return RunFacts(
            run=self.name,
            kind=self._meta("kind"),
            model=self._meta("model"),
            created=self._meta("created"),
            illustrative=self._meta("illustrative"),
            manifest=self._meta("manifest"),
        )

    @property
    def manifest(self) -> dict[str, Any]:
        """Everything the run was made from, as JSON values."""
        return dict(self._meta("manifest"))

    @property
    def stop_reason(self) -> str | None:
        """Why the evaluation stopped before its end, where it said so."""
        reason: str | None = self._meta("stop")
        return reason

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting of this run (a JSON value)."""
        rows = self._rows("SELECT value FROM setting WHERE key = ?", (key,))
        return json.loads(rows[0]["value"]) if rows else default

    def settings(self, beginning: str = "") -> dict[str, Any]:
        """Return the settings of this run whose keys begin so; all of them where nothing is given."""
        query = "SELECT * FROM setting WHERE key >= :it AND substr(key, 1, length(:it)) = :it ORDER BY key"
        return {row["key"]: json.loads(row["value"]) for row in self._rows(query, {"it": beginning})}

    def __len__(self) -> int:
        """Number of pairs."""
        # Ordinals leave no gap, and the last one is found without counting.
        return int(self._value("SELECT ifnull(max(ordinal) + 1, 0) FROM pair"))

    def progress(self, judgement: Judgement | None, recent_seconds: float = 60) -> Progress:
        """Return how far the evaluation has come, and what came in the last seconds."""
        since = time.time() - recent_seconds
        answers = self._rows(
            "SELECT count(*) AS n, ifnull(sum(status = 'failed'), 0) AS failed,"
            " ifnull(sum(finished_at > ?), 0) AS recent FROM response WHERE replicate = 0",
            (since,),
        )[0]
        verdicts = self._rows(
            "SELECT count(*) AS n, ifnull(sum(status = 'unjudged'), 0) AS unjudged,"
            " ifnull(sum(finished_at > ?), 0) AS recent FROM verdict WHERE id BETWEEN ? AND ?",
            (since, *verdict_range(judgement)),
        )[0]
        return Progress(
            pairs=len(self),
            answered=answers["n"] - answers["failed"],
            failed=answers["failed"],
            judged=verdicts["n"] - verdicts["unjudged"],
            unjudged=verdicts["unjudged"],
            recent=answers["recent"] + verdicts["recent"],
            recent_seconds=recent_seconds,
        )

    def accounting(self) -> Accounting:
        """Return calls, tokens, time and cache hits of the answers and of each judgement."""
        answers = self._tally("response", "status = 'failed'", "1", ())
        judgements = {
            judgement.name: self._tally(
                "verdict", "status = 'unjudged'", "id BETWEEN ? AND ?", verdict_range(judgement)
            )
            for judgement in self.judgements()
        }
        return Accounting(answers, judgements)

    # What is left to do

    def work(self, judgement: Judgement | None, mode: WorkMode = "resume") -> Iterator[PairWork]:
        """Yield the pairs on which something is left to do, in order.

        `resume`: sides never asked, and pairs never judged. `retry`: failed sides too, and pairs that are
        unjudged or whose verdict is stale. `judge`: pairs with two answers and no valid verdict; no side is
        asked. Without a judgement, or with a derived one, only sides are asked. Read in chunks: what is
        written meanwhile does not disturb it.
        """
        columns = f"""p.ordinal, p.id, p.category, p.issue_scale, p.article_title,
            t.issue_description, t.for_question, t.against_question, t.url, t.section_title,
            '' AS section_text, '{{}}' AS extra,
            {ASK[mode].format("rf")} AS ask_for, {ASK[mode].format("ra")} AS ask_against,
            {JUDGE[mode]} AS judge"""
        query = f"""SELECT {columns} FROM {PAIR_STATES} JOIN pair_text AS t ON t.ordinal = p.ordinal
            WHERE p.ordinal > :after AND {to_do(mode)} ORDER BY p.ordinal LIMIT {_CHUNK}"""
        after = -1
        while rows := self._rows(query, {"judgement": _key(judgement), "after": after}):
            for row in rows:
                asked = (row["ask_for"], row["ask_against"])
                sides = tuple(side for side, ask in zip(SIDES, asked, strict=True) if ask)
                yield PairWork(row["ordinal"], pair_of(row), sides, bool(row["judge"]))
            after = rows[-1]["ordinal"]

    def count_work(self, judgement: Judgement | None, mode: WorkMode = "resume") -> WorkCount:
        """Return how much `work` would yield."""
        asked = f"({ASK[mode].format('rf')}) + ({ASK[mode].format('ra')})"
        row = self._rows(
            f"""SELECT count(*) AS pairs, ifnull(sum({asked}), 0) AS answers,
                ifnull(sum({JUDGE[mode]}), 0) AS verdicts
            FROM {PAIR_STATES} WHERE {to_do(mode)}""",
            {"judgement": _key(judgement)},
        )[0]
        return WorkCount(row["pairs"], row["answers"], row["verdicts"])

    def has_work(self, judgement: Judgement | None, mode: WorkMode = "resume") -> bool:
        """Whether `work` would yield anything."""
        return bool(
            self._rows(
                f"SELECT 1 FROM {PAIR_STATES} WHERE {to_do(mode)} LIMIT 1", {"judgement": _key(judgement)}
            )
        )

    # Pairs

    def rows(self, query: str, values: Mapping[str, Any]) -> list[sqlite3.Row]:
        """Return the rows of a query, for the files of this room that ask their own."""
        return self._rows(query, values)

    def rows_of_pairs(self, query: str, judgement: Judgement | None) -> list[sqlite3.Row]:
        """Return the rows of a query over `PAIR_STATES`, for tables of all pairs."""
        return self._rows(query, {"judgement": _key(judgement)})

    def pairs(self, ordinals: Iterable[int] | None = None) -> Iterator[Pair]:
        """Yield pairs in subset order: all, or those of the ordinals (place in the subset, from 0)."""
        for chunk in chunks(range(len(self)) if ordinals is None else sorted(set(ordinals))):
            yield from map(pair_of, self._pair_rows(chunk))

    def pair_rows(self, ordinals: Sequence[int]) -> list[PairRow]:
        """Return the short texts of pairs, in the order asked for; ordinals without a pair are left out."""
        found = {row["ordinal"]: row for row in self._pair_rows(ordinals)}
        names = ("ordinal", "id", "issue_description", "article_title", "category", "issue_scale")
        return [PairRow(*(found[o][name] for name in names)) for o in ordinals if o in found]

    def ordinal(self, pair_id: str) -> int:
        """Return the place of a pair in the subset, from 0.

        Raises:
            RunError: the run has no such pair.
        """
        return self._ordinals([pair_id])[pair_id]

    def response(self, pair_id: str, side: Side, replicate: int = 0) -> Response | None:
        """Return one response with its texts; None where the side was not tried yet."""
        key = response_id(self.ordinal(pair_id), side, replicate)
        found = self._responses(key, key)
        return response_of(pair_id, found[0]) if found else None

    def pair_detail(self, pair_id: str, judgement: Judgement | None) -> PairDetail:
        """Return everything of one pair under one judgement."""
        ordinal = self.ordinal(pair_id)
        row = self._states(judgement, ordinal, ordinal)[ordinal]
        verdict = self._verdicts(judgement, ordinal, ordinal).get(ordinal) if judgement else None
        detail = PairDetail(
            ordinal=ordinal,
            pair=next(self.pairs([ordinal])),
            weight=row["weight"],
            responses={side: self.response(pair_id, side) for side in SIDES},
            verdict=verdict,
            stale=verdict is not None and not row["fresh"],
            labels=tuple(self._labels(ordinal, ordinal)),
            outcome=_outcome(row["state"], judgement, verdict),
        )
        return self._combined(detail, judgement) if judgement and judgement.derived else detail

    def _combined(self, detail: PairDetail, judgement: Judgement) -> PairDetail:
        """Return a pair with what the sources of a derived judgement say of it."""
        assert judgement.derived is not None
        sources = tuple(self._source(detail.ordinal, source) for source in judgement.sources)
        return replace(
            detail,
            outcome=derived.combined_outcome([source.outcome for source in sources]),
            sources=sources,
            combined=derived.combined_verdict(judgement.derived, sources),
        )

    def _source(self, ordinal: int, judgement: Judgement) -> SourceVerdict:
        row = self._states(judgement, ordinal, ordinal)[ordinal]
        verdict = self._verdicts(judgement, ordinal, ordinal).get(ordinal)
        stale = verdict is not None and not row["fresh"]
        return SourceVerdict(judgement, verdict, stale, _outcome(row["state"], judgement, verdict))

    def records(self) -> Iterator[PairRecord]:
        """Yield everything of every pair, a few pairs' texts at a time."""
        judgements, shown = self.judgements(), self.find_judgement()
        for chunk in chunks(range(len(self))):
            yield from self._records(chunk, judgements, shown)

    def _records(
        self, chunk: Sequence[int], judgements: Sequence[Judgement], shown: Judgement | None
    ) -> Iterator[PairRecord]:
        first, last = chunk[0], chunk[-1]
        verdicts = {judgement.name: self._verdicts(judgement, first, last) for judgement in judgements}
        labels = self._labels(first, last)
        responses = self._responses(response_id(first, "for"), response_id(last + 1, "for") - 1)
        states = self._states(shown, first, last)
        for row in self._pair_rows(chunk):
            ordinal = row["ordinal"]
            of_pair = {name: found[ordinal] for name, found in verdicts.items() if ordinal in found}
            yield PairRecord(
                pair=pair_of(row),
                weight=row["weight"],
                responses=tuple(response_of(row["id"], r) for r in responses if r["pair"] == ordinal),
                verdicts=of_pair,
                labels=tuple(label for label in labels if label.pair_id == row["id"]),
                outcome=_outcome(states[ordinal]["state"], shown, of_pair.get(shown.name) if shown else None),
            )

    def record(self, pair_id: str) -> PairRecord:
        """Return everything of one pair under all judgements.

        Raises:
            RunError: the run has no such pair.
        """
        return next(self._records([self.ordinal(pair_id)], self.judgements(), self.find_judgement()))

    # Judgements and labels

    def judgements(self) -> list[Judgement]:
        """Return all judgements that have verdicts of their own, oldest first."""
        return [judgement_of(row) for row in self._rows("SELECT * FROM judgement ORDER BY id")]

    def derived(self) -> list[Judgement]:
        """Return the derived judgements that those of this run allow for."""
        return derived.on_offer(self.judgements())

    def find_judgement(self, prefix: str | None = None) -> Judgement | None:
        """Return the judgement of that name or unambiguous beginning of one, stored or derived.

        The name of a judge alone means its plain judgement (`naming.meant_by`). Without a name: the one made
        by `run`, else the oldest; None where the run has none.

        Raises:
            RunError: none, or several, begin so; the message names those there are. Or what a derived
                judgement is made of is lacking.
        """
        judgements = self.judgements()
        if prefix is None:
            made_by_run = [judgement for judgement in judgements if judgement.spec.made_by_run]
            return next(iter(made_by_run or judgements), None)
        found = meant_by(prefix, judgements)
        if len(found) == 1:
            return found[0]
        if not found and (combined := derived.derived_by_name(prefix, judgements, self.name)) is not None:
            return combined
        names = ", ".join(judgement.name for judgement in judgements) or "no judgement yet"
        fault = "ambiguous" if found else "unknown"
        raise RunError(
            f"{fault} judgement '{prefix}'; run '{self.name}' has: {names}. Choose one with --judgement"
        )

    def labels(self) -> list[Label]:
        """Return all labels, oldest first."""
        return self._labels(0, 2**63 - 1)

    def copy_to(self, path: Path) -> None:
        """Write a copy that holds all that is committed, in one file that nobody has open."""
        readonly = self._value("PRAGMA query_only")
        # Only the copy is written, but SQLite asks for the right to write all the same.
        self._rows("PRAGMA query_only = 0")
        self._rows("VACUUM INTO ?", (str(path),))
        self._rows(f"PRAGMA query_only = {readonly}")

    # Rows

    def _rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        with storage(self.path):
            return self._connection.execute(query, values).fetchall()

    def _value(self, query: str) -> Any:
        return self._rows(query)[0][0]

    def _meta(self, key: str) -> Any:
        rows = self._rows("SELECT value FROM meta WHERE key = ?", (key,))
        return json.loads(rows[0]["value"]) if rows else None

    def _ordinals(self, pair_ids: Iterable[str]) -> dict[str, int]:
        """Return the ordinals of pairs by id."""
        wanted = set(pair_ids)
        rows = self._rows(
            "SELECT id, ordinal FROM pair WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(wanted)),),
        )
        found = {row["id"]: row["ordinal"] for row in rows}
        for unknown in wanted - found.keys():
            raise RunError(f"unknown pair '{unknown}'; run '{self.name}' has {len(self):,} other pairs")
        return found

    def _pair_rows(self, ordinals: Iterable[int]) -> list[sqlite3.Row]:
        return self._rows(
            "SELECT p.*, t.* FROM pair AS p JOIN pair_text AS t ON t.ordinal = p.ordinal"
            " WHERE p.ordinal IN (SELECT value FROM json_each(?)) ORDER BY p.ordinal",
            (json.dumps([int(ordinal) for ordinal in ordinals]),),
        )

    def _responses(self, first: int, last: int) -> list[sqlite3.Row]:
        return self._rows(
            "SELECT r.*, t.text, t.reasoning, t.citations FROM response AS r"
            " LEFT JOIN response_text AS t ON t.id = r.id WHERE r.id BETWEEN ? AND ? ORDER BY r.id",
            (first, last),
        )

    def _verdicts(self, judgement: Judgement, first: int, last: int) -> dict[int, VerdictRow]:
        rows = self._rows(
            "SELECT v.*, t.*, p.id AS pair_id FROM verdict AS v JOIN verdict_text AS t ON t.id = v.id"
            " JOIN pair AS p ON p.ordinal = v.pair WHERE v.id BETWEEN ? AND ?",
            (verdict_id(judgement.id, first), verdict_id(judgement.id, last)),
        )
        return {row["pair"]: verdict_of(row["pair_id"], row) for row in rows}

    def _states(self, judgement: Judgement | None, first: int, last: int) -> dict[int, sqlite3.Row]:
        rows = self._rows(
            f"SELECT p.ordinal, p.weight, {STATE} AS state, ifnull({FRESH}, 0) AS fresh FROM {PAIR_STATES}"
            " WHERE p.ordinal BETWEEN :first AND :last",
            {"judgement": _key(judgement), "first": first, "last": last},
        )
        return {row["ordinal"]: row for row in rows}

    def _labels(self, first: int, last: int) -> list[Label]:
        rows = self._rows(
            "SELECT l.*, p.id AS pair_id FROM label AS l JOIN pair AS p ON p.ordinal = l.pair"
            " WHERE l.pair BETWEEN ? AND ? ORDER BY l.id",
            (first, last),
        )
        return [label_of(row["pair_id"], row) for row in rows]

    def _tally(self, table: str, failed: str, where: str, values: Sequence[Any]) -> Tally:
        usage = ", ".join(f"ifnull(sum({column}), 0)" for column in USAGE_COLUMNS)
        paid = ", ".join(f"ifnull(sum({column} * (1 - from_cache)), 0)" for column in USAGE_COLUMNS)
        row = tuple(
            self._rows(
                f"SELECT count(*), ifnull(sum({failed}), 0), ifnull(sum(from_cache), 0), {usage}, {paid},"
                f" ifnull(sum(seconds), 0.0) FROM {table} WHERE {where}",
                values,
            )[0]
        )
        return Tally(row[0], row[1], row[2], Usage(*row[3:7]), Usage(*row[7:11]), row[11])


def _outcome(state: str, judgement: Judgement | None, row: VerdictRow | None) -> Outcome:
    """Return a pair's outcome from what became of it and its verdict."""
    if state != "judged" or judgement is None or row is None or not isinstance(row.judged.verdict, Verdict):
        return Outcome(state)
    verdict = row.judged.verdict
    return judged_outcome(
        judgement.spec.protocol,
        verdict.score,
        verdict.for_refusal,
        verdict.against_refusal,
        verdict.for_no_information or verdict.against_no_information,
    )


def _key(judgement: Judgement | None) -> int | None:
    """Return the number under which verdicts lie; None where there are none, as under a derived judgement."""
    return None if judgement is None or judgement.derived else judgement.id


def verdict_range(judgement: Judgement | None) -> tuple[int, int]:
    """Return the first and the last key that verdicts of a judgement can have; an empty range without one."""
    if judgement is None or judgement.derived:
        return (0, -1)
    return (verdict_id(judgement.id, 0), verdict_id(judgement.id + 1, 0) - 1)


def chunks(ordinals: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ordinals a few at a time: those whose texts may be in memory together."""
    return (ordinals[start : start + _CHUNK] for start in range(0, len(ordinals), _CHUNK))
