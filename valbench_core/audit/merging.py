"""Labels on their way into a run: which are new, which are there, which contradict what somebody said here.

Reading them from a file is left to `reading`, which draw each belongs to, to `placing`.
"""

from __future__ import annotations

from collections import defaultdict

from valbench_core.audit.placing import DrawsOfLabels
from valbench_core.audit.taken_in import LabelsTakenIn
from valbench_core.runs import Label, RunReader
from valbench_core.runs.rows import REPLICATE_BITS, SCORE_COLUMNS, WORD_COLUMNS

Key = tuple[str, str, str, str]
"""Pair, author, kind and protocol: what one person says of a pair once."""

_ANSWERS = f"""
SELECT p.id, ifnull(rf.text_sha256, '') AS for_hash, ifnull(ra.text_sha256, '') AS against_hash FROM pair AS p
    LEFT JOIN response AS rf ON rf.id = (p.ordinal * 2) << {REPLICATE_BITS}
    LEFT JOIN response AS ra ON ra.id = (p.ordinal * 2 + 1) << {REPLICATE_BITS}
"""


class Merge:
    """Labels from elsewhere, put one by one where they belong: among those to be added, or on a list."""

    def __init__(self, run: RunReader) -> None:
        self.added: list[Label] = []
        self._there_already = 0
        self._blank = 0
        self._lists: dict[str, list[str]] = defaultdict(list)
        self._known: dict[Key, list[Label]] = defaultdict(list)
        for label in run.labels():
            self._known[_key(label)].append(label)
        self._in_run = frozenset(self._known)
        self._draws = DrawsOfLabels(run)
        self._hashes = answers_that_stand(run)

    def pass_over(self) -> None:
        """Count a task that nobody filled in."""
        self._blank += 1

    def refuse(self, place: str, why: object) -> None:
        """List a row that is no label."""
        self._lists["refused"].append(f"{place}: {why}")

    def take(self, label: Label, place: str) -> None:
        """Take in a label, or say why not; `place` is where it stands in the file."""
        about = f"{place}: '{label.pair_id}' by {label.author}"
        known = self._known[_key(label)]
        if label.pair_id not in self._hashes:
            self._lists["unknown_pairs"].append(about)
        elif self._is_known(label, known):
            self._there_already += 1
        elif self._contradicts(label, known):
            self._lists["conflicts"].append(f"{about} says {_words(label)}")
        else:
            known.append(label)
            self._add(label, about)

    def result(self) -> LabelsTakenIn:
        """Return what became of all of them."""
        lists = {name: tuple(lines) for name, lines in self._lists.items()}
        return LabelsTakenIn(len(self.added), self._there_already, self._blank, **lists)

    def _add(self, label: Label, about: str) -> None:
        drawn = self._draws.placed(label)
        if label.draw is not None and drawn.draw is None:
            self._lists["outside_draw"].append(f"{about}, {self._draws.why_not(label)}")
        shown = (label.for_hash, label.against_hash)
        stand = self._hashes[label.pair_id]
        if any(hash_ not in ("", stands) for hash_, stands in zip(shown, stand, strict=True)):
            self._lists["stale"].append(about)
        self.added.append(drawn)

    def _is_known(self, label: Label, known: list[Label]) -> bool:
        """Whether the label is there already; one that the run holds stands for one of the file.

        Within the file only the same label twice in a row is one: it may be taken back and given again.
        """
        if _key(label) not in self._in_run:
            return bool(known) and (_said(label), label.created) == (_said(known[-1]), known[-1].created)
        alike = next((one for one in known if _said(one) == _said(label)), None)
        if alike is not None and len(known) > 1:
            known.remove(alike)
        return alike is not None

    def _contradicts(self, label: Label, known: list[Label]) -> bool:
        """Whether its author said something else here, or earlier in the file without a later time."""
        if _key(label) in self._in_run:
            return True
        return bool(known) and not (known[-1].created and label.created >= known[-1].created)


def answers_that_stand(run: RunReader) -> dict[str, tuple[str, str]]:
    """Return the hashes of both answers of every pair, by its id; "" where there is none."""
    return {row["id"]: (row["for_hash"], row["against_hash"]) for row in run.rows(_ANSWERS, {})}


def _key(label: Label) -> Key:
    return (label.pair_id, label.author, label.kind, label.protocol)


def _said(label: Label) -> tuple[object, ...]:
    """Return what tells a label from another by the same author; outer blanks do not."""
    fields: list[object] = [label.pair_problem, label.note.strip()]
    for name in (*SCORE_COLUMNS, *WORD_COLUMNS):
        value = None if label.verdict is None else getattr(label.verdict, name)
        fields.append(value.strip() if isinstance(value, str) else value)
    return tuple(fields)


def _words(label: Label) -> str:
    return "that it is skipped" if label.verdict is None else f"{label.verdict.score:+d}"
