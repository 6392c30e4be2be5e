"""What keeps judgements from being compared, whose judge is of the family, and how runs are named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from valbench_core.analysis import Contender, check_comparable, display_names, maker_of, obstacles
from valbench_core.errors import ComparisonError
from valbench_core.runs import JudgementSpec

SPEC = JudgementSpec("judge", "v3", "https://a.example", {"user": "x"}, "a" * 64, {"temperature": 0.05})


def contender(
    run: str, spec: JudgementSpec | None = SPEC, model: str = "model", **answering: object
) -> Contender:
    return Contender(run, model, spec, answering)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"protocol": "v1"}, "protocol (a: v3, b: v1)"),
        ({"judge": "other"}, "judge (a: judge, b: other)"),
        ({"base_url": "https://b.example"}, "judge's address"),
        ({"prompt_sha256": "b" * 64}, "judge's prompt"),
        ({"sampling": {"temperature": 1.0}}, "judge's sampling (a: temperature 0.05"),
        ({"order": "swapped"}, "order (a: normal, b: swapped)"),
    ],
)
def test_what_a_verdict_depends_on_must_agree(change, named) -> None:
    with pytest.raises(ComparisonError) as refusal:
        check_comparable([contender("a"), contender("b", replace(SPEC, **change))])
    assert named in str(refusal.value)
    assert "--anyway" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_name_and_replicate_of_a_judgement_do_not_matter() -> None:
    assert obstacles([contender("a"), contender("b", replace(SPEC, replicate=1, made_by_run=True))]) == []


def test_prompts_without_a_hash_are_compared_by_their_text() -> None:
    unhashed = replace(SPEC, prompt_sha256="")
    other = replace(unhashed, prompt={"user": "y"})
    assert obstacles([contender("a", unhashed), contender("b", unhashed)]) == []
    assert len(obstacles([contender("a", unhashed), contender("b", other)])) == 1


def test_a_run_without_a_judgement_is_no_obstacle() -> None:
    assert obstacles([contender("a"), contender("b", None)]) == []


def test_a_judge_of_the_models_own_family_is_marked() -> None:
    by_gpt = replace(SPEC, judge="openai/gpt-5")
    assert contender("a", by_gpt, model="gpt-4.1-mini").family == "OpenAI"
    assert contender("a", by_gpt, model="claude-sonnet-4").family is None


def test_unknown_makers_are_no_family() -> None:
    assert contender("a", replace(SPEC, judge="in-house"), model="in-house").family is None


@pytest.mark.parametrize(
    ("model", "maker"),
    [
        ("gpt-oss:20b", "OpenAI"),
        ("eu.amazon.nova-lite-v1:0", "Amazon"),
        ("meta-llama/Llama-3.3-70B-Instruct", "Meta"),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "DeepSeek"),
        ("google/gemma-3-27b-it", "Google"),
        ("gemma3:27b", "Google"),
        ("QwQ-32B", "Alibaba"),
        ("x-ai/grok-4", "xAI"),
        ("moonshotai/kimi-k2", "Moonshot"),
        ("microsoft/phi4", "Microsoft"),
        ("philosopher-7b", None),
        ("builtin:opposed", None),
        ("", None),
    ],
)
def test_a_maker_is_read_from_a_models_name(model, maker) -> None:
    assert maker_of(model) == maker


def test_runs_that_were_asked_alike_keep_their_names() -> None:
    alike = {"settings": {"temperature": 0.1}, "system_prompt": "Be honest."}
    assert display_names([contender("a", **alike), contender("b", **alike)]) == ["a", "b"]


def test_a_differing_system_prompt_shows_in_the_names() -> None:
    runs = [contender(run, settings={"top_p": 0.9}, system_prompt=f"Be {run}.") for run in "ab"]
    first, second = display_names(runs)
    assert first.startswith("a (system prompt #")
    assert first[2:] != second[2:]


def test_a_run_that_does_not_say_how_it_asked_keeps_its_name() -> None:
    asked = {"settings": {"temperature": 0.1}, "system_prompt": "Be honest."}
    assert display_names([contender("a", **asked), contender("b")]) == ["a", "b"]


def test_prompts_that_differ_are_told_apart_without_their_hashes() -> None:
    found = obstacles([contender("a"), contender("b", replace(SPEC, prompt_sha256="f" * 64))])
    assert found == ["judge's prompt (a: text A, b: text B)"]


def test_runs_are_compared_where_both_average_the_two_orders() -> None:
    both = [replace(contender(run), derived="orders") for run in "ab"]
    assert obstacles(both) == []
    assert obstacles([both[0], contender("b")]) == [
        "what counts (a: the mean of both orders, b: one verdict a pair)"
    ]
