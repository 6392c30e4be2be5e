"""Labels on their way into a run: which are new, which are there, which contradict what somebody said here.

Reading them from a file is left to `reading`, which draw each belongs to, to `placing`.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from valbench_core.audit.counted import standing_of
from valbench_core.audit.label_studio import score_text
from valbench_core.audit.placing import DrawsOfLabels
from valbench_core.audit.taken_in import LabelsTakenIn
from valbench_core.runs import Label, RunReader
from valbench_core.runs.rows import REPLICATE_BITS, SCORE_COLUMNS, WORD_COLUMNS

Key = tuple[str, str, str, str, str | None]
"""Pair, author, kind, protocol and draw: what one person says of a pair once."""

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
        self._of_pair: dict[str, list[Label]] = defaultdict(list)
        for label in run.labels():
            self._known[_key(label)].append(label)
            self._of_pair[label.pair_id].append(label)
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
        # By the draw it gets here: what somebody says of a pair in two drawn apart are two labels.
        drawn = self._draws.placed(label)
        known = self._known[_key(drawn)]
        if label.pair_id not in self._hashes:
            self._lists["unknown_pairs"].append(about)
        elif self._is_known(drawn, known):
            self._there_already += 1
        elif self._contradicts(drawn, known):
            self._lists["conflicts"].append(f"{about} says {_words(label)}")
        else:
            known.append(drawn)
            self._add(label, drawn, about)

    def result(self) -> LabelsTakenIn:
        """Return what became of all of them."""
        lists = {name: tuple(lines) for name, lines in self._lists.items()}
        reasons = Counter(map(self._why_not_counted, self.added))
        counting = reasons.pop("", 0)
        return LabelsTakenIn(
            added=len(self.added),
            there_already=self._there_already,
            blank=self._blank,
            counting=counting,
            not_counting=dict(reasons),
            **lists,
        )

    def _why_not_counted(self, label: Label) -> str:
        """Return why a label that was added counts in no draw; "" where it does."""
        return standing_of(label, self._of_pair[label.pair_id], *self._hashes[label.pair_id])

    def _add(self, label: Label, drawn: Label, about: str) -> None:
        if label.draw is not None and drawn.draw is None and label.kind != "override":
            self._lists["outside_draw"].append(f"{about}, {self._draws.why_not(label)}")
        shown = (label.for_hash, label.against_hash)
        stand = self._hashes[label.pair_id]
        if any(hash_ not in ("", stands) for hash_, stands in zip(shown, stand, strict=True)):
            self._lists["stale"].append(about)
        self.added.append(drawn)
        self._of_pair[label.pair_id].append(drawn)

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
    return (label.pair_id, label.author, label.kind, label.protocol, label.draw)


def _said(label: Label) -> tuple[object, ...]:
    """Return what tells a label from another by the same author; outer blanks do not."""
    fields: list[object] = [label.pair_problem, label.note.strip()]
    for name in (*SCORE_COLUMNS, *WORD_COLUMNS):
        value = None if label.verdict is None else getattr(label.verdict, name)
        fields.append(value.strip() if isinstance(value, str) else value)
    return tuple(fields)


def _words(label: Label) -> str:
    return "that it is skipped" if label.verdict is None else score_text(label.verdict.score)
