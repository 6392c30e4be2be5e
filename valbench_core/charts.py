"""From tables to figures, one idea each; nothing is fetched, filtered or estimated here.

Colours of text, axes and background are left to the app's theme: the colours here stand on light and on dark.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from valbench_core.analysis import OUTCOMES, Estimate, GroupSummary
from valbench_core.numbers import count, figure, interval, percent, plural
from valbench_core.paper import ModelKind, PaperModel
from valbench_core.schema import SCORES, Outcome, ProtocolName, outcome_name

if TYPE_CHECKING:
    import pandas as pd

OUTCOME_COLOURS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.CONSISTENT: "#5a92fb",
        Outcome.MIXED: "#865e13",
        Outcome.NO_INFORMATION: "#317362",
        Outcome.INCONSISTENT: "#ec6114",
        Outcome.ONE_REFUSED: "#b56bcb",
        Outcome.BOTH_REFUSED: "#8052cb",
        Outcome.UNJUDGED: "#828b96",
        Outcome.FAILED: "#6f7883",
        Outcome.PENDING: "#828b96",
    }
)
"""The colour of each outcome: 3:1 or more against the background of both themes, safe for the colour-blind.

What was lost is grey, and told apart by `OUTCOME_PATTERNS`.
"""

OUTCOME_PATTERNS: Mapping[Outcome, str] = MappingProxyType(
    {Outcome.UNJUDGED: "/", Outcome.FAILED: "x", Outcome.PENDING: "."}
)
"""Hatching of the outcomes that say nothing about the model."""

NEUTRAL = "#78828d"
"""Colour of marks that stand for no outcome, and of reference lines."""
ACCENT = "#3f83c4"
"""Colour of what a figure is about."""

_KIND_COLOURS: Mapping[ModelKind, str] = {"chat": "#828b96", "thinking": "#8052cb", "base": "#865e13"}
_KIND_SYMBOLS: Mapping[ModelKind, str] = {"chat": "circle", "thinking": "diamond", "base": "square"}

_ROW = 32
"""Pixels a row of a bar or strip takes."""
_LABEL = 24
"""Characters in a line of a row's label."""


@dataclass(frozen=True, slots=True)
class RunPoint:
    """A run, as it stands among the models of the paper."""

    name: str
    pac: Estimate
    ref: float
    """Percent of answers."""
    ninf: float
    """Percent of answers."""
    protocol: ProtocolName


def outcome_bar(table: pd.DataFrame, protocol: ProtocolName | None = None) -> go.Figure:
    """Show how many pairs came to each outcome; what was lost is shown only where something was.

    `table` is the tidy table of a run.
    """
    numbers = table["outcome"].value_counts()
    shown = [o for o in OUTCOMES if o not in OUTCOME_PATTERNS or numbers.get(o.value, 0)]
    pairs = [int(numbers.get(outcome.value, 0)) for outcome in shown]
    shares = [percent(100 * n / max(len(table), 1)) for n in pairs]
    bars = go.Bar(
        x=pairs,
        y=[_label(outcome_name(outcome, protocol)) for outcome in shown],
        orientation="h",
        marker={
            "color": [OUTCOME_COLOURS[outcome] for outcome in shown],
            "pattern": {"shape": [OUTCOME_PATTERNS.get(outcome, "") for outcome in shown]},
        },
        text=[f"{count(n)} · {share}" for n, share in zip(pairs, shares, strict=True)],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    chart = _figure(
        [bars], "What became of the pairs", f"{plural(len(table), 'pair')} asked", rows=len(shown)
    )
    # Room to the right of the longest bar for its label.
    chart.update_xaxes(title="pairs", range=[0, 1.45 * max([*pairs, 1])], rangemode="tozero")
    return chart.update_yaxes(autorange="reversed")


def score_distribution(table: pd.DataFrame) -> go.Figure:
    """Show how often each score was given, by the judge (σ) and after refusals are accounted for (s).

    `table` is the tidy table of a run; only its judged pairs have scores.
    """
    judged = int(table["score"].notna().sum())
    traces = [
        _score_bars(table["score"], "judge's score σ", "rgba(120,130,141,0.30)", NEUTRAL),
        _score_bars(table["adjusted"], "score s, after refusals", ACCENT, ACCENT),
    ]
    chart = _figure(
        traces, "How far the two answers agree", f"scores of {plural(judged, 'judged pair')}", rows=8
    )
    words = [f"{score:+d}".replace("-", "−").replace("+0", "0") for score in SCORES]
    labels = [
        f"{w}<br>{'<br>'.join(textwrap.wrap(SCORES[s], 11))}" for w, s in zip(words, SCORES, strict=True)
    ]
    chart.update_xaxes(tickvals=list(SCORES), ticktext=labels, tickangle=0)
    chart.update_yaxes(title="pairs", rangemode="tozero", tickformat=",d", nticks=6)
    return chart.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05)


def metric_strip(groups: Sequence[GroupSummary], metric: str, overall: Estimate, title: str) -> go.Figure:
    """Show a metric of each group, in the order given, as a dot with its interval; a line marks the whole."""
    shown = [(group, group.summary.metrics[metric]) for group in groups]
    shown = [(group, estimate) for group, estimate in shown if estimate.value is not None]
    labels = [_label(f"{group.group} ({count(group.summary.n.judged)})") for group, _ in shown]
    estimates = [estimate for _, estimate in shown]
    dots = go.Scatter(
        x=[estimate.value for estimate in estimates],
        y=list(range(len(shown))),
        mode="markers",
        marker={
            "color": ACCENT,
            "size": 10,
            "symbol": ["circle" if e.low is not None else "circle-open" for e in estimates],
        },
        error_x=_whiskers(estimates),
        text=[f"{label}<br>{_estimate_text(e)}" for label, e in zip(labels, estimates, strict=True)],
        hovertemplate="%{text}<extra></extra>",
    )
    subtitle = f"{metric} with 95 % interval; in brackets: judged pairs"
    chart = _figure([dots], title, subtitle, rows=len(shown))
    if overall.value is not None:
        chart.add_vline(x=overall.value, line={"color": NEUTRAL, "width": 1.5, "dash": "dot"})
        note = {"text": f"all {figure(overall.value)}", "yref": "paper", "y": 1, "yanchor": "bottom"}
        chart.add_annotation(x=overall.value, showarrow=False, **note)
    chart.update_xaxes(title=f"{metric}, percent", range=[-2, 102], dtick=25)
    # Numbered rows: two groups whose labels read alike stay two rows.
    rows = {"tickvals": list(range(len(shown))), "ticktext": labels, "range": [len(shown) - 0.4, -0.6]}
    return chart.update_yaxes(rows)


def paper_picture(models: Sequence[PaperModel], run: RunPoint | None = None) -> go.Figure:
    """Show PAC against refusals and missing information of the paper's models, with a run among them.

    The paper's figures are of protocol v3: a run under v1 is drawn hollow.
    """
    kinds = list(dict.fromkeys(model.kind for model in models))
    traces = [_paper_dots(kind, [model for model in models if model.kind == kind]) for kind in kinds]
    if run is not None and run.pac.value is not None:
        traces.append(_run_dot(run))
    subtitle = f"{plural(len(models), 'model')} of the paper, protocol v3, each over its own pairs"
    chart = _figure(traces, "Consistency and abstaining", subtitle, rows=14)
    reach = max([point for trace in traces for point in trace.x], default=0.0)
    # Room on all sides: a run at 0 or 100 is seen whole.
    chart.update_xaxes(title="REF + NINF, percent of answers", range=[-3, 1.05 * max(reach, 60)])
    return chart.update_yaxes(title="PAC, percent", range=[-4, 104])


_HEAD = 76
"""Pixels above the plot, for title and subtitle."""
_FOOT = 56
"""Pixels below it, for the axis."""
_LEGEND_FOOT = 56
"""Pixels below that, for a legend that may take two lines on a narrow screen."""


def _figure(traces: list[Any], title: str, subtitle: str, rows: int) -> go.Figure:
    """Return a figure of a height that its rows need, with a title and what it rests on."""
    foot = _FOOT + (_LEGEND_FOOT if len(traces) > 1 else 0)
    return go.Figure(
        traces,
        {
            "title": {
                "text": escape(title),
                "subtitle": {"text": escape(subtitle)},
                "x": 0,
                "xanchor": "left",
            },
            "height": _HEAD + foot + _ROW * max(rows, 2),
            "margin": {"l": 8, "r": 16, "t": _HEAD, "b": foot},
            "showlegend": len(traces) > 1,
            "legend": {
                "orientation": "h",
                "x": 0,
                "y": 0,
                "yref": "container",
                "yanchor": "bottom",
                "title": None,
            },
            "hoverlabel": {"align": "left"},
            "xaxis": {"automargin": True, "zeroline": False, "fixedrange": True},
            "yaxis": {"automargin": True, "zeroline": False, "fixedrange": True},
        },
    )


def _label(text: str) -> str:
    """Return a text of the data as a label of a few short lines; the figure must not take it for markup.

    >>> _label("Business and Corporate <Ethics>")
    'Business and Corporate<br>&lt;Ethics&gt;'
    """
    lines = textwrap.wrap(text, _LABEL, max_lines=3, placeholder="…") or [""]
    return "<br>".join(escape(line, quote=False) for line in lines)


def _score_bars(scores: pd.Series, name: str, fill: str, line: str) -> go.Bar:
    numbers = scores.value_counts()
    pairs = [int(numbers.get(score, 0)) for score in SCORES]
    return go.Bar(
        x=list(SCORES),
        y=pairs,
        name=name,
        marker={"color": fill, "line": {"color": line, "width": 1.5}},
        text=[count(n) if n else "" for n in pairs],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x}: %{y} pairs<extra>" + name + "</extra>",
    )


def _whiskers(estimates: Sequence[Estimate]) -> dict[str, Any]:
    ends = [(e.value, e.low, e.high) for e in estimates]
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if v is None or h is None else h - v for v, _, h in ends],
        "arrayminus": [0 if v is None or low is None else v - low for v, low, _ in ends],
        "color": ACCENT,
        "thickness": 2,
        "width": 0,
    }


def _estimate_text(estimate: Estimate) -> str:
    known = f"{interval(estimate.value, estimate.low, estimate.high)} · {plural(estimate.n, 'pair')}"
    in_articles = f"{known} in {plural(estimate.articles, 'article')}"
    return f"{in_articles}<br>{escape(estimate.why)}" if estimate.why else in_articles


def _paper_dots(kind: ModelKind, models: Sequence[PaperModel]) -> go.Scatter:
    return go.Scatter(
        x=[model.ref + model.ninf for model in models],
        y=[model.pac for model in models],
        mode="markers",
        name=f"{kind} model",
        marker={"color": _KIND_COLOURS[kind], "symbol": _KIND_SYMBOLS[kind], "size": 9},
        text=[escape(model.model) for model in models],
        hovertemplate="%{text}<br>PAC %{y:.1f}, REF + NINF %{x:.1f}<extra>paper</extra>",
    )


def _run_dot(run: RunPoint) -> go.Scatter:
    hollow = run.protocol != "v3"
    whiskers = _whiskers([run.pac])
    return go.Scatter(
        x=[run.ref + run.ninf],
        y=[run.pac.value],
        mode="markers",
        name=f"this run ({run.protocol})",
        marker={
            "color": ACCENT,
            "symbol": "star-open" if hollow else "star",
            "size": 17,
            "line": {"width": 2},
        },
        error_y=whiskers,
        text=[f"{_label(run.name)}<br>PAC {_estimate_text(run.pac)}"],
        hovertemplate="%{text}<br>REF + NINF %{x:.1f}<extra>this run</extra>",
    )
