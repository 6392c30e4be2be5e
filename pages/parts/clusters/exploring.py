"""Maps for exploring only: of some pairs, or of what the model and the judge wrote; never tested, and why.

What becomes of groups there is left to `groups`, which shows counts only.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts import present
from pages.parts.clusters.picked import AREA_KEY, GROUP_KEY, pick
from pages.parts.clusters.view import View
from pages.parts.filters.fields import condition_words
from pages.parts.filters.on_map import TEXTS
from pages.parts.filters.pair_filters import PairFilters
from pages.parts.filters.url import FIT_KEY, LEVEL_KEY, MAP_KEY, write
from valbench_core.listing.stated import parse_condition
from valbench_core.maps import BEFORE_ANSWERS
from valbench_core.maps.asking import MapAsk
from valbench_core.numbers import plural
from valbench_core.pairs.condition import merged

_WHY: Mapping[str, str] = {
    "answers": "It shows which answers resemble each other: where the model falls back on the same phrases, "
    "whatever the issue.",
    "positions": "It shows which positions resemble each other: on what the model takes sides.",
    "rationale": "It shows which verdicts resemble each other: for what kinds of reason pairs are divergent.",
}
"""What a map of each text is for, where it is not made before any answer."""
_WHY_CHOSEN = (
    "It divides the chosen pairs more finely than the map of all pairs, which has to hold the others too."
)


def offer(view: View) -> None:
    """Say what an exploring map is for, with the way back; else offer one where pairs are filtered."""
    if view.ask.explores:
        _show_way_back(view)
    elif view.pair_map is not None and view.filters and view.filters.active:
        with present.controls("refit"), st.expander("Divide these pairs anew", icon=":material/explore:"):
            _offer_refit(view.filters, len(view.shown))


def _show_way_back(view: View) -> None:
    ask = view.ask
    with st.container(border=True):
        st.markdown(f"**For exploring only: {_what(ask)}**")
        st.caption(" ".join(_reasons(ask)))
        if ask.where:
            st.text(_conditions(view), width="stretch")
        with present.controls("exploring"):
            st.button(
                "Back to the map of all pairs" if ask.where else "Back to the map of issues",
                icon=":material/arrow_back:",
                key="back to all pairs",
                on_click=_back,
            )


def _offer_refit(filters: PairFilters, pairs: int) -> None:
    if filters.not_in_where:
        st.write(
            "These pairs cannot be given a map of their own, which would have to be chosen by this run's "
            f"pairs and verdicts alone. Take away first: {', '.join(filters.not_in_where)}."
        )
        return
    st.write(
        f"The groups shown were found on all pairs. The {plural(pairs, 'filtered pair')} can be given a "
        "map of their own, to explore them more finely. Its groups are not tested: where outcomes had a "
        "part in choosing the pairs, differences would be found where there are none."
    )
    st.button("Show a map of these pairs only", key="refit on these", on_click=_refit, args=(filters.where,))


def _what(ask: MapAsk) -> str:
    chosen = "the chosen pairs only" if ask.where else "all pairs"
    return f"a map of {chosen}, compared by {TEXTS[ask.text]}"


def _reasons(ask: MapAsk) -> list[str]:
    reasons = [_WHY[ask.text]] if ask.text not in BEFORE_ANSWERS else []
    return [*reasons, *([_WHY_CHOSEN] if ask.where else []), "Groups have counts only and are not tested."]


def _conditions(view: View) -> str:
    """Return in words which pairs the map is of."""
    protocol = view.run.judgement.wording if view.run.judgement else None
    return "; ".join(condition_words(one, protocol) for one in merged(map(parse_condition, view.ask.where)))


def _refit(where: tuple[str, ...]) -> None:
    write(FIT_KEY, where)
    _forget_place()


def _back() -> None:
    pick(FIT_KEY, "")
    if st.query_params.get(MAP_KEY) not in BEFORE_ANSWERS:
        pick(MAP_KEY, "")
    _forget_place()


def _forget_place() -> None:
    """Take from the URL what is picked out of the map that is left."""
    for key in (LEVEL_KEY, GROUP_KEY, AREA_KEY):
        pick(key, "")
