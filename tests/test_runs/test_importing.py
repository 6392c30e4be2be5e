from __future__ import annotations

from typing import Any

import pytest

from tests.test_runs.made import made_pair
from tests.test_runs.reference import PARSED, reference_row, write_rows
from valbench_core.errors import PairsError, SettingsError
from valbench_core.runs import RunReader, Workspace, tidy_table
from valbench_core.runs.foreign import order_of
from valbench_core.runs.importing import ForeignKind, Imported, import_answers
from valbench_core.schema import Completion, Failure, Pair, Unjudged, Verdict


def imported(
    workspace: Workspace,
    rows: list[dict[str, Any]],
    kind: ForeignKind = "reference",
    name: str = "r.jsonl",
    **options: Any,
) -> tuple[RunReader, Imported]:
    """Import rows and open the run that comes of it."""
    source = write_rows(workspace.root / name, rows)
    done = import_answers(str(source), workspace.path_of("got"), kind, **options)
    return RunReader.open_readonly(done.path), done


@pytest.mark.parametrize("name", ["r.jsonl", "r.parquet", "saved"])
def test_a_reference_evaluation_becomes_a_run(workspace: Workspace, name: str) -> None:
    run, _ = imported(workspace, [reference_row(0, PARSED), reference_row(1)], name=name)
    table = tidy_table(run, run.find_judgement())
    assert list(table["outcome"]) == ["one refused", "unjudged"]
    assert list(run.pairs()) == [made_pair(0), made_pair(1)]
    assert run.facts.kind == "import"


def test_words_and_raw_answer_of_a_verdict_are_kept(workspace: Workspace) -> None:
    run, _ = imported(workspace, [reference_row(0, PARSED), reference_row(1)], judge="gemma")
    judgement = run.find_judgement("gemma@v1")
    row = run.pair_detail("p0", judgement).verdict
    assert row is not None
    assert isinstance(row.judged.verdict, Verdict)
    assert (row.judged.verdict.score, row.judged.verdict.for_positions) == (-1, "stay")
    lost = run.pair_detail("p1", judgement).verdict
    assert lost is not None
    assert isinstance(lost.judged.verdict, Unjudged)
    assert lost.judged.verdict.raw == "They agree."


def test_a_swapped_order_is_undone(workspace: Workspace) -> None:
    run, _ = imported(workspace, [reference_row(0, PARSED, swapped=True)])
    judgement = run.find_judgement()
    assert judgement is not None
    row = tidy_table(run, judgement).iloc[0]
    assert judgement.name == "unknown@v1~swapped"
    assert (row["for_refusal"], row["against_refusal"]) == (1, 0)


def test_a_question_that_begins_with_the_other_does_not_hide_the_order() -> None:
    questions = {
        "for_question": "Explain why A is good",
        "against_question": "Explain why A is good for nobody",
    }
    prompt = [{"role": "user", "content": f"Question 1: {questions['against_question']}\nQuestion 2: …"}]
    assert (
        order_of(Pair("x", issue_description="A", extra={"evaluation_prompt": prompt}, **questions))
        == "swapped"
    )


def test_mixed_orders_are_each_read_in_their_own(workspace: Workspace) -> None:
    rows = [reference_row(0, PARSED), reference_row(1, PARSED, swapped=True)]
    run, done = imported(workspace, rows)
    assert list(tidy_table(run, run.find_judgement())["for_refusal"]) == [0, 1]
    assert "other order" in done.notes[0]


def test_no_response_is_a_failure_and_its_verdict_is_none(workspace: Workspace) -> None:
    rows = [reference_row(0, PARSED, for_response={"content": "No response", "role": "assistant"})]
    run, _ = imported(workspace, rows)
    detail = run.pair_detail("p0", run.find_judgement())
    assert detail.outcome.value == "failed"
    assert detail.verdict is None
    failed = run.response("p0", "for")
    assert failed is not None
    assert isinstance(failed.result, Failure)
    assert failed.result.kind == "no response"


def test_no_response_can_be_kept_as_an_answer(workspace: Workspace) -> None:
    rows = [reference_row(0, PARSED, for_response={"content": "No response", "role": "assistant"})]
    run, _ = imported(workspace, rows, keep_no_response=True)
    assert tidy_table(run, run.find_judgement())["outcome"][0] == "one refused"


def test_a_verdict_that_was_not_parsed_then_is_read_from_the_answer(workspace: Workspace) -> None:
    row = reference_row(0, PARSED) | {"alignment_judge_parsed": None, "alignment_score": None}
    run, _ = imported(workspace, [row])
    assert tidy_table(run, run.find_judgement())["score"][0] == -1


def test_reasoning_citations_and_unknown_columns_are_kept(workspace: Workspace) -> None:
    extra = {
        "for_response_reasoning": "Hm.",
        "for_response_citations": [{"url": "https://a.example"}],
        "values": ["care"],
        "for_prompt": [{"role": "system", "content": "Be brief."}],
    }
    run, _ = imported(workspace, [reference_row(0, PARSED, **extra)])
    answer = run.response("p0", "for")
    assert answer is not None
    assert isinstance(answer.result, Completion)
    assert (answer.result.reasoning, answer.result.citations) == ("Hm.", ("https://a.example",))
    assert set(next(run.pairs()).extra) == {"values", "for_prompt"}


def test_answers_under_other_names_are_mapped(workspace: Workspace) -> None:
    rows = [{"pro": "Explain why A.", "con": "Explain why B.", "yes": "A it is.", "no": '{"B": 1}'}]
    maps = ["pro=for_question", "con=against_question", "yes=for_response", "no=against_response"]
    run, _ = imported(workspace, rows, "responses", maps=maps, model="m")
    record = next(run.records())
    assert [r.result.text for r in record.responses if isinstance(r.result, Completion)] == [
        "A it is.",
        '{"B": 1}',
    ]
    assert (run.judgements(), run.facts.model, record.pair.extra) == ([], "m", {})
    assert list(tidy_table(run, None)["outcome"]) == ["pending"]


def test_a_row_without_an_answer_is_a_failure(workspace: Workspace) -> None:
    rows = [reference_row(0, PARSED, for_response=None), reference_row(1, PARSED)]
    run, _ = imported(workspace, rows, "responses")
    assert list(tidy_table(run, None)["outcome"]) == ["failed", "pending"]


def test_missing_answers_name_the_columns_there_are(workspace: Workspace) -> None:
    row = {"for_question": "Explain why A.", "against_question": "Explain why B.", "reply": "x"}
    with pytest.raises(PairsError, match=r"no column 'for_response' and 'against_response'.*reply.*--map"):
        imported(workspace, [row], "responses")


def test_a_file_without_verdicts_is_no_evaluation(workspace: Workspace) -> None:
    row = {name: value for name, value in reference_row(0).items() if "alignment" not in name}
    with pytest.raises(PairsError, match=r"has no verdicts.*--as responses"):
        imported(workspace, [row])


def test_an_unknown_field_in_a_map_names_the_valid_ones(workspace: Workspace) -> None:
    with pytest.raises(SettingsError, match="did you mean 'for_response'"):
        imported(workspace, [reference_row(0)], "responses", maps=["x=for_respons"])


def test_the_manifest_says_where_the_pairs_come_from(workspace: Workspace) -> None:
    run, done = imported(workspace, [reference_row(0, PARSED), reference_row(0, PARSED)])
    source = run.manifest["source"]
    assert (done.pairs, source["n"], source["kind"], len(source["fingerprint"])) == (1, 1, "jsonl", 64)
    assert run.manifest["imported"]["as"] == "reference"
    assert "dropped" in done.notes[0]


def test_an_import_that_fails_leaves_nothing(workspace: Workspace) -> None:
    rows = [reference_row(0, PARSED), reference_row(1, PARSED, for_question=None)]
    with pytest.raises(PairsError, match="no for_question"):
        imported(workspace, rows)
    assert workspace.names() == []
