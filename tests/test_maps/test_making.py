"""Maps made and found again, with an encoder that needs no weights."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
import time
from contextlib import closing
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.commands import wait_until
from tests.fake_encoder import FakeEncoder
from tests.run_builder import build_run
from tests.test_maps.made import made, new_run, opened, pairs, stand_in
from valbench_core.embedding import DEFAULT_MODEL, ENCODER_VARIABLE, FoundEncoder, VectorStore
from valbench_core.embedding.store import BATCH
from valbench_core.errors import EncoderError, MapError, StorageError
from valbench_core.maps import UNGROUPED, opening
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.fitting import FittedPairs
from valbench_core.maps.keys import texts_key
from valbench_core.maps.opening import map_store
from valbench_core.maps.progress import MapProgress
from valbench_core.runs import RunReader
from valbench_core.runs.compared import PairContents

pytestmark = pytest.mark.usefixtures("encoder")


def test_a_map_holds_all_pairs_and_is_found_again_by_every_run_on_them(workspace):
    with (
        closing(new_run(workspace, pairs(12))) as run,
        closing(new_run(workspace, pairs(12)[::-1], "other")) as other,
    ):
        assert opened(workspace, run) is None
        found = made(workspace, run)
        again = opened(workspace, other)
    assert again is not None
    assert again.key == found.key
    assert found.pair_ids == tuple(f"pair-{number:02}" for number in range(12))
    for level in found.levels:
        assert sum(group.size for group in level.groups) == 12
        assert np.bincount(level.codes).tolist() == [group.size for group in level.groups]
    assert np.isfinite(found.positions).all()
    assert len(list(map_store(workspace).folder.glob("*.parquet"))) == 1


def test_topics_that_share_no_word_are_groups_named_by_their_words(workspace):
    with closing(new_run(workspace, pairs(12))) as run:
        groups = made(workspace, run).levels[0].groups
    terms = [" ".join(group.terms).lower() for group in groups if group.id != UNGROUPED]
    assert any("carbon" in one for one in terms)
    assert any("school" in one for one in terms)


def test_made_twice_it_is_the_same_file(workspace):
    with closing(new_run(workspace, pairs(8))) as run:
        path = map_store(workspace).path_of(made(workspace, run).key)
        first = path.read_bytes()
        made(workspace, run, again=True)
    assert path.read_bytes() == first


@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_pairs_make_a_map_that_says_so(workspace, n):
    with closing(new_run(workspace, pairs(n))) as run:
        found = made(workspace, run)
    assert len(found) == n
    assert found.notes


def test_equal_texts_make_one_group_and_a_note(workspace):
    with closing(new_run(workspace, pairs(6, issue_description="The same issue"))) as run:
        found = made(workspace, run)
    assert [group.size for group in found.levels[0].groups] == [6]
    assert "alike" in " ".join(found.notes)


def test_pairs_without_text_are_on_the_map_among_the_ungrouped(workspace):
    blank = {"issue_description": "", "for_question": "", "against_question": ""}
    with closing(new_run(workspace, [*pairs(8), replace(pairs(9)[8], **blank)])) as run:
        found = made(workspace, run)
    for level in found.levels:
        assert level.groups[level.codes[8]].id == UNGROUPED
    assert "no text to compare" in found.notes[0]


def test_other_pairs_other_texts_and_another_encoder_are_other_maps(workspace):
    of = pairs(4)
    with closing(new_run(workspace, of)) as run:
        first = made(workspace, run)
        assert opened(workspace, run, MapAsk("questions")) is None
        assert opened(workspace, run, MapAsk(model="other")) is None
    for name, others in (
        ("fewer", of[:3]),
        ("changed", [*of[:3], replace(of[3], against_question="Explain why not.")]),
    ):
        with closing(new_run(workspace, others, name)) as run:
            assert opened(workspace, run) is None
    assert first.encoder.name == "stand-in"


def test_what_explores_is_a_map_of_its_own_that_follows_the_run(workspace):
    path = build_run(workspace, "full")
    ask = MapAsk("issue", ("outcome=inconsistent",))
    with RunReader.open_readonly(path) as run:
        found = made(workspace, run, ask)
        assert found.explores
        assert 0 < len(found) < len(run)
        again = opened(workspace, run, MapAsk("issue", ("outcome=inconsistent (divergent)",)))
        assert again is not None
        assert again.key == found.key
        answers = made(workspace, run, MapAsk("answers"))
    assert (len(answers), answers.explores) == (24, True)
    assert answers.notes[0].startswith("2 of 24 pairs have no text to compare")


def test_without_answers_or_verdicts_there_is_nothing_to_compare(workspace):
    with closing(new_run(workspace, pairs(3))) as run:
        with pytest.raises(MapError, match="is answered"):
            made(workspace, run, MapAsk("answers"))
        with pytest.raises(MapError, match="is judged"):
            made(workspace, run, MapAsk("rationale"))


def test_conditions_that_no_pair_meets_are_said(workspace, full):
    with pytest.raises(MapError, match="no pair of run 'full' meets text~zebra"):
        made(workspace, full, MapAsk(where=("text~zebra",)))


def test_progress_is_told_stage_by_stage(workspace):
    told: list[MapProgress] = []
    with closing(new_run(workspace, pairs(4))) as run:
        made(workspace, run, on_progress=told.append)
    stages = list(dict.fromkeys(progress.stage for progress in told))
    assert stages == ["reading", "finding", "encoding", "grouping", "drawing", "describing", "keeping"]
    assert MapProgress("encoding", 4, 4) in told


def test_a_damaged_map_is_said_and_made_anew(workspace):
    notes: list[str] = []
    with closing(new_run(workspace, pairs(4))) as run:
        path = map_store(workspace).path_of(made(workspace, run).key)
        path.write_bytes(b"no map")
        with pytest.raises(MapError, match="--again"):
            opened(workspace, run)
        made(workspace, run, on_note=notes.append)
        assert opened(workspace, run) is not None
    assert "cannot be read" in notes[0]


def test_vectors_are_kept_so_that_only_new_texts_are_encoded(workspace):
    with closing(new_run(workspace, pairs(4))) as run:
        made(workspace, run)
    encoder = FakeEncoder("stand-in", stand_in().fingerprint)
    VectorStore(workspace.embeddings).vectors(encoder, [pair.issue_description for pair in pairs(5)])
    assert encoder.encoded == [pairs(5)[4].issue_description]


def test_a_second_maker_waits_and_takes_what_the_first_one_made(workspace):
    told: list[MapProgress] = []
    with closing(new_run(workspace, pairs(4))) as run:
        first = made(workspace, run)
        lock = os.open(map_store(workspace).folder / ".lock", os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Thread(target=lambda: made(workspace, run, on_progress=told.append))
        waiting.start()
        wait_until(lambda: MapProgress("waiting") in told)
        assert {progress.stage for progress in told} == {"waiting"}
        os.close(lock)
        waiting.join()
    assert "encoding" not in {progress.stage for progress in told}
    assert map_store(workspace).keys() == [first.key]


def test_a_workspace_that_cannot_be_written_is_said_before_any_work(workspace):
    workspace.embeddings.write_text("a file")
    with closing(new_run(workspace, pairs(4))) as run, pytest.raises(StorageError, match="--workspace"):
        made(workspace, run)


class Refusing(FakeEncoder):
    """Cannot be used, which shows only when it is."""

    def encode(self, texts):
        raise EncoderError("its weights are not what they should be")


class Killed(FakeEncoder):
    """Its process is ended from outside."""

    def encode(self, texts):
        os.kill(os.getpid(), signal.SIGKILL)


class Slow(FakeEncoder):
    """Takes its time with all but the first texts."""

    def encode(self, texts):
        if self.encoded:
            time.sleep(60)
        return super().encode(texts)


def instead(monkeypatch, kind: type[FakeEncoder]) -> None:
    found = replace(stand_in(), loading=partial(kind, "stand-in", stand_in().fingerprint))
    monkeypatch.setattr(opening, "locate_encoder", lambda _model, **_asked: found)


def test_an_encoder_that_cannot_be_used_is_refused_as_it_says(workspace, monkeypatch):
    instead(monkeypatch, Refusing)
    with closing(new_run(workspace, pairs(4))) as run, pytest.raises(EncoderError, match="not what they"):
        made(workspace, run)


def test_a_process_that_is_killed_is_said(workspace, monkeypatch):
    instead(monkeypatch, Killed)
    with closing(new_run(workspace, pairs(4))) as run, pytest.raises(MapError, match="from outside"):
        made(workspace, run)


def test_stopping_keeps_the_vectors_that_are_there(workspace, monkeypatch):
    instead(monkeypatch, Slow)
    of = [replace(pair, issue_description=f"Issue {number}") for number, pair in enumerate(pairs(2 * BATCH))]

    def stop_at_half(progress: MapProgress) -> None:
        if progress.stage == "encoding" and progress.done:
            raise KeyboardInterrupt

    with closing(new_run(workspace, of)) as run, pytest.raises(KeyboardInterrupt):
        made(workspace, run, on_progress=stop_at_half)
    encoder = FakeEncoder("stand-in", stand_in().fingerprint)
    VectorStore(workspace.embeddings).vectors(encoder, [pair.issue_description for pair in of])
    assert 0 < len(encoder.encoded) < 2 * BATCH


def missing(model: str | None = None, *, download: bool = True, quick: bool = False) -> FoundEncoder:
    return FoundEncoder("words", "fallback", "", "words-1", "Words.", partial(FakeEncoder, "words", ""))


def test_of_maps_by_missing_encoders_the_usual_ones_is_opened_and_a_damaged_one_does_no_harm(
    workspace, monkeypatch
):
    monkeypatch.delenv(ENCODER_VARIABLE, raising=False)
    with closing(new_run(workspace, pairs(4))) as run:
        models = ("a", "b", "c", DEFAULT_MODEL)
        keys = {model: made(workspace, run, MapAsk(model=model)).key for model in models}
        monkeypatch.setattr(opening, "locate_encoder", missing)
        found = opened(workspace, run)
        assert found is not None
        assert found.key == keys[DEFAULT_MODEL]
        others = sorted((keys[model], model) for model in "abc")
        for key in (keys[DEFAULT_MODEL], others[0][0]):
            map_store(workspace).path_of(key).write_bytes(b"no map")
        found = opened(workspace, run)
        assert found is not None
        assert found.key == others[1][0]


def test_ids_that_hold_blanks_and_line_ends_are_not_mistaken_for_others(workspace):
    two = PairContents(("a", "b"), ("x", "x"), (0, 1))
    one = PairContents(("a x \nb",), ("x",), (0,))
    with closing(new_run(workspace, pairs(2))) as run:
        keys = {texts_key(run, None, MapAsk(), FittedPairs(found, ())) for found in (one, two)}
    assert len(keys) == 2


def test_a_map_of_an_encoder_that_is_gone_is_still_found(workspace, monkeypatch):
    with closing(new_run(workspace, pairs(4))) as run:
        found = made(workspace, run)
        monkeypatch.setattr(opening, "locate_encoder", missing)
        again = opened(workspace, run)
        assert again is not None
        assert again.key == found.key
        assert opened(workspace, run, MapAsk(model="stand-in")) is not None
        assert opened(workspace, run, MapAsk(model="another")) is None
