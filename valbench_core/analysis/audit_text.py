"""What a hand check says of a judge as text for a terminal, from the JSON object of `audit_report`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valbench_core.analysis.metrics import HEADLINE, METRICS
from valbench_core.analysis.ratings import ASPECTS
from valbench_core.analysis.report import aligned, head_lines
from valbench_core.numbers import MISSING, count, figure, interval, percent, plural, signed

GROUPS_SHOWN = 20
"""Categories in the text form; the JSON form has all."""
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
        parts += [_agreement(report["agreement"]), _errors(report["errors"])]
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
        f"{count(labels['adjudicated'])} adjudicated",
    )
    return [
        f"draw      {draw['id']} of {draw['created'][:10]}   ({chosen}; {judged})",
        f"labels    {plural(labels['drawn'], 'pair')} drawn so far: " + " · ".join(counts),
        *(f"note      {note}" for note in report["notes"]),
    ]


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


def _agreement(found: Json) -> list[str]:
    people = found["human_judge"]["aspects"]
    ceiling = found["ceiling"]
    columns = [
        "people–judge",
        "same",
        "people",
        "judge",
        *(["people–people", "difference"] if ceiling else []),
    ]
    rows = [["κ [95 % interval]", *columns]]
    for aspect, name in ASPECTS.items():
        one = people[aspect]
        shares = [_alone(one.get(side)) for side in ("first", "second")]
        row = [name, _kappa(one["kappa"]), _alone(one["percent"]), *shares]
        if ceiling:
            row += [_kappa(ceiling["human_human"]["aspects"][aspect]["kappa"])]
            row += [signed(ceiling["difference"][aspect]["value"], 2)]
        rows.append(row)
    lines = ["Agreement of people and judge; “people”, “judge”: how often each sets the flag", *aligned(rows)]
    if ceiling:
        both = (
            f"{plural(ceiling['pairs'], 'pair')} that two or more of {plural(ceiling['auditors'], 'auditor')}"
        )
        lines.append(
            f"People–people and difference (κ people–judge less κ people–people) rest on {both} labelled."
        )
    return [*lines, *_kappa_whys(people)]


def _kappa(found: Json) -> str:
    return interval(found["value"], found["low"], found["high"], 2)


def _kappa_whys(aspects: Json) -> list[str]:
    return [
        f"{name}: {aspects[aspect]['kappa']['why']}."
        for aspect, name in ASPECTS.items()
        if aspects[aspect]["kappa"]["why"]
    ]


def _alone(found: Json | None) -> str:
    return percent(found["value"]) if found else ""


def _errors(errors: Json) -> list[str]:
    rows = [["pairs scored otherwise than by people, percent", "differ", "too high", "too low", "labelled"]]
    rows += [_error_row("all", errors["all"])]
    rows += [_error_row(f"judge says {_score(one['group'])}", one) for one in errors["by_score"]]
    rows += [_error_row(one["group"], one) for one in errors["by_category"][:GROUPS_SHOWN]]
    return aligned(rows, right=(4,))


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
