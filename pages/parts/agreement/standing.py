"""Which judgements of a run are set against each other: those that stand beside the one shown."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.parts import data, present
from pages.parts.filters.url import asked, say, write
from valbench_core.runs import Judgement, replicates_of, swapped_twin
from valbench_core.schema import Order

BASE_KEY = "of"
"""In the URL: which of the judgements that a panel combines the page is about."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The judgement that the page is about, and those that can be held against it."""

    base: Judgement
    """The one shown, or one of those that a derived one combines."""
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
    def both_orders(self) -> bool:
        """Whether the base has a twin by order."""
        return self.normal is not None and self.swapped is not None

    @property
    def missing_order(self) -> Order:
        """The order that was not judged, where there is one."""
        return "swapped" if self.swapped is None else "normal"


def standing_of(run: data.Run) -> Standing | None:
    """Return the judgements that stand beside the one shown; None where the run has none."""
    if run.judgement is None:
        return None
    base = _base(run.judgement)
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


def _base(shown: Judgement) -> Judgement:
    """Return the judgement that order and repeats are about; of a derived one say which, or ask."""
    if not shown.derived:
        return shown
    known = {one.name: one for one in shown.sources}
    wanted = next(iter(asked(BASE_KEY)), "") or next(iter(known))
    if wanted not in known:
        say("What is shown does not combine this judgement; the first that it does is taken:", wanted)
        wanted = next(iter(known))
    if shown.derived != "panel":
        # Of both orders and of repeats, each stands beside the same others.
        st.text(f"The judgement shown combines others; this is about {wanted} and those beside it.")
        return known[wanted]
    st.session_state[BASE_KEY] = wanted
    with present.controls("base"):
        chosen = st.selectbox(
            "Order and repeats are shown of this judgement, one of those combined",
            list(known),
            key=BASE_KEY,
            on_change=lambda: write(BASE_KEY, [st.session_state[BASE_KEY]]),
        )
    return known[chosen]
