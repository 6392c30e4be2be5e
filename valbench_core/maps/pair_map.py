"""A map of pairs: where each lies by the meaning of its text, and which groups they fall into.

It knows no outcome: it is made once for a set of pairs and shared by every run on that set. How it is made
is left to `making`, where it is kept to `store`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from valbench_core.embedding import EncoderSource

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TextKind = Literal["issue", "questions", "answers", "positions", "rationale"]
"""Which text of a pair is compared."""
TEXT_KINDS: tuple[TextKind, ...] = ("issue", "questions", "answers", "positions", "rationale")
BEFORE_ANSWERS: tuple[TextKind, ...] = ("issue", "questions")
"""Texts that exist before any answer: groups of these may be tested for how pairs come out."""

UNGROUPED = "ungrouped"
"""Id of the group of the pairs that belong to no other: a group like any other in every count."""


@dataclass(frozen=True, slots=True)
class MapGroup:
    """One group of a level."""

    id: str
    """"1", "2", … by size, or `UNGROUPED`; the same as long as the map is."""
    size: int
    """Pairs of the map in it."""
    terms: tuple[str, ...]
    """Words typical of its texts beside all others, most typical first; () for the ungrouped."""


@dataclass(frozen=True, slots=True)
class MapLevel:
    """One partition of all pairs of a map."""

    groups: tuple[MapGroup, ...]
    """Largest first; the ungrouped last, where there are any."""
    codes: NDArray[np.int32]
    """For each pair the place of its group in `groups`."""
    closeness: NDArray[np.float32]
    """For each pair the cosine with the middle of its group: the highest are its most central."""

    def code_of(self, group_id: str) -> int | None:
        """Return the place of the group of that id; None where there is none."""
        return next((place for place, group in enumerate(self.groups) if group.id == group_id), None)


@dataclass(frozen=True, slots=True)
class MapEncoder:
    """What gave the vectors a map was made from."""

    name: str
    """As a user would look it up."""
    source: EncoderSource
    identity: str
    """Equal only for encoders that give the same vectors for a set of texts."""
    meaning: str
    """A sentence for the screen: what is compared, and what that means."""


@dataclass(frozen=True, slots=True)
class PairMap:
    """A map as it is stored."""

    key: str
    """Of what it was made from: equal keys are the same map."""
    text: TextKind
    """What was compared."""
    where: tuple[str, ...]
    """Conditions the pairs meet that it was fitted on; () for all pairs of the set."""
    encoder: MapEncoder
    grouping: str
    """How groups were found, in words for the screen."""
    layout: str
    """How positions were found, in words for the screen."""
    notes: tuple[str, ...]
    """What else a reader should know, a sentence each."""
    pair_ids: tuple[str, ...]
    """The pairs, in order of their ids: a pair's place."""
    positions: NDArray[np.float32]
    """(n, 2): where each lies, about −10 to 10."""
    levels: tuple[MapLevel, ...]
    """From coarse to fine; at least one."""
    usual: int
    """The level that is shown first: its place."""
    neighbours: NDArray[np.int32]
    """(n, k): for each pair the places of those nearest to it, nearest first."""

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.pair_ids)

    @property
    def explores(self) -> bool:
        """Whether it is for exploring only: fitted on chosen pairs, or on what the model or judge wrote."""
        return bool(self.where) or self.text not in BEFORE_ANSWERS

    @property
    def why_untested(self) -> str:
        """Why its groups are not compared with the rest; "" where they may be."""
        if self.text not in BEFORE_ANSWERS:
            return (
                "These groups are made from what the model or the judge wrote, so they depend on how the "
                "pairs came out: comparing them would find differences where there are none."
            )
        if self.where:
            return (
                "These groups were fitted on chosen pairs only: where outcomes had a part in the choice, "
                "comparing the groups would find differences where there are none."
            )
        return ""
