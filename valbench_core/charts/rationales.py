"""What judges said: how often they set their flags, and the words typical of what they found."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from valbench_core.analysis import FlagShare, TypicalWords
from valbench_core.charts.frame import (
    ACCENT,
    OUTCOME_COLOURS,
    Chart,
    estimate_columns,
    estimate_text,
    framed,
    label,
    numbered_rows,
    rows_for,
    whiskers,
)
from valbench_core.numbers import count, plural, signed
from valbench_core.schema import Outcome

if TYPE_CHECKING:
    import pandas as pd

WORDS_SHOWN = 12
"""Words of each side in the chart."""

_SIDES = ((Outcome.INCONSISTENT, "/"), (Outcome.CONSISTENT, ""))
"""The two sides of the words' chart, from the left, each with its hatching."""


def flag_strip(shares: Sequence[FlagShare]) -> Chart:
    """Show how often each flag was set, as a dot with its interval.

    A mark's `customdata` is the field and the value of a list of pairs that holds them.
    """
    import pandas as pd

    estimates = [flag.share for flag in shares]
    judged = max((estimate.n for estimate in estimates), default=0)
    dots = go.Scatter(
        x=[estimate.value for estimate in estimates],
        y=list(range(len(shares))),
        mode="markers",
        customdata=[[flag.field, flag.value] for flag in shares],
        marker={
            "color": ACCENT,
            "size": 10,
            "symbol": ["circle" if e.low is not None else "circle-open" for e in estimates],
        },
        error_x=whiskers(estimates),
        text=[f"{flag.name}: {plural(flag.pairs, 'pair')}<br>{estimate_text(flag.share)}" for flag in shares],
        hovertemplate="%{text}<extra></extra>",
    )
    subtitle = f"{plural(judged, 'judged pair')}, with 95 % intervals; in brackets: pairs"
    labels = [label(flag.name, flag.pairs) for flag in shares]
    figure = framed([dots], "Flags the judge set", subtitle, rows=rows_for(labels))
    figure.update_xaxes(title="percent of judged pairs", range=[-2, 102], dtick=25)
    figure.update_yaxes(numbered_rows(labels))
    columns = {
        "flag": [flag.name for flag in shares],
        "pairs with it": [flag.pairs for flag in shares],
        **estimate_columns(estimates),
    }
    names = {"value": "percent of judged pairs", "pairs": "judged pairs"}
    return Chart(figure, pd.DataFrame(columns).rename(columns=names))


def word_bars(found: TypicalWords) -> Chart:
    """Show the words most typical of each side, those of consistent pairs to the right.

    A mark's `customdata` is the word and the value of the outcome it is typical of.
    """
    import pandas as pd

    shown = found.most_typical(WORDS_SHOWN).words
    traces = [_bars(shown, found, outcome, pattern) for outcome, pattern in _SIDES]
    subtitle = (
        f"{plural(found.consistent, 'consistent pair')}, {plural(found.inconsistent, 'inconsistent pair')}"
    )
    labels = [label(word) for word in shown["word"]]
    figure = framed(traces, "Words typical of each outcome", subtitle, rows=rows_for(labels, 0.8))
    reach = 1.08 * max([*shown["z"].abs(), 1.0])
    figure.update_xaxes(title="z of the weighted log-odds", range=[-reach, reach], zeroline=True)
    figure.update_yaxes(numbered_rows(labels))
    figure.update_layout(barmode="overlay", bargap=0.25)
    return Chart(figure, pd.DataFrame(words_columns(shown)))


def words_columns(words: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the columns of words by their names for people."""
    names = {
        "word": "word",
        "consistent": "consistent pairs with it",
        "inconsistent": "inconsistent pairs with it",
        "articles": "articles",
        "log_odds": "log-odds",
        "z": "z",
    }
    return {name: words[column] for column, name in names.items()}


def side_of(z: float) -> Outcome:
    """Return the outcome of which a word with such a z is typical.

    >>> side_of(-2.5).value
    'inconsistent'
    """
    return Outcome.CONSISTENT if z > 0 else Outcome.INCONSISTENT


def _bars(shown: pd.DataFrame, found: TypicalWords, outcome: Outcome, pattern: str) -> go.Bar:
    mine = shown[[side_of(z) is outcome for z in shown["z"]]]
    return go.Bar(
        x=mine["z"].to_list(),
        y=mine.index.to_list(),
        orientation="h",
        name=f"typical of {outcome.value} pairs",
        customdata=[[word, outcome.value] for word in mine["word"]],
        marker={"color": OUTCOME_COLOURS[outcome], "pattern": {"shape": pattern}},
        text=[_hover(row, found) for row in mine.to_dict("records")],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(row: Mapping[Hashable, Any], found: TypicalWords) -> str:
    parts = (
        f"{escape(row['word'])}: z {signed(row['z'])}, log-odds {signed(row['log_odds'], 2)}",
        f"in {count(row['consistent'])} of {plural(found.consistent, 'consistent pair')}",
        f"in {count(row['inconsistent'])} of {plural(found.inconsistent, 'inconsistent pair')}",
        f"in pairs of {plural(row['articles'], 'article')}",
    )
    return "<br>".join(parts)
