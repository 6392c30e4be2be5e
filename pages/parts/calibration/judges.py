"""The judges that were calibrated here, the last one first, and the choice of the one shown in full."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import data, present
from pages.parts.calibration import judged
from pages.parts.calibration.marks import WORDS
from pages.parts.data.calibrations import KEY_SHOWN
from pages.parts.filters.url import asked, say, write
from valbench_core.analysis import KNOWN_SETS, CalibrationOutcome
from valbench_core.calibration import Calibration, configuration_key

JUDGE_KEY = "judge"
"""In the URL: the beginning of the key of the judge shown."""


def show(found: Sequence[Calibration], run: data.Run | None) -> None:
    """Show all judges, and one of them in full."""
    st.header("Judges calibrated here")
    st.dataframe(_table(found), hide_index=True, width="stretch", key="judges")
    judged.show(_chosen(found, run))


def _table(found: Sequence[Calibration]) -> pd.DataFrame:
    results = [one.standing for one in found]
    sets = {known.title: [WORDS[_result(one, name)] for one in found] for name, known in KNOWN_SETS.items()}
    return pd.DataFrame(
        {
            "Judge": [one.judge for one in results],
            "Result": [WORDS[one.result] for one in results],
            **sets,
            "Protocol": [one.protocol for one in results],
            "Order": [one.order for one in results],
            "When": [moment(one.created) for one in results],
        }
    )


def _result(one: Calibration, name: str) -> CalibrationOutcome:
    return next((found.result for found in one.standing.sets if found.set == name), "inconclusive")


def _chosen(found: Sequence[Calibration], run: data.Run | None) -> Calibration:
    """Return the judge that the URL asks for, else that of the run shown, else the last one calibrated."""
    keys = {one.key[:KEY_SHOWN]: one for one in found}
    wanted = next(iter(asked(JUDGE_KEY)), "")
    if wanted and wanted not in keys:
        say("This link leads to a judge that has not been calibrated here:", wanted)
    if wanted not in keys:
        wanted = next((key for key in _keys_of(run) if key in keys), next(iter(keys)))
    if len(keys) == 1:
        return keys[wanted]
    st.session_state["judge shown"] = wanted
    with present.controls("judge"):
        chosen = st.selectbox(
            "Judge shown",
            list(keys),
            format_func=lambda key: judged.name_of(keys[key]),
            key="judge shown",
            on_change=lambda: write(JUDGE_KEY, [st.session_state["judge shown"]]),
        )
    return keys[chosen]


def _keys_of(run: data.Run | None) -> list[str]:
    judgement = run.judgement if run else None
    sources = (judgement.sources or (judgement,)) if judgement else ()
    return [configuration_key(one.spec)[:KEY_SHOWN] for one in sources]


def moment(iso: str) -> str:
    """Return a point in time as tables show it.

    >>> moment("2026-11-20T19:54:59+00:00")
    '2026-11-20 19:54'
    """
    return iso[:16].replace("T", " ")
