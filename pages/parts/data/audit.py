"""What labelling by hand needs: queues, who has labelled what, one pair at a time, and saving labels.

What labels say of a judgement is left to `audited`.
"""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.parts.data.runs import workspace
from valbench_core.audit import (
    Item,
    Queue,
    Standing,
    find_draw,
    queue_of,
    save_label,
    save_override,
    standing,
    withdraw,
)
from valbench_core.audit.draw import draw_in
from valbench_core.errors import RunError
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
class JudgedPair:
    """What the judge said of a pair that has been labelled."""

    run: str
    facts: RunFacts
    checked: str
    """Name of the judgement that the draw checks."""
    judgement: Judgement | None
    """None where it has been deleted."""
    detail: PairDetail


def audit_queue(draw_id: str) -> Queue:
    """Return the queue of a draw.

    Raises:
        RunError: no run of the workspace has that draw.
    """
    found: Queue = _queue(draw_id, str(workspace().root), _here())
    return found


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
    if verdict is not None and revealed(queue, item, author):
        path, protocol = queue.paths[item.run], queue.draw.protocol
        saved = save_override(
            path,
            item.pair_id,
            author,
            verdict,
            protocol,
            note=note,
            pair_problem=pair_problem,
            draw_id=queue.draw.id,
            for_hash=for_hash,
            against_hash=against_hash,
        )
    else:
        saved = save_label(
            queue,
            item,
            author,
            verdict,
            seconds=seconds,
            note=note,
            pair_problem=pair_problem,
            for_hash=for_hash,
            against_hash=against_hash,
        )
    return saved.remark


def take_label_back(queue: Queue, item: Item, author: str) -> None:
    """Withdraw a label whose author has not seen the verdict: the pair counts as not seen."""
    withdraw(queue, item, author)


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
    try:
        return file.find_judgement(name)
    except RunError:
        return None


def _revealed_key(queue: Queue, item: Item, author: str) -> str:
    return f"{_REVEALED}{queue.draw.id}:{item.ordinal}:{author}"


def _here() -> tuple[tuple[str, int], ...]:
    """Return the files of the workspace: a run made anew under an old name is another one."""
    paths = {name: workspace().path_of(name) for name in workspace().names()}
    return tuple((name, path.stat().st_ino) for name, path in paths.items() if path.is_file())


@st.cache_resource(max_entries=QUEUES_KEPT, show_spinner=False)
def _queue(draw_id: str, root: str, here: tuple[tuple[str, int], ...]) -> Queue:
    return queue_of(workspace(), find_draw(workspace(), draw_id))
