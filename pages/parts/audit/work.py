"""One auditor at work on a draw: which pair is theirs now, and what a key or a click does to it.

What is done goes by the pair that was on screen: once that is saved, presses still meant for it are passed
over. How it all looks is left to `labelling`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, cast

import streamlit as st

from pages.parts import data
from pages.parts.audit import fields
from pages.parts.audit.fields import Fields
from pages.parts.audit.guideline import note_read
from valbench_core.audit import Item, Queue, Standing, withdraw
from valbench_core.errors import ValBenchError
from valbench_core.runs import Label
from valbench_core.runs.records import PairProblem
from valbench_core.schema import Verdict, sha256_of

_OPEN = "pair of audit"
"""In the session: what is on screen, as an `Open`; None once it is saved."""
_TOLD = "told of audit"
"""In the session: what there is to say of what was done last, as a `Told`."""
_BEGUN = "audit begun"
"""In the session: since when each pair is on screen, in seconds, by its key."""
_READ = "audit read"
"""In the session: key and hashes of the answers of the pair that is on screen."""
_CHANGED = (
    "An answer to this pair has changed since it was shown. What you see is the new one: "
    "read it, and check what you have filled in."
)
_ELSEWHERE = "You have labelled or skipped the pair that was here in another window. This is the next one."
_BY_OTHERS = "Somebody else has labelled or skipped the pair that was here meanwhile. This is the next one."
_REOPENED = "audit reopened"
"""In the session: draw, author and position of the pair that was reopened."""

Action = Literal["save", "skip", "undo"]
ACTIONS_BY_KEY: dict[str, Action] = {"n": "save", "Enter": "save", "x": "skip", "u": "undo"}


@dataclass(frozen=True, slots=True)
class Open:
    """What an auditor has on screen."""

    queue: Queue
    standing: Standing
    author: str
    pair: data.PairToLabel | None
    """None at the end of the queue."""
    reopened: bool = False
    """Whether the pair was labelled or skipped before, and somebody went back to it."""

    @property
    def key(self) -> str:
        """Tells pair, draw and author from all others."""
        return key_of(self.queue, self.author, self.item)

    @property
    def item(self) -> Item | None:
        """The pair's place in the queue."""
        return self.pair.item if self.pair is not None else None

    @property
    def fields(self) -> Fields:
        """What is filled in."""
        return fields.kept(self.key) or Fields()


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of what was done last."""

    kind: Literal["hint", "problem", "remark"]
    text: str


def key_of(queue: Queue, author: str, item: Item | None) -> str:
    """Return what tells pair, draw and author from all others, and names none of them: it stands in the page.

    Letters, digits and hyphens alone: the browser finds it in the classes of fields, as it is.
    """
    place = ("end",) if item is None else (list(queue.paths).index(item.run), item.pair_id)
    return f"{queue.draw.id}-{sha256_of([author, *place])[:16]}"


def open_next(queue: Queue, author: str, share: bool) -> Open:
    """Return the pair that is an author's to label now: the one reopened, else the next of the queue."""
    standing = data.audit_standing(queue)
    reopened = _reopened(queue, author)
    item = reopened or standing.next_for(author, share)
    pair = data.pair_to_label(queue, item, author) if item is not None else None
    now = Open(queue, standing, author, pair, reopened is not None)
    if fields.kept(now.key) is None:
        # Filled in elsewhere too, what was taken back would be saved again by a single key.
        fields.keep(now.key, fields.fields_of(pair.before if pair is not None and now.reopened else None))
    st.session_state.setdefault(_BEGUN, {}).setdefault(now.key, time.monotonic())
    _notice_elsewhere(now, share)
    _notice_change(now)
    st.session_state[_OPEN] = now
    return now


def _notice_elsewhere(now: Open, share: bool) -> None:
    """Say so where the pair that was on screen is labelled meanwhile: in another window, or by others."""
    left: Open | None = st.session_state.get(_OPEN)
    if left is None or left.item is None or left.key == now.key:
        return
    if (left.queue.draw.id, left.author) != (now.queue.draw.id, now.author):
        return
    own = now.standing.labelled.get(now.author, frozenset()) | now.standing.skipped.get(
        now.author, frozenset()
    )
    if left.item.position in own or (share and left.item.position in now.standing.seen):
        fields.forget(left.key)
        _tell("hint", _ELSEWHERE if left.item.position in own else _BY_OTHERS)


def _notice_change(now: Open) -> None:
    """Say so where the answers are not those that were on screen before a key was pressed."""
    if now.pair is None:
        return
    read = (now.key, data.answer_hashes(now.pair.detail))
    before = st.session_state.get(_READ)
    if before is not None and before[0] == now.key and before != read:
        _tell("hint", _CHANGED)
    st.session_state[_READ] = read


def told() -> Told | None:
    """Return what there is to say of what was done last."""
    return cast("Told | None", st.session_state.get(_TOLD))


def press(key: str, pressed: str) -> None:
    """Do what a key of the keyboard asks for.

    Args:
        key: of the pair that was on screen.
        pressed: the key.
    """
    now = _on_screen(key)
    if pressed in ACTIONS_BY_KEY:
        act(key, ACTIONS_BY_KEY[pressed])
    elif now is None or now.item is None:
        return
    elif pressed in fields.SCORES_BY_KEY:
        set_score(key, fields.SCORES_BY_KEY[pressed])
    elif pressed == fields.PREFERENCE_KEY:
        toggle(key, "value_preference")
    elif pressed == fields.PROBLEM_KEY:
        _change(key, Fields.with_next_problem)
    else:
        toggle(key, fields.flags_by_key(now.item.order)[pressed])


def set_score(key: str, score: int) -> None:
    """Fill in the score; for callbacks, as the next ones."""
    _change(key, lambda filled: replace(filled, score=score))


def toggle(key: str, flag: str) -> None:
    """Set a flag where it is not set, and the other way round."""
    _change(key, lambda filled: filled.toggled(flag))


def set_note(key: str, note: str) -> None:
    """Fill in the note."""
    _change(key, lambda filled: replace(filled, note=note))


def set_problem(key: str, problem: PairProblem) -> None:
    """Fill in the problem with the pair."""
    _change(key, lambda filled: replace(filled, pair_problem=problem))


def act(key: str, action: Action) -> None:
    """Save the pair on screen, pass it over, or reopen the one before."""
    now = _on_screen(key)
    if now is None:
        return
    st.session_state[_TOLD] = None
    try:
        if action == "undo":
            _undo(now)
        elif now.pair is not None:
            {"save": _save, "skip": _skip}[action](now, now.pair)
    except ValBenchError as error:
        _tell("problem", without_names(now.queue, str(error)))


def _change(key: str, change: Callable[[Fields], Fields]) -> None:
    now = _on_screen(key)
    if now is not None:
        st.session_state[_TOLD] = None
        fields.keep(key, change(now.fields))


def _on_screen(key: str) -> Open | None:
    """Return the pair on screen, if it is the one that was meant."""
    now: Open | None = st.session_state.get(_OPEN)
    return now if now is not None and now.key == key else None


def _save(now: Open, pair: data.PairToLabel) -> None:
    filled = now.fields
    verdict = filled.verdict(now.queue.draw.protocol)
    if verdict is None:
        _tell("hint", "Choose a score first: keys 1 to 5.")
        return
    if pair.override and not filled.note.strip():
        _tell("hint", "You have seen the verdict on this pair. Say in the note why you change your label.")
        return
    _leave(now, _keep(now, pair, verdict))


def _skip(now: Open, pair: data.PairToLabel) -> None:
    """Pass a pair over; one whose verdict has been seen keeps the label it has."""
    _leave(now, "" if pair.override else _keep(now, pair, None))


def _keep(now: Open, pair: data.PairToLabel, verdict: Verdict | None) -> str:
    """Keep a label, or without a verdict a skip; return what there is to say of it."""
    return data.keep_label(
        now.queue,
        pair.item,
        now.author,
        verdict,
        pair.detail,
        seconds=_seconds(now.key, None if pair.override else pair.before),
        note=now.fields.note.strip(),
        pair_problem=now.fields.pair_problem,
    )


def _undo(now: Open) -> None:
    last = data.audit_standing(now.queue).last_of(now.author)
    if last is None or last == now.item:
        _tell("hint", "There is nothing to undo.")
        return
    if not data.revealed(now.queue, last, now.author):
        withdraw(now.queue, last, now.author)
    if now.reopened:
        fields.forget(now.key)
    st.session_state[_REOPENED] = (now.queue.draw.id, now.author, last.position)
    st.session_state[_OPEN] = None


def _leave(now: Open, remark: str) -> None:
    """Have the next pair come; presses still meant for this one find it gone."""
    fields.forget(now.key)
    note_read(now.author, now.queue.draw.protocol)
    st.session_state[_BEGUN].pop(now.key, None)
    st.session_state[_OPEN] = st.session_state[_REOPENED] = None
    if remark:
        _tell("remark", without_names(now.queue, remark))


def _reopened(queue: Queue, author: str) -> Item | None:
    draw, whose, position = st.session_state.get(_REOPENED) or ("", "", 0)
    return queue.item(position) if (draw, whose) == (queue.draw.id, author) else None


def _seconds(key: str, before: Label | None) -> float:
    """Return the time spent on the pair, with that of a label it replaces."""
    begun: float = st.session_state[_BEGUN][key]
    earlier = (before.seconds if before is not None else None) or 0.0
    return round(earlier + time.monotonic() - begun, 1)


def _tell(kind: Literal["hint", "problem", "remark"], text: str) -> None:
    st.session_state[_TOLD] = Told(kind, text)


def without_names(queue: Queue, text: str) -> str:
    """Return what went wrong without the names of runs, which the auditor is not to see yet."""
    for name, path in queue.paths.items():
        for named in (str(path), path.name, name):
            text = text.replace(f"'{named}'", "the run's file")
    return text
