"""The page Compare: what is chosen and refused, shared and lost, and that it opens on every shape of run."""

import sqlite3

import pytest

from pages.parts import data
from pages.parts.compare.links import flips_beside, pairs_beside, pairs_of_category
from tests.run_builder import HOSTILE, add_judgement, build_run, make_pair
from tests.screens.conftest import words
from valbench_core.schema import CATEGORIES

COMPARE = "pages/results/compare.py"
HEADERS = [
    "On the shared pairs",
    "Paired differences",
    "By category",
    "Pair by pair",
    "Pairs that flip",
    "How many pairs it takes",
    "Beside the models of the paper",
]


@pytest.fixture
def two(empty_workspace):
    """Two runs on the same pairs with other verdicts."""
    build_run(empty_workspace, "first")
    build_run(empty_workspace, "second", shift=1)
    return empty_workspace


def headers(app) -> list[str]:
    return [header.value for header in app.header]


def test_two_runs_are_set_against_each_other(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs="second")
    assert headers(app) == HEADERS
    assert "21 pairs in 7 articles shared" in words(app)
    assert "second (set against it): org/<b>model</b>" in words(app)
    assert "3 lost: 3 without a verdict in one of them" in words(app)


def test_its_figures_are_those_of_the_overview(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs="second")
    overview = open_page(run="first")
    pac = app.dataframe[0].value["first"][0]
    assert overview.metric[0].value == "61.9 %"
    assert pac.startswith("61.9 [")


@pytest.mark.parametrize("other", ["v1", "partial", "failed", "answers"])
def test_it_opens_on_every_shape_of_run_from_either_side(workspace, open_page, other) -> None:
    for run, runs in (("full", other), (other, "full")):
        assert [title.value for title in open_page(COMPARE, run=run, runs=runs).title] == ["Compare"]


def test_without_runs_it_says_how_to_get_some(empty_workspace, open_page) -> None:
    assert "valbench demo" in [code.value for code in open_page(COMPARE).code]


def test_one_run_alone_has_nothing_to_be_set_against(empty_workspace, open_page) -> None:
    build_run(empty_workspace, "alone")
    app = open_page(COMPARE, run="alone")
    assert "only one run" in words(app)
    assert any(code.value.startswith("valbench run") for code in app.code)


def test_before_a_run_is_chosen_it_asks_for_one(two, open_page) -> None:
    app = open_page(COMPARE, run="first")
    assert "Choose a run to set against" in words(app)
    app.multiselect(key="runs").select("second").run()
    assert headers(app) == HEADERS
    assert app.query_params["runs"] == "second"


def test_a_link_may_join_several_runs(two, open_page) -> None:
    build_run(two, "third", shift=2)
    app = open_page(COMPARE, run="first", runs="second|third")
    assert app.multiselect(key="runs").value == ["second", "third"]
    assert app.selectbox(key="against").value == "second"
    assert "within each metric over 2 runs" in words(app)


def test_an_unknown_run_is_said_and_the_others_are_compared(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs=["second", "nobody"])
    assert "There is no such run in this workspace" in words(app)
    assert "nobody" in words(app)
    assert headers(app) == HEADERS


def test_a_run_that_cannot_be_read_is_said(two, open_page) -> None:
    two.path_of("broken").write_bytes(b"no run at all" * 100)
    app = open_page(COMPARE, run="first", runs=["second", "broken"])
    assert "This run cannot be compared" in words(app)
    assert headers(app) == HEADERS


def test_differing_protocols_are_refused_until_somebody_wants_it_anyway(two, open_page) -> None:
    build_run(two, "old", protocol="v1")
    app = open_page(COMPARE, run="first", runs="old")
    assert "protocol (first: v3, old: v1)" in words(app)
    assert headers(app) == []
    app.toggle(key="anyway").set_value(True).run()
    assert headers(app) == HEADERS
    assert app.query_params["anyway"] == "1"


def test_a_link_may_ask_for_it_anyway(two, open_page) -> None:
    build_run(two, "old", protocol="v1")
    app = open_page(COMPARE, run="first", runs="old", anyway="1")
    assert headers(app) == HEADERS
    assert "protocol (first: v3, old: v1)" in words(app)


def test_the_other_run_is_shown_under_the_judgement_of_the_same_name(two, open_page) -> None:
    for name in ("first", "second"):
        add_judgement(two.path_of(name), "other", "v3")
    app = open_page(COMPARE, run="first", judgement="other@v3", runs="second")
    assert "judged by other" in words(app)
    assert "No pair is judged in all of these runs" in words(app)


def test_a_run_without_a_judgement_names_the_command_that_makes_one(two, open_page) -> None:
    build_run(two, "answers", "answers")
    app = open_page(COMPARE, run="first", runs="answers")
    assert "valbench judge answers --judge-model ID" in [code.value for code in app.code]


def test_runs_that_flip_nowhere_say_so(two, open_page) -> None:
    build_run(two, "same")
    app = open_page(COMPARE, run="first", runs="same")
    assert "No shared pair is consistent in one" in words(app)
    assert "do not differ" in app.dataframe[1].value["note"][0]


def test_an_unknown_metric_run_or_difference_of_a_link_is_said(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs="second", metric="TRUTH", against="nobody", points="many")
    for said in ("There is no such metric", "not among those compared", "no difference to plan for"):
        assert said in words(app)


def test_another_metric_and_difference_stand_in_the_url(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs="second")
    app.selectbox(key="metric").select("REF").run()
    app.number_input(key="points").set_value(2.5).run()
    assert (app.query_params["metric"], app.query_params["points"]) == ("REF", "2.5")
    assert "pairs for 2.5 points" in app.dataframe[-1].value.columns


def test_consistent_or_not_is_not_among_the_papers_figures(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs="second", metric="consistent")
    assert "The paper prints PAC" in words(app)


def test_words_of_data_are_text_and_never_markdown(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs="second")
    assert not any(HOSTILE in markdown.value or "<b>" in markdown.value for markdown in app.markdown)
    assert not any("<b>" in caption.value for caption in app.caption)


@pytest.fixture
def beside_a_baseline_of_choice(two):
    """The second run, and the first one as a baseline under a judgement that is not its usual one."""
    add_judgement(two.path_of("first"), "other", "v3")
    return data.find("first", "other@v3"), data.find("second")


def test_a_list_beside_the_baseline_names_the_judgement_compared(beside_a_baseline_of_choice) -> None:
    link = pairs_beside(*beside_a_baseline_of_choice, outcome=("consistent",))
    assert (link.run, link.judgement) == ("first", "other@v3")
    assert (link.versus, link.versus_judgement) == ("second", "judge@v3")


def test_the_pairs_of_a_category_are_those_its_figure_rests_on(two, open_page) -> None:
    run, baseline = data.find("second"), data.find("first")
    category = CATEGORIES[0]
    found = data.differences_by([baseline, run], "category", "PAC")
    n = next(one.estimate.n for one in found if one.group == category)
    link = pairs_of_category(baseline, run, category)
    query = {key: value if isinstance(value, str) else list(value) for key, value in link.query().items()}
    assert f"{n} of 24 pairs" in words(open_page("pages/read/pairs.py", **query))
    assert n < sum(make_pair(number).category == category for number in range(24))


def test_the_flips_open_as_the_list_they_are(two, open_page) -> None:
    baseline, run = data.find("first"), data.find("second")
    flipped = list(data.flipped(baseline, run)["pair_id"])
    link = flips_beside(baseline, run, flipped[0])
    query = {key: value if isinstance(value, str) else list(value) for key, value in link.query().items()}
    app = open_page("pages/read/pairs.py", **query)
    for place, pair_id in enumerate(flipped, start=1):
        assert f"{place} of {len(flipped)}" in words(app)
        assert app.query_params["pair"] in (pair_id, [pair_id])
        if place < len(flipped):
            next(button for button in app.button if button.label == "Next").click().run()


def test_weights_that_differ_are_said(two, open_page) -> None:
    with sqlite3.connect(two.path_of("second")) as file:
        file.execute("UPDATE pair SET weight = 1 + ordinal % 3")
    assert "The runs give the shared pairs different weights" in words(
        open_page(COMPARE, run="first", runs="second")
    )


def test_each_run_that_is_unfinished_is_said_with_its_command(workspace, open_page) -> None:
    app = open_page(COMPARE, run="partial", runs=["full", "failed"])
    codes = [code.value for code in app.code]
    assert "valbench resume partial" in codes
    assert "valbench retry failed" in codes
    assert not any("full" in code for code in codes)


def test_choosing_the_run_set_against_the_baseline_as_baseline_swaps_them(two, open_page) -> None:
    app = open_page(COMPARE, run="first", runs="second")
    app.selectbox(key="run").set_value("second").run()
    assert app.multiselect(key="runs").value == ["first"]
    assert headers(app) == HEADERS
