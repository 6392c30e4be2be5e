"""What labelling by hand needs: queues, who has labelled what, one pair at a time, and saving labels.

What labels say of a judgement is left to `audited`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from pages.parts.data.runs import workspace
from valbench_core.audit import (
    Details,
    Item,
    Queue,
    Standing,
    adjudicate,
    disputed,
    find_draw,
    queue_of,
    save_label,
    save_override,
    standing,
)
from valbench_core.audit.draw import draw_in
from valbench_core.errors import RunError, ValBenchError
from valbench_core.runs import Judgement, Label, PairDetail, RunFacts, RunFile, RunReader
from valbench_core.runs.records import PairProblem
from valbench_core.runs.run_file import now_text
from valbench_core.schema import SIDES, Verdict

QUEUES_KEPT = 4
"""Queues of draws that are kept: each holds the ids of all pairs of its runs."""

_REVEALED = "revealed:"
"""What the keys of settings begin with that say who has seen the verdict on a pair they labelled."""


@dataclass(frozen=True, slots=True)
class PairToLabel:
    """A pair as it is shown to an auditor."""

    item: Item
    detail: PairDetail
    """Pair, answers and labels, and no verdict."""
    before: Label | None
    """What this auditor said of it earlier in the draw."""
    override: bool
    """The auditor has seen the verdict: what they say now is kept beside their label and not counted."""


@dataclass(frozen=True, slots=True)
class ToSettle:
    """Pairs of a draw on which auditors differ."""

    issues: Mapping[Item, str]
    """The issue of each that may be settled now, in the order of the queue."""
    known: int
    """Others, whose verdict the one who is to settle them has seen."""


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """What the judge said of a pair that has been labelled."""

    run: str
    facts: RunFacts
    checked: str
    """Name of the judgement that the draw checks."""
    judgement: Judgement | None
    """None where it has been deleted."""
    detail: PairDetail


@dataclass(frozen=True, slots=True)
class Checked:
    """What a draw checks of one of its runs."""

    run: str
    judgement: str
    """"" where it has been deleted."""


def audit_queue(draw_id: str) -> Queue:
    """Return the queue of a draw.

    Raises:
        RunError: no run of the workspace has that draw.
    """
    found: Queue = _queue(draw_id, str(workspace().root), _here())
    return found


def checked_by(draw_id: str, run: str = "") -> Checked | None:
    """Return a run of a draw and the judgement that is checked there; None where there is no run of it.

    Args:
        draw_id: of the draw.
        run: the run that is meant, if it is one of the draw; else its first.
    """
    try:
        queue = audit_queue(draw_id)
        name = run if run in queue.paths else next(iter(queue.paths))
        with RunReader.open_readonly(queue.paths[name]) as file:
            held = draw_in(file, queue.draw.id)
            judgement = _judgement(file, held.draw.runs[held.own].judgement)
    except ValBenchError:
        return None
    return Checked(name, judgement.name if judgement else "")


def audit_standing(queue: Queue) -> Standing:
    """Return who has labelled what, as of now."""
    return standing(queue)


def pair_to_label(queue: Queue, item: Item, author: str) -> PairToLabel:
    """Return a pair as its auditor is to see it.

    Raises:
        RunError: the run, or the pair, is gone.
    """
    with RunReader.open_readonly(queue.paths[item.run]) as file:
        detail = file.pair_detail(item.pair_id, None)
        seen = file.setting(_revealed_key(queue, item, author)) is not None
    return PairToLabel(item, detail, label_of(detail, queue.draw.id, author), seen)


def judged_pair(queue: Queue, item: Item) -> JudgedPair:
    """Return what the judge whom the draw checks said of a pair.

    Raises:
        RunError: the run, or the pair, is gone.
    """
    with RunReader.open_readonly(queue.paths[item.run]) as file:
        name = queue.draw.runs[draw_in(file, queue.draw.id).own].judgement
        judgement = _judgement(file, name)
        return JudgedPair(item.run, file.facts, name, judgement, file.pair_detail(item.pair_id, judgement))


def label_of(detail: PairDetail, draw_id: str, author: str) -> Label | None:
    """Return what an author said last of a pair in a draw, be it withdrawn; None where nothing."""
    said = [
        label
        for label in detail.labels
        if label.draw == draw_id and label.author == author and label.verdict is not None
    ]
    return said[-1] if said else None


def keep_label(
    queue: Queue,
    item: Item,
    author: str,
    verdict: Verdict | None,
    shown: PairDetail,
    *,
    seconds: float,
    note: str,
    pair_problem: PairProblem,
) -> str:
    """Keep a label, as an override where its author has seen the verdict; return what there is to say of it.

    Raises:
        RunError: an answer has changed since it was shown, or the pair is gone.
        StorageError: the file cannot be written.
    """
    for_hash, against_hash = answer_hashes(shown)
    details: Details = {
        "for_hash": for_hash,
        "against_hash": against_hash,
        "order": item.order,
        "seconds": seconds,
        "note": note,
        "pair_problem": pair_problem,
    }
    if verdict is None or not revealed(queue, item, author):
        return save_label(queue, item, author, verdict, **details).remark
    path, draw = queue.paths[item.run], queue.draw
    saved = save_override(path, item.pair_id, author, verdict, draw.protocol, draw_id=draw.id, **details)
    return saved.remark


def pairs_to_settle(queue: Queue, author: str) -> ToSettle:
    """Return the pairs of a draw whose auditors differ, as they are for whoever is to settle them.

    Raises:
        RunError: a run is gone.
    """
    waiting = disputed(queue)
    mine = [item for item in waiting if not revealed(queue, item, author)]
    issues: dict[int, str] = {}
    for name, path in queue.paths.items():
        here = [item for item in mine if item.run == name]
        with RunReader.open_readonly(path) as file:
            rows = {row.id: row.issue_description for row in file.pair_rows([one.ordinal for one in here])}
        issues |= {item.position: rows[item.pair_id] for item in here}
    return ToSettle({item: issues[item.position] for item in mine}, known=len(waiting) - len(mine))


def settle(
    queue: Queue,
    item: Item,
    author: str,
    verdict: Verdict,
    shown: PairDetail,
    *,
    blind: bool,
    seconds: float,
    note: str,
    pair_problem: PairProblem,
) -> None:
    """Keep what settles a pair.

    Raises:
        RunError: an answer has changed since it was shown, or the run is gone.
        StorageError: the file cannot be written.
    """
    for_hash, against_hash = answer_hashes(shown)
    adjudicate(
        queue.paths[item.run],
        queue.draw.id,
        item.pair_id,
        author,
        verdict,
        for_hash=for_hash,
        against_hash=against_hash,
        note=note,
        pair_problem=pair_problem,
        blind=blind,
        order=item.order,
        seconds=seconds,
    )


def answer_hashes(detail: PairDetail) -> tuple[str, str]:
    """Return the hashes of the for and the against answer that were shown; "" where there is none."""
    on_for, on_against = (detail.responses[side] for side in SIDES)
    return on_for.text_hash if on_for else "", on_against.text_hash if on_against else ""


def reveal(queue: Queue, item: Item, author: str) -> None:
    """Keep in the run that an author has seen what the judge said: their next label is not blind.

    Raises:
        StorageError: the file cannot be written.
    """
    if not revealed(queue, item, author):
        with RunFile.open(queue.paths[item.run]) as file:
            file.set_setting(_revealed_key(queue, item, author), now_text())


def revealed(queue: Queue, item: Item, author: str) -> bool:
    """Whether an author has seen what the judge said of a pair, in whatever tab."""
    with RunReader.open_readonly(queue.paths[item.run]) as file:
        return file.setting(_revealed_key(queue, item, author)) is not None


def _judgement(file: RunReader, name: str) -> Judgement | None:
    """Return the judgement of that very name; that of a deleted one may begin another's."""
    try:
        found = file.find_judgement(name)
    except RunError:
        return None
    return found if found is not None and found.name == name else None


def _revealed_key(queue: Queue, item: Item, author: str) -> str:
    return f"{_REVEALED}{queue.draw.id}:{item.ordinal}:{author}"


def _here() -> tuple[tuple[str, int], ...]:
    """Return the files of the workspace: a run made anew under an old name is another one."""
    paths = {name: workspace().path_of(name) for name in workspace().names()}
    return tuple((name, path.stat().st_ino) for name, path in paths.items() if path.is_file())


@st.cache_resource(max_entries=QUEUES_KEPT, show_spinner=False)
def _queue(draw_id: str, root: str, here: tuple[tuple[str, int], ...]) -> Queue:
    return queue_of(workspace(), find_draw(workspace(), draw_id))
