"""Labels and tasks written for other programs: CSV, JSON lines, and tasks for Label Studio.

What a task tells is left to `tasks`, Label Studio's form to `label_studio`, taking labels in to `reading`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from valbench_core.audit.csv_cells import cell
from valbench_core.audit.draw import Draw, draw_in
from valbench_core.audit.label_studio import config, config_path, task_of
from valbench_core.audit.tasks import NAMED, SHOWN, TO_FILL, Task, tasks
from valbench_core.errors import SettingsError
from valbench_core.runs import Label, RunReader
from valbench_core.runs.exporting import new_target
from valbench_core.runs.rows import SCORE_COLUMNS, WORD_COLUMNS
from valbench_core.schema import ProtocolName, clean_text

LabelsExport = Literal["labels-csv", "labels-jsonl", "tasks-csv", "tasks-jsonl", "label-studio"]

LABEL_COLUMNS = (
    "pair_id",
    "run",
    "author",
    "created",
    "kind",
    "protocol",
    "guideline",
    *SCORE_COLUMNS,
    *WORD_COLUMNS,
    "order",
    "draw",
    "inclusion",
    "blind",
    "seconds",
    "for_hash",
    "against_hash",
    "note",
    "pair_problem",
)
"""Columns of exported labels, one row a label; a pair that was passed over has no score."""

Row = dict[str, Any]


def export_labels(
    run: RunReader,
    path: Path,
    kind: LabelsExport,
    *,
    draw: Draw | None = None,
    n: int | None = None,
    named: bool = False,
) -> int:
    """Write the labels of a run, or its pairs as tasks, to a new file, and return the number of rows.

    Args:
        run: whose labels or pairs.
        path: a new file; Label Studio's labelling screen is written beside it (`config_path`).
        kind: what is written, and how.
        draw: only labels of this draw; tasks in the order of its queue.
        n: only the first n tasks.
        named: whether tasks tell run and model.

    Raises:
        SettingsError: a target exists already, or labels are to be cut to n.
        RunError: the run has no such draw.
        StorageError: the file cannot be written.
    """
    if kind not in get_args(LabelsExport):
        raise SettingsError(f"unknown format '{kind}'; valid are: {', '.join(get_args(LabelsExport))}")
    if n is not None and n < 1:
        raise SettingsError(f"{n} tasks are none; give 1 or more")
    if draw is not None:
        draw_in(run, draw.id)
    if kind in ("labels-csv", "labels-jsonl"):
        if n is not None:
            raise SettingsError(f"{kind} writes every label; leave n out")
        return _write(path, kind, LABEL_COLUMNS, label_rows(run, draw))
    columns = (*SHOWN, *(NAMED if named else ()), *TO_FILL)
    if kind == "label-studio":
        return _write_label_studio(path, tasks(run, draw, n, named), _protocol(run, draw))
    return _write(path, kind, columns, tasks(run, draw, n, named))


def label_rows(run: RunReader, draw: Draw | None = None) -> Iterator[Row]:
    """Yield the labels of a run, oldest first: of one draw, or all."""
    for label in run.labels():
        if draw is None or label.draw == draw.id:
            yield label_row(run.name, label)


def label_row(run: str, label: Label) -> Row:
    """Return a label as one row of `LABEL_COLUMNS`."""
    said = (*SCORE_COLUMNS, *WORD_COLUMNS)
    return {
        "run": run,
        **{name: getattr(label, name) for name in LABEL_COLUMNS if name not in (*said, "run")},
        **{name: None if label.verdict is None else getattr(label.verdict, name) for name in said},
    }


def _write(path: Path, kind: LabelsExport, columns: Sequence[str], rows: Iterable[Row]) -> int:
    with new_target(path) as unfinished:
        if kind.endswith("csv"):
            return _write_csv(unfinished, columns, rows)
        return _write_lines(unfinished, rows)


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> int:
    number = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in rows:
            writer.writerow({name: cell(value) for name, value in row.items()})
            number += 1
    return number


def _write_lines(path: Path, rows: Iterable[Row]) -> int:
    number = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(clean_text(json.dumps(row, ensure_ascii=False)) + "\n")
            number += 1
    return number


def _write_label_studio(path: Path, found: Iterable[Task], protocol: ProtocolName) -> int:
    screen = config_path(path)
    with new_target(path) as unfinished, new_target(screen) as unfinished_screen:
        unfinished_screen.write_text(config(protocol), encoding="utf-8")
        listed = [task_of(task) for task in found]
        unfinished.write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(listed)


def _protocol(run: RunReader, draw: Draw | None) -> ProtocolName:
    if draw is not None:
        return draw.protocol
    judgement = run.find_judgement()
    return judgement.spec.protocol if judgement else "v3"
