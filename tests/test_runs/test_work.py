from __future__ import annotations

from tests.test_runs.made import answer, failure, verdict
from valbench_core.runs import Judgement, RunFile, WorkCount, WorkMode


def left(
    run: RunFile, judgement: Judgement | None, mode: WorkMode
) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Return the work left, by pair: sides to ask, and whether to judge."""
    return {work.pair.id: (work.sides, work.judge) for work in run.work(judgement, mode)}


def test_a_new_run_has_everything_to_do(run: RunFile) -> None:
    assert left(run, None, "resume")["p0"] == (("for", "against"), False)
    assert run.count_work(None) == WorkCount(pairs=4, answers=8, verdicts=0)


def test_a_resume_does_what_was_never_tried(run: RunFile, judgement: Judgement) -> None:
    assert left(run, judgement, "resume") == {"p3": (("for",), True)}
    assert run.count_work(judgement) == WorkCount(pairs=1, answers=1, verdicts=1)


def test_a_retry_takes_the_failed_and_the_unjudged_too(run: RunFile, judgement: Judgement) -> None:
    assert left(run, judgement, "retry") == {
        "p1": ((), True),
        "p2": (("against",), True),
        "p3": (("for",), True),
    }
    assert run.count_work(judgement, "retry") == WorkCount(pairs=3, answers=2, verdicts=3)


def test_another_judgement_takes_the_pairs_with_two_answers(run: RunFile, judgement: Judgement) -> None:
    assert left(run, judgement, "judge") == {"p1": ((), True)}


def test_two_answers_without_a_verdict_are_to_be_judged(run: RunFile, judgement: Judgement) -> None:
    run.write_responses([answer("p3", "for")])
    assert left(run, judgement, "resume") == {"p3": ((), True)}


def test_the_other_side_of_a_failed_one_is_still_asked_but_not_judged(
    run: RunFile, judgement: Judgement
) -> None:
    run.write_responses([failure("p3", "against")])
    assert left(run, judgement, "resume") == {"p3": (("for",), False)}


def test_a_stale_verdict_is_judged_again_by_a_retry(run: RunFile, judgement: Judgement) -> None:
    run.write_responses([answer("p0", "for", "Something else.")])
    assert "p0" not in left(run, judgement, "resume")
    assert left(run, judgement, "retry")["p0"] == ((), True)


def test_when_all_is_done_nothing_is_left(run: RunFile, judgement: Judgement) -> None:
    run.write([answer("p2", "against"), answer("p3", "for")])
    run.write_verdicts(judgement, [verdict(f"p{i}", 2) for i in range(1, 4)])
    assert not run.has_work(judgement, "retry")
    assert run.count_work(judgement, "retry") == WorkCount(0, 0, 0)


def test_writing_while_the_work_is_read_neither_skips_nor_repeats(run: RunFile, judgement: Judgement) -> None:
    seen = []
    for work in run.work(None, "retry"):
        run.write_responses([answer(work.pair.id, side) for side in work.sides])
        seen.append(work.pair.id)
    assert seen == ["p2", "p3"]
