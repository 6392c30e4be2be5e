"""What makes maps and names beside the pages: a process for each run, how far it is, and what it needs.

Nothing here is kept but which sentence encoder is at hand: the rest changes while a page is open.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.data.runs import RUNS_KEPT, Run, read_only, workspace
from valbench_core.background import command_line
from valbench_core.embedding import DEFAULT_MODEL, ENCODER_VARIABLE, FoundEncoder
from valbench_core.hub import offline_asked
from valbench_core.maps import PairMap, TextKind, jobs
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.opening import map_encoder
from valbench_core.runs import RunReader

if TYPE_CHECKING:
    from valbench_core.maps.names import NamingRecord

LOOKED_UP = 60
"""Seconds for which it is known which encoder is at hand: one may be fetched meanwhile."""

_BEGINNING = 15.0
"""Seconds that loading the encoder, and what draws the map, takes."""
_A_PAIR: Mapping[TextKind, float] = {
    "issue": 1 / 280,
    "questions": 1 / 140,
    "answers": 1 / 15,
    "positions": 1 / 60,
    "rationale": 1 / 50,
}
"""Seconds that an encoder takes for one pair on two cores."""
_A_PLACE = 0.001
"""Seconds that grouping and laying out takes for one pair."""


def making(run: Run) -> jobs.Making | None:
    """Return the last process that made a map or names for a run; None where there was none."""
    return jobs.making(workspace(), run.name)


def start_making(
    run: Run,
    ask: MapAsk,
    *,
    level: int | None = None,
    further: Sequence[str] = (),
    keys: Mapping[str, str] | None = None,
) -> None:
    """Start a process that makes a map, or names its groups.

    Args:
        run: the run under the judgement shown.
        ask: which map.
        level: the place of the level whose groups are named.
        further: further arguments of the command.
        keys: API keys by the variable that holds them.

    Raises:
        RunBusyError: one is at work already.
        StorageError: its log cannot be written.
    """
    jobs.start_making(workspace(), run.name, ask, run.judgement_name, level=level, further=further, keys=keys)


def stop_making(run: Run) -> None:
    """Ask the process to stop; the vectors that it has are kept."""
    jobs.stop_making(workspace(), run.name)


def forget_making(run: Run) -> None:
    """Forget how the last process ended."""
    jobs.forget_making(workspace(), run.name)


def making_command(run: Run, ask: MapAsk, level: int | None = None, further: Sequence[str] = ()) -> str:
    """Return the command that makes a map, or names its groups, as one would type it."""
    return command_line(
        jobs.making_arguments(run.name, ask, run.judgement_name, level=level, further=further)
    )


def can_change(run: Run) -> bool:
    """Whether names may be given to groups of a run: on this server, and in this file."""
    return not read_only() and os.access(run.path, os.W_OK) and os.access(run.path.parent, os.W_OK)


def encoder_asked(ask: MapAsk) -> str:
    """Return the name of the sentence encoder that a map is to be made with, wherever it is."""
    return ask.model or os.environ.get(ENCODER_VARIABLE) or DEFAULT_MODEL


def encoder_at_hand(ask: MapAsk) -> FoundEncoder:
    """Return the encoder that this machine has for a map, without asking the network; takes a moment.

    Raises:
        EncoderError: the encoder asked for is none.
    """
    found: FoundEncoder = _encoder_at_hand(encoder_asked(ask), ask)
    return found


def would_download(found: FoundEncoder) -> bool:
    """Whether making a map would ask the Hub for the encoder, given what is at hand."""
    return found.source == "fallback" and not offline_asked()


def about_seconds(pairs: int, text: TextKind, found: FoundEncoder) -> float:
    """Return about how long a map takes whose vectors are all to be made."""
    encoding = 0.0 if found.source == "fallback" else _A_PAIR[text]
    return _BEGINNING + pairs * (encoding + _A_PLACE)


def naming_records(run: Run, pair_map: PairMap, level: int) -> tuple[NamingRecord, ...]:
    """Return what models were asked about the groups of a level, and what they said."""
    found: tuple[NamingRecord, ...] = _naming_records(
        str(run.path), run.revision, pair_map.key, level, pair_map
    )
    return found


@st.cache_resource(max_entries=4, ttl=LOOKED_UP, show_spinner="Looking for a sentence encoder …")
def _encoder_at_hand(model: str, ask: MapAsk) -> FoundEncoder:
    return map_encoder(ask, download=False)


@st.cache_data(max_entries=RUNS_KEPT, show_spinner=False)
def _naming_records(
    path: str, revision: int, key: str, level: int, _pair_map: PairMap
) -> tuple[NamingRecord, ...]:
    from valbench_core.maps.names import naming_records as records_of

    with RunReader.open_readonly(Path(path)) as file:
        return records_of(file, _pair_map, level)
