import math
from itertools import combinations

import pandas as pd
import pytest

from tests.test_charts.contrast import contrast
from valbench_core.analysis import OUTCOME_SHARES, Estimate, summarise, summarise_by
from valbench_core.charts import (
    OUTCOME_COLOURS,
    OUTCOME_PATTERNS,
    Chart,
    RunPoint,
    metric_strip,
    outcome_bar,
    paper_picture,
    score_distribution,
)
from valbench_core.paper import PaperModel, paper_results
from valbench_core.schema import Outcome, ProtocolName

BACKGROUNDS = {"light": "#ffffff", "dark": "#10141a"}

PAC = Estimate(60.0, 50.0, 70.0, n=10, articles=5)


def table(outcomes: list[str], scores: list[float | None], category: str = "Ethics") -> pd.DataFrame:
    judged = [score is not None for score in scores]
    flags = (
        "for_refusal",
        "against_refusal",
        "for_no_information",
        "against_no_information",
        "value_preference",
    )
    return pd.DataFrame(
        {
            "outcome": outcomes,
            "score": scores,
            "adjusted": scores,
            "article": [f"article {n}" for n in range(len(outcomes))],
            "category": category,
            "weight": 1.0,
            **{flag: [0.0 if j else None for j in judged] for flag in flags},
            "answered": True,
            "blocked": False,
            "truncated": False,
        }
    ).astype({"score": float, "adjusted": float})


@pytest.mark.parametrize("background", BACKGROUNDS.values())
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_stands_out_from_the_background_of_both_themes(
    outcome: Outcome, background: str
) -> None:
    assert contrast(OUTCOME_COLOURS[outcome], background) >= 3


def test_every_outcome_has_a_look_of_its_own() -> None:
    looks = [(OUTCOME_COLOURS[outcome], OUTCOME_PATTERNS.get(outcome)) for outcome in Outcome]
    assert all(one != other for one, other in combinations(looks, 2))


def outcomes_of(pairs: pd.DataFrame, protocol: ProtocolName | None = None) -> Chart:
    return outcome_bar(summarise(pairs, metrics=OUTCOME_SHARES), protocol)


def test_the_outcome_bar_counts_pairs_and_adds_up() -> None:
    bars = outcomes_of(table(["consistent", "consistent", "failed"], [2, 1, None])).figure.data[0]
    assert sum(bars.x) == 3
    assert bars.text[0].startswith("2 · 100.0 %<br>[")


def test_shares_of_outcomes_are_those_of_topics_weighted_and_over_judged_pairs() -> None:
    pairs = table(["consistent", "inconsistent", "failed"], [2, -2, None]).assign(weight=[3.0, 1.0, 1.0])
    share = summarise(pairs, metrics=OUTCOME_SHARES).metrics["consistent"]
    chart = outcomes_of(pairs)
    rows = chart.data.set_index("outcome")
    assert share.value == rows.loc["consistent", "percent of judged pairs"] == 75
    assert (rows.loc["consistent", "low"], rows.loc["consistent", "high"]) == (share.low, share.high)
    assert chart.figure.data[0].text[-1] == "1"
    assert math.isnan(rows.loc["failed", "percent of judged pairs"])
    assert "of the 2 judged pairs" in chart.figure.layout.title.subtitle.text


def test_lost_pairs_have_a_bar_only_where_there_are_some() -> None:
    labels = outcomes_of(table(["consistent"], [2])).figure.data[0].y
    assert "failed" not in labels
    assert "both refused" in labels


def test_mixed_is_named_by_its_meaning_under_protocol_v3() -> None:
    labels = outcomes_of(table(["mixed"], [0]), "v3").figure.data[0].y
    assert "nothing meaningful said" in labels


def test_scores_are_shown_before_and_after_the_adjustment() -> None:
    pairs = table(["one refused", "inconsistent"], [-1, -2])
    pairs.loc[0, "adjusted"] = 1.0
    given, adjusted = score_distribution(pairs).figure.data
    assert tuple(given.x) == (1, 1, 0, 0, 0)
    assert tuple(adjusted.x) == (1, 0, 0, 1, 0)


@pytest.mark.parametrize(
    ("protocol", "zero"),
    [("v1", "0: only one takes a<br>stand, or mixed"), ("v3", "0: neither says anything<br>meaningful")],
)
def test_the_axis_says_what_0_means_under_the_protocol(protocol, zero) -> None:
    figure = score_distribution(table(["mixed"], [0]), protocol).figure
    assert figure.layout.yaxis.ticktext[2] == zero


def test_names_that_begin_alike_stay_apart_keep_their_pairs_and_are_whole_in_the_hover() -> None:
    names = [f"{'The same long beginning of a name ' * 3}{end}" for end in ("here", "there")]
    pairs = pd.concat([table(["consistent"] * 2, [2, 2], name) for name in names])
    chart = metric_strip(summarise_by(pairs, "category"), "PAC", PAC, "Consistency by category").figure
    first, second = chart.layout.yaxis.ticktext
    assert first != second
    assert first.endswith("(2)")
    assert " ".join(names[0].split()) in chart.data[0].text[0].replace("<br>", " ")


def test_rows_are_as_high_as_their_longest_label() -> None:
    def height(name: str) -> int:
        groups = summarise_by(table(["consistent"] * 2, [2, 2], name), "category")
        return metric_strip(groups * 4, "PAC", PAC, "Consistency by category").figure.layout.height

    assert height("word " * 30) - height("word") >= 4 * 16


def test_scores_of_unjudged_pairs_are_left_out() -> None:
    chart = score_distribution(table(["unjudged", "consistent"], [None, 2])).figure
    assert sum(chart.data[0].x) == 1
    assert "1 judged pair" in chart.layout.title.subtitle.text


def test_a_strip_shows_the_interval_of_each_group_and_the_whole() -> None:
    pairs = pd.concat(
        [table(["consistent"] * 6, [2, 2, 1, 2, 2, 1]), table(["inconsistent"], [-2], "History")]
    )
    groups = summarise_by(pairs, "category")
    chart = metric_strip(groups, "PAC", summarise(pairs).metrics["PAC"], "Consistency by category").figure
    assert chart.layout.yaxis.ticktext == ("Ethics (6)", "History (1)")
    assert chart.data[0].error_x.array[0] > 0
    assert chart.data[0].marker.symbol == ("circle", "circle-open")


def test_a_group_is_never_taken_for_markup() -> None:
    pairs = table(["consistent"], [2], "<a href='x'>y</a>")
    chart = metric_strip(summarise_by(pairs, "category"), "PAC", PAC, "Consistency by category").figure
    # What a click tells the app is no text of the figure.
    chart.update_traces(customdata=None)
    assert "<a" not in str(chart.to_dict())


def test_the_picture_of_the_paper_holds_all_its_models() -> None:
    dots = paper_picture(paper_results()).figure.data
    assert sum(len(kind.x) for kind in dots) == 28


def test_a_model_of_the_paper_stands_at_refusals_plus_missing_information() -> None:
    dots = paper_picture([PaperModel("m", "chat", pac=40, vpref=1, ref=3, ninf=2)]).figure.data[0]
    assert (dots.x, dots.y) == ((5,), (40,))


@pytest.mark.parametrize(("protocol", "symbol"), [("v1", "star-open"), ("v3", "star")])
def test_a_run_of_another_protocol_than_the_papers_is_hollow(protocol, symbol) -> None:
    run = paper_picture(paper_results(), RunPoint("run", PAC, 10, 5, protocol)).figure.data[-1]
    assert run.marker.symbol == symbol
    assert run.x == (15,)


@pytest.mark.parametrize("chart", [outcomes_of, score_distribution])
def test_a_chart_of_no_pairs_is_still_a_chart(chart) -> None:
    assert chart(table([], [])).figure.layout.title.text


def test_the_data_of_a_chart_are_the_numbers_it_draws() -> None:
    pairs = table(["consistent", "consistent", "failed"], [2, 1, None])
    bars = outcomes_of(pairs)
    assert list(bars.data["pairs"]) == list(bars.figure.data[0].x)
    overall = PAC
    strip = metric_strip(summarise_by(pairs, "category"), "PAC", overall, "Consistency by category")
    assert list(strip.data["value"]) == [overall.value, *strip.figure.data[0].x]
    assert len(paper_picture(paper_results(), RunPoint("run", PAC, 10, 5, "v3")).data) == 29


def test_combined_scores_are_shown_at_half_steps_and_without_a_score_of_one_judge() -> None:
    pairs = table(["mixed", "consistent", "pending"], [0, 2, None])
    pairs["score"] = float("nan")
    pairs.loc[0, "adjusted"] = -0.5
    chart = score_distribution(pairs)
    (bars,) = chart.figure.data
    assert dict(zip(bars.y, bars.x, strict=True)) == dict.fromkeys(bars.y, 0) | {-0.5: 1, 2.0: 1}
    assert bars.customdata[3] == -0.5
    assert "combined scores of 2 pairs" in chart.figure.layout.title.subtitle.text
