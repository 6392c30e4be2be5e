"""How the result of a calibration looks: a word and an icon, with a colour that says no more than they do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

import streamlit as st

from valbench_core.analysis import CalibrationOutcome
from valbench_core.words import CALIBRATION_OUTCOMES

WORDS: Mapping[CalibrationOutcome, str] = {
    outcome: CALIBRATION_OUTCOMES[outcome] for outcome in get_args(CalibrationOutcome)
}
_LOOKS: Mapping[CalibrationOutcome, tuple[str, Literal["green", "red", "orange"]]] = {
    "pass": (":material/check_circle:", "green"),
    "fail": (":material/cancel:", "red"),
    "inconclusive": (":material/help:", "orange"),
}


def badge(result: CalibrationOutcome) -> None:
    """Show a result."""
    icon, colour = _LOOKS[result]
    st.badge(WORDS[result], icon=icon, color=colour)
