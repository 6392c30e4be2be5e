"""One judge in full: figures beside the known ones, what it misjudged, the runs it judged, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.calibration.marks import WORDS, badge
from pages.parts.links import PairsLink, follow
from valbench_core.analysis import KNOWN_SETS, METRICS, CalibrationOutcome, Estimate
from valbench_core.calibration import Calibration, CalibrationResult, SetResult, known_answer
from valbench_core.charts import KnownFigure, known_answer_strip
from valbench_core.errors import ValBenchError
from valbench_core.numbers import MISSING, count, interval, plural

_IN_A_LINK = 4000
"""Characters of ids that a link holds: longer addresses are cut by some browsers and servers."""
_RUNS_SHOWN = 12


def show(one: Calibration) -> None:
    """Show a judge."""
    newest = one.newest
    st.subheader("Known and measured")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(name_of(one), width="content")
        badge(newest.result)
    st.text(f"{newest.source} · {newest.created[:16].replace('T', ' ')} UTC", width="stretch")
    for left in range(0, len(newest.sets), 2):
        for column, found in zip(st.columns(2), newest.sets[left : left + 2], strict=False):
            with column.container(border=True, height="stretch"):
                _card(one, found)
    chart.show(known_answer_strip(_figures(newest), "Measured figures beside known ones"), "known answers")
    st.dataframe(
        _table(newest), hide_index=True, width="stretch", height="content", key=f"figures of {one.key}"
    )
    st.caption("Percent with 95 % interval over articles. “open”: no value is known; shown, not tested.")
    _runs(one)
    _history(one)


def name_of(one: Calibration) -> str:
    """Return what tells a judge's configuration from others, in words."""
    newest = one.newest
    parts = [newest.judge, f"protocol {newest.protocol}"]
    parts += ["answers swapped"] if newest.order == "swapped" else []
    parts += [one.base_url] if one.base_url else []
    return " · ".join(parts)


def _card(one: Calibration, found: SetResult) -> None:
    """Show what one set came to, and lead to what was misjudged."""
    known = KNOWN_SETS[found.set]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{known.title}** ({found.set})")
        badge(found.result)
    st.caption(
        f"{known.meaning} {plural(found.judged, 'pair')} judged in {plural(found.articles, 'article')}."
    )
    st.text(found.why, width="stretch")
    _misjudged(one, found)


def _misjudged(one: Calibration, found: SetResult) -> None:
    """Lead to the pairs of a set that were misjudged, else to all of them."""
    try:
        condition = data.misjudged(found)
    except ValBenchError:
        st.caption("The run that held this set is not here any more; calibrating again makes it anew.")
        return
    link = PairsLink(run=found.run, judgement=found.judgement)
    label = "No pair misjudged: read the set" if found.judged else "Read the set"
    if condition is not None:
        ids = _fitting(condition.values)
        some = f"first {count(len(ids))} of " if len(ids) < len(condition.values) else ""
        label = f"Read the {some}{plural(len(condition.values), 'misjudged pair')}"
        link = replace(link, id=replace(condition, values=ids).value)
    st.button(
        label,
        key=f"pairs of {one.key} {found.set}",
        icon=":material/forum:",
        type="tertiary" if condition is None else "secondary",
        on_click=follow,
        args=(link,),
    )


def _fitting(ids: Sequence[str]) -> tuple[str, ...]:
    """Return as many ids as a link holds; one at least."""
    length = 0
    fitting: list[str] = []
    for name in ids:
        length += len(name) + 1
        if fitting and length > _IN_A_LINK:
            break
        fitting.append(name)
    return tuple(fitting)


def _figures(result: CalibrationResult) -> list[KnownFigure]:
    return [
        KnownFigure(
            found.set,
            KNOWN_SETS[found.set].title,
            metric,
            known_answer(expected),
            _estimate(found, found.measured.get(metric)),
        )
        for found in result.sets
        for metric, expected in found.expected.items()
    ]


def _estimate(of: SetResult, found: dict[str, Any] | None) -> Estimate:
    if not found:
        return Estimate.undefined("no judged pair")
    return Estimate(
        found["value"], found["low"], found["high"], found["n"], of.articles, found.get("why", "")
    )


def _table(result: CalibrationResult) -> pd.DataFrame:
    figures = _figures(result)
    return pd.DataFrame(
        {
            "Set": [one.title for one in figures],
            "Figure": [f"{METRICS[one.metric].name} ({one.metric})" for one in figures],
            "Known": [str(one.known) if one.known else "open" for one in figures],
            "Measured [95 %]": [
                interval(one.measured.value, one.measured.low, one.measured.high) for one in figures
            ],
            "Pairs": [
                count(one.measured.n) if one.measured.value is not None else MISSING for one in figures
            ],
            "Found": [one.kind for one in figures],
        }
    )


def _runs(one: Calibration) -> None:
    """List the runs that the judge judged in just this way."""
    found = data.runs_judged_by(one.key)
    st.subheader("Runs judged by it")
    if not found:
        st.caption("No run here was judged by this configuration yet; one that will be carries this result.")
        return
    st.caption("Judged by this judge with the same prompt, settings and order; a click opens the pairs.")
    with st.container(horizontal=True), present.controls("runs judged"):
        for place, judged in enumerate(found[:_RUNS_SHOWN]):
            st.button(
                judged.run,
                key=f"run {place} {judged.run} {judged.judgement}",
                type="tertiary",
                icon=":material/dashboard:",
                on_click=follow,
                args=(PairsLink(run=judged.run, judgement=judged.judgement),),
            )
    if len(found) > _RUNS_SHOWN:
        st.caption(f"and {count(len(found) - _RUNS_SHOWN)} more")


def _history(one: Calibration) -> None:
    if not one.earlier:
        return
    with st.expander(f"Earlier results ({count(len(one.earlier))})"):
        st.dataframe(_history_rows((one.newest, *one.earlier)), hide_index=True, width="stretch")


def _history_rows(results: Sequence[CalibrationResult]) -> pd.DataFrame:
    def words(result: CalibrationResult, name: str) -> str:
        found: dict[str, CalibrationOutcome] = {one.set: one.result for one in result.sets}
        return WORDS[found[name]] if name in found else MISSING

    sets = {known.title: [words(one, name) for one in results] for name, known in KNOWN_SETS.items()}
    return pd.DataFrame(
        {
            "When": [one.created[:16].replace("T", " ") for one in results],
            "Result": [WORDS[one.result] for one in results],
            **sets,
            "Repetition": [one.replicate for one in results],
            "Sets": [one.source for one in results],
        }
    )
