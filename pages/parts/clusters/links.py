"""From a group of the map to the list of its pairs."""

from __future__ import annotations

from typing import Any

from pages.parts.clusters.choosing import View
from pages.parts.filters.fields import LABELS
from pages.parts.filters.url import asked
from pages.parts.links import PairsLink
from valbench_core.listing import ON_MAP


def pairs_of(view: View, group: str, *, outcome: str = "", pair: str = "") -> PairsLink:
    """Return the link to the pairs of a group.

    Args:
        view: what the page shows.
        group: its id.
        outcome: only the pairs of that outcome; "" for all. Of a map fitted on some pairs the filters say
            which they are, so that no other outcome can be asked for.
        pair: the pair to open in that list.
    """
    text = "" if view.ask.text == "issue" else view.ask.text
    if not view.ask.where:
        outcomes = (outcome,) if outcome else ()
        return PairsLink(group=(group,), map=text, level=view.level_key, outcome=outcomes, pair=pair)
    filters: dict[str, Any] = {field: tuple(asked(field)) for field in LABELS if field not in ON_MAP}
    for single in ("id", "text"):
        filters[single] = "|".join(filters[single])
    return PairsLink(**filters, group=(group,), map=text, level=view.level_key, refit="1", pair=pair)
