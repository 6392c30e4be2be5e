"""The groups of a map with what they come to in a run: the JSON object of `valbench cluster`, and its text.

Figures come from `figures`, names from `names`; how a run is headed is said as in any other report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valbench_core.analysis import METRICS, OUTCOME_SHARES, GroupContrast, GroupSummary, GroupTest, ReportHead
from valbench_core.analysis.report import COVERAGE_NOTE, LABEL_WIDTH, aligned, estimate_json, head_lines
from valbench_core.maps.figures import (
    DIVERGENT,
    family_words,
    group_figures,
    group_test,
    level_at,
    places_on,
)
from valbench_core.maps.names import GroupName
from valbench_core.maps.pair_map import UNGROUPED, MapGroup, PairMap
from valbench_core.maps.texts import TEXT_WORDS
from valbench_core.numbers import MISSING, count, interval, p_text, plural, signed_interval

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.analysis import Estimate

GroupsReport = dict[str, Any]
"""The JSON object, with plain numbers, texts, lists and None."""

_LEGEND = "divergent: percent of the group's judged pairs whose two answers contradict each other"


@dataclass(frozen=True, slots=True)
class MapView:
    """A map at one level, as a run looks at it."""

    head: ReportHead
    """The run, and the judgement its figures come from."""
    pair_map: PairMap
    level: int
    """Place of the level."""
    names: Mapping[str, GroupName]
    """Of the level's groups, by id."""


def groups_report(view: MapView, table: pd.DataFrame) -> GroupsReport:
    """Return the JSON object of `valbench cluster --json` for a run's tidy table.

    Percentages are 0–100 and unrounded. A group's `n` is the number of its judged pairs, which its figures
    rest on; `levels` counts the groups of each level, without the ungrouped; `metrics` that are undefined, or
    not given because the map is for exploring only, are None.

    Raises:
        MapError: the map has no such level.
    """
    test, groups = _groups(view, table)
    return {
        **view.head.as_dict(),
        **_about_map(view),
        "n": sum(len(group["pair_ids"]) for group in groups),
        "family": _family(test),
        "groups": groups,
    }


def scope(pair_map: PairMap) -> str:
    """Return which pairs a map holds, and what of them is compared."""
    pairs = plural(len(pair_map), "pair")
    which = f"{pairs} with {' and '.join(pair_map.where)}" if pair_map.where else f"{pairs}: the whole set"
    return f"{which}, by {TEXT_WORDS[pair_map.text]}"


def groups_text(report: Mapping[str, Any]) -> str:
    """Return the report as text for a terminal."""
    parts = [_head(report), _table(report), _remarks(report)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _about_map(view: MapView) -> dict[str, Any]:
    pair_map = view.pair_map
    return {
        "scope": scope(pair_map),
        "explores": pair_map.explores,
        "why_untested": pair_map.why_untested,
        "encoder": {name: getattr(pair_map.encoder, name) for name in ("name", "source", "meaning")},
        "key": pair_map.key,
        "text": pair_map.text,
        "where": list(pair_map.where),
        "level": view.level + 1,
        "levels": [sum(group.id != UNGROUPED for group in one.groups) for one in pair_map.levels],
        "grouping": pair_map.grouping,
        "layout": pair_map.layout,
        "notes": list(pair_map.notes),
    }


def _groups(view: MapView, table: pd.DataFrame) -> tuple[GroupTest | None, list[dict[str, Any]]]:
    """Return the test of the groups, where there is one, and what each group comes to."""
    pair_map, level = view.pair_map, level_at(view.pair_map, view.level)
    figures = {one.group: one for one in group_figures(table, pair_map, view.level)}
    test = _test(table, pair_map, view.level, figures.values())
    contrasts = {contrast.group: contrast for contrast in test.contrasts} if test else {}
    return test, [
        {
            **_group(group, view.names[group.id]),
            **_figures(figures.get(group.id), contrasts.get(group.id), explores=pair_map.explores),
            "pair_ids": ids,
        }
        for group, ids in zip(level.groups, _members(table, pair_map, view.level), strict=True)
    ]


def _test(
    table: pd.DataFrame, pair_map: PairMap, level: int, figures: Iterable[GroupSummary]
) -> GroupTest | None:
    """Test the groups, where the map may be tested and anything is judged."""
    judged = sum(one.summary.n.judged for one in figures)
    return group_test(table, pair_map, level) if judged and not pair_map.explores else None


def _members(table: pd.DataFrame, pair_map: PairMap, level: int) -> list[list[str]]:
    """Return for each group the ids of the run's pairs that are in it, in order."""
    places = places_on(pair_map, table["pair_id"])
    there = np.sort(places[places >= 0])
    found = pair_map.levels[level]
    codes = found.codes[there]
    return [
        [pair_map.pair_ids[place] for place in there[codes == code].tolist()]
        for code in range(len(found.groups))
    ]


def _family(test: GroupTest | None) -> dict[str, Any] | None:
    if test is None:
        return None
    return {
        "metric": test.metric,
        "tests": test.size,
        "correction": test.correction,
        "draws": test.draws,
        "words": family_words(test),
    }


def _group(group: MapGroup, name: GroupName) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": name.text,
        "named_by": name.by,
        "size": group.size,
        "terms": list(group.terms),
    }


def _figures(found: GroupSummary | None, contrast: GroupContrast | None, *, explores: bool) -> dict[str, Any]:
    """Return what a group comes to: counts only, where the map is for exploring."""
    summary = found.summary if found else None
    metrics = {} if explores or summary is None else summary.metrics
    return {
        "n": summary.n.judged if summary else 0,
        "counts": asdict(summary.n) if summary else None,
        "outcomes": dict(summary.outcomes) if summary else None,
        "metrics": _estimates(metrics, METRICS),
        "outcome_shares": _estimates(metrics, OUTCOME_SHARES),
        "difference": asdict(contrast.difference) if contrast else None,
        "p": contrast.p if contrast else None,
        "p_corrected": contrast.p_corrected if contrast else None,
        "why": contrast.why if contrast else "",
    }


def _estimates(found: Mapping[str, Estimate], keys: Mapping[str, Any]) -> dict[str, Any]:
    return {key: estimate_json(found[key]) if key in found else None for key in keys}


# As text


def _head(report: Mapping[str, Any]) -> list[str]:
    levels = len(report["levels"])
    groups = sum(group["id"] != UNGROUPED for group in report["groups"])
    at = f", level {report['level']} of {levels} (1 is the coarsest)" if levels > 1 else ""
    return [
        *head_lines(report),
        f"map       {report['scope']}",
        f"groups    {plural(groups, 'group')}{at}, {report['grouping']}",
        f"encoder   {report['encoder']['meaning']}",
    ]


def _table(report: Mapping[str, Any]) -> list[str]:
    if report["explores"] or not any(group["n"] for group in report["groups"]):
        return _counts_only(report)
    rows = [["id", "group", "pairs", "judged", "divergent %", "beside the rest", "p", "corrected", "PAC"]]
    rows += [_row(group) for group in report["groups"]]
    return aligned(rows, right=(2, 3))


def _row(group: Mapping[str, Any]) -> list[str]:
    difference = group["difference"]
    untested = f"{MISSING} ({group['why']})" if group["why"] else MISSING
    return [
        *_named(group),
        count(group["n"]),
        _with_interval(group["outcome_shares"][DIVERGENT]),
        signed_interval(*difference.values()) if difference else MISSING,
        untested if group["p"] is None else p_text(group["p"]),
        p_text(group["p_corrected"]),
        _with_interval(group["metrics"]["PAC"]),
    ]


def _counts_only(report: Mapping[str, Any]) -> list[str]:
    judged = any(group["n"] for group in report["groups"])
    rows = [["id", "group", "pairs", *(["judged", "divergent"] if judged else [])]]
    for group in report["groups"]:
        counts = [group["n"], (group["outcomes"] or {}).get(DIVERGENT, 0)] if judged else []
        rows.append([*_named(group), *map(count, counts)])
    return aligned(rows, right=(2, 3, 4))


def _named(group: Mapping[str, Any]) -> list[str]:
    name = group["name"]
    short = name if len(name) <= LABEL_WIDTH else name[: LABEL_WIDTH - 1] + "…"
    return [group["id"], short, count(group["size"])]


def _with_interval(figures: Mapping[str, Any] | None) -> str:
    return interval(figures["value"], figures["low"], figures["high"]) if figures else MISSING


def _remarks(report: Mapping[str, Any]) -> list[str]:
    return [*_about_figures(report), *(f"note: {note}" for note in report["notes"])]


def _next_step(report: Mapping[str, Any]) -> str:
    if any(group["counts"]["answered"] for group in report["groups"] if group["counts"]):
        return f"judge the run with: valbench judge {report['run']} --judge-model ID"
    return f"the answers are yet to come: valbench resume {report['run']}"


def _about_figures(report: Mapping[str, Any]) -> Iterator[str]:
    if not any(group["n"] for group in report["groups"]):
        yield f"No pair is judged yet, so there are groups but no figures; {_next_step(report)}"
    elif report["explores"]:
        yield f"Counts only. {report['why_untested']}"
    else:
        yield f"{_LEGEND}; beside the rest: in points."
        tested = report["family"]["tests"]
        yield f"p: {report['family']['words']}." if tested else "No group can be tested against the rest."
        yield COVERAGE_NOTE
        if not any(group["outcomes"][DIVERGENT] for group in report["groups"] if group["outcomes"]):
            yield "No pair is divergent: on none do the two answers contradict each other."
