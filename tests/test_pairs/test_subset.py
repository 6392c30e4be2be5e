"""The rule and its choice: samples, strata, weights, contradictions."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valbench_core.errors import SubsetError
from valbench_core.pairs import Condition, Subset
from valbench_core.pairs.subset import Candidate, choose, sampling_key

CANDIDATES = [Candidate(f"p{index}", "AABAC"[index % 5]) for index in range(50)]
"""Thirty of category A, ten of B, ten of C."""

strata = st.lists(st.sampled_from("AAAAAAAABBBC"), min_size=1, max_size=60).map(
    lambda names: [Candidate(str(index), name) for index, name in enumerate(names)]
)


def chosen_ids(candidates, subset):
    return [candidates[one.index].id for one in choose(candidates, subset)]


def test_without_a_number_all_are_taken():
    assert chosen_ids(CANDIDATES, Subset()) == [candidate.id for candidate in CANDIDATES]


def test_a_limit_takes_the_first():
    assert chosen_ids(CANDIDATES, Subset(limit=2)) == ["p0", "p1"]


def test_a_sample_takes_the_smallest_keys_in_source_order():
    smallest = sorted(CANDIDATES, key=lambda candidate: sampling_key(3, candidate.id))[:4]
    assert chosen_ids(CANDIDATES, Subset(sample=4, seed=3)) == [c.id for c in CANDIDATES if c in smallest]


def test_the_sampling_key_is_the_sha256_of_seed_line_end_and_id():
    assert sampling_key(7, "p1").hex().startswith("c782c9aaecf91270")
    assert sampling_key(1, "2") != sampling_key(12, "")


@pytest.mark.parametrize("rule", [{}, {"stratify": "category"}, {"stratify": "category", "equal": True}])
@given(candidates=strata, size=st.integers(1, 60), seed=st.integers(0, 5))
def test_samples_are_nested_and_independent_of_the_order(rule, candidates, size, seed):
    small, large = (
        set(chosen_ids(candidates, Subset(sample=n, seed=seed, **rule))) for n in (size, size + 1)
    )
    assert small <= large
    assert small == set(chosen_ids(candidates[::-1], Subset(sample=size, seed=seed, **rule)))


def test_other_seeds_give_other_samples():
    assert len({tuple(chosen_ids(CANDIDATES, Subset(sample=5, seed=seed))) for seed in range(9)}) == 9


def test_a_stratified_sample_is_proportional_and_unweighted():
    chosen = choose(CANDIDATES, Subset(sample=10, stratify="category"))
    assert Counter(CANDIDATES[one.index].category for one in chosen) == {"A": 6, "B": 2, "C": 2}
    assert {one.weight for one in chosen} == {1.0}


def test_an_equal_sample_carries_inclusion_weights_of_mean_one():
    chosen = choose(CANDIDATES, Subset(sample=15, stratify="category", equal=True))
    assert Counter(CANDIDATES[one.index].category for one in chosen) == {"A": 5, "B": 5, "C": 5}
    weights = {CANDIDATES[one.index].category: one.weight for one in chosen}
    assert weights == pytest.approx({"A": 1.8, "B": 0.6, "C": 0.6})  # 30/5, 10/5, 10/5 over their mean 10/3


def test_an_equal_sample_takes_the_rest_elsewhere_where_a_category_runs_out():
    chosen = choose(CANDIDATES, Subset(sample=40, stratify="category", equal=True))
    assert Counter(CANDIDATES[one.index].category for one in chosen) == {"A": 20, "B": 10, "C": 10}
    assert sum(one.weight for one in chosen) == pytest.approx(40)


@given(candidates=strata, size=st.integers(3, 60))
def test_weighted_shares_of_an_equal_sample_are_those_of_the_whole(candidates, size):
    chosen = choose(candidates, Subset(sample=size, stratify="category", equal=True))
    weights = Counter()
    for one in chosen:
        weights[candidates[one.index].category] += one.weight
    whole = Counter(candidate.category for candidate in candidates)
    assert {c: w / len(chosen) for c, w in weights.items()} == pytest.approx(
        {c: n / len(candidates) for c, n in whole.items()}
    )


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"sample": 5, "limit": 5}, "--sample and --limit exclude each other"),
        ({"sample": 5, "equal": True}, "--equal needs --stratify"),
        ({"stratify": "category"}, "--stratify needs --sample"),
        ({"sample": 5, "stratify": "scale"}, "cannot stratify by 'scale', only by category"),
        ({"sample": 0}, "--sample takes 1 or more"),
        ({"limit": -1}, "--limit takes 1 or more"),
    ],
)
def test_a_contradictory_rule_is_refused(rule, says):
    with pytest.raises(SubsetError, match=says):
        Subset(**rule)


def test_repeats_of_a_field_become_alternatives():
    subset = Subset(tuple(map(Condition.parse, ["category=A", "text~tax", "category=B|A"])))
    assert [str(condition) for condition in subset.where] == ["category=A|B", "text~tax"]


@pytest.mark.parametrize(
    ("subset", "words"),
    [
        (Subset(), "all pairs"),
        (Subset(limit=1), "the first 1 pair (not random)"),
        (
            Subset((Condition.parse("issue_scale=3..5"), Condition.parse("text~tax")), limit=1000),
            "the first 1,000 pairs (not random) where issue scale is 3..5 and text has tax",
        ),
        (
            Subset(sample=9, stratify="category", equal=True),
            "a random sample of 9 pairs (seed 0), as many from each category",
        ),
        (Subset((Condition("id", tuple("abcdef")),)), "all pairs where id is one of 6 given"),
    ],
)
def test_a_rule_is_described_in_words(subset, words):
    assert subset.describe() == words


def test_a_rule_reads_back_from_the_manifest():
    import json

    where = tuple(map(Condition.parse, ["category=A|B", r"id=a\|b|c"]))
    subset = Subset(where, sample=4, seed=2, stratify="category", equal=True)
    assert Subset.from_dict(json.loads(json.dumps(subset.as_dict()))) == subset
