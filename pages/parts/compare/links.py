"""From a comparison to the pairs it rests on: the baseline's, with the other run beside them."""

from __future__ import annotations

from typing import Any

from pages.parts import data
from pages.parts.links import PairsLink
from valbench_core.analysis import JUDGED_OUTCOMES
from valbench_core.listing import CONTRAST, SORTS
from valbench_core.listing.fields import FLIPS

BIGGEST_CONTRAST = next(words for words, sort in SORTS.items() if sort and sort.column == CONTRAST)
_JUDGED = tuple(outcome.value for outcome in JUDGED_OUTCOMES)


def pairs_beside(baseline: data.Run, run: data.Run, **filters: Any) -> PairsLink:
    """Return the link to the baseline's pairs with a run beside it: both under the judgements compared.

    The run shown stays the one of the sidebar, so that coming back finds the same comparison.
    """
    return PairsLink(
        run=baseline.name,
        judgement=baseline.judgement_name or "",
        versus=run.name,
        versus_judgement=run.judgement_name or "",
        **filters,
    )


def flips_beside(baseline: data.Run, run: data.Run, pair: str) -> PairsLink:
    """Return the link to one of the pairs that flip, in the list of all of them, biggest contrast first."""
    return pairs_beside(baseline, run, flip=FLIPS, sort=BIGGEST_CONTRAST, pair=pair)


def pairs_of_category(baseline: data.Run, run: data.Run, category: str) -> PairsLink:
    """Return the link to the pairs of a category that are judged in both runs."""
    return pairs_beside(baseline, run, category=(category,), outcome=_JUDGED, versus_outcome=_JUDGED)
