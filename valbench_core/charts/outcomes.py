"""What became of the pairs of a run, and the scores they got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from valbench_core.analysis import OUTCOME_SHARES, OUTCOMES, Estimate, Summary, half_steps
from valbench_core.charts.frame import (
    ACCENT,
    NEUTRAL,
    OUTCOME_COLOURS,
    OUTCOME_PATTERNS,
    Chart,
    estimate_columns,
    estimate_text,
    framed,
    label,
)
from valbench_core.numbers import count, figure, percent, plural
from valbench_core.schema import SCORES, ProtocolName, outcome_name
from valbench_core.words import score_meaning, score_number, score_words

if TYPE_CHECKING:
    import pandas as pd


def outcome_bar(whole: Summary, protocol: ProtocolName | None = None) -> Chart:
    """Show how many pairs came to each outcome, and which share of the judged ones that is.

    What was lost is shown only where something was, and has no share: no figure rests on it. A mark's
    `customdata` is the value of its outcome.

    Args:
        whole: what the pairs come to, in `OUTCOME_SHARES` among other metrics.
        protocol: decides by which words outcomes go.
    """
    import pandas as pd

    shown = [o for o in OUTCOMES if o not in OUTCOME_PATTERNS or whole.outcomes[o.key]]
    pairs = [whole.outcomes[outcome.key] for outcome in shown]
    names = [outcome_name(outcome, protocol) for outcome in shown]
    shares = [whole.metrics[o.key] if o.key in OUTCOME_SHARES else _NO_SHARE for o in shown]
    bars = go.Bar(
        x=pairs,
        y=[label(name) for name in names],
        orientation="h",
        customdata=[outcome.value for outcome in shown],
        marker={
            "color": [OUTCOME_COLOURS[outcome] for outcome in shown],
            "pattern": {"shape": [OUTCOME_PATTERNS.get(outcome, "") for outcome in shown]},
        },
        text=[_bar_text(n, share) for n, share in zip(pairs, shares, strict=True)],
        textposition="outside",
        cliponaxis=False,
        hovertext=[_bar_hover(n, share) for n, share in zip(pairs, shares, strict=True)],
        hovertemplate="%{y}: %{hovertext}<extra></extra>",
    )
    subtitle = (
        f"{plural(whole.n.asked, 'pair')} asked; percent [95 %] of the {count(whole.n.judged)} judged pairs"
    )
    figure = framed([bars], "What became of the pairs", subtitle, rows=len(shown))
    # Room to the right of the longest bar for its label.
    figure.update_xaxes(title="pairs", range=[0, 1.6 * max([*pairs, 1])], rangemode="tozero")
    figure.update_yaxes(autorange="reversed")
    columns = {"outcome": names, "pairs with it": pairs, **estimate_columns(shares)}
    names_of_columns = {"pairs with it": "pairs", "value": "percent of judged pairs", "pairs": "judged pairs"}
    return Chart(figure, pd.DataFrame(columns).rename(columns=names_of_columns))


_NO_SHARE = Estimate.undefined("not judged")


def _bar_text(pairs: int, share: Estimate) -> str:
    """Return what stands at a bar; the interval on a line of its own, or it would not fit on a phone."""
    if share.value is None:
        return count(pairs)
    known = f"{count(pairs)} · {percent(share.value)}"
    return known if share.low is None else f"{known}<br>[{figure(share.low)}–{figure(share.high)}]"


def _bar_hover(pairs: int, share: Estimate) -> str:
    if share.value is None:
        return plural(pairs, "pair")
    return f"{plural(pairs, 'pair')}<br>percent of judged pairs: {estimate_text(share)}"


def score_distribution(table: pd.DataFrame, protocol: ProtocolName | None = None) -> Chart:
    """Show how often each score was given, by the judge (σ) and after refusals are accounted for (s).

    The `customdata` of a mark for s is the score, by which lists of pairs go; those for σ have none. Of a
    derived judgement there is s alone.

    Args:
        table: the tidy table of a run; only its judged pairs have scores.
        protocol: decides what 0 says.
    """
    import pandas as pd

    judged = int(table["adjusted"].notna().sum())
    if judged and not table["score"].notna().any():
        return _combined_distribution(table["adjusted"].dropna(), protocol)
    given, adjusted = _pairs_by_score(table["score"]), _pairs_by_score(table["adjusted"])
    traces = [
        _score_bars(given, "judge's score σ", "rgba(120,130,141,0.30)", NEUTRAL),
        _score_bars(adjusted, "score s, after refusals", ACCENT, ACCENT, list(SCORES)),
    ]
    figure = framed(
        traces, "How far the two answers agree", f"scores of {plural(judged, 'judged pair')}", rows=8
    )
    labels = [label(f"{score_number(score)}: {score_meaning(protocol, score)}") for score in SCORES]
    figure.update_xaxes(title="pairs", rangemode="tozero", tickformat=",d", nticks=6)
    figure.update_yaxes(tickvals=list(SCORES), ticktext=labels, autorange="reversed")
    figure.update_layout(barmode="group", bargap=0.25, bargroupgap=0.05)
    columns = {
        "score": list(SCORES),
        "pairs by judge's score σ": given,
        "pairs by adjusted score s": adjusted,
    }
    return Chart(figure, pd.DataFrame(columns))


def _combined_distribution(scores: pd.Series, protocol: ProtocolName | None) -> Chart:
    """Show the scores of a derived judgement, which lie between whole ones and rest on no single σ."""
    import pandas as pd

    steps = [step / 2 for step in range(-4, 5)]
    numbers = pd.Series(half_steps(scores.to_numpy(dtype=float))).value_counts()
    pairs = [int(numbers.get(step, 0)) for step in steps]
    name = "score s, combined"
    bars = _score_bars(pairs, name, ACCENT, ACCENT, steps, steps)
    subtitle = f"combined scores of {plural(len(scores), 'pair')}, at the nearest half step"
    figure = framed([bars], "How far the two answers agree", subtitle, rows=9)
    labels = [label(_step_words(step, protocol)) for step in steps]
    figure.update_xaxes(title="pairs", rangemode="tozero", tickformat=",d", nticks=6)
    figure.update_yaxes(tickvals=steps, ticktext=labels, autorange="reversed")
    figure.update_layout(bargap=0.25)
    return Chart(figure, pd.DataFrame({"combined score s": steps, "pairs": pairs}))


def _step_words(step: float, protocol: ProtocolName | None) -> str:
    """Return a half step with what it means, where it is a whole score.

    >>> _step_words(-2.0, None), _step_words(0.5, None)
    ('−2: opposing conclusions', '0.5')
    """
    if step.is_integer():
        return f"{score_number(int(step))}: {score_meaning(protocol, int(step))}"
    return score_words(step)


def _pairs_by_score(scores: pd.Series) -> list[int]:
    numbers = scores.value_counts()
    return [int(numbers.get(score, 0)) for score in SCORES]


def _score_bars(
    pairs: list[int],
    name: str,
    fill: str,
    line: str,
    customdata: Sequence[float] | None = None,
    scores: Sequence[float] = tuple(SCORES),
) -> go.Bar:
    return go.Bar(
        x=pairs,
        y=list(scores),
        orientation="h",
        name=name,
        customdata=customdata,
        marker={"color": fill, "line": {"color": line, "width": 1.5}},
        text=[count(n) if n else "" for n in pairs],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x} pairs<extra>" + name + "</extra>",
        # A click on σ, by which no list goes, must leave no bar pale.
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
