"""Choosing pairs from a source: one pass finds candidates, a second fetches those chosen.

Two passes keep memory to what is chosen: of a source of any size only ids and categories are held meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property, partial

from valbench_core.errors import PairsError, SubsetError
from valbench_core.pairs.condition import NONE, Condition, folded
from valbench_core.pairs.reading import Fingerprint, Place, read_again
from valbench_core.pairs.source import PairSet, SourceFacts
from valbench_core.pairs.subset import Candidate, Chosen, Subset, choose
from valbench_core.schema import Pair


@dataclass(frozen=True)
class Selection:
    """The pairs chosen from a source: read anew whenever it is iterated, held only by who keeps them."""

    ids: tuple[str, ...]
    """Ids of the chosen pairs, in source order."""
    weights: tuple[float, ...]
    """Inclusion weight of each pair; their mean is 1."""
    source: SourceFacts
    """Where the pairs come from."""
    subset: Subset
    """The rule that chose them."""
    matching: int
    """How many pairs of the source meet the rule's conditions."""
    notes: tuple[str, ...]
    """What people should know about the choice, one sentence each."""
    read: Callable[[], Iterator[Pair]] = field(repr=False, compare=False)
    """Reads the chosen pairs from the source."""

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Pair]:
        return self.read()

    @cached_property
    def pairs(self) -> list[Pair]:
        """The chosen pairs as a list, which stays in memory: prefer to iterate where there may be many."""
        return list(self)


@dataclass(frozen=True)
class Count:
    """How many pairs a rule would choose; for showing before anything is paid for."""

    n: int
    """Pairs the rule chooses."""
    matching: int
    """Pairs that meet its conditions."""
    total: int
    """Pairs of the source."""
    chosen_categories: Mapping[str, int]
    """Category → pairs chosen, the largest first; "(none)" for pairs without one."""
    all_categories: Mapping[str, int]
    """Category → pairs of the source, the largest first."""
    notes: tuple[str, ...] = ()


def select(pairs: PairSet, subset: Subset) -> Selection:
    """Return the pairs that a rule chooses, with the source's fingerprint.

    Raises:
        PairsError: the source cannot be read, or holds faulty rows.
        SubsetError: the rule names what the source does not have, or chooses nothing.
    """
    scan = _Scan(pairs, subset, light=False)
    if not scan.candidates:
        raise SubsetError(f"{scan.why_empty()}; loosen or correct the conditions")
    chosen = choose(scan.candidates, subset)
    places = [(scan.places[one.index], scan.candidates[one.index].id) for one in chosen]
    return Selection(
        ids=tuple(pair_id for _, pair_id in places),
        weights=tuple(one.weight for one in chosen),
        source=scan.facts(pairs),
        subset=subset,
        matching=len(scan.candidates),
        notes=_notes(scan.candidates, chosen, subset),
        read=partial(read_again, pairs.parts, pairs.columns, places),
    )


def count(pairs: PairSet, subset: Subset) -> Count:
    """Return how many pairs a rule would choose; an empty choice is a count of 0 here.

    Reads only the columns that choosing needs, and makes no fingerprint.

    Raises:
        PairsError: the source cannot be read, or holds faulty rows.
        SubsetError: the rule names a category or id that the source does not have.
    """
    scan = _Scan(pairs, subset, light=True)
    chosen = choose(scan.candidates, subset)
    return Count(
        n=len(chosen),
        matching=len(scan.candidates),
        total=scan.total,
        chosen_categories=_by_size(Counter(scan.candidates[one.index].category for one in chosen)),
        all_categories=_by_size(scan.categories),
        notes=(*scan.notes, *_notes(scan.candidates, chosen, subset)),
    )


class _Scan:
    """The first pass: who is a candidate, and what else must be known of the source."""

    def __init__(self, pairs: PairSet, subset: Subset, light: bool) -> None:
        self.candidates: list[Candidate] = []
        self.places: list[Place] = []
        self.categories: Counter[str] = Counter()
        self.fingerprint = Fingerprint()
        self._where = subset.where
        self._tests = [condition.test() for condition in subset.where]
        self._survivors = [0] * len(subset.where)
        self._unmet_ids = {
            value for condition in subset.where if condition.field == "id" for value in condition.values
        }
        reading = pairs.reading(light)
        for place, pair in reading:
            if not light:
                self.fingerprint.add(pair)
            self._meet(place, pair)
        self.notes = (*pairs.notes, *reading.notes)
        self._check(pairs.source.spec)

    @property
    def total(self) -> int:
        """Number of pairs in the source."""
        return self.categories.total()

    def _meet(self, place: Place, pair: Pair) -> None:
        self.categories[pair.category] += 1
        self._unmet_ids.discard(pair.id)
        for index, test in enumerate(self._tests):
            if not test(pair):
                return
            self._survivors[index] += 1
        self.candidates.append(Candidate(pair.id, pair.category))
        self.places.append(place)

    def _check(self, spec: str) -> None:
        if not self.total:
            raise PairsError(f"{spec!r} holds no pairs; give a source with one pair a row")
        if self._unmet_ids:
            raise SubsetError(
                f"no pair of {spec!r} has the id {min(self._unmet_ids)!r} ({len(self._unmet_ids):,} of the "
                "ids asked for are missing); correct the list, or try --split all"
            )
        for condition in self._where:
            if condition.field == "category":
                self._check_categories(condition, spec)

    def _check_categories(self, condition: Condition, spec: str) -> None:
        there = {folded(category): category or NONE for category in _by_size(self.categories)}
        for value in condition.values:
            if folded(value) not in there:
                close = get_close_matches(folded(value), there, 3)
                names = dict.fromkeys([*(there[name] for name in close), *there.values()])
                raise SubsetError(f"unknown category {value!r}; {spec!r} has: {', '.join(names)}")

    def facts(self, pairs: PairSet) -> SourceFacts:
        """Return what the manifest says of the source."""
        return SourceFacts(
            spec=pairs.source.spec,
            kind=pairs.kind,
            split=pairs.split,
            revision=pairs.revision,
            columns=pairs.source.columns,
            fingerprint=self.fingerprint.value,
            n=self.total,
            notes=self.notes,
        )

    def why_empty(self) -> str:
        """Return which of the conditions took away the last pairs."""
        before = self.total
        for condition, left in zip(self._where, self._survivors, strict=True):
            if not left:
                others = "" if before == self.total else " that meet the conditions before it"
                return f"no pair is left: none of the {before:,} pairs{others} meets {str(condition)[:120]!r}"
            before = left
        return "no pair is left"


def _by_size(categories: Mapping[str, int]) -> dict[str, int]:
    """Return categories and counts, the largest first, then by name."""
    return {name or NONE: n for name, n in sorted(categories.items(), key=lambda item: (-item[1], item[0]))}


def _notes(candidates: Sequence[Candidate], chosen: Sequence[Chosen], subset: Subset) -> tuple[str, ...]:
    asked = subset.sample or subset.limit or 0
    notes = []
    if asked > len(candidates):
        notes.append(
            f"{asked:,} pairs were asked for, but only {len(candidates):,} are there: all were taken"
        )
    left_out = {c.category for c in candidates} - {candidates[one.index].category for one in chosen}
    if subset.equal and left_out:
        names = ", ".join(sorted(name or NONE for name in left_out))
        notes.append(f"the sample is too small for every category and says nothing about: {names}")
    return tuple(notes)
