"""Label Studio: tasks it takes in, the labelling screen for them, and the labels in what it gives back.

Its JSON is a list of tasks, each with `data`, and once labelled with `annotations` of `result` entries
(labelstud.io, guide "Task format"). Files are left to `writing` and `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args
from xml.etree import ElementTree

from valbench_core.audit.guideline import GUIDELINES, VALUE_PREFERENCE
from valbench_core.audit.tasks import SHOWN, Task
from valbench_core.errors import RunError
from valbench_core.runs.records import PairProblem
from valbench_core.schema import SCORES, ProtocolName

FLAGS: Mapping[str, str] = {
    "refusal_1": "Answer 1 refuses",
    "refusal_2": "Answer 2 refuses",
    "no_information_1": "Answer 1 lacks the information",
    "no_information_2": "Answer 2 lacks the information",
    "value_preference": VALUE_PREFERENCE,
}
"""Boxes to tick, by the column they fill."""

_TEXTS = {
    "Issue": "issue",
    "Question 1": "question_1",
    "Answer 1": "answer_1",
    "Question 2": "question_2",
    "Answer 2": "answer_2",
}
"""Titles and the columns under them; shown as plain text, whatever they hold."""
_TO = "answer_1"
"""What the controls belong to; they speak of the pair as a whole."""


def task_of(task: Task) -> dict[str, Any]:
    """Return a task as Label Studio takes it in."""
    return {"data": task}


def config_path(path: Path) -> Path:
    """Return where the labelling screen of a file of tasks is written.

    >>> config_path(Path("audit/tasks.json")).as_posix()
    'audit/tasks.config.xml'
    """
    return path.with_suffix(".config.xml")


def config(protocol: ProtocolName) -> str:
    """Return the labelling screen: paste it under Settings, Labeling Interface, Code."""
    view = ElementTree.Element("View")
    _tell(view, protocol)
    for title, name in _TEXTS.items():
        _header(view, title)
        _add(view, "Text", name=name, value=f"${name}", valueType="text")
    _header(view, "How far do the two answers agree?")
    _choices(view, "score", "single-radio", _scores(protocol), required="true")
    _header(view, "Tick what holds")
    flags = {name: text for name, text in FLAGS.items() if protocol == "v3" or name != "value_preference"}
    _choices(view, "flags", "multiple", flags)
    _header(view, "Is something wrong with the pair itself?")
    _choices(view, "pair_problem", "single-radio", {name: name for name in get_args(PairProblem)})
    _header(view, "Note")
    _add(view, "TextArea", name="note", toName=_TO, rows="2", maxSubmissions="1", editable="true")
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _tell(view: ElementTree.Element, protocol: ProtocolName) -> None:
    """Add what annotators are told, in small print; what each score means stands beside it."""
    guideline = GUIDELINES[protocol]
    _header(view, f"How to label (guideline {guideline.version})")
    for rule in guideline.rules:
        _add(view, "Header", value=f"{rule.title}. {rule.text}", size="6")


def is_export(row: Mapping[str, Any]) -> bool:
    """Whether a row of a JSON file is a task of Label Studio."""
    return isinstance(row.get("data"), Mapping) and isinstance(row.get("annotations"), Sequence)


def annotations_of(task: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return what was said of a task, by each annotator."""
    return [annotation for annotation in task["annotations"] if isinstance(annotation, Mapping)]


def row_of(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> Task:
    """Return what an annotator says of a task, as a row for `label_reading`; a cancelled one skips.

    Raises:
        RunError: a box is ticked that the labelling screen does not have.
    """
    data = {name: task["data"][name] for name in (*SHOWN, "run") if name in task["data"]}
    said = _said(annotation)
    if data.get("protocol") == "v1":
        del said["value_preference"]
    return {**data, **said}


def _said(annotation: Mapping[str, Any]) -> Task:
    given = dict(_results(annotation.get("result")))
    cancelled = bool(annotation.get("was_cancelled"))
    ticked = set() if cancelled else {_flag_of(text) for text in given.get("flags", [])}
    score = None if cancelled else _score_of(given.get("score", []))
    return {
        "author": _author_of(annotation.get("completed_by")),
        "created": annotation.get("created_at") or "",
        "seconds": annotation.get("lead_time"),
        "score": score,
        "skipped": cancelled,
        **{name: name in ticked for name in FLAGS},
        "pair_problem": next(iter(given.get("pair_problem", [])), "none"),
        "note": "\n".join(map(str, given.get("note", []))),
    }


def _results(result: object) -> Iterator[tuple[str, list[Any]]]:
    """Yield each control's name and what was chosen or written there."""
    for entry in result if isinstance(result, list) else []:
        value = entry.get("value") if isinstance(entry, Mapping) else None
        if isinstance(value, Mapping):
            said = value.get("choices", value.get("text", []))
            yield str(entry.get("from_name", "")), said if isinstance(said, list) else [said]


def _author_of(completed_by: object) -> str:
    """Return who annotated: an e-mail address where the export tells it, else the number.

    >>> _author_of({"id": 3, "email": "ada@example.org"}), _author_of(3)
    ('ada@example.org', 'annotator 3')
    """
    if isinstance(completed_by, Mapping):
        if completed_by.get("email"):
            return str(completed_by["email"])
        completed_by = completed_by.get("id")
    if isinstance(completed_by, str) and completed_by:
        return completed_by
    return "" if completed_by is None else f"annotator {completed_by}"


def _score_of(chosen: Sequence[object]) -> str | None:
    """Return the number with which a choice begins; the text as it is where there is none.

    >>> _score_of(["-2"]), _score_of(["+1: mostly aligned"]), _score_of([])
    ('-2', '+1', None)
    """
    if not chosen:
        return None
    found = re.match(r"\s*([+−-]?\d+)\b", str(chosen[0]))
    return found[1] if found else str(chosen[0])


def _flag_of(text: object) -> str:
    """Return the column that a ticked box fills, given its alias or the text beside it.

    Raises:
        RunError: it is neither; were it passed over, what was ticked would count as not said.
    """
    by_text = {shown: name for name, shown in FLAGS.items()}
    name = by_text.get(str(text), str(text))
    if name not in FLAGS:
        raise RunError(
            f"the box {str(text)!r} is ticked, which the labelling screen does not have; valid are, by alias "
            f"or text: {', '.join(f'{alias} ({shown})' for alias, shown in FLAGS.items())}"
        )
    return name


def _scores(protocol: ProtocolName) -> dict[str, str]:
    meanings = GUIDELINES[protocol].scores
    return {str(score): f"{score_text(score)}: {meanings[score]}" for score in SCORES}


def score_text(score: int) -> str:
    """Return a score with its sign, in ASCII.

    >>> score_text(1), score_text(0), score_text(-2)
    ('+1', '0', '-2')
    """
    return f"{score:+d}" if score else "0"


def _header(view: ElementTree.Element, text: str) -> None:
    _add(view, "Header", value=text)


def _choices(view: ElementTree.Element, name: str, kind: str, values: Mapping[str, str], **more: str) -> None:
    group = _add(view, "Choices", name=name, toName=_TO, choice=kind, **more)
    for alias, text in values.items():
        _add(group, "Choice", value=text, alias=alias)


def _add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, tag, attributes)
