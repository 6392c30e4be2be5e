"""A comparison as the JSON object of `valbench compare --json`, and the same as plain text.

The figures come from `comparison`; where runs and tables come from is left to the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from valbench_core.analysis.comparability import Contender, display_names, obstacles
from valbench_core.analysis.comparison import COMPARED, ComparedRun, Comparison, Difference
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.report import COVERAGE_NOTE, CalibrationHead, calibration_line, estimate_json
from valbench_core.numbers import MISSING, count, figure, interval, p_text, plural, signed_interval

FAMILY_NOTE = "the judge is of the answering model's own family"
TEST_NOTE = (
    "p: sign flip of the articles' summed differences; Holm corrects within a metric over the runs"
    " (by group: over runs and groups)."
)


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """A comparison and what must be known of its runs."""

    contenders: tuple[Contender, ...]
    """The baseline first."""
    comparison: Comparison
    groups: tuple[Difference, ...] = ()
    """The differences within groups, where asked for."""
    detect: float | None = None
    """A difference in points to plan for."""
    calibrations: Mapping[str, CalibrationHead | None] = field(default_factory=dict)
    """What is known of the judge behind each run, by its name."""

    @property
    def names(self) -> Mapping[str, str]:
        """How each run is shown, by its name."""
        shown = display_names(self.contenders)
        return dict(zip((c.run for c in self.contenders), shown, strict=True))

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON object; percent are 0–100, differences points, both unrounded."""
        return {
            "baseline": self.comparison.baseline,
            "shared": self.comparison.shared,
            "articles": self.comparison.articles,
            "lost": {run.name: run.lost.total for run in self.comparison.runs},
            "differs_in": obstacles(self.contenders),
            "notes": list(self.comparison.notes),
            "runs": [
                {
                    **_contender_json(contender, self.names[run.name]),
                    **self._calibration_json(run.name),
                    **_run_json(run),
                }
                for contender, run in zip(self.contenders, self.comparison.runs, strict=True)
            ],
            "differences": [self._difference_json(one) for one in self.comparison.differences],
            "groups": [{"group": one.group, **self._difference_json(one)} for one in self.groups],
        }

    def _calibration_json(self, run: str) -> dict[str, Any]:
        """Return what is known of a run's judge, where that was asked."""
        if run not in self.calibrations:
            return {}
        known = self.calibrations[run]
        return {"calibration": asdict(known) if known else None}

    def _difference_json(self, one: Difference) -> dict[str, Any]:
        needed = one.needed(self.detect) if self.detect else None
        figures: dict[str, Any] = {
            "run": one.run,
            "metric": one.metric,
            "value": one.estimate.value,
            "low": one.estimate.low,
            "high": one.estimate.high,
            "p": one.p,
            "p_holm": one.p_holm,
            "family": one.family,
            "n": one.estimate.n,
            "articles": one.estimate.articles,
            "detectable": one.detectable,
        }
        if one.mcnemar is not None:
            figures["mcnemar"] = one.mcnemar
        if needed:
            figures["needed"] = {"difference": self.detect, **asdict(needed)}
        return {**figures, "why": one.estimate.why} if one.estimate.why else figures


def comparison_text(report: ComparisonReport) -> str:
    """Return a comparison as text for a terminal."""
    parts = [_head(report), _metric_lines(report), _difference_lines(report)]
    if report.groups:
        parts.append(_group_lines(report))
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def lost_text(run: ComparedRun) -> str:
    """Return why pairs of a compared run are left out; "" where none is.

    >>> from valbench_core.analysis.comparison import ComparedRun
    >>> from valbench_core.analysis.pairing import Lost
    >>> lost_text(ComparedRun("a", 12, Lost(absent=2, changed=0, unjudged=1), {}))
    '3 lost: 2 not in every run, 1 without a verdict in one of them'
    """
    reasons = {
        "not in every run": run.lost.absent,
        "with other texts in another run": run.lost.changed,
        "without a verdict in one of them": run.lost.unjudged,
    }
    told = ", ".join(f"{count(number)} {why}" for why, number in reasons.items() if number)
    return f"{count(run.lost.total)} lost: {told}" if told else ""


def _contender_json(contender: Contender, shown: str) -> dict[str, Any]:
    judged_by = contender.judged_by
    return {
        "run": contender.run,
        "name": shown,
        "model": contender.model,
        "judge": judged_by.judge if judged_by else None,
        "protocol": judged_by.protocol if judged_by else None,
        "order": judged_by.order if judged_by else None,
        "illustrative": contender.illustrative,
        "same_family": contender.family,
    }


def _run_json(run: ComparedRun) -> dict[str, Any]:
    return {
        "pairs": run.pairs,
        "lost": asdict(run.lost),
        "metrics": {key: estimate_json(estimate) for key, estimate in run.metrics.items()},
    }


def _head(report: ComparisonReport) -> list[str]:
    comparison, names = report.comparison, report.names
    rests_on = f"{plural(comparison.shared, 'pair')} in {plural(comparison.articles, 'article')}"
    lines = [
        f"baseline  {names[comparison.baseline]}",
        f"shared    {rests_on}, the same in id and texts and judged in every run",
    ]
    for contender, run in zip(report.contenders, comparison.runs, strict=True):
        judge = contender.judged_by
        by = f"judged by {judge.judge}, protocol {judge.protocol}" if judge else "not judged"
        marks = [f"{FAMILY_NOTE} ({contender.family})"] if contender.family else []
        marks += ["illustrative"] if contender.illustrative else []
        facts = [contender.model or "model not named", by, plural(run.pairs, "pair"), lost_text(run), *marks]
        lines.append(f"run       {names[run.name]}: {'; '.join(filter(None, facts))}")
    lines += _tested_lines(report)
    notes = [f"the judgements differ in {what}" for what in obstacles(report.contenders)]
    return [*lines, *(f"note      {note}" for note in (*notes, *comparison.notes))]


def _tested_lines(report: ComparisonReport) -> list[str]:
    """Return what is known of the judge; where that differs, of which runs."""
    known = {run: asdict(one) if one else None for run, one in report.calibrations.items()}
    said: dict[str, list[str]] = {}
    for run, one in known.items():
        said.setdefault(calibration_line(one), []).append(run)
    if len(said) < 2:
        return list(said)
    return [
        calibration_line(known[runs[0]], ", ".join(report.names[run] for run in runs))
        for runs in said.values()
    ]


def _metric_lines(report: ComparisonReport) -> list[str]:
    runs = report.comparison.runs
    rows = [["percent [95 %]", *(run.name for run in runs)]]
    for key, metric in COMPARED.items():
        cells = [_estimate(run.metrics[key]) for run in runs]
        rows.append([_label(key, metric.name), *cells])
    return [*_columns(rows), f"Over the {plural(report.comparison.shared, 'pair')} judged in every run."]


def _estimate(estimate: Estimate) -> str:
    return interval(estimate.value, estimate.low, estimate.high)


def _label(key: str, name: str) -> str:
    return name if key == name.lower() else f"{key} {name}"


_HEADER = ["points [95 %]", "p", "Holm", "pairs", "articles", "detectable"]


def _difference_lines(report: ComparisonReport) -> list[str]:
    rows = [["run − baseline", "metric", *_HEADER, *(["needed"] if report.detect else [])]]
    rows += [[one.run, one.metric, *_cells(one, report.detect)] for one in report.comparison.differences]
    notes = [TEST_NOTE, COVERAGE_NOTE, "Detectable: found in four tries of five at 5 %, with so many pairs."]
    if report.detect:
        notes.append(f"Needed: pairs (articles) to find {figure(report.detect)} points as surely.")
    notes += [
        f"McNemar over pairs, for {one.run}: p {p_text(one.mcnemar)} (each article holds one pair)."
        for one in report.comparison.differences
        if one.mcnemar is not None
    ]
    return [*_columns(rows), *notes, *_whys(report.comparison.differences)]


def _group_lines(report: ComparisonReport) -> list[str]:
    rows = [["group", "run − baseline", "metric", *_HEADER]]
    rows += [[one.group, one.run, one.metric, *_cells(one, None)] for one in report.groups]
    families = ", ".join(
        f"{metric}: {plural(size, 'test')}"
        for metric, size in {one.metric: one.family for one in report.groups if one.family}.items()
    )
    return [*_columns(rows), f"Holm's families: {families or 'no test'}."]


def _cells(one: Difference, detect: float | None) -> list[str]:
    numbers = [count(one.estimate.n), count(one.estimate.articles), figure(one.detectable)]
    if detect:
        numbers.append(_needed(detect, one))
    e = one.estimate
    return [signed_interval(e.value, e.low, e.high), p_text(one.p), p_text(one.p_holm), *numbers]


def _needed(detect: float, one: Difference) -> str:
    needed = one.needed(detect)
    return f"{count(needed.pairs)} ({count(needed.articles)})" if needed else MISSING


def _whys(differences: Sequence[Difference]) -> list[str]:
    told: dict[str, list[str]] = {}
    for one in differences:
        if one.estimate.why:
            told.setdefault(one.estimate.why, []).append(f"{one.run} {one.metric}")
    return [f"{', '.join(where)}: {why}." for why, where in told.items()]


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
