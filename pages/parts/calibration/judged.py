"""One judge in full: figures beside the known ones, what it misjudged, the runs it judged, its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.calibration.marks import WORDS, badge
from pages.parts.id_links import how_many, id_field
from pages.parts.links import PairsLink, follow
from valbench_core.analysis import KNOWN_SETS, METRICS, CalibrationOutcome, Estimate
from valbench_core.calibration import (
    Calibration,
    CalibrationResult,
    SetResult,
    known_answer,
    overruled_text,
)
from valbench_core.charts import KnownFigure, known_answer_strip
from valbench_core.errors import ValBenchError
from valbench_core.numbers import MISSING, count, interval, plural

_RUNS_SHOWN = 12
_OVERRULED = "There is a later result, under “Other results”: {why}."


def show(one: Calibration) -> None:
    """Show a judge."""
    shown = one.standing
    st.subheader("Known and measured")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(name_of(one), width="content")
        badge(shown.result)
    st.text(f"{shown.source} · {shown.created[:16].replace('T', ' ')} UTC", width="stretch")
    if one.newest != shown:
        st.info(_OVERRULED.format(why=overruled_text(one.newest, shown)), icon=":material/history:")
    for left in range(0, len(shown.sets), 2):
        for column, found in zip(st.columns(2), shown.sets[left : left + 2], strict=False):
            with column.container(border=True, height="stretch"):
                _card(one, found)
    chart.show(known_answer_strip(_figures(shown), "Measured figures beside known ones"), "known answers")
    st.dataframe(
        _table(shown), hide_index=True, width="stretch", height="content", key=f"figures of {one.key}"
    )
    st.caption("Percent with 95 % interval over articles. “open”: no value is known; shown, not tested.")
    _runs(one)
    _history(one)


def name_of(one: Calibration) -> str:
    """Return what tells a judge's configuration from others, in words."""
    shown = one.standing
    parts = [shown.judge, f"protocol {shown.protocol}"]
    parts += ["answers swapped"] if shown.order == "swapped" else []
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
        label = f"Read the {how_many(condition.values, 'misjudged pair')}"
        link = replace(link, id=id_field(condition.values))
    st.button(
        label,
        key=f"pairs of {one.key} {found.set}",
        icon=":material/forum:",
        type="tertiary" if condition is None else "secondary",
        on_click=follow,
        args=(link,),
    )


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
    runs = list(dict.fromkeys(judged.run for judged in found))
    with st.container(gap="xxsmall"), present.controls("runs judged"):
        for name in runs[:_RUNS_SHOWN]:
            _run(name, [judged.judgement for judged in found if judged.run == name])
    if len(runs) > _RUNS_SHOWN:
        st.caption(f"and {count(len(runs) - _RUNS_SHOWN)} more")


def _run(name: str, judgements: Sequence[str]) -> None:
    """Show a run once, with its judgements by the judge; a click opens its pairs under the first of them."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            name,
            key=f"run {name} {judgements[0]}",
            type="tertiary",
            icon=":material/forum:",
            on_click=follow,
            args=(PairsLink(run=name, judgement=judgements[0]),),
        )
        # Names of judges may hold marks of Markdown.
        st.text(", ".join(judgements), width="content")


def _history(one: Calibration) -> None:
    if not one.others:
        return
    with st.expander(f"Other results ({count(len(one.others))})"):
        results = sorted((one.standing, *one.others), key=lambda result: result.created, reverse=True)
        st.dataframe(_history_rows(results, one.standing), hide_index=True, width="stretch")


def _history_rows(results: Sequence[CalibrationResult], standing: CalibrationResult) -> pd.DataFrame:
    def words(result: CalibrationResult, name: str) -> str:
        found: dict[str, CalibrationOutcome] = {one.set: one.result for one in result.sets}
        return WORDS[found[name]] if name in found else MISSING

    sets = {known.title: [words(one, name) for one in results] for name, known in KNOWN_SETS.items()}
    return pd.DataFrame(
        {
            "When": [one.created[:16].replace("T", " ") for one in results],
            "Result": [WORDS[one.result] for one in results],
            "Counts": ["yes" if one is standing else "no" for one in results],
            "Pairs judged": [one.judged for one in results],
            **sets,
            "Repetition": [one.replicate for one in results],
            "Sets": [one.source for one in results],
        }
    )
