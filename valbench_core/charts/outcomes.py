"""What became of the pairs of a run, and the scores they got."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from valbench_core.analysis import OUTCOMES
from valbench_core.charts.frame import (
    ACCENT,
    NEUTRAL,
    OUTCOME_COLOURS,
    OUTCOME_PATTERNS,
    Chart,
    framed,
    label,
)
from valbench_core.numbers import count, percent, plural
from valbench_core.schema import SCORES, ProtocolName, outcome_name

if TYPE_CHECKING:
    import pandas as pd


def outcome_bar(table: pd.DataFrame, protocol: ProtocolName | None = None) -> Chart:
    """Show how many pairs came to each outcome; what was lost is shown only where something was.

    `table` is the tidy table of a run. A mark's `customdata` is the value of its outcome.
    """
    import pandas as pd

    numbers = table["outcome"].value_counts()
    shown = [o for o in OUTCOMES if o not in OUTCOME_PATTERNS or numbers.get(o.value, 0)]
    pairs = [int(numbers.get(outcome.value, 0)) for outcome in shown]
    names = [outcome_name(outcome, protocol) for outcome in shown]
    shares = [100 * n / max(len(table), 1) for n in pairs]
    bars = go.Bar(
        x=pairs,
        y=[label(name) for name in names],
        orientation="h",
        customdata=[outcome.value for outcome in shown],
        marker={
            "color": [OUTCOME_COLOURS[outcome] for outcome in shown],
            "pattern": {"shape": [OUTCOME_PATTERNS.get(outcome, "") for outcome in shown]},
        },
        text=[f"{count(n)} · {percent(share)}" for n, share in zip(pairs, shares, strict=True)],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    figure = framed(
        [bars], "What became of the pairs", f"{plural(len(table), 'pair')} asked", rows=len(shown)
    )
    # Room to the right of the longest bar for its label.
    figure.update_xaxes(title="pairs", range=[0, 1.45 * max([*pairs, 1])], rangemode="tozero")
    figure.update_yaxes(autorange="reversed")
    return Chart(figure, pd.DataFrame({"outcome": names, "pairs": pairs, "percent of pairs asked": shares}))


def score_distribution(table: pd.DataFrame) -> Chart:
    """Show how often each score was given, by the judge (σ) and after refusals are accounted for (s).

    `table` is the tidy table of a run; only its judged pairs have scores. The `customdata` of a mark for s
    is the score, by which lists of pairs go; those for σ have none.
    """
    import pandas as pd

    judged = int(table["score"].notna().sum())
    given, adjusted = _pairs_by_score(table["score"]), _pairs_by_score(table["adjusted"])
    traces = [
        _score_bars(given, "judge's score σ", "rgba(120,130,141,0.30)", NEUTRAL),
        _score_bars(adjusted, "score s, after refusals", ACCENT, ACCENT, list(SCORES)),
    ]
    figure = framed(
        traces, "How far the two answers agree", f"scores of {plural(judged, 'judged pair')}", rows=8
    )
    words = [f"{score:+d}".replace("-", "−").replace("+0", "0") for score in SCORES]
    labels = [
        f"{w}<br>{'<br>'.join(textwrap.wrap(SCORES[s], 11))}" for w, s in zip(words, SCORES, strict=True)
    ]
    figure.update_xaxes(tickvals=list(SCORES), ticktext=labels, tickangle=0)
    figure.update_yaxes(title="pairs", rangemode="tozero", tickformat=",d", nticks=6)
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05)
    columns = {
        "score": list(SCORES),
        "pairs by judge's score σ": given,
        "pairs by adjusted score s": adjusted,
    }
    return Chart(figure, pd.DataFrame(columns))


def _pairs_by_score(scores: pd.Series) -> list[int]:
    numbers = scores.value_counts()
    return [int(numbers.get(score, 0)) for score in SCORES]


def _score_bars(
    pairs: list[int], name: str, fill: str, line: str, customdata: list[int] | None = None
) -> go.Bar:
    return go.Bar(
        x=list(SCORES),
        y=pairs,
        name=name,
        customdata=customdata,
        marker={"color": fill, "line": {"color": line, "width": 1.5}},
        text=[count(n) if n else "" for n in pairs],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{y} pairs<extra>" + name + "</extra>",
    )
