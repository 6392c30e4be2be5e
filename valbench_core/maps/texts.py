"""The texts that a map compares: one kind of text of each pair, in order of the pairs' ids.

A pair without a text of that kind is on the map all the same, among the ungrouped, and is counted in a note.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from valbench_core.errors import MapError
from valbench_core.maps.fitting import FittedPairs
from valbench_core.maps.pair_map import TextKind
from valbench_core.numbers import count, plural
from valbench_core.runs import Judgement, RunReader
from valbench_core.runs.compared import (
    Texts,
    answer_marks,
    each_issue,
    each_pair_of_answers,
    each_positions,
    each_reasoning,
    verdict_marks,
)

OF_VERDICTS: tuple[TextKind, ...] = ("positions", "rationale")
"""Kinds of text that are a verdict's."""
TEXT_WORDS: Mapping[TextKind, str] = MappingProxyType(
    {
        "issue": "the issue",
        "questions": "both questions",
        "answers": "both answers",
        "positions": "both positions, as the judge put them",
        "rationale": "the judge's central issue and points",
    }
)
"""What each kind of text is called."""
PARTS: Mapping[TextKind, int] = MappingProxyType(
    {"issue": 1, "questions": 1, "answers": 2, "positions": 2, "rationale": 1}
)
"""How many texts of a pair are compared each on its own. An encoder reads the beginning of a text only: of
two answers in one it would read the first alone."""


@dataclass(frozen=True, slots=True)
class PairTexts:
    """What is compared, of each pair that a map is fitted on."""

    parts: tuple[tuple[str, ...], ...]
    """For each of `PARTS` one text a pair, in order of their ids; "" where there is none."""
    notes: tuple[str, ...] = ()
    """What a reader of the map should know of them."""

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.parts[0])

    @property
    def empty(self) -> int:
        """Pairs without a text."""
        return sum(not any(texts) for texts in zip(*self.parts, strict=True))

    def whole(self) -> Iterator[str]:
        """Yield what is compared of each pair, in one text."""
        return map("\n".join, zip(*self.parts, strict=True))


def pair_texts(run: RunReader, judgement: Judgement | None, kind: TextKind, fitted: FittedPairs) -> PairTexts:
    """Return the texts of a kind of the pairs that a map is fitted on.

    Raises:
        MapError: they are the words of one verdict, and the judgement combines several.
    """
    _check_words(judgement, kind)
    place = {ordinal: at for at, ordinal in enumerate(fitted.pairs.ordinals)}
    parts = [[""] * len(place) for _ in range(PARTS[kind])]
    stood_in = 0
    for ordinal, found in _each(run, judgement, kind):
        if (at := place.get(ordinal)) is not None:
            compared = _compared(kind, found)
            stood_in += kind == "issue" and not found[0].strip() and any(compared)
            for part, text in zip(parts, compared, strict=True):
                part[at] = text
    texts = PairTexts(tuple(map(tuple, parts)))
    return replace(texts, notes=_notes(kind, len(place), stood_in, texts.empty))


def text_marks(run: RunReader, judgement: Judgement | None, kind: TextKind) -> Mapping[int, str]:
    """Return for each pair a text that tells its texts of a kind from all others, by ordinal.

    Empty for texts that belong to the pair itself: its content hash tells them.

    Raises:
        MapError: they are the words of one verdict, and the judgement combines several.
    """
    _check_words(judgement, kind)
    if kind in OF_VERDICTS:
        return verdict_marks(run, judgement)
    return answer_marks(run) if kind == "answers" else {}


def _check_words(judgement: Judgement | None, kind: TextKind) -> None:
    if judgement is not None and judgement.derived and kind in OF_VERDICTS:
        names = ", ".join(source.name for source in judgement.sources)
        raise MapError(
            f"'{judgement.name}' combines several judgements, so no one verdict stands whose words a map "
            f"could compare; choose one of them with --judgement: {names}"
        )


def _each(run: RunReader, judgement: Judgement | None, kind: TextKind) -> Iterator[Texts]:
    readers: dict[TextKind, Callable[[], Iterator[Texts]]] = {
        "issue": lambda: each_issue(run),
        "questions": lambda: each_issue(run),
        "answers": lambda: each_pair_of_answers(run),
        "positions": lambda: each_positions(run, judgement),
        "rationale": lambda: each_reasoning(run, judgement),
    }
    return readers[kind]()


def _compared(kind: TextKind, found: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is compared of the texts that were found of a pair.

    >>> _compared("issue", ("", "Explain why it should.", "Explain why it should not."))
    ('Explain why it should.\\nExplain why it should not.',)
    """
    texts = tuple(text.strip() for text in found)
    if kind == "issue":
        return (texts[0] or _joined(texts[1:]),)
    if kind == "questions":
        return (_joined(texts[1:]),)
    return texts if PARTS[kind] == len(texts) else (_joined(texts),)


def _joined(texts: tuple[str, ...]) -> str:
    return "\n".join(filter(None, texts))


def _notes(kind: TextKind, n: int, stood_in: int, empty: int) -> tuple[str, ...]:
    notes = []
    if stood_in:
        has = "has" if stood_in == 1 else "have"
        notes.append(
            f"{count(stood_in)} of {plural(n, 'pair')} {has} no issue description: "
            "the two questions stand in for it."
        )
    if empty:
        has, is_ = ("has", "is") if empty == 1 else ("have", "are")
        notes.append(
            f"{count(empty)} of {plural(n, 'pair')} {has} no text to compare ({TEXT_WORDS[kind]}) and "
            f"{is_} among the ungrouped."
        )
    return tuple(notes)
