"""What pairs are compared by on a map: which pairs a run holds, and one kind of text of each, streamed.

Texts come with the ordinal of their pair; those of a pair that belong apart (its two answers) stand apart.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from valbench_core.runs.reading import RunReader, chunks
from valbench_core.runs.records import Judgement
from valbench_core.runs.states import PAIR_STATES, STATE

Texts = tuple[int, tuple[str, ...]]
"""A pair's ordinal, and its texts."""

_ANSWERED = "rf.status = 'answered' AND ra.status = 'answered'"
_ANSWERS = f"""SELECT p.ordinal, f.text, a.text FROM {PAIR_STATES}
    JOIN response_text AS f ON f.id = rf.id JOIN response_text AS a ON a.id = ra.id
    WHERE p.ordinal BETWEEN :first AND :last AND {_ANSWERED} ORDER BY p.ordinal"""


@dataclass(frozen=True, slots=True)
class PairContents:
    """Pairs of a run in order of their ids, by what makes each the same pair as another run's."""

    pair_ids: tuple[str, ...]
    content_hashes: tuple[str, ...]
    ordinals: tuple[int, ...]
    """The place of each in the run."""

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.pair_ids)


def contents(run: RunReader, ordinals: Collection[int] | None = None) -> PairContents:
    """Return pairs of a run: all, or those of the ordinals."""
    # Sorted here: SQLite would look each row up by the index of ids, which takes longer.
    rows = sorted(map(tuple, run.rows("SELECT id, content_hash, ordinal FROM pair", {})))
    found = rows if ordinals is None else [row for row in rows if row[2] in ordinals]
    return PairContents(*zip(*found, strict=True)) if found else PairContents((), (), ())


def answer_marks(run: RunReader) -> dict[int, str]:
    """Return for each pair with two answers a text that says which answers they are, by ordinal."""
    query = f"""SELECT p.ordinal, rf.text_sha256 || ra.text_sha256 FROM {PAIR_STATES} WHERE {_ANSWERED}"""
    return dict(map(tuple, run.rows_of_pairs(query, None)))


def verdict_marks(run: RunReader, judgement: Judgement | None) -> dict[int, str]:
    """Return for each judged pair a text that says which verdict it is, by ordinal.

    A verdict's words change only when the pair is judged anew, at another time.
    """
    query = f"""SELECT p.ordinal, v.for_sha256 || v.against_sha256 || v.finished_at FROM {PAIR_STATES}
        WHERE {STATE} = 'judged'"""
    return dict(map(tuple, run.rows_of_pairs(query, judgement)))


def each_issue(run: RunReader) -> Iterator[Texts]:
    """Yield the issue and both questions of each pair."""
    query = """SELECT ordinal, issue_description, for_question, against_question FROM pair_text
        WHERE ordinal BETWEEN :first AND :last ORDER BY ordinal"""
    return _each(run, query, None)


def each_pair_of_answers(run: RunReader) -> Iterator[Texts]:
    """Yield both answers of each pair that has them."""
    return _each(run, _ANSWERS, None)


def each_positions(run: RunReader, judgement: Judgement | None) -> Iterator[Texts]:
    """Yield both positions, as the judge put them, of each valid verdict."""
    return _each(run, _of_verdicts("for_positions", "against_positions"), judgement)


def each_reasoning(run: RunReader, judgement: Judgement | None) -> Iterator[Texts]:
    """Yield central issue and points of each valid verdict."""
    columns = ("central_issue", "points_of_alignment", "points_of_opposition")
    return _each(run, _of_verdicts(*columns), judgement)


def _of_verdicts(*columns: str) -> str:
    return f"""SELECT p.ordinal, {", ".join(f"t.{column}" for column in columns)}
        FROM {PAIR_STATES} JOIN verdict_text AS t ON t.id = v.id
        WHERE p.ordinal BETWEEN :first AND :last AND {STATE} = 'judged' ORDER BY p.ordinal"""


def _each(run: RunReader, query: str, judgement: Judgement | None) -> Iterator[Texts]:
    key = None if judgement is None else judgement.id
    for chunk in chunks(range(len(run))):
        rows = run.rows(query, {"judgement": key, "first": chunk[0], "last": chunk[-1]})
        yield from ((row[0], tuple(row)[1:]) for row in rows)
