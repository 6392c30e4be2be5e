"""Where pairs come from, as the user names it, and the set of parts that the name stands for.

Looking into files is left to `local`, the Hugging Face Hub to `hub`, reading to `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from valbench_core.errors import PairsError
from valbench_core.pairs.columns import ColumnMap, check_map
from valbench_core.pairs.part import Kind, Part
from valbench_core.pairs.reading import Reading
from valbench_core.schema import Pair

SAMPLE = "sample"
"""The name of the pairs that come with the program."""

_SAMPLE_FILE = Path(__file__).parent / "sample" / "pairs.jsonl"
_HUB_ID = re.compile(r"[\w-][\w.-]*/[\w-][\w.-]*")
_DATA_FILE = re.compile(r"\.(parquet|jsonl|ndjson|json|csv|tsv|arrow|txt|gz|zip|xlsx?)$", re.IGNORECASE)


@dataclass(frozen=True)
class Source:
    """Where pairs are to come from, as the user said it."""

    spec: str = SAMPLE
    """`sample`, a Hub id such as `val-bench/VAL-Bench`, or the path of a file or folder."""
    split: str | None = None
    """A split, `all` for the splits joined, None for `test` (or the only one there is)."""
    revision: str | None = None
    """A branch, tag or commit of a Hub data set."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Foreign column → field of a pair."""

    def __post_init__(self) -> None:
        check_map(self.columns)


@dataclass(frozen=True)
class SourceFacts:
    """What the manifest of a run says about where its pairs come from."""

    spec: str
    """The source as it was given."""
    kind: Kind
    split: str | None
    """The split read, `all`, or None where there are none."""
    revision: str | None
    """The commit for a Hub data set, where known, else the revision asked for."""
    columns: Mapping[str, str]
    """Foreign column → field."""
    fingerprint: str
    """SHA-256 over the full contents of all its pairs in order."""
    n: int
    """Its number of pairs, before any subset is chosen."""
    notes: tuple[str, ...] = ()
    """What people should know about how it was read, one sentence each."""

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as JSON values."""
        return {**vars(self), "columns": dict(self.columns), "notes": list(self.notes)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SourceFacts:
        """Return the facts that `as_dict` wrote."""
        return cls(**{**values, "notes": tuple(values["notes"])})


@dataclass(frozen=True)
class PairSet:
    """A source that has been found; its pairs are read anew each time it is iterated, never held."""

    source: Source
    kind: Kind
    parts: tuple[Part, ...]
    """The files or tables of the split, in order."""
    split: str | None = None
    """The split that was taken, `all`, or None where there are none."""
    revision: str | None = None
    """The commit of a Hub data set, where known."""
    notes: tuple[str, ...] = ()
    """What people should know about how it was found."""

    @property
    def columns(self) -> ColumnMap:
        """Which column fills which field."""
        return ColumnMap(self.source.columns)

    def reading(self, light: bool = False) -> Reading:
        """Start one pass over the pairs; `light` leaves long texts and extra columns out."""
        return Reading(self.parts, self.columns, light)

    def __iter__(self) -> Iterator[Pair]:
        return (pair for _, pair in self.reading())


def open_source(source: Source) -> PairSet:
    """Find what a source stands for, and check that it has the columns of pairs; no pair is read yet.

    Raises:
        PairsError: there is no such source or split, it is unreadable, or columns are missing.
    """
    pair_set = _found(source)
    columns = list(dict.fromkeys(column for part in pair_set.parts for column in part.columns()))
    if not columns:
        raise PairsError(f"{source.spec!r} is empty; give a source with one pair a row")
    pair_set.columns.check(columns, source.spec)
    return pair_set


def _found(source: Source) -> PairSet:
    from valbench_core.pairs.hub import find_on_hub
    from valbench_core.pairs.local import find_local

    path = _SAMPLE_FILE if source.spec == SAMPLE else Path(source.spec).expanduser()
    if source.spec != SAMPLE and not path.exists() and is_hub_id(source.spec):
        return PairSet(source, "hub", *find_on_hub(source.spec, source.split, source.revision))
    if source.revision is not None:
        raise PairsError(
            f"{source.spec!r} has no revisions; leave --revision out (only Hub data sets have them)"
        )
    if not path.exists():
        raise _missing(source.spec, path)
    kind, found = find_local(path, source.split)
    return PairSet(source, "sample" if source.spec == SAMPLE else kind, *found)


def is_hub_id(spec: str) -> bool:
    """Say whether a source that is no existing path reads like a Hub id.

    >>> is_hub_id("val-bench/VAL-Bench"), is_hub_id("data/pairs.jsonl"), is_hub_id("./pairs")
    (True, False, False)
    """
    return bool(_HUB_ID.fullmatch(spec)) and not _DATA_FILE.search(spec)


def _missing(spec: str, path: Path) -> PairsError:
    neighbours = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    close = get_close_matches(path.name, neighbours, 1)
    near = f"did you mean {str(path.parent / close[0])!r}? Otherwise give" if close else "give"
    return PairsError(
        f"there is no file or folder {spec!r}; {near} a Parquet, JSONL or CSV file, a folder, "
        "a Hub id such as val-bench/VAL-Bench, or sample"
    )
