"""What a hand check says of a judge as text for a terminal, from the JSON object of `audit_report`.

The part on agreement is left to `audit_agreement_text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valbench_core.analysis.audit_agreement_text import agreement_parts
from valbench_core.analysis.metrics import HEADLINE, METRICS
from valbench_core.analysis.report import aligned, head_lines
from valbench_core.numbers import MISSING, count, figure, interval, percent, plural, signed

LEAST_LABELLED = 5
"""Labelled pairs that a category needs to be told of in the text form; the JSON form has all."""
NOTES = (
    "“Issues like these” also covers the draw of issues; “these pairs” only which pairs were labelled.",
    "“To halve”: more labels that halve the interval for issues like these, – where none do; “stays”: half",
    "its width with every pair labelled, from the number of articles. A correction holds for this run alone.",
)
"""Below the table of corrected figures."""

Json = Mapping[str, Any]


def audit_text(report: Json) -> str:
    """Return a report as text: what it is of, labels, corrected metrics, agreement, errors."""
    parts = [[*head_lines(report), *_labels(report)], _metrics(report)]
    if report["agreement"] is not None:
        parts += [*agreement_parts(report["agreement"]), _errors(report["errors"])]
    if report["problems"]:
        parts.append(_problems(report))
    return "\n\n".join("\n".join(lines) for lines in parts)


def _labels(report: Json) -> list[str]:
    draw, labels = report["draw"], report["labels"]
    chosen = "half by signs of doubt" if draw["sampling"] == "doubt" else "every pair equally likely"
    share = f" ({percent(100 * labels['skipped'] / labels['drawn'])})" if labels["drawn"] else ""
    judged = plural(labels["judged"], "judged pair")
    counts = (
        f"{count(labels['labelled'])} labelled by {plural(labels['auditors'], 'auditor')}",
        f"{count(labels['skipped'])} skipped{share}",
        *_unusable(labels["unusable"]),
        f"{count(labels['adjudicated'])} adjudicated",
    )
    return [
        f"compared  labels by people with the verdicts of {report['judgement']}, on the same answers",
        f"draw      {draw['id']} of {draw['created'][:16].replace('T', ' ')} UTC   ({chosen}; {judged})",
        f"labels    {plural(labels['drawn'], 'pair')} drawn so far: " + " · ".join(counts),
        *(f"note      {note}" for note in report["notes"]),
    ]


def _unusable(pairs: int) -> list[str]:
    """Return what is said of pairs whose labels say nothing of the verdicts, if there are any.

    >>> _unusable(0), _unusable(2)
    ([], ['2 with labels that do not count'])
    """
    return [f"{count(pairs)} with labels that do not count"] if pairs else []


def _metrics(report: Json) -> list[str]:
    heading = ["percent", "", "judge alone", "issues like these", "these pairs"]
    rows = [[*heading, "labelled", "differ", "to halve", "stays"]]
    whys: dict[str, list[str]] = {}
    for key in HEADLINE:
        found = report["metrics"][key]
        rows.append(_metric_row(key, found))
        texts = (
            [(found[name] or {}).get("why") for name in ("corrected", "here")] if found["labelled"] else []
        )
        for text in dict.fromkeys(filter(None, texts or [found["why"]])):
            whys.setdefault(text, []).append(key)
    notes = [f"{', '.join(keys)}: {text}." for text, keys in whys.items()]
    return ["Corrected by the labels [95 % intervals]", *aligned(rows, right=(5, 6, 7, 8)), *NOTES, *notes]


def _metric_row(key: str, found: Json) -> list[str]:
    shown = [_figures(found[name]) for name in ("judge", "corrected", "here")]
    more, floor = found["more_to_halve"], found["floor"]
    counts = [count(found["labelled"]), count(found["disagreements"])]
    planned = [
        MISSING if more is None else f"+{count(more)}",
        MISSING if floor is None else f"±{figure(floor)}",
    ]
    return [key, METRICS[key].name, *shown, *counts, *planned]


def _figures(found: Json | None) -> str:
    return interval(found["value"], found["low"], found["high"]) if found else MISSING


def _errors(errors: Json) -> list[str]:
    rows = [["pairs scored otherwise than by people, percent", "differ", "too high", "too low", "labelled"]]
    rows += [_error_row("all", errors["all"])]
    rows += [_error_row(f"judge says {_score(one['group'])}", one) for one in errors["by_score"]]
    told = [one for one in errors["by_category"] if one["labelled"] >= LEAST_LABELLED]
    rows += [_error_row(one["group"], one) for one in told]
    return [*aligned(rows, right=(4,)), *_others(len(errors["by_category"]) - len(told))]


def _others(categories: int) -> list[str]:
    """Return what is said of the categories that are not told one by one.

    >>> _others(3)
    ['and 3 categories with fewer than 5 labelled pairs each (in --json)']
    """
    if not categories:
        return []
    number = plural(categories, "category", "categories")
    return [f"and {number} with fewer than {LEAST_LABELLED} labelled pairs each (in --json)"]


def _score(group: str) -> str:
    """Return a score with its sign; one between whole ones, as derived judgements give, with a digit.

    >>> _score("-2"), _score("0.5")
    ('−2', '+0.5')
    """
    score = float(group)
    return signed(score, 0 if score.is_integer() else 1)


def _error_row(name: str, found: Json) -> list[str]:
    shares = [_figures(found["differ"]), *(_value(found[side]) for side in ("over", "under"))]
    return [name, *shares, count(found["labelled"])]


def _value(found: Json | None) -> str:
    return figure(found["value"]) if found else MISSING


def _problems(report: Json) -> list[str]:
    kinds = " · ".join(f"{kind} {count(pairs)}" for kind, pairs in report["problems"].items())
    without = _figures(report["pac_without_problems"])
    return [f"marked as problems: {kinds}", f"PAC of people over labelled pairs without these: {without}"]
