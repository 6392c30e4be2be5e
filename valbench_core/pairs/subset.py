"""The rule that chooses a subset, and the choice it makes among candidates: pure, without any source.

Reading candidates and fetching the chosen pairs is left to `selection`.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from valbench_core.errors import SubsetError
from valbench_core.pairs.condition import Condition, merged


@dataclass(frozen=True)
class Subset:
    """Which pairs of a source are taken; the same rule on the same source takes the same pairs.

    Raises:
        SubsetError: parts of the rule contradict each other, or a number is below 1.
    """

    where: tuple[Condition, ...] = ()
    """Alternatives within a field, all fields together."""
    sample: int | None = None
    """Size of a random sample; nested: a larger one with the same seed contains a smaller one."""
    seed: int = 0
    """Which random sample."""
    stratify: Literal["category"] | None = None
    """Draw the sample category by category: in proportion to their sizes, or see `equal`."""
    equal: bool = False
    """Draw as many from each category, and weight the pairs so that figures still speak of all that match."""
    limit: int | None = None
    """Take the first so many instead: not random."""

    def __post_init__(self) -> None:
        for problem, says in (
            (self.sample is not None and self.limit is not None, "--sample and --limit exclude each other"),
            (self.equal and self.stratify is None, "--equal needs --stratify category"),
            (self.stratify is not None and self.sample is None, "--stratify needs --sample N"),
            (
                self.stratify not in (None, "category"),
                f"cannot stratify by {self.stratify!r}, only by category",
            ),
            (
                self.sample is not None and self.sample < 1,
                f"a sample of {self.sample} is none: --sample takes 1 or more",
            ),
            (
                self.limit is not None and self.limit < 1,
                f"the first {self.limit} are none: --limit takes 1 or more",
            ),
        ):
            if problem:
                raise SubsetError(f"{says}; change the rule")
        object.__setattr__(self, "where", merged(self.where))

    def describe(self) -> str:
        """Return the rule in words for people.

        >>> Subset(limit=100).describe()
        'the first 100 pairs (not random)'
        >>> Subset((Condition("category", ("Ethics", "History")),), sample=50, seed=7).describe()
        'a random sample of 50 pairs (seed 7) where category is Ethics or History'
        """
        where = " and ".join(_in_words(condition) for condition in self.where)
        return self._size() + (f" where {where}" if where else "")

    def _size(self) -> str:
        if self.limit is not None:
            return f"the first {_pairs(self.limit)} (not random)"
        if self.sample is None:
            return "all pairs"
        how = ", as many from each category" if self.equal else ", in proportion to the categories"
        return f"a random sample of {_pairs(self.sample)} (seed {self.seed}){how if self.stratify else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Return the rule as JSON values."""
        return {**vars(self), "where": [str(condition) for condition in self.where]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Subset:
        """Return the rule that `as_dict` wrote."""
        return cls(**{**values, "where": tuple(map(Condition.parse, values["where"]))})


def _pairs(count: int) -> str:
    return f"{count:,} {'pair' if count == 1 else 'pairs'}"


def _in_words(condition: Condition) -> str:
    values = condition.values
    shown = " or ".join(values) if len(values) <= 5 else f"one of {len(values):,} given"
    name = condition.field.replace("_", " ")
    return f"{name} {'has' if condition.operator == '~' else 'is'} {shown}"


class Candidate(NamedTuple):
    """What the choice needs to know of a pair."""

    id: str
    category: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair that was chosen."""

    index: int
    """Its place among the candidates."""
    weight: float
    """Its inclusion weight; the weights of a choice have mean 1."""


def choose(candidates: Sequence[Candidate], subset: Subset) -> list[Chosen]:
    """Return what the rule takes of the candidates (those that meet `where`), in their order.

    A sample of N takes the N smallest SHA-256 of (seed, id), so it does not depend on the order of
    candidates, and a larger sample contains a smaller one. A stratified sample takes pairs of each category
    in that same order, and the categories in turns: with `equal` one of each a round; else by Webster's
    divisor method, which rounds each category's share of N and (unlike the method of largest remainders)
    never takes a pair back when N grows. So stratified samples of the same candidates are nested too.
    """
    if subset.sample is None:
        return [Chosen(index, 1.0) for index in range(len(candidates))[: subset.limit]]
    keys = [sampling_key(subset.seed, candidate.id) for candidate in candidates]
    order = sorted(range(len(candidates)), key=keys.__getitem__)
    if subset.stratify:
        order = _in_turns(candidates, order, subset.equal)
    taken = sorted(order[: subset.sample])
    weights = _inclusion_weights(candidates, taken) if subset.equal else dict.fromkeys(taken, 1.0)
    return [Chosen(index, weights[index]) for index in taken]


def sampling_key(seed: int, pair_id: str) -> bytes:
    """Return the key whose order is the random order of pairs under a seed."""
    return hashlib.sha256(f"{seed}\n{pair_id}".encode()).digest()


def _in_turns(candidates: Sequence[Candidate], order: Sequence[int], equal: bool) -> list[int]:
    """Return indices, given in random order, so that each beginning holds the categories in their shares."""
    categories: defaultdict[str, list[int]] = defaultdict(list)
    for index in order:
        categories[candidates[index].category].append(index)
    turn: dict[int, float] = {}
    for members in categories.values():
        turn |= {
            index: rank if equal else (2 * rank + 1) / len(members) for rank, index in enumerate(members)
        }
    return sorted(order, key=turn.__getitem__)


def _inclusion_weights(candidates: Sequence[Candidate], taken: Sequence[int]) -> dict[int, float]:
    """Return N_h/n_h of each taken pair's category h, scaled to mean 1."""
    there = _counts(candidates, range(len(candidates)))
    drawn = _counts(candidates, taken)
    raw = {index: there[candidates[index].category] / drawn[candidates[index].category] for index in taken}
    scale = len(raw) / sum(raw.values()) if raw else 1.0
    return {index: weight * scale for index, weight in raw.items()}


def _counts(candidates: Sequence[Candidate], indices: Sequence[int]) -> dict[str, int]:
    return Counter(candidates[index].category for index in indices)
