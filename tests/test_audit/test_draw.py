"""Making draws: which pairs may be drawn, what is refused, and that the runs keep them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.made_audits import drawn, made_audit
from tests.run_builder import build_run
from valbench_core.audit import DrawnRun, draw_in, draws_of, find_draw, make_draw, queue_of
from valbench_core.errors import RunError, RunNotFoundError, StorageError, SubsetError
from valbench_core.pairs import Condition
from valbench_core.runs import RunFile, RunReader, Workspace
from valbench_core.runs.importing import import_run


def settings(workspace: Workspace, run: str) -> dict[str, object]:
    with RunReader.open_readonly(workspace.path_of(run)) as file:
        return file.settings("draw:")


def test_the_judged_pairs_of_a_run_may_be_drawn(audit):
    with RunReader.open_readonly(audit.paths[0]) as run:
        assert draws_of(run) == [audit.draw]
        inside = draw_in(run).doubt() >= 0
    assert audit.draw.runs == (DrawnRun("toy", "judge@v3", 21, 0),)
    # The first three pairs are blocked, timed out, and left without a valid verdict.
    assert inside.tolist() == [False] * 3 + [True] * 21


def test_conditions_restrict_a_draw(workspace):
    audit = made_audit(workspace, where=["category=Politics", "issue_scale=1..2"])
    assert {item.pair_id for item in audit.queue.items} == {"pair-5", "pair-10", "pair-15", "pair-20"}
    assert audit.draw.where == ("category=Politics", "issue_scale=1..2")


def test_texts_and_ids_restrict_a_draw(workspace):
    audit = made_audit(workspace, where=['text~"rule 7"', "id=pair-7|pair-8"])
    assert [item.pair_id for item in audit.queue.items] == ["pair-7"]


def test_what_is_known_only_after_the_answers_restricts_no_draw(workspace):
    build_run(workspace, "toy")
    outcome = Condition("outcome", ("inconsistent",))
    with pytest.raises(SubsetError, match=r"known only after the answers.*category"):
        make_draw(workspace, [("toy", None)], where=[outcome])


@pytest.mark.parametrize("shape", ["answers", "failed"])
def test_a_run_without_verdicts_gives_no_draw(workspace, shape):
    build_run(workspace, "toy", shape)
    with pytest.raises(RunError, match=r"no judgement|nothing to draw"):
        make_draw(workspace, [("toy", None)])
    assert settings(workspace, "toy") == {}


def test_conditions_that_no_pair_meets_are_said(workspace):
    with pytest.raises(RunError, match="no pair of run 'toy' meets the conditions"):
        made_audit(workspace, where=["category=Religion", "id=pair-3"])


def test_one_draw_is_labelled_by_one_protocol(workspace):
    build_run(workspace, "old", protocol="v1")
    with pytest.raises(RunError, match=r"one protocol.*old: v1, toy: v3"):
        made_audit(workspace, ("old", "toy"))


def test_a_run_stands_in_a_draw_once(workspace):
    build_run(workspace, "toy")
    with pytest.raises(RunError, match="'toy' is given twice"):
        make_draw(workspace, [("toy", None), ("toy", None)])
    with pytest.raises(RunError, match="needs a run"):
        make_draw(workspace, [])
    with pytest.raises(RunNotFoundError):
        make_draw(workspace, [("tox", None)])


def test_without_doubt_a_draw_is_uniform_and_says_so(workspace):
    audit = made_audit(workspace, sampling="doubt", where=["id=pair-5|pair-7|pair-8"])
    assert audit.draw.sampling == "uniform"
    assert "No verdict shows a sign of doubt" in audit.draw.notes[0]
    doubtful = drawn(workspace, ["toy"], sampling="doubt", where=["id=pair-5|pair-7|pair-14"])
    assert (doubtful.draw.sampling, doubtful.draw.notes) == ("doubt", ())


def test_each_run_explains_itself(workspace):
    audit = made_audit(workspace, ("one", "two"), shuffle_sides=True, seed=5)
    for place, path in enumerate(audit.paths):
        with RunReader.open_readonly(path) as run:
            held = draw_in(run, audit.draw.id)
            assert (held.draw, held.own) == (audit.draw, place)


def test_a_file_that_cannot_be_written_is_named_and_no_run_has_the_draw(
    workspace, make_readonly: Callable[[Path], None]
):
    for name in ("one", "two"):
        build_run(workspace, name)
    make_readonly(workspace.path_of("two"))
    with pytest.raises(StorageError, match=r"two.sqlite"):
        make_draw(workspace, [("one", None), ("two", None)])
    assert (settings(workspace, "one"), settings(workspace, "two")) == ({}, {})


def test_what_fails_while_writing_is_taken_back(workspace, monkeypatch):
    for name in ("one", "two"):
        build_run(workspace, name)
    write = RunFile.set_setting

    def full_disk(run: RunFile, key: str, value: object) -> None:
        if run.name == "two" and value is not None:
            raise StorageError("no space left")
        write(run, key, value)

    monkeypatch.setattr(RunFile, "set_setting", full_disk)
    with pytest.raises(StorageError):
        make_draw(workspace, [("one", None), ("two", None)])
    assert settings(workspace, "one") == {}


def test_an_unknown_draw_is_said_with_those_there_are(audit):
    with pytest.raises(RunError, match=f"unknown draw '00'.*{audit.draw.id} of 2026-11-01 12:00, 21 pairs"):
        find_draw(audit.workspace, "00")
    assert find_draw(audit.workspace, audit.draw.id) == audit.draw


def test_a_workspace_without_draws_says_where_one_is_made(workspace):
    build_run(workspace, "toy")
    with pytest.raises(RunError, match=r"no draw.*Audit"):
        find_draw(workspace, "00")


def test_the_newest_draw_comes_first(audit):
    later = drawn(audit.workspace, ["toy"], at="2026-11-02T12:00:00+00:00")
    with RunReader.open_readonly(audit.paths[0]) as run:
        assert draws_of(run) == [later.draw, audit.draw]
        assert draw_in(run).draw == later.draw


def test_a_run_brought_elsewhere_keeps_its_draw_and_queue(audit):
    copy = import_run(audit.paths[0], audit.workspace.path_of("copy")).path
    audit.workspace.delete("toy")
    with RunReader.open_readonly(copy) as run:
        assert draws_of(run) == [audit.draw]
    again = list(queue_of(audit.workspace, audit.draw).items)
    assert [item.pair_id for item in again] == [item.pair_id for item in audit.queue.items]
    assert {item.run for item in again} == {"copy"}


def test_a_run_without_pairs_gives_no_draw(workspace):
    RunFile.create(workspace.path_of("empty"), {}, [], model="m").close()
    with pytest.raises(RunError, match="no judgement"):
        make_draw(workspace, [("empty", None)])


def test_a_single_pair_is_certain_to_be_drawn(workspace):
    audit = made_audit(workspace, where=["id=pair-7"])
    assert [item.inclusion for item in audit.queue.items] == [1.0]


def test_a_draw_is_found_by_an_unambiguous_beginning_of_its_id(workspace):
    for draw_id in ("1f00c0de", "1fffc0de"):
        audit = made_audit(workspace, draw_id=draw_id)
    assert find_draw(workspace, "1f0").id == "1f00c0de"
    with RunReader.open_readonly(audit.paths[0]) as run:
        assert draw_in(run, "1ff").draw.id == "1fffc0de"
        with pytest.raises(RunError, match=r"draw '1f' is ambiguous.*1f00c0de.*Give more"):
            draw_in(run, "1f")
        with pytest.raises(RunError, match="unknown draw ''"):
            draw_in(run, "")


def test_of_two_draws_made_at_once_the_later_is_the_newest(workspace):
    build_run(workspace, "toy")
    ids = [make_draw(workspace, [("toy", None)], draw_id=draw_id).id for draw_id in ("b", "c", "a")]
    with RunReader.open_readonly(workspace.path_of("toy")) as run:
        assert [draw.id for draw in draws_of(run)] == ids[::-1]


def test_a_draw_that_is_refused_leaves_the_run_as_it_was(workspace):
    build_run(workspace, "toy")
    with RunReader.open_readonly(workspace.path_of("toy")) as run:
        before = run.revision
        with pytest.raises(RunError):
            make_draw(workspace, [("toy", "nobody")])
        assert run.revision == before
