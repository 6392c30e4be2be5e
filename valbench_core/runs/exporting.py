"""A run written for other programs: JSON lines, Parquet, CSV, or a folder for `datasets.load_from_disk`.

JSON lines nest (`{pair, responses, judgements, labels, outcome}`); the others have one flat row a pair: the
pair's own columns, answers as text, the scores of the judgement shown where none is named, and JSON in text
columns for the rest. In all of them the first row also holds `run`, so that `importing` makes the same run of
the one file.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from valbench_core.errors import SettingsError, StorageError
from valbench_core.runs.exchange import Json, record_json, run_json
from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import Judgement, PairRecord
from valbench_core.runs.rows import SCORE_COLUMNS
from valbench_core.schema import SIDES, Outcome, Verdict, adjusted_score, clean_text

if TYPE_CHECKING:
    import pyarrow as pa

ExportFormat = Literal["jsonl", "parquet", "csv", "dataset"]

PAIR_COLUMNS: tuple[str, ...] = (
    "id",
    "for_question",
    "against_question",
    "issue_description",
    "category",
    "issue_scale",
    "article_title",
    "url",
    "section_title",
    "section_text",
)
"""Columns with a pair's fields, under the benchmark's own names."""

JSON_COLUMNS: tuple[str, ...] = (
    "extra",
    "for_response_details",
    "against_response_details",
    "replicates",
    "judgements",
    "labels",
    "run",
)
"""Columns whose texts are JSON; "" where there is nothing to say."""

COLUMNS: tuple[str, ...] = (
    *PAIR_COLUMNS,
    "weight",
    "outcome",
    "for_response",
    "against_response",
    *SCORE_COLUMNS,
    "adjusted_score",
    *JSON_COLUMNS,
)
"""All columns of the flat forms. Outcome and scores are for reading; an import reads `judgements`."""

_BATCH = 200


def export_run(run: RunReader, path: Path, export_format: ExportFormat) -> int:
    """Write the run to a new file (or folder, for `dataset`) and return the number of pairs.

    Texts pass through a few pairs at a time. What is cut short leaves nothing behind.

    Raises:
        SettingsError: the target exists already.
        StorageError: it cannot be written.
    """
    with new_target(path) as unfinished:
        _WRITERS[export_format](run, unfinished)
    return len(run)


@contextmanager
def new_target(path: Path) -> Iterator[Path]:
    """Yield a path to write to, which gets the name asked for once all is written."""
    if path.exists():
        raise SettingsError(f"'{path}' exists already; give another path, or remove it first")
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        raise StorageError(
            f"cannot write '{path}' ({error.strerror or error}); check the disk and the folder's permissions"
        ) from error
    finally:
        _remove(unfinished)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _objects(run: RunReader) -> Iterator[tuple[PairRecord, Json]]:
    """Yield each pair with its object; the first object also holds the run."""
    head: Json | None = run_json(run)
    for record in run.records():
        value = record_json(record)
        if head is not None:
            value["run"], head = head, None
        yield record, value


def _flat_rows(run: RunReader) -> Iterator[dict[str, Any]]:
    shown = run.find_judgement()
    for record, value in _objects(run):
        yield flat_row(record, value, shown)


def flat_row(record: PairRecord, value: Json, shown: Judgement | None) -> dict[str, Any]:
    """Return a pair's object as one row of `COLUMNS`."""
    pair = value["pair"]
    row: dict[str, Any] = {name: pair[name] for name in PAIR_COLUMNS}
    row |= {"weight": value["weight"], "outcome": value["outcome"], **_scores(record, shown)}
    for side in SIDES:
        answer = dict(value["responses"][side] or {})
        row[f"{side}_response"] = answer.pop("text", "")
        row[f"{side}_response_details"] = _text(answer)
    row |= {name: _text(value.get(name)) for name in ("replicates", "judgements", "labels", "run")}
    return {**row, "extra": _text(pair["extra"])}


def _scores(record: PairRecord, shown: Judgement | None) -> dict[str, int | None]:
    """Return the scores of a judged pair under the judgement shown; all None for any other."""
    row = record.verdicts.get(shown.name) if shown else None
    judged = record.outcome not in (Outcome.FAILED, Outcome.PENDING, Outcome.UNJUDGED)
    if not judged or shown is None or row is None or not isinstance(row.judged.verdict, Verdict):
        return dict.fromkeys((*SCORE_COLUMNS, "adjusted_score"))
    verdict = row.judged.verdict
    values = {name: getattr(verdict, name) for name in SCORE_COLUMNS}
    scores: dict[str, int | None] = {n: None if v is None else int(v) for n, v in values.items()}
    scores["adjusted_score"] = adjusted_score(
        shown.spec.protocol, verdict.score, verdict.for_refusal, verdict.against_refusal
    )
    return scores


def _text(value: object) -> str:
    return clean_text(json.dumps(value, ensure_ascii=False)) if value else ""


def _write_jsonl(run: RunReader, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for _, value in _objects(run):
            file.write(_text(value) + "\n")


def _write_csv(run: RunReader, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(_flat_rows(run))


def _write_parquet(run: RunReader, path: Path) -> None:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    schema = _arrow_schema()
    rows = _flat_rows(run)
    with ParquetWriter(path, schema) as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(pa.Table.from_pylist(batch, schema))


def _arrow_schema() -> pa.Schema:
    import pyarrow as pa

    numbers = dict.fromkeys((*SCORE_COLUMNS, "adjusted_score", "issue_scale"), pa.int64())
    kinds = {**dict.fromkeys(COLUMNS, pa.string()), **numbers, "weight": pa.float64()}
    return pa.schema([(name, kinds[name]) for name in COLUMNS])


def _write_dataset(run: RunReader, path: Path) -> None:
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "run.parquet"
        _write_parquet(run, table)
        Dataset.from_parquet(str(table), cache_dir=folder).save_to_disk(str(path))


_WRITERS: Mapping[ExportFormat, Callable[[RunReader, Path], None]] = {
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
    "csv": _write_csv,
    "dataset": _write_dataset,
}
