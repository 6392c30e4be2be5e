"""What is known of each group of the level in view, and the orders in which groups are listed.

How it is shown is left to `groups` and `figures`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import streamlit as st

from pages.parts import data
from pages.parts.clusters.view import View
from valbench_core.analysis import Estimate, GroupContrast, GroupTest, Summary
from valbench_core.maps import MapGroup
from valbench_core.maps.divergence import Diverging
from valbench_core.maps.figures import DIVERGENT

_TESTED = "groups tested"
"""In the session: the tests that were worked out, which cost nothing to show once more."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """What is known of one group."""

    group: MapGroup
    name: str
    shown: int
    """Pairs of it that are shown on the map."""
    summary: Summary | None
    """What its pairs come to; None where none of them is in the run."""
    contrast: GroupContrast | None = None
    """How far it differs from the rest; None where that is not known, or not asked."""
    beside: Mapping[Diverging, int] | None = None
    """Its pairs by which of two runs diverge on them; None where there is one run."""

    @property
    def judged(self) -> int:
        """Pairs with a verdict: figures rest on these."""
        return self.summary.n.judged if self.summary else 0

    @property
    def share(self) -> Estimate | None:
        """The share of its judged pairs that are divergent; None where there is none."""
        found = self.summary.metrics[DIVERGENT] if self.summary else None
        return found if found and found.value is not None else None


def rows_of(view: View, test: GroupTest | None = None) -> list[GroupRow]:
    """Return the groups of the level in view, in its order."""
    figures = {one.group: one.summary for one in data.map_figures(view.run, view.ask, view.level)}
    contrasts = {one.group: one for one in test.contrasts} if test else {}
    groups = view.on_level.groups
    codes = data.placed(view.run, view.stored, view.level).codes
    shown = codes[view.shown]
    numbers = np.bincount(shown[shown >= 0], minlength=len(groups)).tolist()
    beside = data.divergences(view.run, view.versus).counts_by(codes, len(groups)) if view.versus else None
    names = view.names
    return [
        GroupRow(
            group=group,
            name=names[group.id].text,
            shown=numbers[place],
            summary=figures.get(group.id),
            contrast=contrasts.get(group.id),
            beside=beside[place] if beside else None,
        )
        for place, group in enumerate(groups)
    ]


# Tests


def is_tested(view: View) -> bool:
    """Whether groups are set against the rest: never where outcomes had a part in making them."""
    return not view.ask.explores and view.versus is None and judged(view) > 0


def judged(view: View) -> int:
    """Return how many pairs of the run have a verdict."""
    return data.whole(view.run).n.judged


def test_of(view: View) -> GroupTest:
    """Return how far each group differs from the rest; takes seconds where it was not asked before."""
    found = data.map_test(view.run, view.ask, view.level)
    st.session_state.setdefault(_TESTED, set()).add(_tested(view))
    return found


def is_known(view: View) -> bool:
    """Whether the test was worked out before."""
    return _tested(view) in st.session_state.get(_TESTED, ())


def _tested(view: View) -> tuple[Any, ...]:
    run = view.run
    # Whatever changes figures is a revision: tests are kept by less, and never worked out in mid-page.
    return (str(run.path), run.revision, run.judgement_name, view.stored.key, view.level)


# Order


def _by_share(sign: int) -> Callable[[GroupRow], tuple[bool, float]]:
    def rank(row: GroupRow) -> tuple[bool, float]:
        share = row.share.value if row.share else None
        return (share is None, sign * (share or 0.0))

    return rank


def _by_p(row: GroupRow) -> tuple[bool, float]:
    p = row.contrast.p if row.contrast else None
    return (p is None, p or 0.0)


@dataclass(frozen=True, slots=True)
class Order:
    """An order in which groups may be listed."""

    words: str
    rank: Callable[[GroupRow], Any]
    """What groups are sorted by; equal ones stay in the order of the level."""
    needs_figures: bool = False
    needs_test: bool = False


ORDERS: Mapping[str, Order] = MappingProxyType(
    {
        "pairs": Order("most pairs", lambda row: 0),
        "shown": Order("most pairs shown", lambda row: -row.shown),
        "divergent": Order("most divergent", _by_share(-1), needs_figures=True),
        "least": Order("least divergent", _by_share(1), needs_figures=True),
        "p": Order("smallest p first", _by_p, needs_figures=True, needs_test=True),
        "name": Order("by name", lambda row: row.name.casefold()),
    }
)
"""By its name in the URL."""


def orders_for(view: View) -> dict[str, Order]:
    """Return the orders there are for what is in view: those by figures only where there are figures."""
    figures = judged(view) > 0 and not view.ask.explores
    return {
        key: order
        for key, order in ORDERS.items()
        if (figures or not order.needs_figures) and (is_tested(view) or not order.needs_test)
    }


def ordered(rows: Iterable[GroupRow], order: str) -> Sequence[GroupRow]:
    """Return groups in an order; those without the figure come last."""
    return sorted(rows, key=ORDERS[order].rank)
