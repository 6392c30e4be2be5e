"""Maps as they are kept: what comes back is what was kept, or is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.made_maps import made_map
from valbench_core.errors import MapError, StorageError
from valbench_core.maps import PairMap
from valbench_core.maps.store import MapStore


@pytest.fixture
def store(tmp_path: Path) -> MapStore:
    return MapStore(tmp_path / "maps")


@pytest.mark.parametrize("n", [0, 1, 2, 40])
def test_a_map_comes_back_as_it_was_kept(store, n):
    kept = made_map([f"pair-{number}" for number in range(n)], levels=2, where=("category=Ethics",))
    store.save(kept)
    found = store.load(kept.key)
    assert found is not None
    for name in ("key", "text", "where", "encoder", "grouping", "layout", "notes", "pair_ids", "usual"):
        assert getattr(found, name) == getattr(kept, name)
    np.testing.assert_array_equal(found.positions, kept.positions)
    np.testing.assert_array_equal(found.neighbours, kept.neighbours)
    for level, other in zip(found.levels, kept.levels, strict=True):
        assert level.groups == other.groups
        np.testing.assert_array_equal(level.codes, other.codes)
        np.testing.assert_array_equal(level.closeness, other.closeness)


def test_what_is_not_kept_is_not_there(store):
    assert store.load("0" * 64) is None
    assert store.keys() == []


def test_maps_are_listed_by_the_beginning_of_their_keys(store):
    for key in ("ab-1", "ab-2", "cd-1"):
        store.save(made_map(["p"], key=key))
    assert store.keys("ab") == ["ab-1", "ab-2"]


def test_a_file_with_other_bytes_is_refused_and_says_what_to_do(store):
    kept = made_map([f"pair-{number}" for number in range(500)])
    store.save(kept)
    path = store.path_of(kept.key)
    content = bytearray(path.read_bytes())
    content[len(content) // 4] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(MapError, match="--again"):
        store.load(kept.key)


def test_a_bit_that_has_changed_is_noticed_wherever_it_lies(store):
    kept = made_map([f"pair-{number}" for number in range(8)], levels=1)
    store.save(kept)
    path = store.path_of(kept.key)
    content = path.read_bytes()
    for place in range(0, len(content), 5):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        path.write_bytes(changed)
        try:
            found = store.load(kept.key)
        except MapError:
            continue
        # Some bits, as the name of the writing library, say nothing of the map.
        assert found is not None
        assert same(found, kept), f"bit {place % 8} of byte {place}"


def same(found: PairMap, kept: PairMap) -> bool:
    return repr(found) == repr(kept)


def test_a_neighbour_that_is_not_on_the_map_is_refused(store):
    kept = made_map(["p", "q", "r"])
    store.save(replace(kept, neighbours=kept.neighbours + 3))
    with pytest.raises(MapError, match="neighbours that are not on it"):
        store.load(kept.key)


@pytest.mark.parametrize("content", [b"", b"no map", b"PAR1" + b"\0" * 64 + b"PAR1"])
def test_a_file_that_is_no_map_is_refused(store, content):
    store.save(made_map(["p"]))
    store.path_of(made_map(["p"]).key).write_bytes(content)
    with pytest.raises(MapError, match="cannot be read"):
        store.load(made_map(["p"]).key)


def test_a_map_under_the_name_of_another_is_refused(store):
    store.save(made_map(["p"], key="one"))
    store.path_of("one").rename(store.path_of("other"))
    with pytest.raises(MapError, match="holds the map 'one'"):
        store.load("other")


def test_a_map_of_another_version_is_refused(store):
    kept = made_map(["p"])
    store.save(kept)
    table = pq.read_table(store.path_of(kept.key))
    head = {**json.loads(table.schema.metadata[b"map"]), "version": 99}
    pq.write_table(table.replace_schema_metadata({b"map": json.dumps(head)}), store.path_of(kept.key))
    with pytest.raises(MapError, match="version 99"):
        store.load(kept.key)


def test_a_map_is_replaced_whole_and_leaves_nothing_beside_it(store):
    store.save(made_map(["p", "q"]))
    store.save(made_map(["p"]))
    assert [path.name for path in store.folder.iterdir()] == [store.path_of(made_map(["p"]).key).name]


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "maps").write_text("a file")
    with pytest.raises(StorageError, match="cannot keep the map"):
        MapStore(tmp_path / "maps").save(made_map(["p"]))
