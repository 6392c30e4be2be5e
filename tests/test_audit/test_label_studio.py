"""Label Studio: what it is given, and what is made of what it gives back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.made_audits import made_audit
from valbench_core.audit import GUIDELINES, config_path, export_labels, import_labels
from valbench_core.audit.label_studio import FLAGS, config
from valbench_core.errors import RunError
from valbench_core.runs import RunFile, RunReader
from valbench_core.schema import SCORES


@pytest.fixture
def audit(workspace):
    return made_audit(workspace, shuffle_sides=True)


@pytest.fixture
def tasks(audit, tmp_path: Path) -> list[dict[str, Any]]:
    """The first four tasks of the queue, as they were written."""
    path = tmp_path / "tasks.json"
    with RunReader.open_readonly(audit.paths[0]) as run:
        export_labels(run, path, "label-studio", draw=audit.draw, n=4)
    return json.loads(path.read_text("utf-8"))


def choice(name: str, *chosen: str) -> dict[str, Any]:
    value = {"choices": list(chosen)}
    return {"id": "x", "from_name": name, "to_name": "answer_1", "type": "choices", "value": value}


def annotation(*results: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "id": 1,
        "completed_by": 7,
        "result": list(results),
        "was_cancelled": False,
        "created_at": "2026-11-20T10:00:00.123456Z",
        "lead_time": 30.25,
        **fields,
    }


def taken(audit, tmp_path: Path, tasks: list[dict[str, Any]]):
    path = tmp_path / "project-1-at-2026-11-20.json"
    path.write_text(json.dumps([{"id": n, "predictions": [], **task} for n, task in enumerate(tasks, 1)]))
    with RunFile.open(audit.paths[0]) as run:
        found = import_labels(run, path)
        return found, [label for label in run.labels() if label.author != "a reader"]


def test_tasks_hold_what_the_screen_shows(audit, tasks, tmp_path):
    assert [task["data"]["pair_id"] for task in tasks] == [item.pair_id for item in audit.queue.items[:4]]
    screen = ElementTree.parse(config_path(tmp_path / "tasks.json")).getroot()
    shown = {text.get("value").removeprefix("$") for text in screen.iter("Text")}
    assert shown <= tasks[0]["data"].keys()
    named = {element.get("name") for element in screen.iter() if element.get("name")}
    assert {control.get("toName") for control in screen.iter("Choices")} <= named


@pytest.mark.parametrize(("protocol", "asked"), [("v1", 4), ("v3", 5)])
def test_the_screen_asks_what_the_protocol_asks(protocol, asked):
    groups = {
        group.get("name"): list(group) for group in ElementTree.fromstring(config(protocol)).iter("Choices")
    }
    assert [choice.get("alias") for choice in groups["score"]] == [str(score) for score in SCORES]
    assert [choice.get("alias") for choice in groups["flags"]] == list(FLAGS)[:asked]


def test_annotations_are_labels_of_the_draw(audit, tasks, tmp_path):
    for task in tasks:
        note = {"from_name": "note", "type": "textarea", "value": {"text": ["Hm.", "Well."]}}
        results = (choice("score", "-1"), choice("flags", "no_information_1", "value_preference"), note)
        task["annotations"] = [annotation(*results)]
    found, labels = taken(audit, tmp_path, tasks)
    assert (found.added, found.lines()) == (4, [])
    for label, item in zip(labels, audit.queue.items, strict=False):
        assert (label.author, label.verdict.score, label.note) == ("annotator 7", -1, "Hm.\nWell.")
        assert label.verdict.for_no_information == (item.order == "normal")
        assert label.verdict.against_no_information == (item.order == "swapped")
        assert (label.draw, label.inclusion, label.blind) == (audit.draw.id, item.inclusion, True)
        assert (label.seconds, label.created) == (30.25, "2026-11-20T10:00:00+00:00")
    assert audit.standing.prefix == 4


def test_choices_may_come_as_they_are_shown(audit, tasks, tmp_path):
    shown = (choice("score", "+2: They come to the same conclusion …"), choice("flags", "Answer 1 refuses"))
    tasks[0]["annotations"] = [annotation(*shown, choice("pair_problem", "not contradictory"))]
    _, (label,) = taken(audit, tmp_path, tasks[:1])
    assert (label.verdict.score, label.pair_problem) == (2, "not contradictory")
    assert label.verdict.for_refusal != label.verdict.against_refusal


def test_a_cancelled_annotation_is_a_skip_and_one_without_a_score_is_refused(audit, tasks, tmp_path):
    tasks[0]["annotations"] = [annotation(was_cancelled=True)]
    tasks[1]["annotations"] = [annotation(choice("flags", "refusal_1"))]
    found, (label,) = taken(audit, tmp_path, tasks[:2])
    assert label.verdict is None
    assert found.refused == ("task 2: it gives no score; choose one, or skip the task",)


def test_annotators_go_by_their_address_where_it_is_told(audit, tasks, tmp_path):
    given = choice("score", "1")
    tasks[0]["annotations"] = [
        annotation(given, completed_by={"id": 3, "email": "ada@example.org"}),
        annotation(given, completed_by={"id": 4}),
        annotation(given, completed_by=None),
    ]
    found, labels = taken(audit, tmp_path, tasks[:1])
    assert [label.author for label in labels] == ["ada@example.org", "annotator 4"]
    assert "no auditor's name" in found.refused[0]


def test_scores_off_the_scale_are_refused(audit, tasks, tmp_path):
    tasks[0]["annotations"] = [
        annotation(choice("score", "1")),
        annotation(choice("score", "5"), completed_by=8),
    ]
    found, labels = taken(audit, tmp_path, tasks[:1])
    assert len(labels) == 1
    assert "task 1: the score 5 is not on the scale" in found.refused[0]


def test_an_export_that_nobody_annotated_is_said(audit, tasks, tmp_path):
    for task in tasks:
        task["annotations"] = []
    with pytest.raises(RunError, match="holds no label yet"):
        taken(audit, tmp_path, tasks)


def test_protocol_v1_is_asked_and_read_without_value_preference(workspace, tmp_path):
    audit = made_audit(workspace, protocol="v1")
    path = tmp_path / "tasks.json"
    with RunReader.open_readonly(audit.paths[0]) as run:
        export_labels(run, path, "label-studio", draw=audit.draw, n=1)
    (task,) = json.loads(path.read_text())
    task["annotations"] = [annotation(choice("score", "0"))]
    _, (label,) = taken(audit, tmp_path, [task])
    assert (label.protocol, label.verdict.value_preference) == ("v1", None)


def test_a_box_that_the_screen_does_not_have_is_refused_not_passed_over(audit, tasks, tmp_path):
    for task, box in zip(tasks, ("Antwort 1 verweigert", {"text": "refusal_1"}, "refusal_1"), strict=False):
        task["annotations"] = [annotation(choice("score", "1"), choice("flags", "refusal_2", box))]
    found, labels = taken(audit, tmp_path, tasks[:3])
    assert (len(labels), len(found.refused)) == (1, 2)
    assert found.refused[0].startswith("task 1: the box 'Antwort 1 verweigert' is ticked, which the")
    assert "refusal_1 (Answer 1 refuses)" in found.refused[0]
    assert labels[0].verdict.for_refusal
    assert labels[0].verdict.against_refusal


def test_what_is_no_text_refuses_its_annotation_alone(audit, tasks, tmp_path):
    tasks[0]["annotations"] = [annotation(choice("score", {"value": 1}), lead_time=[3])]
    tasks[1]["annotations"] = [annotation(choice("score", "1"), created_at={"at": 1})]
    tasks[2]["annotations"] = [annotation(choice("score", "1"))]
    found, labels = taken(audit, tmp_path, tasks[:3])
    assert (len(labels), len(found.refused)) == (1, 2)
    assert found.refused[1] == "task 2: created is not text but dict; give text, or a number"


def test_the_screen_tells_annotators_how_to_label():
    told = [header.get("value") for header in ElementTree.fromstring(config("v3")).iter("Header")]
    for rule in GUIDELINES["v3"].rules:
        assert f"{rule.title}. {rule.text}" in told
    assert "or one does and the other refuses" in FLAGS["value_preference"]
