"""Evidence: which sentences of both answers are nearest in meaning to one of the judge's points.

The sentences are shown as plain text; a marked one stands in a frame of its own and says how near it is. What
is near is decided in `valbench_core.evidence`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import streamlit as st

from pages.parts.data.evidence import FoundEvidence, evidence
from pages.parts.pair.texts import long_text
from valbench_core.embedding import DEFAULT_MODEL
from valbench_core.errors import EncoderError
from valbench_core.evidence import Evidence, Mark, Strength, points
from valbench_core.numbers import count, plural
from valbench_core.runs import Label, PairDetail
from valbench_core.runs.said import says_something
from valbench_core.schema import SIDES, Completion, Side, Verdict

MARKS_SHOWN = 40
"""Sentences of an answer that stand out at most: the nearest."""
LABEL = 110
"""Characters of a point in the list to choose from."""

_BADGES: Mapping[Strength, tuple[str, Literal["blue", "gray"], str]] = {
    "strong": ("strong match", "blue", ":material/keyboard_double_arrow_right:"),
    "weak": ("weak match", "gray", ":material/chevron_right:"),
}


@dataclass(frozen=True, slots=True)
class _Point:
    """One of the judge's points."""

    kind: str
    """What it is a point of."""
    text: str

    @property
    def label(self) -> str:
        """How it stands in the list to choose from."""
        words = " ".join(self.text.split())
        return f"{self.kind}: {words if len(words) <= LABEL else words[: LABEL - 1] + '…'}"


def show_evidence(detail: PairDetail) -> None:
    """Let the reader choose one of the judge's points and see what in both answers bears on it.

    What it took for the positions, and the points of hand labels, can be chosen too. Shows nothing where
    no verdict or label on the answers shown makes any point.
    """
    made, answers = _points(detail), _answers(detail)
    if not made or len(answers) < len(SIDES):
        return
    with st.container(border=True):
        st.subheader("Evidence")
        chosen = st.selectbox(
            "Show what bears on one of the judge's points",
            range(len(made)),
            index=None,
            format_func=lambda number: made[number].label,
            placeholder="Choose a point",
            key=f"evidence:{detail.pair.id}",
            help="Sentences of both answers that are nearest to the point in meaning are marked. "
            "That a sentence is near a point does not say that the judge is right.",
        )
        if chosen is not None:
            _show_chosen(detail.pair.id, made, chosen, answers)


def _answers(detail: PairDetail) -> dict[Side, str]:
    return {
        side: response.result.text
        for side, response in detail.responses.items()
        if response is not None and isinstance(response.result, Completion)
    }


def _points(detail: PairDetail) -> tuple[_Point, ...]:
    """Return the points of the judge, then those of labels made by hand on the answers shown."""
    judged = detail.standing
    made = list(_points_of(judged)) if judged is not None else []
    for label in detail.labels:
        if label.verdict is not None and _on_these(label, detail):
            made += (
                replace(point, kind=f"Hand label, {point.kind.lower()}")
                for point in _points_of(label.verdict)
            )
    return tuple(dict.fromkeys(made))


def _on_these(label: Label, detail: PairDetail) -> bool:
    hashes = {"for": label.for_hash, "against": label.against_hash}
    return all(r is not None and r.text_hash == hashes[side] for side, r in detail.responses.items())


def _points_of(verdict: Verdict) -> Iterator[_Point]:
    said = {
        "Agreement": verdict.points_of_alignment,
        "Opposition": verdict.points_of_opposition,
        "Position for": verdict.for_positions,
        "Position against": verdict.against_positions,
    }
    for kind, text in said.items():
        if says_something(text):
            yield from (_Point(kind, point) for point in points(text) if says_something(point))


def _show_chosen(pair_id: str, made: Sequence[_Point], chosen: int, answers: Mapping[Side, str]) -> None:
    long_text(made[chosen].text, f"point:{pair_id}:{chosen}")
    try:
        found = evidence(tuple(point.text for point in made), answers)
    except EncoderError as error:
        st.warning("The sentence encoder asked for cannot be used.", icon=":material/warning:")
        st.text(str(error), width="stretch")
        return
    for column, side in zip(st.columns(2, gap="medium", border=True), SIDES, strict=True):
        with column:
            _show_side(found.evidence, chosen, side, f"{pair_id}:{chosen}", answers[side])
    if not any(mark.strength != "none" for side in SIDES for mark in found.evidence.marks(chosen, side)):
        st.info("No sentence of either answer is near enough to be marked.", icon=":material/search_off:")
    _show_method(found)


def _show_side(found: Evidence, chosen: int, side: Side, key: str, answer: str) -> None:
    marks = found.marks(chosen, side)
    shown = _standing_out(marks)
    st.caption(f"{side.capitalize()} answer: {count(len(shown))} of {plural(len(marks), 'sentence')} marked")
    for marked, run in _runs(marks, shown):
        text = answer[run[0].sentence.start : run[-1].sentence.end]
        text_key = f"evidence:{side}:{key}:{run[0].sentence.start}"
        if marked:
            _show_marked(run[0], text, text_key)
        else:
            long_text(text, text_key)
    if found.passed_over(side):
        st.caption(f"The last {plural(found.passed_over(side), 'sentence')} were not compared.")


def _standing_out(marks: Sequence[Mark]) -> frozenset[int]:
    """Return which sentences stand out, by number."""
    near = [number for number, mark in enumerate(marks) if mark.strength != "none"]
    return frozenset(sorted(near, key=lambda number: -marks[number].similarity)[:MARKS_SHOWN])


def _runs(marks: Sequence[Mark], shown: frozenset[int]) -> Iterator[tuple[bool, list[Mark]]]:
    """Yield each marked sentence alone, and what stands between two of them in one piece."""
    for number, some in groupby(range(len(marks)), key=lambda n: n if n in shown else -1):
        yield number >= 0, [marks[n] for n in some]


def _show_marked(mark: Mark, text: str, key: str) -> None:
    words, colour, icon = _BADGES[mark.strength]
    with st.container(border=True, gap="xsmall"):
        st.badge(f"{words} · {mark.similarity:.2f}", color=colour, icon=icon)
        long_text(text, key)


def _show_method(found: FoundEvidence) -> None:
    st.text(found.encoder.meaning, width="stretch")
    limits = found.evidence.thresholds
    usual = found.encoder.source == "fallback" or found.encoder.name == DEFAULT_MODEL
    st.caption(
        f"Similarity (cosine): strong from {limits.strong:.2f}, weak from {limits.weak:.2f}, else no mark; "
        + ("" if usual else "for all-MiniLM-L6-v2, which may not suit another encoder; ")
        + "limits found on the bundled sample. A mark may be wrong, and what is not marked may matter."
    )
