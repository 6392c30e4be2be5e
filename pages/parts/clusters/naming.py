"""Having a language model name the groups: whom to ask, what that sends, and the start of it.

Asking is done by a process of its own, as making a map is; how far it is is left to `making`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from pages.parts import data
from pages.parts.clusters.view import View
from pages.parts.evaluate.endpoint import address, key_for, price_of
from pages.parts.evaluate.live import show_problem
from valbench_core.errors import ValBenchError
from valbench_core.maps import UNGROUPED
from valbench_core.numbers import plural
from valbench_core.settings import endpoint

_SENDS = (
    "For each group a model is sent its terms and the issue lines of its ten most central pairs, and asked "
    "for a short neutral name. It sees no verdict or outcome, and of answers no more than terms, on a map "
    "that compares them. What it is sent leaves this machine, unless the endpoint is on it; every message is "
    "kept and can be read here. An answer that was paid for is not paid for again."
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom to ask."""

    arguments: tuple[str, ...]
    """Of `valbench cluster`, without any key."""
    keys: Mapping[str, str] = field(repr=False)
    """By the variable that holds them."""


def show(view: View) -> None:
    """Offer to have a model name the groups of the level in view."""
    groups = sum(group.id != UNGROUPED for group in view.on_level.groups)
    with st.container(border=True):
        if not st.toggle("Have a language model name the groups", key="name by a model"):
            return
        st.caption(_SENDS)
        try:
            asked = _choose()
        except ValBenchError as error:
            show_problem(error)
            return
        if asked is None:
            st.caption("Name the model to go on.")
            return
        st.caption("The same on the command line (the key comes from the environment):")
        st.code(
            data.making_command(view.run, view.ask, view.level, asked.arguments),
            language=None,
            wrap_lines=True,
        )
        busy = _at_work(view.run)
        if st.button(
            f"Ask for {plural(groups, 'name')}", icon=":material/label:", key="ask for names", disabled=busy
        ):
            _start(view, asked)


def _choose() -> _Asked | None:
    left, right = st.columns(2)
    base_url = address(left, "names")
    model = right.text_input(
        "Model", key="names:model", placeholder="as the endpoint names it", autocomplete="off"
    )
    keys = key_for(base_url, "names")
    variable_place, cost_place, price_place = st.columns(3)
    variable = _variable(variable_place, base_url)
    cost = cost_place.number_input("Stop before so many US dollars", 0.01, value=None, key="names:cost")
    with price_place:
        price = price_of("names:price", "Price")
    if not base_url or not model.strip():
        return None
    options = {
        "--name-model": model.strip(),
        "--name-base-url": base_url,
        "--name-api-key-env": variable,
        "--name-max-cost": f"{cost:g}" if cost else None,
        "--name-price": price,
    }
    # A key typed here goes to the new process alone, under the variable that it is told to look in.
    named = dict.fromkeys([variable], *keys.values()) if variable and keys else keys
    return _Asked(tuple(part for name, value in options.items() if value for part in (name, value)), named)


def _variable(place: st.delta_generator.DeltaGenerator, base_url: str | None) -> str | None:
    usual = endpoint(base_url).key_env if base_url else None
    typed = place.text_input(
        "Variable of the key",
        key="names:variable",
        placeholder=usual or "not needed",
        autocomplete="off",
        help="Where the server keeps the key in another variable than usual.",
    )
    return typed.strip() or None


def _at_work(run: data.Run) -> bool:
    work = data.making(run)
    return work is not None and work.running


def _start(view: View, asked: _Asked) -> None:
    try:
        data.start_making(view.run, view.ask, level=view.level, further=asked.arguments, keys=asked.keys)
    except ValBenchError as error:
        show_problem(error)
        return
    st.rerun()
