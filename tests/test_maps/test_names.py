"""What groups are called, and where the names are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.made_maps import made_map
from tests.test_runs.made import made_pair
from valbench_core.errors import MapError, StorageError
from valbench_core.maps import UNGROUPED, PairMap
from valbench_core.maps.name_text import LONGEST_NAME
from valbench_core.maps.names import (
    NamingRecord,
    group_names,
    keep_record,
    naming_records,
    rename,
    rename_groups,
)
from valbench_core.runs import RunFile
from valbench_core.runs.exporting import export_run
from valbench_core.runs.importing import import_run
from valbench_core.schema import Usage

LEVEL = 0


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunFile]:
    pairs = [made_pair(number) for number in range(20)]
    with RunFile.create(tmp_path / "toy.sqlite", {}, pairs, model="m") as file:
        yield file


@pytest.fixture
def pair_map() -> PairMap:
    """Twenty pairs in three groups, some of them ungrouped."""
    return made_map([f"p{number}" for number in range(20)])


def texts(run: RunFile, pair_map: PairMap, level: int = LEVEL) -> list[str]:
    return [name.text for name in group_names(run, pair_map, level).values()]


def record(group_id: str = "1", name: str | None = "Zoos", model: str = "gpt", turn: int = 0) -> NamingRecord:
    return NamingRecord(
        group_id=group_id,
        terms=("zoo", "cage"),
        seen="the message",
        name=name,
        problem="" if name else "timeout: no answer",
        model=model,
        base_url="https://example.org/v1",
        asked_at="2026-11-21T10:00:00+00:00",
        from_cache=True,
        usage=Usage(5, 2),
        turn=turn,
    )


def with_terms(pair_map: PairMap, *terms: tuple[str, ...]) -> PairMap:
    """The map with other terms for the first groups of the coarsest level."""
    level = pair_map.levels[LEVEL]
    changed = [replace(group, terms=words) for group, words in zip(level.groups, terms, strict=False)]
    groups = (*changed, *level.groups[len(changed) :])
    return replace(pair_map, levels=(replace(level, groups=groups), *pair_map.levels[1:]))


def test_without_a_name_a_group_is_called_by_its_first_terms(run, pair_map):
    changed = with_terms(pair_map, ("carbon tax", "fuel", "cars", "roads"), ())
    names = group_names(run, changed, LEVEL)
    assert (names["1"].text, names["1"].by) == ("carbon tax · fuel · cars", "terms")
    assert names["2"].text == "Group 2"


def test_the_ungrouped_are_called_so_and_stand_where_the_level_has_them(run, pair_map):
    names = group_names(run, pair_map, LEVEL)
    assert list(names) == [group.id for group in pair_map.levels[LEVEL].groups]
    assert names[UNGROUPED].text == "Ungrouped"
    whole = made_map(pair_map.pair_ids, ungrouped=False)
    assert UNGROUPED not in group_names(run, whole, LEVEL)


def test_names_of_a_level_are_told_apart(run, pair_map):
    zoo = ("zoo", "cage", "lion")
    same = with_terms(pair_map, zoo, (*zoo, "seal"), zoo)
    assert texts(run, same)[:3] == ["zoo · cage · lion", "zoo · cage · lion · seal", "zoo · cage · lion (2)"]


def test_a_reader_names_a_group_and_takes_the_name_back(run, pair_map):
    before = texts(run, pair_map)
    rename(run, pair_map, LEVEL, "2", "  Zoos\n and cages ")
    assert group_names(run, pair_map, LEVEL)["2"].text == "Zoos and cages"
    assert group_names(run, pair_map, LEVEL)["2"].by == "user"
    rename(run, pair_map, LEVEL, "2", " ")
    assert texts(run, pair_map) == before


def test_a_name_belongs_to_its_map_and_level(run, pair_map):
    rename(run, pair_map, LEVEL, "2", "Zoos")
    assert "Zoos" not in texts(run, pair_map, level=1)
    assert "Zoos" not in texts(run, replace(pair_map, key="another"))


def test_a_reader_stands_before_a_model_and_a_model_before_the_terms(run, pair_map):
    keep_record(run, pair_map, LEVEL, record("1", "By the model"))
    keep_record(run, pair_map, LEVEL, record("2", "By the model too"))
    rename(run, pair_map, LEVEL, "1", "By a reader")
    names = group_names(run, pair_map, LEVEL)
    assert [(names[key].text, names[key].by) for key in "12"] == [
        ("By a reader", "user"),
        ("By the model too", "gpt"),
    ]


def test_of_several_models_the_last_that_gave_a_name_counts(run, pair_map):
    # All within a second, and not in the order of their keys.
    for name, model in (("Earlier", "b"), ("Later", "a"), (None, "c")):
        keep_record(run, pair_map, LEVEL, record(name=name, model=model))
    assert texts(run, pair_map)[0] == "Later"
    assert [found.name for found in naming_records(run, pair_map, LEVEL)] == ["Earlier", "Later", None]


def test_a_model_that_gives_one_name_twice_does_not_make_groups_alike(run, pair_map):
    for group_id in "12":
        keep_record(run, pair_map, LEVEL, record(group_id, "Animals"))
    first, second, *_ = texts(run, pair_map)
    assert (first, second) == ("Animals", f"Animals ({pair_map.levels[LEVEL].groups[1].terms[0]})")


def test_a_reader_keeps_the_name_that_a_model_gives_later_to_another_group(run, pair_map):
    rename(run, pair_map, LEVEL, "2", "Animals")
    keep_record(run, pair_map, LEVEL, record("1", "Animals"))
    first, second, *_ = texts(run, pair_map)
    assert (first, second) == (f"Animals ({pair_map.levels[LEVEL].groups[0].terms[0]})", "Animals")


def test_names_stay_with_their_pairs_where_a_map_made_anew_has_other_groups(run, pair_map):
    rename(run, pair_map, LEVEL, "1", "Zoos")
    keep_record(run, pair_map, LEVEL, record("2", "Parks"))
    level = pair_map.levels[LEVEL]
    # The first two groups change their numbers, and one pair leaves the second.
    codes = np.array([1, 0, 2, 3], np.int32)[level.codes]
    swapped = replace(pair_map, levels=(replace(level, codes=codes), *pair_map.levels[1:]))
    names = group_names(run, swapped, LEVEL)
    assert (names["2"].text, names["1"].text) == ("Zoos", "Parks")
    codes[np.flatnonzero(codes == 0)[0]] = 2
    names = group_names(run, swapped, LEVEL)
    assert (names["2"].text, names["1"].by) == ("Zoos", "terms")
    assert naming_records(run, swapped, LEVEL) == ()


def test_a_failure_does_not_take_the_name_that_the_same_model_gave(run, pair_map):
    keep_record(run, pair_map, LEVEL, record("1", "Zoos"))
    keep_record(run, pair_map, LEVEL, record("1", None))
    assert texts(run, pair_map)[0] == "Zoos"
    assert [found.problem for found in naming_records(run, pair_map, LEVEL)] == ["", "timeout: no answer"]
    keep_record(run, pair_map, LEVEL, record("1", "Cages"))
    assert [found.name for found in naming_records(run, pair_map, LEVEL)] == ["Cages"]


def test_a_models_name_can_be_taken_back_and_stays_on_record(run, pair_map):
    before = texts(run, pair_map)
    for model in "ab":
        keep_record(run, pair_map, LEVEL, record("1", f"By {model}", model))
    rename(run, pair_map, LEVEL, "1", "By a reader")
    rename(run, pair_map, LEVEL, "1", "")
    assert texts(run, pair_map) == before
    assert group_names(run, pair_map, LEVEL)["1"].by == "terms"
    assert [found.name for found in naming_records(run, pair_map, LEVEL)] == ["By a", "By b"]


def test_of_several_names_all_or_none_are_given(run, pair_map):
    for names in ({"1": "Zoos", "9": "Parks"}, {"1": "Zoos", "2": "…"}, {"1": "Zoos", "2": "zoos"}):
        with pytest.raises(MapError):
            rename_groups(run, pair_map, LEVEL, names)
    assert run.settings() == {}


def test_two_groups_can_exchange_their_names(run, pair_map):
    rename_groups(run, pair_map, LEVEL, {"1": "Zoos", "2": "Parks"})
    rename_groups(run, pair_map, LEVEL, {"1": "Parks", "2": "Zoos"})
    assert texts(run, pair_map)[:2] == ["Parks", "Zoos"]


def test_a_refusal_shows_no_character_that_could_do_harm(run, pair_map):
    with pytest.raises(MapError) as refused:
        rename(run, pair_map, LEVEL, "1", "\x1b]0;title\x07\u202e" + "x" * LONGEST_NAME)
    assert str(refused.value).isprintable()


def test_a_name_that_another_group_has_is_refused(run, pair_map):
    rename(run, pair_map, LEVEL, "1", "Zoos")
    with pytest.raises(MapError, match="that of group 1"):
        rename(run, pair_map, LEVEL, "2", "ZOOS")
    rename(run, pair_map, LEVEL, "1", "zoos")
    assert texts(run, pair_map)[0] == "zoos"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x" * (LONGEST_NAME + 1), "81 characters; give one of at most 80"),
        ("a\u202eb", "cannot be seen"),
        ("a\x1bb", "cannot be seen"),
        ("\u3164\u3164", "cannot be seen"),
        ("…", "no letter"),
        ("ungrouped", "kept for the pairs of no group"),
        ("Un\u200dgrouped", "kept for the pairs of no group"),
        ("(none)", "kept for pairs without a value"),
    ],
)
def test_what_is_no_name_is_refused_in_a_line(run, pair_map, name, reason):
    with pytest.raises(MapError, match=reason) as refused:
        rename(run, pair_map, LEVEL, "1", name)
    assert "\n" not in str(refused.value)
    assert run.settings() == {}


@pytest.mark.parametrize("name", ["می\u200cخواهم", "क्\u200dष", "死刑制度", "É–É"])
def test_names_in_other_scripts_are_names(run, pair_map, name):
    rename(run, pair_map, LEVEL, "1", name)
    assert texts(run, pair_map)[0] == name


@pytest.mark.parametrize("group_id", ["9", "", "x"])
def test_a_group_that_is_not_there_is_refused_with_those_that_are(run, pair_map, group_id):
    with pytest.raises(MapError, match=r"no group .* there are 1 to 3"):
        rename(run, pair_map, LEVEL, group_id, "Zoos")


def test_the_ungrouped_keep_their_name(run, pair_map):
    with pytest.raises(MapError, match="keep their name"):
        rename(run, pair_map, LEVEL, UNGROUPED, "The rest")


def test_two_who_name_different_groups_at_once_do_not_undo_one_another(run, pair_map):
    with closing(RunFile.open(run.path)) as other:
        assert texts(other, pair_map) == texts(run, pair_map)
        rename(run, pair_map, LEVEL, "1", "Zoos")
        rename(other, pair_map, LEVEL, "2", "Parks")
    assert texts(run, pair_map)[:2] == ["Zoos", "Parks"]


def test_two_who_give_one_name_at_once_still_see_two_names(run, pair_map):
    rename(run, pair_map, LEVEL, "1", "Zoos")
    (kept,) = run.settings()
    rename_groups(run, pair_map, LEVEL, {"1": "", "2": "Zoos"})
    run.set_setting(kept, "Zoos")
    assert len({text.casefold() for text in texts(run, pair_map)}) == 4


def test_a_run_that_cannot_be_written_says_so(run, pair_map):
    with RunFile.open_readonly(run.path) as reader, pytest.raises(StorageError, match="cannot be written"):
        rename(reader, pair_map, LEVEL, "1", "Zoos")


def test_names_and_records_go_where_the_run_goes(run, pair_map, tmp_path):
    rename(run, pair_map, LEVEL, "1", "Zoos")
    keep_record(run, pair_map, LEVEL, record("2", "Parks"))
    run.copy_to(tmp_path / "copy.sqlite")
    export_run(run, tmp_path / "run.jsonl", "jsonl")
    import_run(tmp_path / "run.jsonl", tmp_path / "imported.sqlite")
    for name in ("copy", "imported"):
        with RunFile.open_readonly(tmp_path / f"{name}.sqlite") as moved:
            assert texts(moved, pair_map)[:2] == ["Zoos", "Parks"]
            assert naming_records(moved, pair_map, LEVEL) == (record("2", "Parks", turn=1),)


def test_settings_can_be_asked_for_by_the_beginning_of_their_keys(run):
    for key in ("a/1", "a/2", "a%/1", "b"):
        run.set_setting(key, key)
    assert list(run.settings("a/")) == ["a/1", "a/2"]
    assert list(run.settings()) == ["a%/1", "a/1", "a/2", "b"]
