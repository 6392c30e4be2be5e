"""Which map is asked for: which text of which pairs. The key that tells maps apart is made in `keys`."""

from __future__ import annotations

from dataclasses import dataclass

from valbench_core.maps.pair_map import BEFORE_ANSWERS, TextKind


@dataclass(frozen=True, slots=True)
class MapAsk:
    """What a map is to be made of."""

    text: TextKind = "issue"
    """The text that is compared."""
    where: tuple[str, ...] = ()
    """Conditions of pairs to fit it on, as `--where` takes them (fields of lists); () for all pairs."""
    model: str = ""
    """The sentence encoder asked for: a folder or a name; "" for the usual one."""

    @property
    def explores(self) -> bool:
        """Whether such a map is for exploring only: its groups are never tested."""
        return bool(self.where) or self.text not in BEFORE_ANSWERS
