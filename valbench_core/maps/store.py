"""Maps as they are kept: one Parquet file a map, a row a pair; all that is not of one pair in its metadata.

A file is written under another name and then renamed, so that nobody ever reads half of one. With it stands a
hash of all that it holds: bytes that have changed since are noticed wherever they lie. Which map is asked for
is left to `opening`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from valbench_core.errors import MapError, StorageError
from valbench_core.maps.keys import VERSION
from valbench_core.maps.pair_map import MapEncoder, MapGroup, MapLevel, PairMap

if TYPE_CHECKING:
    import pyarrow as pa

_ENDING = ".parquet"
_HEAD = b"map"
"""Key of the metadata that holds everything but the columns."""
_HASH = b"sha256"
"""Key of the metadata that holds the hash: page checksums do not cover the metadata itself."""


class MapStore:
    """The maps of a folder, by key. Several processes may use it."""

    def __init__(self, folder: Path) -> None:
        """Keep maps in `folder`, which need not exist."""
        self.folder = folder

    def path_of(self, key: str) -> Path:
        """Return where the map of a key is, or would be."""
        return self.folder / f"{key}{_ENDING}"

    def keys(self, beginning: str = "") -> list[str]:
        """Return the keys of the maps that are kept and begin so, in alphabetical order."""
        return sorted(path.stem for path in self.folder.glob(f"{beginning}*{_ENDING}"))

    def load(self, key: str) -> PairMap | None:
        """Return a map; None where there is none.

        Raises:
            MapError: its file is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.path_of(key)
        try:
            # A file as it is: a folder's name that looks like "level=2" shall not become a column.
            with path.open("rb") as file:
                table = pq.ParquetFile(file, page_checksum_verification=True).read()
            return _map_of(table, key)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException) as error:
            why = " ".join(str(error).split())[:200] or type(error).__name__
            raise MapError(
                f"the map in '{path}' cannot be read ({why}); make it anew with: valbench cluster RUN --again"
            ) from error

    def save(self, pair_map: PairMap) -> None:
        """Keep a map, in place of an older one of the same key.

        Raises:
            StorageError: the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._write(pair_map)
        except OSError as error:
            raise StorageError(
                f"cannot keep the map in '{self.folder}' ({error.strerror or error}); free space or mend the "
                "folder's permissions"
            ) from error

    def _write(self, pair_map: PairMap) -> None:
        import pyarrow.parquet as pq

        unfinished = self.folder / f".{pair_map.key}.{os.getpid()}"
        try:
            pq.write_table(_table_of(pair_map), unfinished, compression="zstd", write_page_checksum=True)
            unfinished.replace(self.path_of(pair_map.key))
        finally:
            unfinished.unlink(missing_ok=True)


def _table_of(pair_map: PairMap) -> pa.Table:
    import pyarrow as pa

    near = pair_map.neighbours.shape[1]
    columns: dict[str, Any] = {
        "pair_id": pa.array(pair_map.pair_ids, pa.string()),
        "x": pair_map.positions[:, 0],
        "y": pair_map.positions[:, 1],
        "neighbours": pa.FixedSizeListArray.from_arrays(
            pa.array(pair_map.neighbours.reshape(-1), pa.int32()), type=pa.list_(pa.int32(), near)
        )
        if near
        else pa.nulls(len(pair_map)),
    }
    for name, level in _columns(pair_map.levels):
        columns[f"group_{name}"] = level.codes
        columns[f"closeness_{name}"] = level.closeness
    head = json.dumps(_head(pair_map))
    about = {_HEAD: head.encode(), _HASH: _hash_of(head, pair_map).encode()}
    return pa.table(columns).replace_schema_metadata(about)


def _columns(levels: Sequence[MapLevel]) -> Iterator[tuple[int, MapLevel]]:
    return enumerate(levels, start=1)


def _hash_of(head: str, pair_map: PairMap) -> str:
    """Return the SHA-256 of the metadata as written, the ids, and each array with its type and shape."""
    levels = ((level.codes, level.closeness) for level in pair_map.levels)
    arrays = [pair_map.positions, pair_map.neighbours.astype(np.int32), *chain.from_iterable(levels)]
    found = sha256(json.dumps([head, pair_map.pair_ids]).encode())
    for array in arrays:
        found.update(f"{array.dtype.str} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).data)
    return found.hexdigest()


def _head(pair_map: PairMap) -> dict[str, Any]:
    return {
        "version": VERSION,
        "key": pair_map.key,
        "text": pair_map.text,
        "where": pair_map.where,
        "encoder": asdict(pair_map.encoder),
        "grouping": pair_map.grouping,
        "layout": pair_map.layout,
        "notes": pair_map.notes,
        "usual": pair_map.usual,
        "levels": [[asdict(group) for group in level.groups] for level in pair_map.levels],
    }


def _map_of(table: pa.Table, key: str) -> PairMap:
    """Return the map that a table holds.

    Raises:
        ValueError: it is another one, or its parts do not fit one another.
        LookupError, TypeError: something is missing.
    """
    about = table.schema.metadata or {}
    head = json.loads(about[_HEAD])
    if (head["version"], head["key"]) != (VERSION, key):
        raise ValueError(f"it holds the map '{head['key']}', version {head['version']}")
    found = _parts_of(table, head)
    if about[_HASH].decode() != _hash_of(about[_HEAD].decode(), found):
        raise ValueError("its bytes have changed since it was kept")
    return found


def _parts_of(table: pa.Table, head: Mapping[str, Any]) -> PairMap:
    columns = {name: table.column(name).combine_chunks() for name in table.column_names}
    levels = tuple(_level(columns, at, groups) for at, groups in enumerate(head["levels"], start=1))
    if not 0 <= head["usual"] < len(levels):
        raise ValueError(f"it has no level {head['usual'] + 1}")
    return PairMap(
        key=head["key"],
        text=head["text"],
        where=tuple(head["where"]),
        encoder=MapEncoder(**head["encoder"]),
        grouping=head["grouping"],
        layout=head["layout"],
        notes=tuple(head["notes"]),
        pair_ids=tuple(columns["pair_id"].to_numpy(zero_copy_only=False).tolist()),
        positions=np.column_stack([columns["x"].to_numpy(), columns["y"].to_numpy()]),
        levels=levels,
        usual=head["usual"],
        neighbours=_neighbours(columns["neighbours"]),
    )


def _level(columns: Mapping[str, Any], at: int, groups: Sequence[Mapping[str, Any]]) -> MapLevel:
    codes = columns[f"group_{at}"].to_numpy()
    if len(codes) and not 0 <= codes.min() <= codes.max() < len(groups):
        raise ValueError(f"pairs of level {at} are in groups that it does not have")
    return MapLevel(
        groups=tuple(MapGroup(one["id"], one["size"], tuple(one["terms"])) for one in groups),
        codes=codes,
        closeness=columns[f"closeness_{at}"].to_numpy(),
    )


def _neighbours(column: Any) -> np.ndarray[Any, np.dtype[np.int32]]:
    if column.null_count == len(column):
        return np.zeros((len(column), 0), np.int32)
    places = np.asarray(column.flatten().to_numpy().reshape(len(column), -1))
    if not 0 <= places.min() <= places.max() < len(column):
        raise ValueError("its pairs have neighbours that are not on it")
    return places
