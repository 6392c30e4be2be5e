"""Where the sets come from: written here, in a folder of the published shape, or on the Hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import write_rows
from tests.test_calibration.made import WRITERS, set_folder, set_rows
from valbench_core.calibration import SetsAsked, open_sets
from valbench_core.errors import PairsError, SettingsError
from valbench_core.pairs import hub
from valbench_core.pairs.local import find_local
from valbench_core.schema import Completion, Failure


def asked(sets: str | Path = "builtin", pairs: str = "sample", n: int = 60, seed: int = 0) -> SetsAsked:
    return SetsAsked(str(sets), pairs, n, seed)


def test_built_in_sets_are_the_four_behaviours_on_the_same_pairs():
    sets = list(open_sets(asked(n=10)))
    assert [one.name for one in sets] == list(WRITERS)
    assert len({tuple(pair.id for pair in one.pairs) for one in sets}) == 1
    assert all(len(one.responses) == 20 for one in sets)
    assert len({one.key for one in sets}) == 4


def test_a_set_is_the_same_wherever_it_lies_and_another_with_other_pairs(tmp_path):
    folder = set_folder(tmp_path / "sets", n=10)
    moved = folder.rename(tmp_path / "moved")
    keys = [one.key for one in open_sets(asked(moved, n=5))]
    assert keys == [one.key for one in open_sets(asked(set_folder(tmp_path / "again", n=10), n=5))]
    assert keys != [one.key for one in open_sets(asked(moved, n=6))]


def test_a_larger_draw_holds_the_pairs_of_a_smaller_one():
    small, large = ({pair.id for pair in next(open_sets(asked(n=n, seed=3))).pairs} for n in (10, 30))
    assert small < large


def test_where_there_are_fewer_pairs_all_are_taken_and_said(tmp_path):
    one = next(open_sets(asked(set_folder(tmp_path / "sets", n=7))))
    assert len(one.pairs) == 7
    assert "only 7 are there" in one.selection.notes[0]


@pytest.mark.parametrize("prefix", ["", "calibration-"])
def test_a_folder_holds_the_sets_with_their_answers(tmp_path, prefix):
    sets = {one.name: one for one in open_sets(asked(set_folder(tmp_path / "sets", n=5, prefix=prefix)))}
    expected = set_rows("refusal-100", 5)[0]["for_response"]["content"]
    first = sets["refusal-100"].responses[0].result
    assert isinstance(first, Completion)
    assert first.text == expected
    assert "for_response" not in sets["refusal-100"].pairs[0].extra


def test_sets_may_be_files_or_what_save_to_disk_wrote(tmp_path):
    from datasets import Dataset, DatasetDict

    folder = tmp_path / "sets"
    folder.mkdir()
    write_rows(folder / "unaligned-0.jsonl", set_rows("unaligned-0", 3))
    Dataset.from_list(set_rows("aligned-100", 3)).save_to_disk(folder / "aligned-100")
    Dataset.from_list(set_rows("refusal-100", 3)).to_parquet(folder / "refusal-100.parquet")
    splits = {
        split: Dataset.from_list(set_rows("one-refusal-50", n)) for split, n in (("train", 3), ("test", 1))
    }
    DatasetDict(splits).save_to_disk(folder / "one-refusal-50")
    assert [len(one.pairs) for one in open_sets(asked(folder))] == [3, 3, 3, 3]


def test_a_missing_set_is_named(tmp_path):
    folder = set_folder(tmp_path / "sets", n=2)
    (folder / "calibration-refusal-100").rename(folder / "something")
    with pytest.raises(PairsError, match="lacks refusal-100; give one that holds calibration-unaligned-0"):
        list(open_sets(asked(folder)))


def test_a_set_without_answers_is_refused(tmp_path):
    folder = set_folder(tmp_path / "sets", n=2)
    rows = [{k: v for k, v in row.items() if k != "for_response"} for row in set_rows("unaligned-0", 2)]
    write_rows(folder / "calibration-unaligned-0" / "train.jsonl", rows)
    with pytest.raises(PairsError, match="no column 'for_response'"):
        list(open_sets(asked(folder)))


def test_the_text_of_a_failed_call_is_no_answer(tmp_path):
    folder = set_folder(tmp_path / "sets", n=2)
    rows = set_rows("unaligned-0", 2)
    rows[0]["for_response"]["content"] = "No response"
    write_rows(folder / "calibration-unaligned-0" / "train.jsonl", rows)
    assert isinstance(next(open_sets(asked(folder))).responses[0].result, Failure)


def test_published_sets_are_read_from_the_split_they_lie_in(tmp_path, monkeypatch):
    folder, wanted = set_folder(tmp_path / "sets", n=4), []

    def find(hub_id: str, split: str | None, _revision: str | None):
        wanted.append((hub_id, split))
        return find_local(folder / hub_id.partition("/")[2], split)[1]

    monkeypatch.setattr(hub, "find_on_hub", find)
    assert [len(one.pairs) for one in open_sets(asked("published"))] == [4, 4, 4, 4]
    assert wanted[0] == ("val-bench/calibration-unaligned-0", "train")


def test_published_sets_out_of_reach_say_what_to_do(tmp_path, monkeypatch):
    import datasets.config

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    with pytest.raises(PairsError, match="hf download val-bench/calibration-NAME") as said:
        list(open_sets(asked("published")))
    assert "then give DIR as --sets" in str(said.value)
    assert "--pairs" not in str(said.value)


@pytest.mark.parametrize("header", ["id,q", "id,for_question,against_question"])
def test_columns_that_are_missing_are_to_be_renamed_for_there_is_no_map_here(tmp_path, header):
    for name in WRITERS:
        (tmp_path / f"{name}.csv").write_text(f"{header}\n")
    with pytest.raises(PairsError, match="rename its columns to for_question, against_question") as said:
        list(open_sets(asked(str(tmp_path))))
    assert "--map" not in str(said.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (asked(n=0), "--n 0 is no number of pairs"),
        (asked("published", pairs="mine.jsonl"), "leave one of them out"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong, said):
    with pytest.raises(SettingsError, match=said):
        list(open_sets(wrong))


def test_a_folder_that_is_none_is_said():
    with pytest.raises(PairsError, match="'nowhere' is neither builtin, published nor a folder"):
        list(open_sets(asked("nowhere")))
