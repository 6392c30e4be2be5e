"""Setting up an evaluation: pairs, model, judge and limits from widgets, as the options of `valbench run`.

What the options mean and whether they fit is decided by `cli.planning`; starting is left to the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import streamlit as st

from pages.parts import data
from pages.parts.evaluate.endpoint import address, key_for, price_of
from valbench_core.background import arguments_of
from valbench_core.cli.options import JudgeOptions, LimitOptions, ModelOptions, PairOptions
from valbench_core.cli.planning import answering_of, judging_of, limits_of, source_of, subset_of
from valbench_core.errors import KeyRefusedError
from valbench_core.evaluate import check_plan
from valbench_core.forecast import Forecast, forecast
from valbench_core.inference.builtin import BEHAVIOURS
from valbench_core.judging import RULES_JUDGE
from valbench_core.pairs import Condition, Count, Source
from valbench_core.pairs.condition import NONE
from valbench_core.plan import Plan
from valbench_core.schema import ISSUE_SCALES, PROTOCOLS
from valbench_core.settings import endpoint

JUDGE_KEY_VARIABLE = "JUDGE_API_KEY"
"""Holds the judge's key where the model's own variable is taken by another endpoint's key."""

_SAMPLE, _HUB, _FILES = "Bundled sample", "Hugging Face Hub", "File or folder"
_ALL, _RANDOM, _FIRST = "all that match", "a random sample", "the first ones"
_STRATA = ("from all alike", "in proportion to the categories", "the same number from each category")
_ENDPOINT, _BUILT_IN = "A model at an endpoint", "A built-in one (offline, illustrative)"
_SAME, _OTHER, _RULES, _NOBODY = (
    "A model at the same endpoint",
    "A model elsewhere",
    "Built-in rules (offline)",
    "Nobody yet",
)


@dataclass(frozen=True, slots=True)
class PairsChosen:
    """The pairs to evaluate."""

    options: PairOptions
    source: Source
    count: Count


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of one role and the keys typed for it."""

    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By the variable that holds them."""
    model: ModelOptions | None = None
    judge: JudgeOptions = JudgeOptions()


@dataclass(frozen=True, slots=True)
class NewRun:
    """An evaluation that could be started."""

    arguments: list[str]
    """Of `valbench`, without name and key."""
    keys: Mapping[str, str] = field(repr=False)
    """By the variable that holds them."""
    model: str
    expected: Forecast


def choose_pairs() -> PairsChosen | None:
    """Let people choose a source and a subset, and show how many pairs it has.

    Raises:
        PairsError: the source cannot be read, or the rule does not fit it.
    """
    options = _source_options()
    if options is None:
        return None
    source = source_of(options)
    whole = data.count_pairs(source, subset_of(options))
    options = _subset_options(options, whole)
    counted = data.count_pairs(source, subset_of(options))
    _show_count(counted)
    return PairsChosen(options, source, counted) if counted.n else None


def choose_model() -> Asked | None:
    """Let people choose who answers; None while nobody is named."""
    kind = st.radio("Who answers", [_ENDPOINT, _BUILT_IN], key="new:answering", horizontal=True)
    if kind == _BUILT_IN:
        name = st.selectbox("Behaviour", list(BEHAVIOURS), key="new:behaviour", help=_BEHAVIOUR_HELP)
        return Asked(model=ModelOptions(model=name))
    left, right = st.columns(2)
    base_url = address(left, "new:model")
    model = right.text_input(
        "Model", key="new:model", placeholder="as the endpoint names it", autocomplete="off"
    )
    keys = key_for(base_url, "new:model")
    options = _sampling(ModelOptions(model=model.strip(), base_url=base_url))
    return Asked(keys, options) if options.model and base_url else None


def choose_judge(asked: Asked) -> Asked | None:
    """Let people choose who judges the answers of a model; None while nobody is named."""
    assert asked.model is not None
    kinds = [_SAME, _OTHER, _RULES, _NOBODY] if asked.model.base_url else [_RULES, _OTHER, _NOBODY]
    kind = st.radio("Who judges", kinds, key="new:judging", horizontal=True)
    if kind == _NOBODY:
        st.caption("Answers are collected now and can be judged later.")
        return Asked()
    return judge_options("new:judge", kind, asked)


def judge_options(key: str, kind: str, asked: Asked | None = None) -> Asked | None:
    """Let people name a judge of a kind and its protocol; None while nobody is named."""
    base_url: str | None = None
    keys: Mapping[str, str] = {}
    variable: str | None = None
    if kind == _RULES:
        model = RULES_JUDGE
    else:
        left, right = st.columns(2)
        if kind == _OTHER:
            base_url = address(left, key)
            keys = key_for(base_url, key)
            variable, keys = _apart(keys, base_url, asked)
        model = right.text_input("Judge", key=key, placeholder="as its endpoint names it", autocomplete="off")
    protocol = st.radio(
        "Protocol", PROTOCOLS[::-1], key=f"{key}:protocol", horizontal=True, captions=_PROTOCOL_CAPTIONS
    )
    options = JudgeOptions(
        judge_model=model.strip(), judge_base_url=base_url, judge_api_key_env=variable, protocol=protocol
    )
    price = price_of(f"{key}:price", "Price of the judge") if kind != _RULES else None
    named = bool(options.judge_model) and (kind != _OTHER or bool(base_url))
    return Asked(keys, judge=replace(options, judge_price=price)) if named else None


def choose_limits() -> LimitOptions:
    """Let people bound what the evaluation may use."""
    with st.expander("Limits"):
        calls, cost, seconds = st.columns(3)
        defaults = LimitOptions()
        return LimitOptions(
            concurrency=calls.number_input(
                "Calls at a time", 1, 1000, defaults.concurrency, key="new:concurrency"
            ),
            max_cost=cost.number_input(
                "Stop before so many US dollars", 0.01, value=None, key="new:max_cost"
            ),
            timeout=seconds.number_input(
                "Seconds a call may take", 1.0, value=defaults.timeout, key="new:timeout"
            ),
        )


def plan_of(pairs: PairsChosen, answering: Asked, judging: Asked, limits: LimitOptions) -> NewRun:
    """Return the evaluation that was chosen, with what it will take.

    Raises:
        ValBenchError: the options do not fit together, or a key is missing.
    """
    assert answering.model is not None
    keys = {**judging.keys, **answering.keys}
    plan = Plan(answering_of(answering.model), judging_of(judging.judge, answering.model))
    try:
        check_plan(plan, limits_of(limits))
    except KeyRefusedError:
        # A key typed here goes to the new process alone, never into this server's environment.
        if not keys:
            raise
    arguments = ["run", *arguments_of(pairs.options, answering.model, judging.judge, limits)]
    if judging.judge.judge_model is None:
        arguments.append("--responses-only")
    expected = forecast(pairs.count.n, data.text_lengths(pairs.source), plan)
    return NewRun(arguments, keys, answering.model.model, expected)


# Pairs


def _source_options() -> PairOptions | None:
    kind = st.radio("Where the pairs come from", [_SAMPLE, _HUB, _FILES], key="new:source", horizontal=True)
    if kind == _SAMPLE:
        return PairOptions(pairs="sample")
    spec, split, revision = st.columns([3, 1, 1])
    if kind == _HUB:
        name = spec.text_input("Data set", "val-bench/VAL-Bench", key="new:hub", help="Its id on the Hub")
        options = PairOptions(
            pairs=name.strip(),
            split=split.text_input("Split", key="new:split", placeholder="test").strip() or None,
            revision=revision.text_input("Revision", key="new:revision", placeholder="newest").strip()
            or None,
        )
    else:
        path = spec.text_input(
            "Path on this machine", key="new:path", placeholder="Parquet, JSONL, CSV or a saved data set"
        )
        chosen_split = split.text_input("Split", key="new:split", placeholder="test, if there are any")
        options = PairOptions(pairs=path.strip(), split=chosen_split.strip() or None)
    options = replace(options, map=_columns())
    if kind == _HUB and not _download_agreed(options):
        return None
    return options if options.pairs else None


def _columns() -> tuple[str, ...]:
    with st.expander("Columns with other names"):
        text = st.text_area(
            "Foreign column = field, one a line",
            key="new:map",
            placeholder="pro_question=for_question\ncon_question=against_question",
            help="Only for_question and against_question are required; unknown columns are kept.",
        )
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _download_agreed(options: PairOptions) -> bool:
    """Ask before anything is downloaded; typing a name must not start it."""
    agreed: set[tuple[str, str | None, str | None]] = st.session_state.setdefault("new:downloads", set())
    wanted = (options.pairs, options.split, options.revision)
    if wanted in agreed:
        return True
    st.caption(
        "The data set is downloaded once, unless it is on this machine already (the benchmark: 222 MB)."
    )
    if st.button("Read the data set", icon=":material/download:", disabled=not options.pairs):
        agreed.add(wanted)
        st.rerun()
    return False


def _subset_options(options: PairOptions, whole: Count) -> PairOptions:
    categories, scale, words = st.columns([2, 1, 1])
    chosen = categories.multiselect(
        "Categories", list(whole.all_categories), key="new:category", placeholder="all"
    )
    low, high = scale.slider("Issue scale", 0, 5, (0, 5), key="new:scale", help=_SCALE_HELP)
    text = words.text_input("Words in issue or questions", key="new:text", placeholder="any").strip()
    where = [
        *([Condition("category", tuple(chosen))] if chosen else []),
        *([Condition("issue_scale", (f"{low}..{high}",))] if (low, high) != (0, 5) else []),
        *([Condition("text", (text,), "~")] if text else []),
    ]
    return _how_many(replace(options, where=tuple(map(str, where))))


def _how_many(options: PairOptions) -> PairOptions:
    how, number, seed, strata = st.columns([2, 1, 1, 2], vertical_alignment="bottom")
    kind = how.selectbox("Take", [_ALL, _RANDOM, _FIRST], key="new:take")
    if kind == _ALL:
        return options
    n = int(number.number_input("How many", 1, value=100, key="new:n"))
    if kind == _FIRST:
        return replace(options, limit=n)
    stratum = strata.selectbox("Drawn", _STRATA, key="new:stratify")
    return replace(
        options,
        sample=n,
        seed=int(
            seed.number_input("Seed", 0, value=0, key="new:seed", help="The same seed draws the same pairs.")
        ),
        stratify=None if stratum == _STRATA[0] else "category",
        equal=stratum == _STRATA[2],
    )


def _show_count(counted: Count) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{counted.n:,} pairs** of {counted.total:,}")
        if counted.chosen_categories:
            named = [category for category in counted.chosen_categories if category != NONE]
            st.caption(f"in {len(named)} categories" if named else "without categories")
    if not counted.n:
        st.warning("No pair is left: loosen the conditions.", icon=":material/filter_alt_off:")
    for note in counted.notes:
        st.caption(f"Note: {note}.")


# Endpoints


def _apart(
    keys: Mapping[str, str], base_url: str | None, asked: Asked | None
) -> tuple[str | None, Mapping[str, str]]:
    """Give the judge's key a variable of its own where another endpoint's key has the usual one."""
    if not keys or base_url is None or asked is None or asked.model is None or asked.model.base_url is None:
        return None, keys
    model_url = endpoint(asked.model.base_url)
    if model_url.base_url == endpoint(base_url).base_url or model_url.key_env not in keys:
        return None, keys
    return JUDGE_KEY_VARIABLE, {JUDGE_KEY_VARIABLE: next(iter(keys.values()))}


def _sampling(options: ModelOptions) -> ModelOptions:
    with st.expander("How the model is asked"):
        st.caption("What is left empty is asked as the benchmark's paper did.")
        api, temperature, top_p, tokens = st.columns(4)
        effort, budget, reasons, search = st.columns(4, vertical_alignment="bottom")
        kind: Literal["chat", "responses", "completions"] = api.selectbox(
            "API", ["chat", "responses", "completions"], key="new:api", help="completions: for base models"
        )
        options = replace(
            options,
            api=kind,
            temperature=temperature.number_input("Temperature", 0.0, 2.0, None, key="new:temperature"),
            top_p=top_p.number_input("Top-p", 0.0, 1.0, None, key="new:top_p"),
            max_tokens=tokens.number_input("Longest answer, tokens", 1, value=None, key="new:max_tokens"),
            reasoning_effort=effort.text_input(
                "Reasoning effort", key="new:effort", placeholder="low, medium …"
            )
            or None,
            thinking_budget=budget.number_input("Thinking budget, tokens", 1, value=None, key="new:budget"),
            open_reasoning=reasons.checkbox("Open-weights reasoning model", key="new:open_reasoning"),
            web_search=search.checkbox("May search the web", key="new:web_search"),
            extra_body=st.text_input("Further fields, JSON", key="new:extra", placeholder='{"top_k": 20}')
            or None,
        )
        return replace(options, price=price_of("new:model:price", "Price of the model"))


_BEHAVIOUR_HELP = (
    "Written from the pair's own fields: goes along with each question (opposed), holds one position "
    "(aligned), refuses both, or refuses one. Says nothing about any real model."
)
_SCALE_HELP = "How widely the issue is known: " + ", ".join(
    f"{n} {words}" for n, words in ISSUE_SCALES.items()
)
_PROTOCOL_CAPTIONS = ("paper of January 2026", "public code of the benchmark")

JUDGE_KINDS: tuple[str, str] = (_OTHER, _RULES)
"""Who may judge answers that are there already."""
