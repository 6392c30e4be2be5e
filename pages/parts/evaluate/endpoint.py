"""Who is asked, from widgets: an endpoint, the key for it, and a price where the list does not know it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from valbench_core.errors import KeyRefusedError
from valbench_core.settings import endpoint, presets

OTHER_ADDRESS = "another address"


def address(place: st.delta_generator.DeltaGenerator, key: str) -> str | None:
    """Let people choose a known service or type an address; None while there is none."""
    chosen = place.selectbox("Endpoint", [*presets(), OTHER_ADDRESS], key=f"{key}:endpoint", index=0)
    if chosen != OTHER_ADDRESS:
        return chosen
    typed = place.text_input(
        "Address", key=f"{key}:url", placeholder="http://localhost:8000/v1", autocomplete="off"
    )
    return typed.strip() or None


def key_for(base_url: str | None, key: str) -> Mapping[str, str]:
    """Let people type a key; it is kept in no file, and reaches the process by its environment only."""
    if base_url is None:
        return {}
    where = endpoint(base_url)
    variable = where.key_env or "OPENAI_API_KEY"
    typed = st.text_input(
        "API key",
        type="password",
        key=f"{key}:key",
        autocomplete="off",
        placeholder=_known_key(base_url),
        help=f"Reaches the process as {variable} and is stored nowhere.",
    )
    return {variable: typed.strip()} if typed.strip() else {}


def _known_key(base_url: str) -> str:
    where = endpoint(base_url)
    try:
        found = where.key()
    except KeyRefusedError:
        return "needed"
    return "not needed on this machine" if found == "none" else f"found in {where.key_env}"


def price_of(key: str, label: str) -> str | None:
    """Let people say what a model costs; None where they do not."""
    text = st.text_input(
        f"{label}, where the price list does not know it",
        key=key,
        placeholder="0.5,1.5",
        help="US dollars for a million input and output tokens",
    )
    return text.strip() or None
