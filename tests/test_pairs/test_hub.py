"""Hub sources, without any network: a closed port, a prepared cache, a server on loopback."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from valbench_core.errors import PairsError
from valbench_core.hub import hub_answers
from valbench_core.pairs import Source, Subset, open_source, select

COMMIT = "0123456789abcdef0123456789abcdef01234567"
HUB_ID = "val-bench/VAL-Bench"


@pytest.fixture
def unreachable(monkeypatch, tmp_path):
    """Give `datasets` a Hub that nobody answers for, and a cache of its own."""
    import datasets.config

    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path)
    return tmp_path


@pytest.fixture
def reachable(unreachable, monkeypatch):
    """Give it a server that answers a HEAD request with an error, which is an answer."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()
    server.server_close()


def prepare_cache(folder: Path, rows, split: str) -> None:
    """Lay a data set where `datasets` keeps those it has downloaded."""
    from datasets import Dataset, DatasetInfo, SplitDict, SplitInfo
    from datasets.arrow_writer import ArrowWriter

    place = folder / "val-bench___val-bench" / "default" / "0.0.0" / COMMIT
    place.mkdir(parents=True)
    features = Dataset.from_list(rows).features
    with ArrowWriter(path=str(place / f"val-bench-{split}.arrow"), features=features) as writer:
        for row in rows:
            writer.write(row)
        writer.finalize()
    DatasetInfo(
        features=features,
        builder_name="parquet",
        dataset_name="val-bench",
        config_name="default",
        version="0.0.0",
        splits=SplitDict({split: SplitInfo(split, num_examples=len(rows), dataset_name="val-bench")}),
    ).write_to_directory(str(place))


def test_an_unreachable_hub_says_how_to_use_a_local_copy(unreachable):
    with pytest.raises(
        PairsError, match=r"does not answer at http://127.0.0.1:9 .*hf download val-bench/VAL-Bench"
    ):
        open_source(Source(HUB_ID))


def test_offline_mode_asks_nobody(unreachable, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("valbench_core.pairs.hub.hub_answers", lambda *_: pytest.fail("the Hub was asked"))
    with pytest.raises(PairsError, match="offline mode is set"):
        open_source(Source(HUB_ID))


def test_a_cached_copy_is_read_where_the_hub_does_not_answer(unreachable, rows):
    prepare_cache(unreachable, rows, "test")
    facts = select(open_source(Source(HUB_ID)), Subset(limit=1)).source
    assert (facts.kind, facts.split, facts.revision, facts.n) == ("hub", "test", COMMIT, 12)
    assert "the Hub was not asked" in facts.notes[0]


def test_the_only_split_of_a_cached_copy_is_taken(unreachable, rows):
    prepare_cache(unreachable, rows, "train")
    assert open_source(Source(HUB_ID)).split == "train"
    with pytest.raises(PairsError, match=r"no split 'dev' in 'val-bench/VAL-Bench'; it has: train"):
        open_source(Source(HUB_ID, "dev"))


def test_a_cached_copy_of_another_commit_is_refused(unreachable, rows):
    prepare_cache(unreachable, rows, "test")
    assert open_source(Source(HUB_ID, revision=COMMIT[:8])).revision == COMMIT
    with pytest.raises(PairsError, match=f"is commit {COMMIT}, not 'abcdef1'"):
        open_source(Source(HUB_ID, revision="abcdef1"))


def test_offline_mode_ends_with_the_look_up(unreachable):
    import datasets.config
    import huggingface_hub.constants

    with pytest.raises(PairsError):
        open_source(Source(HUB_ID))
    assert not datasets.config.HF_HUB_OFFLINE
    assert not huggingface_hub.constants.HF_HUB_OFFLINE


def test_a_reachable_hub_is_asked_for_split_and_revision(reachable, monkeypatch, rows):
    import datasets

    asked = []

    def load_dataset(*given, **named):
        asked.append((given, named, datasets.config.HF_HUB_OFFLINE))
        return datasets.Dataset.from_list(rows)

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    pairs = open_source(Source(HUB_ID, "validation", "v2"))
    assert asked == [((HUB_ID,), {"split": "validation", "revision": "v2"}, False)]
    assert (pairs.split, pairs.revision, pairs.notes, len(list(pairs))) == ("validation", "v2", (), 12)


def test_all_splits_of_a_hub_source_are_joined(reachable, monkeypatch, rows):
    import datasets

    both = datasets.DatasetDict(
        train=datasets.Dataset.from_list(rows[:4]), test=datasets.Dataset.from_list(rows[4:])
    )
    monkeypatch.setattr(datasets, "load_dataset", lambda *_, **__: both)
    pairs = open_source(Source(HUB_ID, "all"))
    assert (pairs.split, len(list(pairs))) == ("all", 12)
    assert [part.name for part in pairs.parts] == [f"{HUB_ID} (train)", f"{HUB_ID} (test)"]


def test_what_the_hub_refuses_is_said(reachable, monkeypatch):
    import datasets
    from datasets.exceptions import DatasetNotFoundError

    def load_dataset(*_, **__):
        raise DatasetNotFoundError(
            "Dataset 'val-bench/VAL-Bench' doesn't exist on the Hub or cannot be accessed."
        )

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    with pytest.raises(
        PairsError, match=r"cannot load .*doesn't exist on the Hub.*check the id and --revision"
    ):
        open_source(Source(HUB_ID))


def test_a_name_that_takes_forever_to_look_up_counts_as_no_answer(monkeypatch):
    waiting = threading.Event()
    monkeypatch.setattr("valbench_core.hub._answers", lambda *_: waiting.wait(60))
    assert not hub_answers("http://nowhere", patience=0.01)
    waiting.set()


def test_an_address_without_a_scheme_is_no_answer():
    assert not hub_answers("nonsense")


def test_local_paths_win_over_hub_ids(rows, write, tmp_path, monkeypatch):
    write(rows, "val-bench/VAL-Bench/train.jsonl")
    monkeypatch.chdir(tmp_path)
    assert open_source(Source(HUB_ID)).kind == "jsonl"


def test_a_connection_that_breaks_is_said_too(reachable, monkeypatch):
    import datasets
    from huggingface_hub.utils import httpx

    def load_dataset(*_, **__):
        raise httpx.ReadError("connection reset")

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    with pytest.raises(PairsError, match=r"cannot load .*connection reset"):
        open_source(Source(HUB_ID))
