"""Agreement: the scores that two raters gave the same pairs, and judges beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from valbench_core.analysis import ASPECTS, Agreement, Aspect, Coefficient, JudgesAgreement
from valbench_core.charts.frame import Chart, framed, in_full, label, numbered_rows
from valbench_core.numbers import MISSING, coefficient, coefficient_interval, count, figure, plural
from valbench_core.words import score_number

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from valbench_core.analysis import Estimate

_SCORES = (-2, -1, 0, 1, 2)
_CELL = 44
"""Pixels of a cell that can be clicked."""
_CELL_HEIGHT = 54
_HEAD = 76
"""Pixels above the cells, for title and subtitle."""
_FOOT = 64
"""Pixels below them, for the axis."""
_SHADE = "63,131,196"
"""`frame.ACCENT` as red, green, blue: cells lay it over the background, so that text stays legible."""


def confusion_map(
    counts: NDArray[np.intp],
    rows: str,
    columns: str,
    title: str,
    shares: NDArray[np.float64] | None = None,
    unit: str = "pair",
) -> Chart:
    """Show how often each two scores met: counts, and percent of the row, which also shades the cells.

    A cell's `customdata` is [the row's score, the column's score].

    Args:
        counts: how many pairs, 5 × 5; both from −2 to 2.
        rows: who gave the scores of the rows: "people", "normal order", a judge's name.
        columns: who gave those of the columns.
        title: what the chart is called.
        shares: the same by weight; the percent come from these where given.
        unit: what is counted.
    """
    import pandas as pd

    of_row = _percent_of_row(counts if shares is None else shares)
    places = range(len(_SCORES))
    cells = [(y, x) for y in places for x in places]
    names = [score_number(score) for score in _SCORES]
    marks = _marks(
        cells,
        texts=[_cell_text(int(counts[cell]), of_row[cell[0]][cell[1]]) for cell in cells],
        keys=[[_SCORES[y], _SCORES[x]] for y, x in cells],
        hovers=[
            f"{in_full(rows)}: {names[y]}<br>{in_full(columns)}: {names[x]}<br>"
            f"{plural(int(counts[y, x]), unit)}, {_percent(of_row[y][x])} of the row"
            for y, x in cells
        ],
    )
    weighted = "" if shares is None else ", weighted"
    subtitle = f"{plural(int(counts.sum()), unit)}; below each count: percent of its row{weighted}"
    chart = framed([_shading(of_row, 100), marks], title, subtitle, rows=2)
    chart.update_layout(_of_cells(len(_SCORES)))
    chart.update_xaxes(_columns(names), title=f"{label(columns)}: score")
    chart.update_yaxes(numbered_rows(names), showgrid=False, title=f"{label(rows)}: score")
    data = {
        f"score: {rows}": [_SCORES[y] for y, _ in cells],
        f"score: {columns}": [_SCORES[x] for _, x in cells],
        f"{unit}s": [int(counts[cell]) for cell in cells],
        "percent of row": [of_row[y][x] for y, x in cells],
    }
    return Chart(chart, pd.DataFrame(data))


def judges_matrix(
    found: JudgesAgreement, aspect: Aspect = "score", names: Mapping[str, str] | None = None
) -> Chart:
    """Show κ of each two judgements, stronger where it is higher; hover says percent and interval.

    A cell's `customdata` is the names of both judgements.

    Args:
        found: their agreement.
        aspect: on what.
        names: how judgements are shown, by name; as they are named where left out.
    """
    import pandas as pd

    shown = [(names or {}).get(name, name) for name in found.names]
    cells = [(y, x) for y in range(len(shown)) for x in range(len(shown)) if y != x]
    both = {(y, x): found.of(found.names[y], found.names[x]) for y, x in cells}
    kappa = {cell: one.kappa[aspect] for cell, one in both.items()}
    marks = _marks(
        cells,
        texts=[coefficient(kappa[cell].value) for cell in cells],
        keys=[[found.names[y], found.names[x]] for y, x in cells],
        hovers=[_judges_hover(shown[y], shown[x], both[y, x], aspect) for y, x in cells],
    )
    shades = [[kappa[y, x].value if y != x else None for x in range(len(shown))] for y in range(len(shown))]
    subtitle = "κ: 1 is perfect agreement, 0 that of chance"
    title = f"How far judges agree: {ASPECTS[aspect].lower()}"
    chart = framed([_shading(shades, 1), marks], title, subtitle, rows=2)
    chart.update_layout(_of_cells(len(shown)))
    numbers = [str(place + 1) for place in range(len(shown))]
    chart.update_xaxes(_columns(numbers), title="the same judges, by number")
    # Numbered: on a narrow screen names would not fit below the columns.
    rows = [f"{number} · {label(name)}" for number, name in zip(numbers, shown, strict=True)]
    chart.update_yaxes(numbered_rows(rows), showgrid=False)
    once = [(y, x) for y, x in cells if y < x]
    data = {
        "judgement": [found.names[y] for y, _ in once],
        "other judgement": [found.names[x] for _, x in once],
        **_coefficient_columns([kappa[cell] for cell in once]),
        "percent agreement": [_agreeing(both[cell], aspect).value for cell in once],
    }
    return Chart(chart, pd.DataFrame(data))


def _shading(shades: Sequence[Sequence[float | None]], top: float) -> go.Heatmap:
    return go.Heatmap(
        x=list(range(len(shades[0]) if shades else 0)),
        y=list(range(len(shades))),
        z=shades,
        zmin=0,
        zmax=top,
        colorscale=[[0, f"rgba({_SHADE},0.04)"], [1, f"rgba({_SHADE},0.5)"]],
        showscale=False,
        hoverinfo="skip",
        xgap=3,
        ygap=3,
    )


def _marks(
    cells: Sequence[tuple[int, int]], *, texts: Sequence[str], keys: Sequence[Any], hovers: Sequence[str]
) -> go.Scatter:
    """Return what is written in the cells (row, column), to be clicked: heatmaps cannot be."""
    return go.Scatter(
        x=[x for _, x in cells],
        y=[y for y, _ in cells],
        mode="markers+text",
        text=list(texts),
        customdata=list(keys),
        hovertext=list(hovers),
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"symbol": "square", "size": _CELL, "color": "rgba(0,0,0,0)"},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": None}},
        showlegend=False,
    )


def _of_cells(rows: int) -> dict[str, Any]:
    """Return the layout of a figure with so many rows of cells and no legend."""
    height = _HEAD + _CELL_HEIGHT * max(rows, 2) + _FOOT
    return {"showlegend": False, "height": height, "margin": {"t": _HEAD, "b": _FOOT}}


def _columns(names: Sequence[str]) -> dict[str, Any]:
    places = list(range(len(names)))
    return {"tickvals": places, "ticktext": list(names), "range": [-0.5, len(names) - 0.5], "showgrid": False}


def _percent_of_row(cells: NDArray[Any]) -> list[list[float | None]]:
    """Return each cell in percent of its row's sum; None in a row without any."""
    return [[100 * cell / sum(row) if sum(row) else None for cell in row] for row in cells.tolist()]


def _cell_text(pairs: int, percent_of_row: float | None) -> str:
    return f"{count(pairs)}<br>{_percent(percent_of_row)}" if pairs else "0"


def _percent(value: float | None) -> str:
    """Return a whole percentage that never reads as none of something.

    >>> _percent(33.6), _percent(0.2), _percent(None)
    ('34 %', '< 1 %', '–')
    """
    if value is not None and 0 < value < 0.5:
        return "< 1 %"
    return MISSING if value is None else f"{figure(value, 0)} %"


def _judges_hover(one: str, other: str, both: Agreement, aspect: Aspect) -> str:
    kappa, agreeing = both.kappa[aspect], _agreeing(both, aspect)
    rests_on = f"{plural(kappa.n, 'pair')} in {plural(kappa.articles, 'article')}"
    lines = [
        in_full(one),
        in_full(other),
        f"κ {coefficient_interval(kappa.value, kappa.low, kappa.high)}",
        f"alike on {_percent(agreeing.value)} · {rests_on}",
        in_full(kappa.why),
    ]
    return "<br>".join(filter(None, lines))


def _agreeing(both: Agreement, aspect: Aspect) -> Estimate:
    return both.percent if aspect == "score" else both.flags[aspect].percent


def _coefficient_columns(coefficients: Sequence[Coefficient]) -> dict[str, list[Any]]:
    return {
        "kappa": [one.value for one in coefficients],
        "low": [one.low for one in coefficients],
        "high": [one.high for one in coefficients],
        "pairs": [one.n for one in coefficients],
        "articles": [one.articles for one in coefficients],
        "resamples in which it is undefined": [one.undefined for one in coefficients],
        "note": [one.why for one in coefficients],
    }
