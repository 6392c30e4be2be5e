"""From what an audit says to the pairs it rests on: the run's, under the judgement shown."""

from __future__ import annotations

from collections.abc import Sequence

from pages.parts import data
from pages.parts.links import PairsLink
from pages.parts.topics.links import MOST_IDS
from valbench_core.pairs import Condition


def pairs_by_id(run: data.Run, ids: Sequence[str], pair: str = "") -> PairsLink:
    """Return the link to pairs by id, so many as an address can hold, one of them opened where named."""
    named = Condition("id", tuple(ids[:MOST_IDS])).value if ids else ""
    return PairsLink(run=run.name, judgement=run.judgement_name or "", id=named, pair=pair)
