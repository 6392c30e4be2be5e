"""What all charts share: a figure with the data it draws, colours, titles, labels, whiskers.

Colours of text, axes and background are left to the app's theme: the colours here stand on light and on dark.
What each chart shows is left to the files beside this one.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from valbench_core.numbers import count, interval, plural
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.analysis import Estimate

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
SERIES = ("#3f83c4", "#c8641a", "#3b8a75", "#9a63d0", "#97701c", "#c4518a")
"""Colours of several runs beside each other, in order; a symbol of `SYMBOLS` goes with each."""
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
"""Shapes that go with `SERIES`: colour alone tells nothing."""

ROW = 32
"""Pixels a row of a bar or strip takes."""

_LABEL = 24
"""Characters in a line of a row's label."""
_LINES = 3
"""Lines of a row's label."""
_LINE = 16
"""Pixels of such a line."""
_HOVER = 60
"""Characters in a line of a hover text."""
_HEAD = 76
"""Pixels above the plot, for title and subtitle."""
_FOOT = 56
"""Pixels below it, for the axis."""
_LEGEND_FOOT = 56
"""Pixels below that, for a legend that may take two lines on a narrow screen."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure and the numbers it draws."""

    figure: go.Figure
    data: pd.DataFrame
    """One row a mark, in the order drawn; columns by names for people. What the "data" download holds."""

    @property
    def title(self) -> str:
        """What the figure is about, in its own words."""
        return str(self.figure.layout.title.text or "")


def framed(traces: Sequence[Any], title: str, subtitle: str, rows: float) -> go.Figure:
    """Return a figure of a height that its rows need, with a title and what it rests on.

    Args:
        traces: what is drawn; a legend tells several apart.
        title: its subject.
        subtitle: how many pairs, and what the marks mean.
        rows: rows of bars or dots, each `ROW` pixels high.
    """
    foot = _FOOT + (_LEGEND_FOOT if len(traces) > 1 else 0)
    return go.Figure(
        list(traces),
        {
            "title": {
                "text": escape(title),
                "subtitle": {"text": escape(subtitle)},
                "x": 0,
                "xanchor": "left",
            },
            "height": _HEAD + foot + round(ROW * max(rows, 2)),
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


def label(text: str, pairs: int | None = None) -> str:
    """Return a text of the data as a label of a few short lines; the figure must not take it for markup.

    Of a long text it keeps beginning and end, for names that begin alike must not become the same.

    Args:
        text: what the data say.
        pairs: how many pairs it stands for, in brackets behind the text, never cut.

    >>> label("Business and Corporate <Ethics>", 12)
    'Business and Corporate<br>&lt;Ethics&gt; (12)'
    >>> label("The first words of a very long name of which only the end says whose it is: hers")
    'The first words of a<br>very long name of which…<br>…says whose it is: hers'
    """
    lines = textwrap.wrap(text, _LABEL) or [""]
    if len(lines) > _LINES:
        end = textwrap.wrap(text[::-1], _LABEL - 1)[0][::-1]
        lines = [*lines[: _LINES - 1], f"…{end}"]
        lines[-2] += "…"
    count_behind = "" if pairs is None else f" ({count(pairs)})"
    return "<br>".join(escape(line, quote=False) for line in lines) + count_behind


def in_full(text: str) -> str:
    """Return a text of the data for a hover text: all of it, and never taken for markup.

    >>> in_full("Business and Corporate <Ethics>")
    'Business and Corporate &lt;Ethics&gt;'
    """
    return "<br>".join(escape(line, quote=False) for line in textwrap.wrap(text, _HOVER))


def rows_for(labels: Sequence[str], each: float = 1) -> float:
    """Return how many rows of `ROW` pixels labels take, given what each takes at least.

    >>> rows_for(["one", "two"]), rows_for(["one", "two<br>of three<br>lines"])
    (2, 3.5)
    """
    lines = max((one.count("<br>") + 1 for one in labels), default=1)
    return len(labels) * max(each, (_LINE * lines + 8) / ROW)


def numbered_rows(labels: Sequence[str]) -> dict[str, Any]:
    """Return an axis with a labelled row for each place 0, 1, … from the top: labels may read alike."""
    places = list(range(len(labels)))
    return {"tickvals": places, "ticktext": list(labels), "range": [len(labels) - 0.4, -0.6]}


def whiskers(estimates: Sequence[Estimate], colour: str = ACCENT) -> dict[str, Any]:
    """Return error bars that reach to both ends of each interval; none where there is none."""
    ends = [(e.value, e.low, e.high) for e in estimates]
    return {
        "type": "data",
        "symmetric": False,
        "array": [0 if v is None or h is None else h - v for v, _, h in ends],
        "arrayminus": [0 if v is None or low is None else v - low for v, low, _ in ends],
        "color": colour,
        "thickness": 2,
        "width": 0,
    }


def estimate_text(estimate: Estimate) -> str:
    """Return a figure with its interval and what it rests on, for a hover text."""
    known = f"{interval(estimate.value, estimate.low, estimate.high)} · {plural(estimate.n, 'pair')}"
    in_articles = f"{known} in {plural(estimate.articles, 'article')}"
    return f"{in_articles}<br>{escape(estimate.why)}" if estimate.why else in_articles


def estimate_columns(estimates: Sequence[Estimate]) -> dict[str, list[Any]]:
    """Return the columns by which the data of a chart give estimates."""
    return {
        "value": [e.value for e in estimates],
        "low": [e.low for e in estimates],
        "high": [e.high for e in estimates],
        "pairs": [e.n for e in estimates],
        "articles": [e.articles for e in estimates],
        "note": [e.why for e in estimates],
    }
