"""Which sentences of two answers are nearest in meaning to a point that the judge made.

Answers are cut into sentences, the judge's text into points and their parts, and all are compared as vectors.
Where the vectors come from is left to `embedding`; how the marks look is left to the pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from valbench_core.embedding import Encoder
from valbench_core.schema import SIDES, Side

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Strength = Literal["strong", "weak", "none"]
"""How near a sentence is to a point; "none" is not marked."""

SENTENCES_COMPARED = 300
"""Sentences of an answer that are compared, from its beginning; an answer has far fewer as a rule."""
POINTS_COMPARED = 20
"""Points of a judge's text that are told apart, from its beginning."""
PARTS_COMPARED = 12
"""Parts of a point that are compared besides the whole."""
CHARACTERS_COMPARED = 1_000
"""Characters of a sentence that are compared: about as many as sentence encoders read."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and where it stands: `text[start:end]` of the text it is from."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which cosine similarity on a sentence is marked."""

    weak: float
    strong: float

    def strength(self, similarity: float) -> Strength:
        """Return how a similarity is marked.

        >>> Thresholds(weak=0.3, strong=0.5).strength(0.4)
        'weak'
        """
        if similarity >= self.strong:
            return "strong"
        return "weak" if similarity >= self.weak else "none"


BY_MEANING = Thresholds(weak=0.37, strong=0.48)
"""For sentence encoders: found for all-MiniLM-L6-v2, see `thresholds_for`."""
BY_WORDS = Thresholds(weak=0.08, strong=0.11)
"""For the fallback that compares words."""


def thresholds_for(encoder: Encoder) -> Thresholds:
    """Return the thresholds that go with an encoder.

    Both pairs were found on one half of a hand-labelled sample and measured on the other
    (`python -m tests.bench.bench_evidence`): *weak* is where F0.5 is highest, which counts a wrong mark more
    than a missing one; *strong* is the lowest at which four of five marked sentences bear on the point.
    """
    return BY_WORDS if encoder.source == "fallback" else BY_MEANING


@dataclass(frozen=True, slots=True)
class Mark:
    """One sentence of an answer beside one point."""

    sentence: Sentence
    similarity: float
    """Cosine, −1 to 1; 0 for a sentence that was not compared."""
    strength: Strength


@dataclass(frozen=True, slots=True)
class Evidence:
    """All sentences of both answers beside all points."""

    points: tuple[str, ...]
    sentences: Mapping[Side, tuple[Sentence, ...]]
    similarities: Mapping[Side, NDArray[np.float32]]
    """One row a point, one column a sentence."""
    thresholds: Thresholds

    def marks(self, point: int, side: Side) -> tuple[Mark, ...]:
        """Return every sentence of one answer with its mark for the point of that number."""
        return tuple(
            Mark(sentence, float(similarity), self.thresholds.strength(similarity))
            for sentence, similarity in zip(self.sentences[side], self.similarities[side][point], strict=True)
        )

    def passed_over(self, side: Side) -> int:
        """Return how many sentences at the end of a very long answer were not compared."""
        return max(0, len(self.sentences[side]) - SENTENCES_COMPARED)


def find_evidence(encoder: Encoder, points: Sequence[str], answers: Mapping[Side, str]) -> Evidence:
    """Compare the judge's points with every sentence of both answers.

    A point often names several things ("both cite the cost and the delay"), of which a sentence bears on one:
    its similarity is the highest of those to the whole point and to its parts.
    """
    cut = {side: sentences(answers[side]) for side in SIDES}
    asked = [[_compared(text) for text in (point, *parts(point))] for point in points]
    shown = [_compared(one.text) for side in SIDES for one in cut[side][:SENTENCES_COMPARED]]
    # One call for all, because vectors of the fallback can be compared within one call only.
    vectors = encoder.encode([text for texts in asked for text in texts] + shown)
    return Evidence(tuple(points), cut, _similarities(vectors, asked, cut), thresholds_for(encoder))


def _similarities(
    vectors: NDArray[np.float32], asked: Sequence[Sequence[str]], cut: Mapping[Side, Sequence[Sentence]]
) -> dict[Side, NDArray[np.float32]]:
    import numpy as np

    n_asked = sum(map(len, asked))
    found = {side: np.zeros((len(asked), len(cut[side])), np.float32) for side in SIDES}
    column = n_asked
    for side in SIDES:
        n = min(len(cut[side]), SENTENCES_COMPARED)
        of_side = vectors[:n_asked] @ vectors[column : column + n].T
        column += n
        row = 0
        for point, texts in enumerate(asked):
            found[side][point, :n] = of_side[row : row + len(texts)].max(axis=0)
            row += len(texts)
    return found


# Texts into sentences, points and parts

_ITEM = re.compile(r"\s*(?:[-*+•‣◦–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z]\)|#{1,6}|>|\|)(?=\s)")
"""What a line of a list, a heading, a quotation or a table begins with."""
_ITEM_HEADING = re.compile(r"\s*(\*\*|__)(?!\s)[^*_\n]{1,80}?\1[.:]?(?=\s|$)")
"""What an item may name its subject by, in bold, before its first sentence."""
_MARKUP = re.compile(r"[*_`~#>|\s]+")
_PART = re.compile(r"[,;:]\s+|\s+(?:and|while|but|whereas)\s+")
_WORD = re.compile(r"\w")


def sentences(text: str) -> tuple[Sentence, ...]:
    r"""Cut a text into sentences; blank lines, list items and headings end one too.

    Only white space stands between them.

    >>> [found.text for found in sentences("Dr. Lee says so. True?\n- one\n- **Two.** This is it.")]
    ['Dr. Lee says so.', 'True?', '- one', '- **Two.** This is it.']
    """
    found = [piece for start, end in _blocks(text) for piece in _pieces(text, start, end)]
    return tuple(Sentence(text[start:end], start, end) for start, end in found)


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of one paragraph or list item begin and end, without white space around."""
    from sentencex import get_sentence_boundaries

    # What an item begins with stays with its first sentence: "2." or "2. **Cost.**" alone would be one.
    item = _ITEM.match(text, start, end)
    heading = _ITEM_HEADING.match(text, item.end(), end) if item else None
    body = (heading or item).end() if item else start
    ahead = text[start:body]
    # Its English rules know the full stops of all scripts, and the abbreviations of most answers.
    for boundary in get_sentence_boundaries("en", text[body:end]):
        piece = ahead + text[body + boundary["start_index"] : body + boundary["end_index"]]
        begin = body + boundary["start_index"] - len(ahead) + len(piece) - len(piece.lstrip())
        if stripped := piece.strip():
            yield begin, begin + len(stripped)
        ahead = ""
    if ahead.strip():  # an item without any text
        yield start + len(ahead) - len(ahead.lstrip()), body


def points(text: str) -> tuple[str, ...]:
    r"""Cut what a judge wrote into its points: by line and semicolon where it has them, else by sentence.

    >>> points("1. Both accept the ban.\n2. Both fear its cost; both name it.")
    ('Both accept the ban.', 'Both fear its cost', 'both name it.')
    >>> points("They agree on the ban. They differ on its cost.")
    ('They agree on the ban.', 'They differ on its cost.')
    """
    lines = [_ITEM.sub("", line, count=1).strip() for line in text.splitlines()]
    found = [point.strip() for line in lines for point in re.split(r";\s+", line)]
    found = [point for point in found if _WORD.search(point)]
    if len(found) == 1:
        found = [sentence.text for sentence in sentences(found[0])]
    return tuple(found[:POINTS_COMPARED])


def parts(point: str) -> tuple[str, ...]:
    """Cut a point into what it names, of three words or more each; none where it names one thing.

    >>> parts("Both cite the rising cost, and the delay of the work.")
    ('Both cite the rising cost', 'the delay of the work.')
    """
    found = [part.strip() for part in _PART.split(point)]
    found = [part.removeprefix("and ") for part in found if len(part.split()) >= 3]
    return tuple(found[:PARTS_COMPARED]) if len(found) > 1 else ()


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the paragraphs, list items and headings of a text begin and end."""
    start = position = 0
    after_heading = False
    for line in text.splitlines(keepends=True):
        if after_heading or not line.strip() or _ITEM.match(line):
            yield start, position
            start = position
        position += len(line)
        after_heading = line.lstrip().startswith("#")
    yield start, position


def _compared(text: str) -> str:
    """Return a text without its markup, as far as encoders read.

    >>> _compared("- **Breadth.** To reach 270")
    '- Breadth. To reach 270'
    """
    return _MARKUP.sub(" ", text[:CHARACTERS_COMPARED]).strip()
