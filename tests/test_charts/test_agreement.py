"""Agreement in charts: what the cells say, what a click on one leads to, what data they give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.test_analysis.tables import judged, table
from valbench_core.analysis import FlipRates, judges_agreement, order_effect, repeat_effect
from valbench_core.charts import confusion_map, flip_strip, judges_matrix


def judgement(seed: int, refusals: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return table(
        *(
            judged(
                f"a{n // 2}",
                int(rng.integers(-2, 3)),
                refusals=(refusals and n % 5 == 0, False),
                category=("Ethics", "<b>Law</b>")[n % 3 > 0],
            )
            for n in range(60)
        )
    )


@pytest.fixture(scope="module")
def judges():
    return judges_agreement({f"<i>{name}</i>@v3": judgement(seed) for seed, name in enumerate("abc")})


def counts() -> np.ndarray:
    found = np.zeros((5, 5), dtype=int)
    found[0] = [3, 1, 0, 0, 0]
    found[4, 4] = 1200
    return found


def marks(chart):
    return chart.figure.data[1]


def test_a_cell_says_how_many_pairs_and_percent_of_its_row() -> None:
    chart = confusion_map(counts(), "people", "judge", "Who said what")
    texts = dict(zip(map(tuple, marks(chart).customdata), marks(chart).text, strict=True))
    assert texts[-2, -2] == "3<br>75 %"
    assert texts[2, 2] == "1,200<br>100 %"
    assert texts[0, 0] == "0"


def test_a_click_on_a_cell_leads_to_the_rows_and_the_columns_score() -> None:
    chart = confusion_map(counts(), "people", "judge", "Who said what")
    place = list(marks(chart).customdata).index([-2, -1])
    assert (marks(chart).y[place], marks(chart).x[place]) == (0, 1)
    assert marks(chart).hovertext[place] == "people: −2<br>judge: −1<br>1 pair, 25 % of the row"


def test_percent_are_weighted_where_weights_are_given() -> None:
    shares = counts() * 1.0
    shares[0, :2] = [1, 3]
    chart = confusion_map(counts(), "people", "judge", "Who said what", shares, unit="label")
    assert marks(chart).text[0] == "3<br>25 %"
    assert "1,204 labels" in chart.figure.layout.title.subtitle.text
    assert "weighted" in chart.figure.layout.title.subtitle.text


def test_the_data_of_a_confusion_has_a_row_a_cell() -> None:
    data = confusion_map(counts(), "people", "judge", "Who said what").data
    assert list(data) == ["score: people", "score: judge", "pairs", "percent of row"]
    assert data["pairs"].sum() == 1204
    assert data["percent of row"].isna().sum() == 15


def test_names_of_models_are_text_not_markup() -> None:
    figure = confusion_map(counts(), "<b>x</b>", "<a>", "t").figure
    assert figure.layout.yaxis.title.text.startswith("&lt;b&gt;x")
    assert figure.layout.xaxis.title.text.startswith("&lt;a&gt;")


def test_judges_stand_beside_each_other_with_kappa_both_ways(judges) -> None:
    chart = judges_matrix(judges)
    texts = dict(zip(map(tuple, marks(chart).customdata), marks(chart).text, strict=True))
    assert len(texts) == 6
    one, other = judges.names[:2]
    assert texts[one, other] == texts[other, one]
    assert float(texts[one, other].replace("−", "-")) == pytest.approx(
        judges.of(one, other).kappa["score"].value, abs=0.005
    )
    assert "&lt;i&gt;a" in chart.figure.layout.yaxis.ticktext[0]
    assert "alike on" in marks(chart).hovertext[0]
    assert len(chart.data) == 3


def test_a_kappa_that_is_undefined_is_a_dash_with_its_reason(judges) -> None:
    chart = judges_matrix(judges, "refusal")
    assert set(marks(chart).text) == {"–"}
    assert "nobody ever sets it" in marks(chart).hovertext[0]
    assert "NaN" not in chart.figure.to_json()


def test_judges_are_shown_by_other_names_and_still_lead_to_their_own(judges) -> None:
    chart = judges_matrix(judges, names={judges.names[0]: "strict judge"})
    assert chart.figure.layout.yaxis.ticktext[0] == "1 · strict judge"
    assert judges.names[0] in marks(chart).customdata[0]


def test_flips_by_category_stand_beside_those_of_a_repeat() -> None:
    order = order_effect(judgement(1), judgement(2))
    repeat = repeat_effect(judgement(1), judgement(1))
    chart = flip_strip((order.flips, *order.by_category), (repeat.flips, *repeat.by_category))
    swapped, repeated = chart.figure.data
    assert [trace.name for trace in chart.figure.data] == ["order swapped", "same order, repeated"]
    assert swapped.x[0] == order.flips.changed.value
    assert set(repeated.x) == {0.0}
    assert swapped.customdata[0] == ["", "swapped"]
    assert chart.figure.layout.yaxis.ticktext[0] == "all pairs (60)"
    assert "&lt;b&gt;Law" in "".join(chart.figure.layout.yaxis.ticktext)
    assert len(chart.data) == 6


def test_without_repeats_only_swapping_is_drawn_and_sign_shows_changes_of_sign() -> None:
    order = order_effect(judgement(1), judgement(2))
    chart = flip_strip(order.by_category, sign=True)
    [trace] = chart.figure.data
    assert list(trace.x) == [one.sign_changed.value for one in order.by_category]
    assert list(trace.y) == [0, 1]
    assert "sign" in chart.title


def test_a_rate_without_a_value_is_drawn_as_nothing() -> None:
    nothing = judgement(1).assign(adjusted=np.nan)
    flips: FlipRates = order_effect(nothing, nothing).flips
    assert flip_strip([flips]).figure.data[0].x == (None,)
