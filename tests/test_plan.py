"""What a run is to do, and the manifest from which it can be done again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.commands import write_pairs
from valbench_core.cli.options import JudgeOptions, ModelOptions
from valbench_core.cli.planning import answering_of, judging_of
from valbench_core.pairs import Selection, Source, Subset, open_source, select
from valbench_core.plan import Answering, Judging, Plan

MODEL = ModelOptions(model="m", base_url="http://localhost:1/v1", stop=("#", "END"), price="0.5,1.5")
JUDGE = JudgeOptions(judge_model="j", judge_extra_body='{"top_k": 20}', protocol="v1")


@pytest.fixture
def selection(tmp_path) -> Selection:
    return select(open_source(Source(str(write_pairs(tmp_path / "pairs.jsonl")))), Subset(sample=5, seed=3))


@pytest.fixture
def plan() -> Plan:
    return Plan(answering_of(MODEL), judging_of(JUDGE, MODEL), condition="plain", series="one")


def test_a_plan_read_back_from_its_manifest_is_the_same(plan, selection):
    assert Plan.from_manifest(json.loads(json.dumps(plan.manifest(selection)))) == plan


def test_a_plan_without_a_judge_or_with_built_in_models_is_read_back_too(selection):
    for plan in (
        Plan(Answering("builtin:opposed"), Judging("builtin:rules", "v3")),
        Plan(Answering("m"), None),
    ):
        assert Plan.from_manifest(json.loads(json.dumps(plan.manifest(selection)))) == plan


def test_a_run_that_was_imported_has_nobody_to_ask():
    assert Plan.from_manifest({"imported": {"as": "responses"}}) == Plan(None, None)


def test_a_manifest_names_the_variable_of_a_key_and_never_the_key(plan, selection, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    text = json.dumps(plan.manifest(selection))
    assert "OPENAI_API_KEY" in text
    assert "sk-very-secret" not in text


@pytest.mark.parametrize(
    "name", ["max_tokens", "max_completion_tokens", "prompt_cache_key", "stop_token_ids"]
)
def test_a_field_that_only_sounds_like_a_secret_is_sent(name):
    options = replace(MODEL, extra_body=json.dumps({name: 1}))
    assert answering_of(options).settings.extra_body == {name: 1}


def test_a_manifest_says_how_the_pairs_were_chosen(plan, selection):
    manifest = plan.manifest(selection)
    assert Subset.from_dict(manifest["subset"]) == Subset(sample=5, seed=3)
    assert (manifest["matching"], manifest["source"]["n"]) == (12, 12)
    assert len(manifest["source"]["fingerprint"]) == 64


def test_built_in_models_make_a_run_illustrative(plan):
    assert not plan.illustrative
    assert replace(plan, answering=Answering("builtin:opposed")).illustrative
    assert replace(plan, judging=Judging("builtin:rules", "v3")).illustrative


def test_a_judgement_carries_all_that_its_verdicts_depend_on(plan):
    spec = plan.judging.spec(made_by_run=True)
    assert (spec.judge, spec.protocol, spec.base_url) == ("j", "v1", "http://localhost:1/v1")
    assert spec.prompt_sha256 == plan.judging.prompt.sha256
    assert (spec.sampling["extra_body"], spec.made_by_run) == ({"top_k": 20}, True)
