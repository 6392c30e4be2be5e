"""The models of the paper as a picture, with a run among them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from valbench_core.analysis import Estimate
from valbench_core.charts.frame import ACCENT, Chart, estimate_text, framed, in_full, whiskers
from valbench_core.numbers import plural
from valbench_core.paper import ModelKind, PaperModel
from valbench_core.schema import ProtocolName

if TYPE_CHECKING:
    import pandas as pd

_KIND_COLOURS: Mapping[ModelKind, str] = {"chat": "#828b96", "thinking": "#8052cb", "base": "#865e13"}
_KIND_SYMBOLS: Mapping[ModelKind, str] = {"chat": "circle", "thinking": "diamond", "base": "square"}


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


def paper_picture(models: Sequence[PaperModel], run: RunPoint | None = None) -> Chart:
    """Show PAC against refusals and missing information of the paper's models, with a run among them.

    The paper's figures are of protocol v3: a run under v1 is drawn hollow.
    """
    kinds = list(dict.fromkeys(model.kind for model in models))
    traces = [_paper_dots(kind, [model for model in models if model.kind == kind]) for kind in kinds]
    if run is not None and run.pac.value is not None:
        traces.append(_run_dot(run))
    subtitle = f"{plural(len(models), 'model')} of the paper, protocol v3, each over its own pairs"
    figure = framed(traces, "Consistency and abstaining", subtitle, rows=14)
    reach = max([point for trace in traces for point in trace.x], default=0.0)
    # Room on all sides: a run at 0 or 100 is seen whole.
    figure.update_xaxes(title="REF + NINF, percent of answers", range=[-3, 1.05 * max(reach, 60)])
    figure.update_yaxes(title="PAC, percent", range=[-4, 104])
    return Chart(figure, _data(models, run))


def _data(models: Sequence[PaperModel], run: RunPoint | None) -> pd.DataFrame:
    import pandas as pd

    rows: list[tuple[object, ...]] = [(m.model, m.kind, m.pac, None, None, m.ref + m.ninf) for m in models]
    if run is not None:
        kind, pac = f"this run ({run.protocol})", run.pac
        rows.append((run.name, kind, pac.value, pac.low, pac.high, run.ref + run.ninf))
    return pd.DataFrame(rows, columns=["model", "kind", "PAC", "PAC low", "PAC high", "REF + NINF"])


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
        error_y=whiskers([run.pac]),
        text=[f"{in_full(run.name)}<br>PAC {estimate_text(run.pac)}"],
        hovertemplate="%{text}<br>REF + NINF %{x:.1f}<extra>this run</extra>",
    )
