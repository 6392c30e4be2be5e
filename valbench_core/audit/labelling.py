"""Writing labels, a short transaction each: what goes with a label, texts that changed, and taking one back.

A label is never changed or removed: whatever happens is a further row. What may be said is left to `scale`,
what comes next to `standing`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Required, TypedDict, Unpack

from valbench_core.audit.draw import draw_in
from valbench_core.audit.guideline import GUIDELINE_VERSION
from valbench_core.audit.queue import Item, Queue
from valbench_core.audit.run_queue import pair_ids, run_queue
from valbench_core.audit.scale import check_label, checked_author
from valbench_core.errors import RunError
from valbench_core.runs import Label, RunFile, RunReader
from valbench_core.runs.labelled import FRESH_LABEL, LABEL_ANSWERS, WITHDRAWN
from valbench_core.runs.records import PairProblem
from valbench_core.runs.rows import response_id
from valbench_core.schema import SIDES, Order, ProtocolName, Verdict

_EARLIER = f"""
SELECT l.*, {FRESH_LABEL} AS fresh FROM label AS l {LABEL_ANSWERS}
WHERE l.pair = :pair AND l.author = :author AND l.kind = :kind AND l.draw IS :draw ORDER BY l.id DESC LIMIT 1
"""
_MEANWHILE = (
    "{author} had labelled or skipped this pair elsewhere meanwhile: "
    "both are kept, and what was saved now counts."
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A label as it was saved."""

    label: Label
    meanwhile: bool
    """Its author had labelled or skipped the pair elsewhere before: both rows are kept, this one counts."""

    @property
    def remark(self) -> str:
        """What its author should know, as a sentence; "" where there is nothing."""
        return _MEANWHILE.format(author=self.label.author) if self.meanwhile else ""


class Details(TypedDict, total=False):
    """What goes with what somebody says of a pair."""

    for_hash: Required[str]
    """`Response.text_hash` of the for answer that was shown."""
    against_hash: Required[str]
    """That of the against answer."""
    order: Order
    """In which the sides were shown: the item's where there is one, else for first."""
    seconds: float | None
    """Time spent on it."""
    note: str
    """What its author has to say."""
    pair_problem: PairProblem
    """What is wrong with the pair itself."""


def save_label(
    queue: Queue, item: Item, author: str, verdict: Verdict | None, **details: Unpack[Details]
) -> Saved:
    """Save a label made before the verdict was seen; without a verdict of its own, that the pair is skipped.

    Args:
        queue: of the draw.
        item: the pair.
        author: who labels.
        verdict: in the judge's own fields; None passes the pair over.
        details: see `Details`.

    Raises:
        RunError: the label is off the scale, an answer it speaks of has changed since it was shown, or the
            run is gone.
        StorageError: the run file cannot be written.
    """
    if details.get("note", "").strip() == WITHDRAWN:
        raise RunError(f"the note '{WITHDRAWN}' stands for a label taken back; word it otherwise")
    label = _label_of_item(queue, item, author, verdict, **details)
    return _save(_path(queue, item), replace(label, inclusion=item.inclusion))


def withdraw(queue: Queue, item: Item, author: str) -> Label:
    """Take back what an author said of a pair before seeing the verdict: it counts as unseen by that author.

    Raises:
        RunError: the run is gone.
        StorageError: the run file cannot be written.
    """
    label = _label_of_item(queue, item, author, None, for_hash="", against_hash="", note=WITHDRAWN)
    with RunFile.open(_path(queue, item)) as run:
        run.add_labels([label])
    return label


def adjudicate(
    path: Path,
    draw_id: str,
    pair_id: str,
    author: str,
    verdict: Verdict,
    *,
    blind: bool = True,
    **details: Unpack[Details],
) -> Saved:
    """Decide on a pair whose auditors differ: this alone counts from now on.

    `blind` means that it was made of their labels and the texts alone, before the verdict was seen; one that
    was not is kept and shown, but does not count. `path` is the run's file, for the rest see `Details`.

    Raises:
        RunError: as `save_label`; or the draw does not hold the pair.
        StorageError: the run file cannot be written.
    """
    with RunReader.open_readonly(path) as run:
        held = draw_in(run, draw_id)
        inclusion = inclusion_of(run, draw_id, pair_id)
    label = Label(
        pair_id=pair_id,
        author=checked_author(author),
        verdict=verdict,
        protocol=held.draw.protocol,
        kind="adjudication",
        guideline=GUIDELINE_VERSION,
        draw=draw_id,
        inclusion=inclusion if blind else None,
        blind=blind,
        **details,
    )
    return _save(path, label)


def save_override(
    path: Path,
    pair_id: str,
    author: str,
    verdict: Verdict,
    protocol: ProtocolName,
    *,
    draw_id: str | None = None,
    **details: Unpack[Details],
) -> Saved:
    """Save what somebody says of a pair after seeing the verdict: shown, but never counted in an audit.

    Raises:
        RunError: as `save_label`.
        StorageError: the run file cannot be written.
    """
    label = Label(
        pair_id=pair_id,
        author=checked_author(author),
        verdict=verdict,
        protocol=protocol,
        kind="override",
        guideline=GUIDELINE_VERSION,
        draw=draw_id,
        **details,
    )
    return _save(path, label)


def inclusion_of(run: RunReader, draw_id: str, pair_id: str) -> float:
    """Return π of a pair where the queue of its run ends with it.

    Raises:
        RunError: the run has no such draw, or the draw does not hold the pair.
    """
    queue = run_queue(draw_in(run, draw_id), pair_ids(run))
    places = (queue.order == run.ordinal(pair_id)).nonzero()[0]
    if not places.size:
        raise RunError(f"pair '{pair_id}' is not in the draw '{draw_id}' of run '{run.name}'; choose another")
    return queue.inclusion_at(int(places[0]))


def _label_of_item(
    queue: Queue, item: Item, author: str, verdict: Verdict | None, **details: Unpack[Details]
) -> Label:
    """Return what an author says of an item before seeing the verdict."""
    in_order: Details = {"order": item.order, **details}
    return Label(
        pair_id=item.pair_id,
        author=checked_author(author),
        verdict=verdict,
        protocol=queue.draw.protocol,
        guideline=GUIDELINE_VERSION,
        draw=queue.draw.id,
        blind=True,
        **in_order,
    )


def _save(path: Path, label: Label) -> Saved:
    check_label(label)
    with RunFile.open(path) as run:
        ordinal = run.ordinal(label.pair_id)
        found: list[bool] = []

        def check() -> None:
            # A skip says nothing of the texts: a pair whose answer is gone can be left all the same.
            if label.verdict is not None:
                _refuse_changed_texts(run, ordinal, label)
            found.append(_labelled_before(run, ordinal, label))

        run.add_labels([label], check)
    return Saved(label, meanwhile=label.kind == "label" and found[0])


def _refuse_changed_texts(run: RunReader, ordinal: int, label: Label) -> None:
    """Raise `RunError` where the answers that stand are not those that were shown."""
    for side, shown in zip(SIDES, (label.for_hash, label.against_hash), strict=True):
        rows = run.rows("SELECT text_sha256 FROM response WHERE id = :id", {"id": response_id(ordinal, side)})
        stands = rows[0]["text_sha256"] if rows else ""
        if not stands or shown != stands:
            raise RunError(
                f"the {side} answer to pair '{label.pair_id}' has changed since it was shown; nothing was "
                "saved: read the new answer and label the pair again"
            )


def _labelled_before(run: RunReader, ordinal: int, label: Label) -> bool:
    """Whether the author's latest row on the pair stands: it was not there when the pair was shown."""
    values = {"pair": ordinal, "author": label.author, "kind": label.kind, "draw": label.draw}
    rows = run.rows(_EARLIER, values)
    return bool(rows) and rows[0]["note"] != WITHDRAWN and bool(rows[0]["fresh"])


def _path(queue: Queue, item: Item) -> Path:
    if item.run not in queue.paths:
        raise RunError(f"run '{item.run}' is not in the draw '{queue.draw.id}'; open the audit again")
    return queue.paths[item.run]
