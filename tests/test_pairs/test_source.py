"""Finding sources and reading each format; faults in files."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from valbench_core.errors import PairsError
from valbench_core.pairs import PairSet, Source, Subset, open_source, select


def write_parquet(rows, path, **options):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), path, **options)
    return str(path)


def write_csv(rows, path, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def ids(pairs: PairSet) -> list[str]:
    return [pair.id for pair in pairs]


def test_every_format_gives_the_same_pairs_and_the_same_fingerprint(rows, write, tmp_path):
    from datasets import Dataset

    Dataset.from_list(rows).save_to_disk(str(tmp_path / "saved"))
    (tmp_path / "array.json").write_text(json.dumps(rows, indent=1))
    specs = [
        write(rows),
        str(tmp_path / "array.json"),
        write_parquet(rows, tmp_path / "pairs.parquet"),
        write_csv(rows, tmp_path / "pairs.csv"),
        write_csv(rows, tmp_path / "pairs.tsv", "\t"),
        write_csv(rows, tmp_path / "semicolons.csv", ";"),
        str(tmp_path / "saved"),
    ]
    chosen = [select(open_source(Source(spec)), Subset(sample=5)) for spec in specs]
    assert len({one.source.fingerprint for one in chosen}) == 1
    assert all(one.pairs == chosen[0].pairs for one in chosen)
    assert [one.source.kind for one in chosen] == ["jsonl", "jsonl", "parquet", "csv", "csv", "csv", "folder"]


def test_a_fingerprint_changes_with_any_field_and_with_the_order(rows, write):
    def fingerprint(changed):
        return select(open_source(Source(write(changed))), Subset()).source.fingerprint

    changed = [{**row, "section_text": "other"} if row["id"] == "p03" else row for row in rows]
    assert len({fingerprint(rows), fingerprint(changed), fingerprint(rows[::-1])}) == 3


def test_chosen_rows_are_fetched_from_any_row_group(rows, tmp_path):
    path = write_parquet(rows, tmp_path / "pairs.parquet", row_group_size=5)
    chosen = select(open_source(Source(path)), Subset(sample=6, seed=1)).pairs
    assert chosen == [pair for pair in open_source(Source(path)) if pair in chosen]
    assert len(chosen) == 6


def test_a_byte_order_mark_and_quoted_line_ends_are_no_fault(rows, tmp_path):
    path = tmp_path / "pairs.csv"
    write_csv([{**rows[0], "section_text": 'one\r\ntwo, "three"'}], path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert next(iter(open_source(Source(str(path))))).section_text == 'one\r\ntwo, "three"'


def test_shards_of_a_split_are_joined_in_order_of_their_names(rows, write):
    write(rows[5:], "d/data/test-00001-of-00002.jsonl")
    write(rows[:5], "d/data/test-00000-of-00002.jsonl")
    folder = Path(write(rows[:1], "d/data/train-00000-of-00001.jsonl")).parent.parent
    pairs = open_source(Source(str(folder)))
    assert (pairs.split, ids(pairs)) == ("test", [row["id"] for row in rows])


@pytest.mark.parametrize(("split", "n"), [("test", 2), ("train", 3), ("all", 5)])
def test_splits_are_told_by_folders_too(rows, write, tmp_path, split, n):
    write(rows[:2], "test/0.jsonl")
    write(rows[2:5], "train/0.jsonl")
    assert len(ids(open_source(Source(str(tmp_path), split)))) == n


def test_the_only_split_is_taken_where_there_is_no_test_split(rows, write, tmp_path):
    write(rows, "train.jsonl")
    assert open_source(Source(str(tmp_path))).split == "train"


def test_an_unknown_split_is_answered_with_the_valid_ones(rows, write, tmp_path):
    write(rows, "train.jsonl")
    write(rows, "validation.jsonl")
    with pytest.raises(PairsError, match=r"no split 'dev'.*train, validation"):
        open_source(Source(str(tmp_path), "dev"))
    with pytest.raises(PairsError, match=r"no split was asked for.*train, validation"):
        open_source(Source(str(tmp_path)))


def test_a_file_without_splits_refuses_one(rows, write):
    with pytest.raises(PairsError, match="has no splits"):
        open_source(Source(write(rows), "train"))


def test_a_saved_dictionary_of_splits_is_read_like_other_splits(rows, tmp_path):
    from datasets import Dataset, DatasetDict

    halves = {"train": Dataset.from_list(rows[:4]), "test": Dataset.from_list(rows[4:])}
    DatasetDict(halves).save_to_disk(str(tmp_path / "saved"))
    assert len(ids(open_source(Source(str(tmp_path / "saved"))))) == 8
    assert len(ids(open_source(Source(str(tmp_path / "saved"), "all")))) == 12


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.jsonl", b'{"id": 1}\n{"id": \n', r"line 2 of .* is not valid JSON"),
        (
            "a.jsonl",
            b'{"for_question": "a", "against_question": "b"}\n7\n',
            "line 2 of .* is not a JSON object but int",
        ),
        ("a.json", b'[{"id": 1}, 2]', "row 2 of .* is not a JSON object but int"),
        ("a.json", b'[\n{"id": 1},\n{"id" 2}]', "line 3 of .* is not valid JSON"),
        ("a.jsonl", b"[" * 100_000, "nested too deeply"),
        ("a.jsonl", b'{"for_question": "caf\xe9"}\n', "is not UTF-8: line 1, byte 22 is 0xe9"),
        ("a.csv", b"for_question,against_question\na,b\nc,\xff\n", "is not UTF-8: line 3, byte 3 is 0xff"),
        ("a.csv", b"for_question,against_question\na,b,c\n", "row 1 of .* has 3 cells, the header 2"),
        ("a.csv", b'for_question,against_question\na,"b\n', "is not valid CSV"),
        ("a.parquet", b"not a table", "cannot be read as a table"),
        ("a.jsonl", b"", "is an empty file"),
        ("a.jsonl", b"\n\n", "is empty"),
        ("a.csv", b"for_question,against_question\n", "holds no pairs"),
        ("a.docx", b"words", r"is not a kind of file that holds pairs.*\.parquet, \.jsonl"),
    ],
)
def test_a_damaged_file_is_named_with_the_place_of_the_fault(tmp_path, name, content, says):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PairsError, match=says):
        select(open_source(Source(str(tmp_path / name))), Subset())


def test_a_missing_file_is_answered_with_the_nearest_name(rows, write):
    path = write(rows)
    with pytest.raises(PairsError, match=r"no file or folder .*did you mean .*pairs\.jsonl"):
        open_source(Source(path.replace("pairs.jsonl", "pars.jsonl")))


def test_a_folder_without_pairs_says_what_would_be_read(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(PairsError, match="holds no pairs"):
        open_source(Source(str(tmp_path)))


def test_only_hub_sources_take_a_revision(rows, write):
    with pytest.raises(PairsError, match="has no revisions"):
        open_source(Source(write(rows), revision="main"))


@pytest.mark.parametrize("changed", [lambda rows: rows[1:], lambda rows: rows[:2]])
def test_a_file_that_changes_between_the_passes_is_noticed(rows, write, changed):
    selection = select(open_source(Source(write(rows))), Subset(limit=3))
    write(changed(rows))
    with pytest.raises(PairsError, match="changed while it was being read"):
        list(selection)


def test_reading_json_lines_imports_no_table_library(rows, write):
    program = (
        "import sys; from valbench_core.pairs import *\n"
        f"select(open_source(Source({write(rows)!r})), Subset(sample=3))\n"
        "print([name for name in ('pandas', 'datasets', 'pyarrow', 'numpy') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    assert subprocess.check_output([sys.executable, "-c", program], cwd=root, text=True) == "[]\n"


def test_reading_parquet_imports_neither_pandas_nor_datasets(rows, tmp_path):
    program = (
        "import sys; from valbench_core.pairs import *\n"
        f"path = {write_parquet(rows, tmp_path / 'pairs.parquet')!r}\n"
        "select(open_source(Source(path)), Subset(sample=3))\n"
        "print([name for name in ('pandas', 'datasets') if name in sys.modules])"
    )
    root = Path(__file__).parents[2]
    assert subprocess.check_output([sys.executable, "-c", program], cwd=root, text=True) == "[]\n"


def test_the_sample_is_a_source_like_any_other(rows, write, monkeypatch):
    monkeypatch.setattr("valbench_core.pairs.source._SAMPLE_FILE", Path(write(rows)))
    facts = select(open_source(Source()), Subset()).source
    assert (facts.spec, facts.kind, facts.n) == ("sample", "sample", 12)


def test_a_file_named_like_a_split_is_that_split(rows, write):
    assert open_source(Source(write(rows, "train.jsonl"), "train")).split == "train"
