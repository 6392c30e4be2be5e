"""A run on disk that can be written: created, opened, and filled a transaction at a time.

Reading is inherited from `reading`; who may evaluate a run is decided by `lock`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import count, repeat
from pathlib import Path
from typing import Any, Literal

from valbench_core.errors import RunExistsError, StorageError
from valbench_core.runs import rows
from valbench_core.runs.database import connect, connect_new, storage, transaction
from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import Judgement, JudgementSpec, Label, RunFacts, RunKind, VerdictRow
from valbench_core.schema import Failure, Pair, Response


def now_text(timespec: Literal["seconds", "microseconds"] = "seconds") -> str:
    """Return the present time as it stands in run files: ISO 8601, UTC, whole seconds.

    Finer where the later of two must be told from the earlier.
    """
    return datetime.now(UTC).isoformat(timespec=timespec)


class RunFile(RunReader):
    """A run file. Its connection may pass from thread to thread, but one thread uses it at a time."""

    @classmethod
    def create(
        cls,
        path: Path,
        manifest: Mapping[str, Any],
        pairs: Iterable[Pair],
        weights: Iterable[float] | None = None,
        *,
        model: str,
        kind: RunKind = "evaluation",
        illustrative: bool = False,
        created: str = "",
    ) -> RunFile:
        """Make a new run of these pairs and open it.

        Args:
            path: where it is to lie; hold its `RunLock`.
            manifest: everything the run is made from, as JSON values.
            pairs: streamed, in subset order.
            weights: inclusion weights of the pairs; 1 each where not given.
            model: who answers, as the user named it.
            kind: what the run is for.
            illustrative: answers or judgements come from a built-in model or are written by hand.
            created: ISO 8601, UTC; now where not given.

        Raises:
            RunExistsError: the name is taken.
            StorageError: the disk is full or the folder cannot be written.
        """
        about = RunFacts(path.stem, kind, model, created or now_text(), illustrative, manifest)
        with cls.building(path, about, pairs, weights):
            pass
        return cls.open(path)

    @classmethod
    @contextmanager
    def building(
        cls, path: Path, about: RunFacts, pairs: Iterable[Pair], weights: Iterable[float] | None = None
    ) -> Iterator[RunFile]:
        """Make a new run and yield it to be filled; it gets its name once all is done, else nothing stays."""
        with new_run_path(path) as unfinished:
            run = cls(unfinished, connect_new(unfinished))
            try:
                run._fill(about, pairs, repeat(1.0) if weights is None else weights)
                yield run
            finally:
                run.close()

    @classmethod
    def open(cls, path: Path) -> RunFile:
        """Open a run for writing. For the errors see `database.connect`."""
        return cls(path, connect(path, readonly=False))

    def close(self) -> None:
        """Move what the log holds into the file, so that it can be copied alone, and close it."""
        if not self._value("PRAGMA query_only"):
            # A reader in the middle of something may keep the log; the next writer moves it then.
            self._rows("PRAGMA busy_timeout = 1000")
            # Nor is a full disk a fault here: the log keeps what was committed.
            with suppress(StorageError):
                self._rows("PRAGMA wal_checkpoint(TRUNCATE)")
        super().close()

    def check_writable(self) -> None:
        """Find out whether the file can be written, and write nothing: the revision stays.

        Raises:
            StorageError: it cannot.
        """
        with storage(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute("ROLLBACK")

    # What the evaluation writes

    def write(
        self,
        responses: Iterable[Response] = (),
        verdicts: Iterable[VerdictRow] = (),
        judgement: Judgement | None = None,
    ) -> None:
        """Write responses and verdicts of a judgement in one transaction; each replaces its forerunner.

        Raises:
            RunError: the run has no such pair.
            StorageError: the disk is full; nothing of the batch is written, all before it is kept.
        """
        responses, verdicts = list(responses), list(verdicts)
        ordinals = self._ordinals([*(r.pair_id for r in responses), *(v.pair_id for v in verdicts)])
        with self._transaction():
            self._put_responses([(ordinals[r.pair_id], r) for r in responses])
            if judgement is not None:
                self._put_verdicts(judgement.id, [(ordinals[v.pair_id], v) for v in verdicts])

    def write_responses(self, responses: Iterable[Response]) -> None:
        """Write responses in one transaction."""
        self.write(responses)

    def write_verdicts(self, judgement: Judgement, verdicts: Iterable[VerdictRow]) -> None:
        """Write verdicts of a judgement in one transaction."""
        self.write((), verdicts, judgement)

    def add_judgement(
        self, spec: JudgementSpec, created: str = "", calibration: Mapping[str, Any] | None = None
    ) -> Judgement:
        """Return the run's judgement of this configuration, adding it where there is none yet."""
        with self._transaction():
            existing = self.judgements()
            for judgement in existing:
                if _same_configuration(judgement.spec, spec):
                    return judgement
            name = _free_name(spec.base_name, {judgement.name for judgement in existing})
            row = rows.judgement_row(name, spec, created or now_text(), calibration)
            rows.write_many(self._connection, rows.insert("judgement", rows.JUDGEMENT_COLUMNS), [row])
        return next(judgement for judgement in self.judgements() if judgement.name == name)

    def discard_if_empty(self, judgement: Judgement) -> None:
        """Remove a judgement unless it has verdicts: its judge could not be asked at all."""
        with self._transaction():
            self._connection.execute(
                "DELETE FROM judgement WHERE id = :id"
                " AND NOT EXISTS (SELECT 1 FROM verdict WHERE judgement = :id)",
                {"id": judgement.id},
            )

    def set_calibration(self, judgement: Judgement, result: Mapping[str, Any]) -> None:
        """Keep with a judgement what the calibration of its configuration came to."""
        with self._transaction():
            self._connection.execute(
                "UPDATE judgement SET calibration = ? WHERE id = ?",
                (rows.to_json(dict(result)), judgement.id),
            )

    def record_stop(self, reason: str | None) -> None:
        """Keep why the evaluation stopped before its end; None when it begins, goes on, or is done."""
        self._set_meta("stop", reason)

    def update_manifest(self, changes: Mapping[str, Any]) -> None:
        """Change top-level entries of the manifest."""
        self._set_meta("manifest", {**self.manifest, **changes})

    # What people write

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a setting of this run (a JSON value); None removes it."""
        with self._transaction():
            if value is None:
                self._connection.execute("DELETE FROM setting WHERE key = ?", (key,))
            else:
                self._connection.execute(rows.upsert("setting", ("key", "value")), (key, rows.to_json(value)))

    def add_label(self, label: Label) -> None:
        """Add a label; labels are never changed or removed."""
        self.add_labels([label])

    def add_labels(self, labels: Iterable[Label], check: Callable[[], None] | None = None) -> None:
        """Add labels in one transaction.

        Args:
            labels: what to add.
            check: called once nobody else can write; what it raises leaves nothing written.

        Raises:
            RunError: the run has no such pair.
        """
        labels = list(labels)
        if not labels:
            return
        ordinals = self._ordinals([label.pair_id for label in labels])
        now = now_text()
        with self._transaction():
            if check is not None:
                check()
            rows.write_many(
                self._connection,
                rows.insert("label", rows.LABEL_COLUMNS),
                (rows.label_row(ordinals[label.pair_id], label, now) for label in labels),
            )

    # Rows

    def _fill(self, about: RunFacts, pairs: Iterable[Pair], weights: Iterable[float]) -> None:
        """Write what a run begins with."""
        facts = {name: value for name, value in asdict(about).items() if name != "run"}
        insert_pair = rows.insert("pair", rows.PAIR_COLUMNS)
        insert_text = rows.insert("pair_text", rows.PAIR_TEXT_COLUMNS)
        connection = self._connection
        with self._transaction():
            connection.execute("INSERT INTO revision VALUES (?)", (int(time.time() * 1000),))
            meta = ((key, rows.to_json(value)) for key, value in facts.items())
            rows.write_many(connection, rows.insert("meta", ("key", "value")), meta)
            for ordinal, (pair, weight) in enumerate(zip(pairs, weights, strict=False)):
                rows.write_many(connection, insert_pair, [rows.pair_row(ordinal, pair, weight)])
                rows.write_many(connection, insert_text, [rows.pair_text_row(ordinal, pair)])

    def _transaction(self) -> AbstractContextManager[None]:
        return transaction(self._connection, self.path)

    def _set_meta(self, key: str, value: Any) -> None:
        with self._transaction():
            self._connection.execute(rows.upsert("meta", ("key", "value")), (key, rows.to_json(value)))

    def _put_responses(self, placed: list[tuple[int, Response]]) -> None:
        write, connection = rows.write_many, self._connection
        answers = [(o, r) for o, r in placed if not isinstance(r.result, Failure)]
        failures = [(o, r) for o, r in placed if isinstance(r.result, Failure)]
        write(
            connection,
            "DELETE FROM response_text WHERE id = ?",
            ((rows.response_id(o, r.side, r.replicate),) for o, r in failures),
        )
        write(
            connection,
            rows.upsert("response", rows.RESPONSE_COLUMNS),
            (rows.response_row(o, r) for o, r in placed),
        )
        write(
            connection,
            rows.upsert("response_text", rows.RESPONSE_TEXT_COLUMNS),
            (rows.response_text_row(o, r) for o, r in answers),
        )

    def _put_verdicts(self, judgement: int, placed: list[tuple[int, VerdictRow]]) -> None:
        rows.write_many(
            self._connection,
            rows.upsert("verdict", rows.VERDICT_COLUMNS),
            (rows.verdict_row(judgement, o, v) for o, v in placed),
        )
        rows.write_many(
            self._connection,
            rows.upsert("verdict_text", rows.VERDICT_TEXT_COLUMNS),
            (rows.verdict_text_row(judgement, o, v) for o, v in placed),
        )


@contextmanager
def new_run_path(path: Path) -> Iterator[Path]:
    """Yield a path to make a run at, which then gets the name asked for: nobody sees half a run.

    Raises:
        RunExistsError: the name is taken.
        StorageError: the folder cannot be written.
    """
    refuse_taken(path)
    unfinished = path.with_name(f".{path.stem}.unfinished")
    try:
        with storage(path):
            _make_folder(path.parent)
            # What a killed process left must go with its journal: SQLite would play it into the new file.
            _remove(unfinished)
            yield unfinished
            unfinished.replace(path)
    finally:
        _remove(unfinished)


def refuse_taken(path: Path) -> None:
    """Raise `RunExistsError` where the name of a new run is taken."""
    if path.exists():
        raise RunExistsError(
            f"run '{path.stem}' exists already; choose another --name, "
            f"or `valbench resume {path.stem}`, or `valbench delete {path.stem}`"
        )


def _remove(unfinished: Path) -> None:
    for ending in ("", "-journal", "-wal", "-shm"):
        unfinished.with_name(unfinished.name + ending).unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot write in '{folder}' ({error.strerror}); choose another --workspace"
        ) from error


def _same_configuration(one: JudgementSpec, other: JudgementSpec) -> bool:
    return replace(one, made_by_run=False) == replace(other, made_by_run=False)


def _free_name(name: str, taken: Container[str]) -> str:
    """Return the name, numbered where it is taken.

    >>> _free_name("judge@v3", {"judge@v3", "judge@v3~2"})
    'judge@v3~3'
    """
    if name not in taken:
        return name
    return next(numbered for n in count(2) if (numbered := f"{name}~{n}") not in taken)
