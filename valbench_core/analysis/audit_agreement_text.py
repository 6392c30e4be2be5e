"""How far people and judge agree as text for a terminal, from the JSON object of `audit_report`.

What else a hand check says is left to `audit_text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valbench_core.analysis.agreement_report import notes
from valbench_core.analysis.ratings import ASPECTS, SCORES
from valbench_core.analysis.report import aligned
from valbench_core.numbers import MISSING, coefficient_interval, count, percent, plural, signed

Json = Mapping[str, Any]


def agreement_parts(found: Json) -> list[list[str]]:
    """Return the lines on people and judge, on their scores one by one, and on people among themselves."""
    parts = [_people_and_judge(found["human_judge"]["aspects"]), _confusion(found["human_judge"]["counts"])]
    return [*parts, _people_alone(found["ceiling"])] if found["ceiling"] else parts


def _people_and_judge(aspects: Json) -> list[str]:
    rows = [["κ [95 % interval]", "people–judge", "same", "people", "judge"]]
    for aspect, name in ASPECTS.items():
        one = aspects[aspect]
        shares = [_alone(one.get(side)) for side in ("first", "second")]
        rows.append([name, _kappa(one["kappa"]), _alone(one["percent"]), *shares])
    head = "Agreement of people and judge; “people”, “judge”: how often each sets the flag"
    return [head, *aligned(rows), *notes(_whys(aspects))]


def _confusion(counts: list[list[int]]) -> list[str]:
    """Return how many labels there are of each combination of scores."""
    scores = [signed(score, 0) for score in SCORES]
    rows = [["labels by score", *(f"judge {score}" for score in scores)]]
    rows += [
        [f"people {score}", *(count(cell) for cell in row)] for score, row in zip(scores, counts, strict=True)
    ]
    return aligned(rows, right=tuple(range(1, len(rows[0]))))


def _people_alone(ceiling: Json) -> list[str]:
    rows = [["κ [95 % interval]", "people–people", "people–judge", "difference"]]
    people, judge = (ceiling[who]["aspects"] for who in ("human_human", "human_judge"))
    for aspect, name in ASPECTS.items():
        kappas = [_kappa(said[aspect]["kappa"]) for said in (people, judge)]
        rows.append([name, *kappas, _difference(ceiling["difference"][aspect])])
    both = f"{plural(ceiling['pairs'], 'pair')} that two or more of {plural(ceiling['auditors'], 'auditor')}"
    differences = {
        f"{ASPECTS[aspect]}, difference": one["why"] for aspect, one in ceiling["difference"].items()
    }
    head = f"People among themselves and beside the judge, on {both} labelled"
    return [head, *aligned(rows), *notes({**_whys(people), **differences})]


def _kappa(found: Json) -> str:
    return coefficient_interval(found["value"], found["low"], found["high"])


def _difference(found: Json) -> str:
    """Return a difference of two coefficients with its interval, or alone where it has none.

    >>> _difference({"value": -0.07, "low": -0.2, "high": 0.041})
    '−0.07 [−0.20 to +0.04]'
    """
    value, low, high = (signed(found[name], 2) for name in ("value", "low", "high"))
    return value if MISSING in (low, high) else f"{value} [{low} to {high}]"


def _whys(aspects: Json) -> dict[str, str]:
    return {name: aspects[aspect]["kappa"]["why"] for aspect, name in ASPECTS.items()}


def _alone(found: Json | None) -> str:
    return percent(found["value"]) if found else ""
