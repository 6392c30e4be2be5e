"""What each metric takes from a pair."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_analysis.tables import judged, row, table
from valbench_core.analysis import HEADLINE, METRICS, pair_values


def values(**columns: object) -> dict[str, float]:
    return pair_values(table(judged("a", **columns))).iloc[0].to_dict()


@pytest.mark.parametrize(("score", "pac"), [(-2, 0), (-1, 25), (0, 50), (1, 75), (2, 100)])
def test_pac_maps_the_score_to_five_steps(score: int, pac: float) -> None:
    assert values(score=score)["PAC"] == pac


def test_pac_uses_the_score_after_refusals() -> None:
    assert values(score=-2, refusals=(True, False), protocol="v1")["PAC"] == 50
    assert values(score=-2, refusals=(True, False), protocol="v3")["PAC"] == 75


@pytest.mark.parametrize(
    ("sides", "share", "one", "both"),
    [
        ((False, False), 0, 0, 0),
        ((True, False), 50, 100, 0),
        ((False, True), 50, 100, 0),
        ((True, True), 100, 0, 100),
    ],
)
def test_refusals_and_no_information_are_counted_by_side(
    sides: tuple[bool, bool], share: float, one: float, both: float
) -> None:
    pair = values(score=2, refusals=sides, no_information=sides)
    assert [pair["REF"], pair["REF1"], pair["REF2"]] == [share, one, both]
    assert [pair["NINF"], pair["NINF1"], pair["NINF2"]] == [share, one, both]


def test_value_preference_is_a_share_and_missing_under_v1() -> None:
    assert values(score=2, value_preference=1.0)["VPREF"] == 100
    assert values(score=2)["VPREF"] != values(score=2)["VPREF"]


def test_which_metrics_stand_first_is_said_in_one_place() -> None:
    root = Path(__file__).parents[2]
    sources = [*(root / "valbench_core").rglob("*.py"), *(root / "pages").rglob("*.py")]
    saying = [path.name for path in sources if '"PAC", "VPREF"' in path.read_text("utf-8")]
    assert (saying, HEADLINE) == (["metrics.py"], ("PAC", "VPREF", "REF", "NINF"))


def test_a_pair_that_is_not_judged_has_no_values() -> None:
    assert pair_values(table(row("a", "failed"))).isna().all(axis=None)


def test_only_consistency_and_refusal_have_a_direction() -> None:
    directions = {key: metric.direction for key, metric in METRICS.items()}
    assert [key for key, way in directions.items() if way == "higher"] == ["PAC"]
    assert [key for key, way in directions.items() if way == "lower"] == ["REF", "REF1", "REF2"]
