"""How often the score of a pair changes, by group: with the order swapped, and when merely asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from valbench_core.analysis import FlipRates
from valbench_core.charts.frame import (
    SERIES,
    SYMBOLS,
    Chart,
    estimate_columns,
    estimate_text,
    framed,
    in_full,
    label,
    numbered_rows,
    rows_for,
    whiskers,
)

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.analysis import Estimate

ALL = "all pairs"
"""What the group of all pairs is called."""
SHIFT = 0.16
"""How far the marks of swapping and of repeating stand off the middle of their row."""


def flip_strip(
    swapped: Sequence[FlipRates], repeated: Sequence[FlipRates] = (), *, sign: bool = False
) -> Chart:
    """Show by group how often swapping changes the score, beside how often a mere repeat does.

    A group "" reads "all pairs". A mark's `customdata` is [group, "swapped" or "repeated"].

    Args:
        swapped: rates of swapping, from the top.
        repeated: rates of repeating; of other groups than those of `swapped` none is shown.
        sign: show changes of sign only.
    """
    import pandas as pd

    rows = {one.group: row for row, one in enumerate(swapped)}
    series = [_Series(0, "swapped", "order swapped", tuple(swapped), sign)]
    if again := tuple(one for one in repeated if one.group in rows):
        series.append(_Series(1, "repeated", "same order, repeated", again, sign))
    labels = [label(one.group or ALL, one.changed.n) for one in swapped]
    title = "How often the score changes its sign" if sign else "How often the score changes"
    subtitle = "with 95 % intervals; in brackets: pairs in both orders"
    shift = SHIFT if len(series) > 1 else 0.0
    chart = framed([one.dots(rows, shift) for one in series], title, subtitle, rows=rows_for(labels))
    chart.update_xaxes(title="percent of pairs", range=[-1, _reach(series)])
    chart.update_yaxes(numbered_rows(labels))
    return Chart(chart, pd.concat([one.data() for one in series], ignore_index=True))


@dataclass(frozen=True, slots=True)
class _Series:
    """The rates of one of the two: swapping, or repeating."""

    place: int
    """Of its colour and symbol."""
    key: str
    name: str
    rates: tuple[FlipRates, ...]
    sign: bool

    @property
    def estimates(self) -> list[Estimate]:
        return [one.sign_changed if self.sign else one.changed for one in self.rates]

    def dots(self, rows: Mapping[str, int], shift: float) -> go.Scatter:
        """Return a dot in the row of each group, some way off its middle."""
        colour, symbol = SERIES[self.place], SYMBOLS[self.place]
        off = (-shift, shift)[self.place]
        return go.Scatter(
            x=[estimate.value for estimate in self.estimates],
            y=[rows[one.group] + off for one in self.rates],
            mode="markers",
            name=self.name,
            customdata=[[one.group, self.key] for one in self.rates],
            marker={
                "color": colour,
                "size": 10,
                "symbol": [symbol + ("" if e.low is not None else "-open") for e in self.estimates],
            },
            error_x=whiskers(self.estimates, colour),
            text=[
                f"{in_full(one.group or ALL)}<br>{estimate_text(estimate)}"
                for one, estimate in zip(self.rates, self.estimates, strict=True)
            ],
            hovertemplate="%{text}<extra>" + self.name + "</extra>",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )

    def data(self) -> pd.DataFrame:
        import pandas as pd

        groups = [one.group or ALL for one in self.rates]
        return pd.DataFrame({"group": groups, "what": self.name, **estimate_columns(self.estimates)})


def _reach(series: Sequence[_Series]) -> float:
    """Return where the axis ends: past the farthest interval, at least 10 percent."""
    ends = [end for one in series for e in one.estimates for end in (e.value, e.high) if end is not None]
    return min(102.0, 1.08 * max([10.0, *ends]))
