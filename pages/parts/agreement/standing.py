"""Which judgements of a run are set against each other: those that stand beside the one shown."""

from __future__ import annotations

from dataclasses import dataclass

from pages.parts import data
from valbench_core.runs import Judgement, replicates_of, swapped_twin
from valbench_core.schema import Order


@dataclass(frozen=True, slots=True)
class Standing:
    """The judgement that the page is about, and those that can be held against it."""

    base: Judgement
    """The one shown, or the first that a derived one combines."""
    normal: Judgement | None
    """Base and its twin by order; one of them is None where only one order was judged."""
    swapped: Judgement | None
    replicates: tuple[Judgement, ...]
    """The base and its repeats."""
    comparable: tuple[Judgement, ...]
    """All judgements of the run under the base's protocol."""
    left_out: tuple[Judgement, ...]
    """Those under another protocol."""

    @property
    def missing_order(self) -> Order:
        """The order that was not judged, where there is one."""
        return "swapped" if self.swapped is None else "normal"


def standing_of(run: data.Run) -> Standing | None:
    """Return the judgements that stand beside the one shown; None where the run has none."""
    if run.judgement is None:
        return None
    base = run.judgement.sources[0] if run.judgement.derived else run.judgement
    twin = swapped_twin(base, run.judgements)
    normal, swapped = (base, twin) if base.spec.order == "normal" else (twin, base)
    protocol = base.spec.protocol
    return Standing(
        base=base,
        normal=normal,
        swapped=swapped,
        replicates=replicates_of(base, run.judgements),
        comparable=tuple(one for one in run.judgements if one.spec.protocol == protocol),
        left_out=tuple(one for one in run.judgements if one.spec.protocol != protocol),
    )
