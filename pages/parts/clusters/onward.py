"""From what is shown on the map to the list of these pairs, and to one of them."""

from __future__ import annotations

from typing import Any

from pages.parts import data
from pages.parts.clusters.choosing import View, ordinal_of
from pages.parts.filters.fields import LABELS
from pages.parts.filters.url import asked, versus_asked
from pages.parts.links import PairsLink
from valbench_core.listing import ON_MAP
from valbench_core.schema import Outcome

DIVERGENT = Outcome.INCONSISTENT.value


def lists_of(view: View, *, area: bool = False, group: bool = False, q: bool = False) -> dict[str, PairsLink]:
    """Return the lists that hold the pairs shown, by their words: two where either run may be divergent.

    Args:
        view: what is shown.
        area: only those in the area picked out.
        group: only those of the group picked out.
        q: only those that the search found.
    """
    of_map = {"area": (view.area,) if area else (), "group": (view.group,) if group else ()}
    keys = _keys(view) | {key: value for key, value in of_map.items() if value}
    if area or group:
        keys |= {"map": "" if view.ask.text == "issue" else view.ask.text, "level": view.level_key}
    if q:
        keys["q"] = view.q
    if view.show != "divergent" or view.ask.where:
        return {"Read these pairs": PairsLink(**keys)}
    if view.versus is None:
        return {"Read these pairs": PairsLink(**keys | {"outcome": (DIVERGENT,)})}
    return {
        "Read those divergent here": PairsLink(**keys | {"outcome": (DIVERGENT,)}),
        "Read those divergent there": PairsLink(**keys | {"versus_outcome": (DIVERGENT,)}),
    }


def reader_of(view: View, pair_id: str) -> PairsLink:
    """Return the link that opens a pair, in a list of what is shown."""
    keys = _keys(view)
    ordinal = ordinal_of(view.run, pair_id)
    if ordinal is None or ordinal not in view.shown:
        return PairsLink(pair=pair_id)
    if view.show == "divergent" and not view.ask.where:
        here = data.table(view.run)["outcome"].iat[ordinal] == DIVERGENT
        keys["outcome" if here else "versus_outcome"] = (DIVERGENT,)
    return PairsLink(**keys, pair=pair_id)


def _keys(view: View) -> dict[str, Any]:
    """Return what of the list stands in the URL already: filters in use, and the run beside this one."""
    keys: dict[str, Any] = {}
    if view.filters:
        keys = {field: tuple(asked(field)) for field in LABELS if field not in ON_MAP and asked(field)}
        for single in ("id", "text"):
            if single in keys:
                keys[single] = "|".join(keys[single])
        keys["refit"] = "1" if view.ask.where else ""
        keys["q"] = view.q if view.show == "filtered" else ""
    if view.versus:
        keys |= {"versus": view.versus.name, "versus_judgement": versus_asked()[1]}
    return keys
