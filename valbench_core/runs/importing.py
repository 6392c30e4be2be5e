"""Runs that come from elsewhere: a run file, an export of one, or answers and verdicts of other programs.

What the columns of such files mean is left to `foreign`, what an export holds to `exchange`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice, tee
from pathlib import Path
from typing import Any, Literal

from valbench_core.errors import RunError, RunNotFoundError
from valbench_core.pairs import PairSet, Source, SourceFacts, open_source
from valbench_core.pairs.local import find_local
from valbench_core.pairs.reading import Fingerprint, Reading
from valbench_core.runs.exchange import Json, RunHead, record_of, run_of
from valbench_core.runs.exporting import JSON_COLUMNS, PAIR_COLUMNS
from valbench_core.runs.foreign import ForeignRows, answer_columns
from valbench_core.runs.lock import RunLock
from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import Judgement, JudgementSpec, PairRecord, RunFacts
from valbench_core.runs.run_file import RunFile, new_run_path, now_text
from valbench_core.schema import SIDES, Order, Pair, ProtocolName

ForeignKind = Literal["reference", "responses"]

UNKNOWN = "unknown"
"""Name of a model that the file does not tell and the user did not give."""

_SQLITE = b"SQLite format 3\0"
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    path: Path
    pairs: int
    notes: tuple[str, ...] = ()
    """What people should know about how it was read, one sentence each."""


# A run of this program


def import_run(source: Path, path: Path) -> Imported:
    """Make a run at `path` of a run file, or of any export of one, with its judgements, labels and settings.

    Raises:
        RunNotFoundError: there is no such file.
        RunError: it is no run.
        RunExistsError: the name is taken.
        StorageError: the disk is full.
    """
    if not source.exists():
        raise RunNotFoundError(
            f"there is no file '{source}'; give a run file or what `valbench export` wrote"
        )
    if _is_run_file(source):
        with RunReader.open_readonly(source) as run, RunLock(path), new_run_path(path) as unfinished:
            run.copy_to(unfinished)
            return Imported(path, len(run))
    return _import_export(source, path)


def _is_run_file(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _import_export(source: Path, path: Path) -> Imported:
    head = _head(source)
    facts = replace(head.facts, run=path.stem)
    for_pairs, for_weights = tee(_records(source))
    pairs, weights = (record.pair for record in for_pairs), (record.weight for record in for_weights)
    with _fitting(source), RunLock(path), RunFile.building(path, facts, pairs, weights) as run:
        judgements = {j.name: run.add_judgement(j.spec, j.created, j.calibration) for j in head.judgements}
        records = _records(source)
        while batch := list(islice(records, _BATCH)):
            _write_batch(run, batch, judgements, str(source))
        for key, value in head.settings.items():
            run.set_setting(key, value)
        run.record_stop(head.stop)
        return Imported(path, len(run))


def _write_batch(
    run: RunFile, batch: Iterable[PairRecord], judgements: Mapping[str, Judgement], source: str
) -> None:
    batch = list(batch)
    run.write([response for record in batch for response in record.responses])
    for name in {name for record in batch for name in record.verdicts}:
        if name not in judgements:
            raise RunError(
                f"'{source}' holds verdicts of '{name}' but no such judgement; export the run again"
            )
        rows = [record.verdicts[name] for record in batch if name in record.verdicts]
        run.write((), rows, judgements[name])
    run.add_labels(label for record in batch for label in record.labels)


def _head(source: Path) -> RunHead:
    for _, row in _rows(source):
        if row.get("run"):
            return run_of(row["run"], str(source))
    raise RunError(
        f"'{source}' is no export of a run (no row says which); "
        "import answers with --as responses, the benchmark's own result files with --as reference"
    )


def _records(source: Path) -> Iterator[PairRecord]:
    return (record_of(row, place) for place, row in _rows(source))


def _rows(source: Path) -> Iterator[tuple[str, Json]]:
    """Yield the rows of an export, in the nested form, and what to call each in a message."""
    _, found = find_local(source, None)
    for part in found.parts:
        for number, row in part.rows():
            place = f"{part.unit} {number} of '{part.name}'"
            yield place, dict(row) if isinstance(row.get("pair"), dict) else nested_row(row, place)


def nested_row(row: Mapping[str, Any], place: str) -> Json:
    """Return a flat row (see `exporting.COLUMNS`) in the nested form."""
    values = {name: _parsed(row.get(name), place) for name in JSON_COLUMNS}
    responses: dict[str, Json | None] = {}
    for side in SIDES:
        details = values[f"{side}_response_details"]
        answer = {} if "failure" in (details or {}) else {"text": row.get(f"{side}_response") or ""}
        responses[side] = {**details, **answer} if details else None
    pair = {name: "" if row.get(name) is None else row[name] for name in PAIR_COLUMNS}
    scale = row.get("issue_scale")
    return {
        "pair": {
            **pair,
            "issue_scale": None if scale in (None, "") else scale,
            "extra": values["extra"] or {},
        },
        "weight": row.get("weight", 1.0),
        "responses": responses,
        **{name: values[name] for name in ("replicates", "judgements", "labels", "run")},
    }


def _parsed(text: str | None, place: str) -> Any:
    try:
        return json.loads(text) if text else None
    except json.JSONDecodeError as error:
        raise RunError(
            f"{place} is not as `valbench export` writes it ({error}); export the run again"
        ) from error


@contextmanager
def _fitting(source: Path) -> Iterator[None]:
    """Say what SQLite's constraints found wrong with the rows of a file."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise RunError(
            f"'{source}' holds rows that do not fit together ({error}); export the run again"
        ) from error


# What other programs made


def import_answers(
    spec: str,
    path: Path,
    kind: ForeignKind,
    *,
    maps: Iterable[str] = (),
    split: str | None = None,
    model: str = UNKNOWN,
    judge: str = UNKNOWN,
    protocol: ProtocolName = "v1",
    keep_no_response: bool = False,
) -> Imported:
    """Make a run of pairs with answers (`responses`), or also verdicts (`reference`: the benchmark's files).

    Args:
        spec: a file or folder (or a Hub id), as for pairs.
        path: where the run is to lie.
        kind: `reference` reads verdicts too.
        maps: `column=field` options; the fields are those of pairs and `foreign.ANSWER_FIELDS`.
        split: which split to read.
        model: who answered.
        judge: who judged.
        protocol: by which the verdicts were made; the files do not say.
        keep_no_response: take the text "No response" for an answer, as the benchmark's published figures do.

    Raises:
        PairsError: the source cannot be read, or has no answers.
        RunExistsError: the name is taken.
        StorageError: the disk is full.
    """
    columns = answer_columns(maps)
    pair_set = open_source(Source(spec, split, columns=columns.pairs))
    rows = ForeignRows(columns, protocol, keep_no_response, kind == "reference")
    rows.check(_columns_of(pair_set), spec)
    manifest = {
        "imported": {"as": kind, "keep_no_response": keep_no_response, "columns": dict(columns.answers)}
    }
    facts = RunFacts(path.stem, "import", model, now_text(), False, manifest)
    reading, fingerprint = pair_set.reading(), Fingerprint()
    pairs = (rows.without_answers(_counted(pair, fingerprint)) for _, pair in reading)
    with RunLock(path), RunFile.building(path, facts, pairs) as run:
        about = _source_facts(pair_set, reading, fingerprint.value, len(run))
        run.update_manifest({"source": about.as_dict()})
        notes = _write_answers(run, pair_set, rows, judge)
        return Imported(path, len(run), (*about.notes, *notes))


def _source_facts(pair_set: PairSet, reading: Reading, fingerprint: str, n: int) -> SourceFacts:
    """Return what the manifest says of a source that has been read through."""
    return SourceFacts(
        spec=pair_set.source.spec,
        kind=pair_set.kind,
        split=pair_set.split,
        revision=pair_set.revision,
        columns=pair_set.source.columns,
        fingerprint=fingerprint,
        n=n,
        notes=(*pair_set.notes, *reading.notes),
    )


def _columns_of(pair_set: PairSet) -> list[str]:
    return list(dict.fromkeys(column for part in pair_set.parts for column in part.columns()))


def _counted(pair: Pair, fingerprint: Fingerprint) -> Pair:
    fingerprint.add(pair)
    return pair


def _write_answers(run: RunFile, pair_set: PairSet, rows: ForeignRows, judge: str) -> tuple[str, ...]:
    """Write answers and verdicts of a second pass over the source; return what people should know."""
    orders: set[Order] = set()
    judgement: Judgement | None = None
    pairs = iter(pair_set)
    while batch := [rows.read(pair) for pair in islice(pairs, _BATCH)]:
        verdicts = [row.verdict for row in batch if row.verdict is not None]
        orders |= {row.order for row in batch}
        if rows.judged and judgement is None:
            judgement = run.add_judgement(
                JudgementSpec(judge, rows.protocol, prompt=batch[0].judge_prompt, order=batch[0].order)
            )
        run.write([response for row in batch for response in row.responses], verdicts, judgement)
    if len(orders) > 1:
        return ("some pairs were judged in the other order; each verdict was read in its own",)
    return ()
