"""From what is shown on the map to the list of these pairs, and to one of them."""

from __future__ import annotations

from typing import Any

from pages.parts import data
from pages.parts.clusters.view import View, ordinal_of
from pages.parts.filters.fields import LABELS
from pages.parts.filters.url import asked, versus_asked
from pages.parts.links import PairsLink
from valbench_core.listing import ON_MAP
from valbench_core.listing.stated import parse_condition
from valbench_core.pairs.condition import merged
from valbench_core.schema import Outcome

DIVERGENT = Outcome.INCONSISTENT.value
_TYPED_AS_ONE = ("id", "text")
"""Fields whose alternatives links join to one text."""


def lists_of(view: View, *, area: bool = False, q: bool = False) -> dict[str, PairsLink]:
    """Return the lists that hold the pairs shown, by their words: two where either run may be divergent.

    Args:
        view: what is shown.
        area: only those in the area picked out.
        q: only those that the search found.
    """
    here = PairsLink(**_keys(view, area, q, here=True))
    if view.show != "divergent" or view.versus is None:
        return {"Read these pairs": here}
    there = PairsLink(**_keys(view, area, q, here=False))
    return {"Read those divergent here": here, "Read those divergent there": there}


def reader_of(view: View, pair_id: str, *, area: bool = False, q: bool = False) -> PairsLink:
    """Return the link that opens a pair, in a list of what is shown.

    Args:
        view: what is shown.
        pair_id: the pair.
        area: only pairs in the area picked out stand in that list.
        q: only pairs that the search found stand in that list.
    """
    ordinal = ordinal_of(view.run, pair_id)
    if ordinal is None or ordinal not in view.shown:
        return PairsLink(pair=pair_id)
    here = bool(data.table(view.run)["outcome"].iat[ordinal] == DIVERGENT)
    return PairsLink(**_keys(view, area, q, here=here), pair=pair_id)


def pairs_of(view: View, group: str, *, outcome: str = "", pair: str = "") -> PairsLink:
    """Return the link to the pairs of a group.

    Args:
        view: what the page shows.
        group: its id.
        outcome: only the pairs of that outcome; "" for all.
        pair: the pair to open in that list.
    """
    return PairsLink(**_of_map(view), group=(group,), outcome=(outcome,) if outcome else (), pair=pair)


def _keys(view: View, area: bool, q: bool, *, here: bool) -> dict[str, Any]:
    """Return what of the list stands in links.

    Args:
        view: what is shown.
        area: whether the area picked out narrows it.
        q: whether the search does.
        here: of divergent pairs, whether those of this run are meant, else those of the one beside it.
    """
    keys = _filters(view) if view.filters else {}
    if versus := view.filters.versus if view.filters else view.versus:
        keys |= {"versus": versus.name, "versus_judgement": versus_asked()[1]}
    if view.show == "divergent":
        keys["outcome" if here else "versus_outcome"] = (DIVERGENT,)
    if q:
        keys["q"] = view.q
    if area:
        return keys | _of_map(view) | {"area": (view.area,)}
    return _on_fitted_map(view, keys) if view.ask.where else keys


def _filters(view: View) -> dict[str, Any]:
    """Return the filters in use, which stand in the URL already."""
    keys: dict[str, Any] = {"q": view.q}
    for field in LABELS:
        if field not in ON_MAP and (values := tuple(asked(field))):
            keys[field] = "|".join(values) if field in _TYPED_AS_ONE else values
    return keys


def _of_map(view: View) -> dict[str, Any]:
    """Return which map it is, and which level of it."""
    text = "" if view.ask.text == "issue" else view.ask.text
    return {"map": text, "level": view.level_key, "fit": view.ask.where}


def _on_fitted_map(view: View, keys: dict[str, Any]) -> dict[str, Any]:
    """Return keys that leave out pairs which are not on a map of some: by the conditions of these.

    Where the list is narrowed by such a field otherwise, all groups of the map say which pairs are on it.
    """
    stated = {one.field: one for one in merged(map(parse_condition, view.ask.where))}
    wanted = {field: one.value if field in _TYPED_AS_ONE else one.values for field, one in stated.items()}
    keys = keys | _of_map(view)
    if all(keys.get(field, value) == value for field, value in wanted.items()):
        return keys | wanted
    return keys | {"group": tuple(group.id for group in view.stored.levels[0].groups), "level": "1"}
