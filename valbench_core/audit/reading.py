"""Labels made elsewhere, taken into a run: by pair and author; nothing is overwritten, the unusual listed.

What a row may hold is left to `label_reading`, Label Studio's form to `label_studio`, which labels are new to
`merging`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from valbench_core.audit.csv_cells import unescaped
from valbench_core.audit.label_reading import NEEDED, Row, is_blank, label_of_row
from valbench_core.audit.label_studio import annotations_of, is_export, row_of
from valbench_core.audit.merging import Merge
from valbench_core.audit.taken_in import LabelsTakenIn
from valbench_core.errors import RunError, RunNotFoundError, ValBenchError
from valbench_core.pairs.local import FORMATS
from valbench_core.pairs.text_files import CsvFile, JsonFile
from valbench_core.runs import RunFile, RunReader
from valbench_core.schema import ProtocolName

_NAMED = 12
"""Columns of a wrong file that are named."""


def import_labels(run: RunFile, path: Path, *, protocol: ProtocolName | None = None) -> LabelsTakenIn:
    """Take the labels of a file into a run, in one transaction.

    A label keeps its draw where this run has it, the draw holds the pair, and the row says that it was made
    blind; π is worked out anew. One that its author has given before, here, is not added again; where the
    author said something else here, that stays.

    Args:
        run: which takes them in.
        path: labels or filled-in tasks as `export_labels` writes them (CSV, JSON lines), or what Label Studio
            exports (JSON).
        protocol: of rows that do not say; that of the run's judgement where not given.

    Raises:
        RunNotFoundError: there is no such file.
        RunError: nothing in it can be read as a label.
        PairsError: it is no valid CSV or JSON.
        StorageError: the run file cannot be written; nothing was taken in.
    """
    merge, usual = Merge(run), protocol or _protocol(run)
    for place, read in _rows(path):
        try:
            row = read()
            if is_blank(row):
                merge.pass_over()
            else:
                merge.take(label_of_row(row, usual), place)
        except ValBenchError as error:
            merge.refuse(place, error)
    found = merge.result()
    _check_read(found, path)
    run.add_labels(merge.added)
    return found


def _check_read(found: LabelsTakenIn, path: Path) -> None:
    """Raise `RunError` where no row of a file could be read as a label."""
    if found.added or found.there_already or found.conflicts or found.unknown_pairs:
        return
    if found.refused:
        raise RunError(f"nothing in '{path}' can be read as a label: {found.refused[0]}")
    raise RunError(
        f"'{path}' holds no label yet: fill in author and score of its tasks, then import it again"
    )


def _rows(path: Path) -> Iterator[tuple[str, Callable[[], Row]]]:
    """Yield what reads each row of a file that may be a label, and what to call it in a message."""
    if not path.is_file():
        raise RunNotFoundError(
            f"there is no file '{path}'; give labels as CSV, JSON lines, or Label Studio's JSON"
        )
    kind = FORMATS.get(path.suffix.casefold(), ("", None))[0]
    if kind not in ("csv", "jsonl"):
        raise RunError(
            f"'{path}' is no kind of file that holds labels; give one of: .csv, .tsv, .jsonl, .json"
        )
    part = CsvFile(path) if kind == "csv" else JsonFile(path)
    columns = part.columns()
    if not set(NEEDED) <= set(columns) and not {"data", "annotations"} <= set(columns):
        raise RunError(
            f"'{path}' holds no labels: it has {', '.join(columns[:_NAMED]) or 'nothing'}; labels have at "
            f"least the columns {', '.join(NEEDED)}, an export of Label Studio has data and annotations"
        )
    for number, row in part.rows():
        place = f"{part.unit} {number}"
        if is_export(row):
            task = f"task {row.get('id', number)}"
            yield from ((task, partial(row_of, row, annotation)) for annotation in annotations_of(row))
        else:
            yield place, partial(unescaped, row) if kind == "csv" else partial(dict[str, Any], row)


def _protocol(run: RunReader) -> ProtocolName:
    judgement = run.find_judgement()
    return judgement.spec.protocol if judgement else "v3"
