"""A run's figures as a report: the JSON object of `valbench report --json`, and the same as plain text.

The figures come from `summary`; where the run's facts and its table come from is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from valbench_core.analysis.comparability import COMBINED
from valbench_core.analysis.derived import lost_pairs
from valbench_core.analysis.metrics import HEADLINE, METRICS, OUTCOME_SHARES
from valbench_core.analysis.summary import GroupSummary, Summary, summarise, summarise_by
from valbench_core.analysis.titles import article_names
from valbench_core.errors import SettingsError
from valbench_core.numbers import count, interval, plural
from valbench_core.schema import Order, Outcome, ProtocolName, outcome_name

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.analysis.estimate import Estimate

Report = dict[str, Any]
"""The JSON object, with plain numbers, texts, lists and None."""

GROUPS_SHOWN = 50
"""Groups in the text form; the JSON form has all."""
LABEL_WIDTH = 34
"""Characters of a group's name in the text form."""
NOT_CALIBRATED = "This judge has not been calibrated."
COVERAGE_NOTE = "95 % intervals cover the draw of issues and answer noise, not judge error."


CalibrationState = Literal["pass", "fail", "inconclusive", "not calibrated"]


@dataclass(frozen=True, slots=True)
class CalibrationHead:
    """What is known of a judge from answers of which it is known how a judge should judge them."""

    result: CalibrationState
    """Of several judges, how the worst one did."""
    passed: int
    """Sets that were passed."""
    sets: int
    """Sets that there were, of all its judges."""
    says: str
    """The same as a sentence."""


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What a report says about the run and judgement its figures come from."""

    run: str
    """The run's id."""
    model: str
    """The answering model."""
    judge: str | None = None
    """The judging model; this and what follows is None for a run without a judgement."""
    judgement: str | None = None
    """The judgement's id."""
    protocol: ProtocolName | None = None
    order: Order | None = None
    replicate: int | None = None
    illustrative: bool = False
    """Whether answers or verdicts come from built-in models or were written by hand."""
    derived: str | None = None
    """How several judgements are combined into this one: `orders`, `repeats`, `panel`; None where not."""
    sources: tuple[str, ...] = ()
    """The ids of these."""
    calibration: CalibrationHead | None = None
    """None where none of its judges was calibrated."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values; what is said of a derived judgement stands only where it is one."""
        values = asdict(self) | {"sources": list(self.sources)}
        apart = () if self.derived else ("derived", "sources")
        return {key: value for key, value in values.items() if key not in apart}


def report(head: ReportHead, table: pd.DataFrame, by: str | None = None) -> Report:
    """Return the JSON object of `report --json` for the tidy table, grouped by a column where asked.

    Percentages are 0–100 and unrounded. A metric that is undefined is None as a whole; one without an
    interval has `low` and `high` None and a `why`. `outcomes` counts all pairs, `outcome_shares` are percent
    of the judged ones, weighted as every figure is. Raises SettingsError where the table has no such column.
    """
    whole = summarise(table, metrics={**METRICS, **OUTCOME_SHARES})
    groups = _groups(table, by) if by else []
    return {
        **head.as_dict(),
        **({"judged_in_some": lost_pairs(table)} if head.derived else {}),
        "n": asdict(whole.n),
        "metrics": _estimates(whole, METRICS),
        "outcomes": dict(whole.outcomes),
        "outcome_shares": _estimates(whole, OUTCOME_SHARES),
        "groups": [
            {"group": g.group, "n": asdict(g.summary.n), "metrics": _estimates(g.summary, METRICS)}
            for g in groups
        ],
    }


def _groups(table: pd.DataFrame, by: str) -> list[GroupSummary]:
    if by not in table.columns:
        known = [name for name in ("category", "issue_scale", "article", "cluster") if name in table.columns]
        raise SettingsError(f"cannot group by '{by}': this run has {', '.join(known)}. Choose one with --by")
    groups = summarise_by(table, by)
    return _with_titles(groups, table) if by == "article" else groups


def _with_titles(groups: list[GroupSummary], table: pd.DataFrame) -> list[GroupSummary]:
    names = article_names(table)
    named = [GroupSummary(names[g.group], g.summary, g.parts) for g in groups]
    return sorted(named, key=lambda g: (-g.summary.n.judged, -g.summary.n.asked, g.group))


def _estimates(summary: Summary, keys: Iterable[str]) -> dict[str, Any]:
    return {key: estimate_json(summary.metrics[key]) for key in keys}


def estimate_json(estimate: Estimate) -> dict[str, Any] | None:
    """Return a figure, its interval and its pairs, with `why` where there is something to say; None for none.

    >>> from valbench_core.analysis.estimate import Estimate
    >>> estimate_json(Estimate(50.0, 40.0, 60.0, 9, 7)), estimate_json(Estimate.undefined("no judged pair"))
    ({'value': 50.0, 'low': 40.0, 'high': 60.0, 'n': 9}, None)
    """
    if estimate.value is None:
        return None
    ends = {"low": estimate.low, "high": estimate.high}
    figures: dict[str, Any] = {"value": estimate.value, **ends, "n": estimate.n}
    return {**figures, "why": estimate.why} if estimate.why else figures


def report_text(report: Mapping[str, Any]) -> str:
    """Return a report as text for a terminal: what it is of, counts, metrics, outcomes and groups."""
    parts = [head_lines(report), _counts(report["n"]), _metric_lines(report), _outcome_lines(report)]
    if report["groups"]:
        parts.append(_group_lines(report["groups"]))
    return "\n\n".join(["\n".join(lines) for lines in parts])


def head_lines(report: Mapping[str, Any]) -> list[str]:
    """Return the lines that say which run, model and judge a report is of; its keys are `ReportHead`'s."""
    mark = "   (illustrative: built-in or hand-written, says nothing about a real model)"
    lines = [
        f"run       {report['run']}{mark if report['illustrative'] else ''}",
        f"model     {report['model']}",
    ]
    if report["judgement"] is None:
        return [*lines, "judge     none yet"]
    tested = [calibration_line(report["calibration"])] if "calibration" in report else []
    if report.get("derived"):
        return [*lines, *_combined_lines(report), *tested]
    details = [f"protocol {report['protocol']}", f"order {report['order']}"]
    if report["replicate"]:
        details.append(f"replicate {report['replicate']}")
    judge = f"judge     {report['judge']}   ({', '.join(details)}; judgement {report['judgement']})"
    return [*lines, judge, *tested]


def calibration_line(calibration: Mapping[str, Any] | None, of: str = "") -> str:
    """Return the line that says what is known of a judge; `of` names the runs it is said of.

    >>> calibration_line(None), calibration_line({"says": "This judge failed."}, "a, b")
    ('tested    This judge has not been calibrated.', 'tested    a, b: This judge failed.')
    """
    says = calibration["says"] if calibration else NOT_CALIBRATED
    return f"tested    {of}: {says}" if of else f"tested    {says}"


def _combined_lines(report: Mapping[str, Any]) -> list[str]:
    """Return whose verdicts are combined, and how many pairs that leaves out."""
    known = f"protocol {report['protocol']}; judgement {report['judgement']}"
    lines = [
        f"judge     {report['judge']}   ({known})",
        f"counts    {COMBINED[report['derived']]}: {', '.join(report['sources'])}",
    ]
    if lost := report.get("judged_in_some"):
        lines.append(f"lost      {plural(lost, 'pair')}: judged in some of these, but not in all")
    return lines


def _counts(n: Mapping[str, int]) -> list[str]:
    answered = f"answered {count(n['answered'])}" + (
        f" ({count(n['truncated'])} truncated)" if n["truncated"] else ""
    )
    failed = f"failed {count(n['failed'])}" + (f" ({count(n['blocked'])} blocked)" if n["blocked"] else "")
    judged = f"judged {count(n['judged'])} in {plural(n['articles'], 'article')}"
    lost = [failed, f"unjudged {count(n['unjudged'])}", f"pending {count(n['pending'])}"]
    return ["pairs     " + " · ".join([f"asked {count(n['asked'])}", answered, judged, *lost])]


def _metric_lines(report: Mapping[str, Any]) -> list[str]:
    rows = [["percent", "", "[95 % interval]", "n"]]
    whys: dict[str, None] = {}
    for key, metric in METRICS.items():
        figures = report["metrics"][key]
        rows.append([key, metric.name, _figures(figures), count(figures["n"]) if figures else ""])
        whys |= {figures["why"]: None} if figures and "why" in figures else {}
    notes = [COVERAGE_NOTE, *(f"No interval, or an unusual one: {why}." for why in whys)]
    return [*aligned(rows, right=(3,)), *notes]


def _figures(figures: Mapping[str, Any] | None) -> str:
    return (
        interval(figures["value"], figures["low"], figures["high"]) if figures else interval(None, None, None)
    )


def _outcome_lines(report: Mapping[str, Any]) -> list[str]:
    rows = [["outcome", "pairs", "percent of judged pairs [95 % interval]"]]
    for outcome in reversed(Outcome):
        number = report["outcomes"][outcome.key]
        if number:
            # What was lost has no share: no figure rests on it.
            share = report["outcome_shares"].get(outcome.key)
            # Of a derived judgement "mixed" may mean that its sources differ, whatever the protocol.
            name = outcome_name(outcome, None if report.get("derived") else report["protocol"])
            rows.append([name, count(number), _figures(share) if share else ""])
    return aligned(rows, right=(1,))


def _group_lines(groups: list[Mapping[str, Any]]) -> list[str]:
    rows = [["group", *HEADLINE, "n", "articles"]]
    for group in groups[:GROUPS_SHOWN]:
        figures = [_figures(group["metrics"][key]) for key in HEADLINE]
        rows.append(
            [_short(group["group"]), *figures, count(group["n"]["judged"]), count(group["n"]["articles"])]
        )
    hidden = len(groups) - GROUPS_SHOWN
    more = [f"… and {plural(hidden, 'more group')} (all with --json)"] if hidden > 0 else []
    metrics = (group["metrics"][key] or {} for group in groups for key in HEADLINE)
    whys = dict.fromkeys(metric["why"] for metric in metrics if "why" in metric)
    return [*aligned(rows, right=(5, 6)), *more, *(f"About the intervals: {why}." for why in whys)]


def _short(label: str) -> str:
    return label if len(label) <= LABEL_WIDTH else label[: LABEL_WIDTH - 1] + "…"


def aligned(rows: list[list[str]], right: tuple[int, ...] = ()) -> list[str]:
    """Return rows as lines of columns, those numbered in `right` flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
