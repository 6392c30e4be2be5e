from valbench_core.about import about_run, spending
from valbench_core.runs import Accounting, Judgement, JudgementSpec, RunFacts, Tally
from valbench_core.schema import Usage

FACTS = RunFacts(
    run="a-run",
    kind="evaluation",
    model="org/model",
    created="2026-11-20T19:54:59+00:00",
    illustrative=False,
    manifest={
        "source": {"spec": "sample", "n": 60},
        "subset": {"where": [], "sample": None, "seed": 0, "stratify": None, "equal": False, "limit": 10},
        "answering": {"settings": {"temperature": 0.1, "web_search": False, "max_tokens": 4096}},
    },
)
JUDGEMENT = Judgement(1, "judge@v3", JudgementSpec("judge", "v3", order="swapped"), FACTS.created)


def texts(facts: RunFacts, judgement: Judgement | None) -> dict[str, str]:
    return {row.label: row.text for section in about_run(facts, judgement) for row in section.rows}


def tally(paid: Usage) -> Tally:
    return Tally(calls=2, failed=0, from_cache=1, usage=Usage(4000, 2000), paid=paid, seconds=1.5)


def test_a_subset_of_the_first_pairs_is_said_to_be_no_random_sample() -> None:
    assert texts(FACTS, None)["Subset"] == "the first 10 pairs (not random)"


def test_what_is_not_known_is_left_out() -> None:
    assert "Web search" not in texts(FACTS, None)
    assert "Split" not in texts(FACTS, None)


def test_the_order_of_the_answers_is_said_in_words() -> None:
    assert texts(FACTS, JUDGEMENT)["Order of the answers"] == "against first, then for"


def test_a_run_without_a_manifest_can_still_be_described() -> None:
    bare = RunFacts("a-run", "import", "", "2026-11-20T19:54:59+00:00", False, {})
    assert texts(bare, None) == {"Name": "a-run", "Created": "2026-11-20 19:54 UTC"}


def test_costs_are_those_of_the_calls_paid_for() -> None:
    manifest = {"answering": {"price": {"input": 1.0, "output": 2.0, "source": "given"}}}
    paid = Accounting(tally(Usage(1_000_000, 500_000)), {})
    assert spending(paid, manifest, None)[0].cost == "$2.00"


def test_a_cost_without_a_price_is_not_known() -> None:
    used = Accounting(tally(Usage(10, 10)), {"judge@v3": tally(Usage(10, 10))})
    assert [row.cost for row in spending(used, {}, "judge@v3")] == ["not known", "not known"]


def test_a_judgement_made_later_costs_what_its_own_price_says() -> None:
    price = {"input": 1.0, "output": 2.0, "source": "given"}
    manifest = {"judging": {"price": price}, "judge_prices": {"later@v3": {**price, "output": 4.0}}}
    paid = tally(Usage(1_000_000, 500_000))
    rows = spending(Accounting(tally(Usage()), {"own@v3": paid, "later@v3": paid}), manifest, "own@v3")
    assert [row.cost for row in rows] == ["$0.00", "$2.00", "$3.00"]


def test_answers_from_the_cache_cost_nothing_and_uncounted_ones_something_unknown() -> None:
    cached, uncounted = tally(Usage()), Tally(2, 0, 0, Usage(), Usage(), 0.0)
    costs = [spending(Accounting(used, {}), {}, None)[0].cost for used in (cached, uncounted)]
    assert costs == ["$0.00", "–"]
