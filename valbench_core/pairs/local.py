"""Finds the parts of a local source: one file, a folder of shards, or a folder written by `save_to_disk`.

Splits are read from names, as the Hub's own layouts have them. Reading is left to the parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from valbench_core.errors import PairsError
from valbench_core.pairs.part import Kind, Part
from valbench_core.pairs.splits import choose_splits
from valbench_core.pairs.tables import DatasetTable, ParquetFile
from valbench_core.pairs.text_files import CsvFile, JsonFile

FORMATS: Mapping[str, tuple[Kind, Callable[[Path], Part]]] = {
    ".parquet": ("parquet", ParquetFile),
    ".jsonl": ("jsonl", JsonFile),
    ".ndjson": ("jsonl", JsonFile),
    ".json": ("jsonl", JsonFile),
    ".csv": ("csv", CsvFile),
    ".tsv": ("csv", CsvFile),
}
"""File name ending → what the file is and how it is read; in a folder the first ending found wins."""

_SHARD = re.compile(r"(?P<split>\w[\w.-]*?)-\d{5}-of-\d{5}")
_SPLIT_FILE = re.compile(r"(train|test|validation|valid|val|dev|eval)(?=$|[-_.])")
_DEPTHS = ("*", "*/*", "*/*/*")
_CONTAINERS = ("", "data", "default")


class Found(NamedTuple):
    """Parts of a source, in the order of the last fields of `PairSet`."""

    parts: tuple[Part, ...]
    split: str | None
    revision: str | None = None
    notes: tuple[str, ...] = ()


def find_local(path: Path, split: str | None) -> tuple[Kind, Found]:
    """Return what kind of source lies at an existing path, and its parts.

    Raises:
        PairsError: it is nothing that holds pairs, or has no such split.
    """
    if path.is_file():
        return _find_file(path, split)
    if not path.is_dir():
        raise PairsError(f"{str(path)!r} is neither a file nor a folder; save its contents to a file first")
    if (path / "dataset_dict.json").exists() or (path / "state.json").exists():
        return "folder", _find_saved(path, split)
    return _find_shards(path, split)


def _find_file(path: Path, split: str | None) -> tuple[Kind, Found]:
    known = FORMATS.get(path.suffix.casefold())
    if known is None:
        raise PairsError(
            f"{str(path)!r} is not a kind of file that holds pairs; give one of: {', '.join(FORMATS)}"
        )
    if not path.stat().st_size:
        raise PairsError(f"{str(path)!r} is an empty file; give one with one pair a row")
    kind, part = known
    name, _ = choose_splits(split, [split_of(Path(path.name))], str(path))
    return kind, Found((part(path),), name)


def _find_shards(folder: Path, split: str | None) -> tuple[Kind, Found]:
    files = sorted(
        file
        for depth in _DEPTHS
        for file in folder.glob(depth)
        if file.suffix.casefold() in FORMATS
        and not any(p.startswith(".") for p in file.relative_to(folder).parts)
    )
    kind = next((kind for kind, _ in FORMATS.values() if any(_kind(file) == kind for file in files)), None)
    if kind is None:
        raise PairsError(
            f"the folder {str(folder)!r} holds no pairs; give one with {', '.join(FORMATS)} files "
            "or one written by save_to_disk"
        )
    shards = [(split_of(file.relative_to(folder)), file) for file in files if _kind(file) == kind]
    name, chosen = choose_splits(split, [split for split, _ in shards], str(folder))
    parts = tuple(
        FORMATS[file.suffix.casefold()][1](file) for wanted in chosen for s, file in shards if s == wanted
    )
    return kind, Found(parts, name)


def _kind(file: Path) -> Kind:
    return FORMATS[file.suffix.casefold()][0]


def split_of(file: Path) -> str:
    """Return the split that a file's path inside its folder tells, "" where it tells none.

    >>> split_of(Path("data/test-00000-of-00001.parquet")), split_of(Path("default/train/0000.parquet"))
    ('test', 'train')
    >>> split_of(Path("validation.jsonl")), split_of(Path("part-0.parquet"))
    ('validation', '')
    """
    if shard := _SHARD.fullmatch(file.stem):
        return shard["split"]
    if named := _SPLIT_FILE.match(file.stem):
        return named[1]
    return "" if file.parent.name in _CONTAINERS else file.parent.name


def _find_saved(folder: Path, split: str | None) -> Found:
    from datasets import Dataset, load_from_disk

    try:
        saved = load_from_disk(str(folder))
    except (OSError, ValueError, KeyError) as error:
        raise PairsError(
            f"the folder {str(folder)!r} cannot be read as one written by save_to_disk "
            f"({str(error).partition(chr(10))[0]}); save it again"
        ) from error
    tables = {"": saved} if isinstance(saved, Dataset) else dict(saved)
    name, chosen = choose_splits(split, tables, str(folder))
    return Found(tuple(DatasetTable(str(folder / s), tables[s]) for s in chosen), name)
