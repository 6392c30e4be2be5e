"""Maps for exploring only: of some pairs, or of what the model and the judge wrote; never tested, and why.

What becomes of groups there is left to `groups`, which shows counts only.
"""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.parts import present
from pages.parts.clusters.choosing import AREA_KEY, GROUP_KEY, TEXTS, View, pick
from pages.parts.filters.on_map import LEVEL_KEY, MAP_KEY, REFIT_KEY
from valbench_core.maps import BEFORE_ANSWERS
from valbench_core.maps.asking import MapAsk
from valbench_core.numbers import plural

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
        _show_way_back(view.ask)
    elif view.pair_map is not None and view.show == "filtered" and view.filters and view.filters.where:
        _offer_refit(len(view.shown))


def _show_way_back(ask: MapAsk) -> None:
    with st.container(border=True):
        st.markdown(f"**For exploring only: {_what(ask)}**")
        st.caption(" ".join(_reasons(ask)))
        if ask.where:
            st.text("; ".join(ask.where), width="stretch")
        with present.controls("exploring"):
            st.button(
                "Back to the map of all pairs" if ask.where else "Back to the map of issues",
                icon=":material/arrow_back:",
                key="back to all pairs",
                on_click=_back,
            )


def _offer_refit(pairs: int) -> None:
    with present.controls("refit"), st.expander("Divide these pairs anew", icon=":material/explore:"):
        st.write(
            f"The groups shown were found on all pairs. The {plural(pairs, 'filtered pair')} can be given a "
            "map of their own, to explore them more finely. Its groups are not tested: where outcomes had a "
            "part in choosing the pairs, differences would be found where there are none."
        )
        st.button("Show a map of these pairs only", key="refit on these", on_click=_refit)


def _what(ask: MapAsk) -> str:
    chosen = "the chosen pairs only" if ask.where else "all pairs"
    return f"a map of {chosen}, compared by {TEXTS[ask.text]}"


def _reasons(ask: MapAsk) -> list[str]:
    reasons = [_WHY[ask.text]] if ask.text not in BEFORE_ANSWERS else []
    return [*reasons, *([_WHY_CHOSEN] if ask.where else []), "Groups have counts only and are not tested."]


def _refit() -> None:
    pick(REFIT_KEY, "1")
    _forget_place()


def _back() -> None:
    pick(REFIT_KEY, "")
    if st.query_params.get(MAP_KEY) not in BEFORE_ANSWERS:
        pick(MAP_KEY, "")
    _forget_place()


def _forget_place() -> None:
    """Take from the URL what is picked out of the map that is left."""
    for key in (LEVEL_KEY, GROUP_KEY, AREA_KEY):
        pick(key, "")
