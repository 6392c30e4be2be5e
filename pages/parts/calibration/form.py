"""Calibrating a judge from widgets: which judge, which sets, what it will take, and a button.

What the options mean and whether they fit is decided by `cli`; watching the process is left to `work`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from pages.parts import data
from pages.parts.calibration import work
from pages.parts.evaluate.endpoint import OTHER_ADDRESS
from pages.parts.evaluate.live import show_problem
from pages.parts.evaluate.new_run import JUDGE_KINDS, Asked, judge_options
from valbench_core.background import arguments_of, command_line
from valbench_core.calibration import BUILTIN_SETS, PUBLISHED_SETS, configuration_key
from valbench_core.cli.calibrating import judging_asked, sets_asked
from valbench_core.cli.options import CalibrationOptions, LimitOptions, WorkspaceOption
from valbench_core.cli.planning import limits_of
from valbench_core.errors import KeyRefusedError, ValBenchError
from valbench_core.evaluate import check_plan
from valbench_core.forecast import Forecast, forecast
from valbench_core.numbers import count, money, tokens
from valbench_core.pairs import SAMPLE, Source, Subset
from valbench_core.pairs.source import is_hub_id
from valbench_core.plan import Judging, Plan
from valbench_core.runs import JudgementSpec
from valbench_core.settings import endpoint, presets

_MODEL, _RULES = JUDGE_KINDS
_KIND_WORDS = {_MODEL: "A model at an endpoint", _RULES: "Built-in rules (offline)"}
_KEY = "calibrate"
_PREFILLED = "calibrate prefilled"
"""In the session: the judge that the widgets were filled with."""

_WRITTEN, _HUB, _FOLDER = "Written here, by built-in behaviours", "The published ones (Hub)", "In a folder"
_SETS = 4


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A calibration that could be started."""

    judging: Judging
    arguments: list[str]
    keys: Mapping[str, str] = field(repr=False)
    """By the variable that holds them."""
    expected: Forecast


def show(run: data.Run | None) -> None:
    """Let people calibrate a judge."""
    st.header("Calibrate a judge")
    spec = run.judgement.sources[0].spec if run and run.judgement and run.judgement.sources else None
    spec = spec or (run.judgement.spec if run and run.judgement else None)
    _prefill(spec)
    with st.container(border=True):
        try:
            chosen = _choose()
            if chosen is None:
                st.caption("Name the judge to go on.")
                return
            _offer(chosen, run, spec)
        except ValBenchError as error:
            show_problem(error)


def _prefill(spec: JudgementSpec | None) -> None:
    """Fill the widgets with the judge of the run shown, once for each."""
    if spec is None:
        return
    about = configuration_key(spec)
    if st.session_state.get(_PREFILLED) == about:
        return
    st.session_state[_PREFILLED] = about
    filled: dict[str, object] = {
        f"{_KEY}:kind": _RULES if spec.illustrative else _MODEL,
        f"{_KEY}:protocol": spec.protocol,
        f"{_KEY}:swapped": spec.order == "swapped",
    }
    if not spec.illustrative:
        preset = next((name for name in presets() if _address(name) == spec.base_url), None)
        filled |= {_KEY: spec.judge, f"{_KEY}:endpoint": preset or OTHER_ADDRESS}
        filled |= {} if preset else {f"{_KEY}:url": spec.base_url}
    st.session_state.update(filled)


def _address(preset: str) -> str:
    try:
        return endpoint(preset).base_url
    except ValBenchError:
        return ""  # One whose address needs a region that is not set.


def _choose() -> _Chosen | None:
    kind = st.radio(
        "Judge", JUDGE_KINDS, format_func=_KIND_WORDS.__getitem__, key=f"{_KEY}:kind", horizontal=True
    )
    asked = judge_options(_KEY, kind)
    swapped = st.checkbox(
        "Swap the order", key=f"{_KEY}:swapped", help="Person 1 then answers the against question."
    )
    about = _sets()
    limits = _limits(kind)
    return None if asked is None or about is None else _plan(asked, about, limits, swapped)


def _sets() -> CalibrationOptions | None:
    kind = st.radio("Sets of answers", [_WRITTEN, _HUB, _FOLDER], key=f"{_KEY}:sets", horizontal=True)
    where, n, seed = st.columns([3, 1, 1])
    number = int(
        n.number_input("Pairs a set", 1, value=CalibrationOptions().n, key=f"{_KEY}:n", help=_N_HELP)
    )
    drawn = int(seed.number_input("Seed", 0, value=0, key=f"{_KEY}:seed", help=_SEED_HELP))
    if kind == _WRITTEN:
        pairs = where.text_input("On the pairs of", SAMPLE, key=f"{_KEY}:pairs", help=_PAIRS_HELP).strip()
        return CalibrationOptions(sets=BUILTIN_SETS, pairs=pairs or SAMPLE, n=number, seed=drawn)
    if kind == _HUB:
        where.caption("Four data sets of val-bench on the Hugging Face Hub, downloaded when it starts.")
        return CalibrationOptions(sets=PUBLISHED_SETS, n=number, seed=drawn)
    folder = where.text_input("Folder", key=f"{_KEY}:folder", placeholder="with calibration-unaligned-0 …")
    return CalibrationOptions(sets=folder.strip(), n=number, seed=drawn) if folder.strip() else None


def _limits(kind: str) -> LimitOptions:
    if kind == _RULES:
        return LimitOptions()
    with st.expander("Limits"):
        calls, cost = st.columns(2)
        at_once = calls.number_input(
            "Calls at a time", 1, 1000, LimitOptions().concurrency, key=f"{_KEY}:concurrency"
        )
        dollars = cost.number_input(
            "Stop before so many US dollars", 0.01, value=None, key=f"{_KEY}:max_cost"
        )
    return LimitOptions(concurrency=int(at_once), max_cost=dollars)


def _plan(asked: Asked, about: CalibrationOptions, limits: LimitOptions, swapped: bool) -> _Chosen:
    """Return what was chosen, with what it will take.

    Raises:
        ValBenchError: the options do not fit together, pairs cannot be read, or a key is missing.
    """
    judging = judging_asked(asked.judge, swapped)
    sets_asked(about)
    plan = Plan(None, judging)
    try:
        check_plan(plan, limits_of(limits))
    except KeyRefusedError:
        # A key typed here goes to the new process alone, never into this server's environment.
        if not asked.keys:
            raise
    source = Source(about.pairs)
    written = about.sets == BUILTIN_SETS and _is_local(about.pairs)
    pairs = data.count_pairs(source, Subset(sample=about.n, seed=about.seed)).n if written else about.n
    lengths = data.text_lengths(source if written else Source(SAMPLE))
    arguments = ["calibrate", *arguments_of(asked.judge, about, limits), *(["--swapped"] if swapped else [])]
    return _Chosen(judging, arguments, asked.keys, forecast(_SETS * pairs, lengths, plan))


def _is_local(pairs: str) -> bool:
    """Whether pairs can be counted without asking the Hub: showing a forecast must not download anything."""
    return pairs == SAMPLE or Path(pairs).expanduser().exists() or not is_hub_id(pairs)


def _offer(chosen: _Chosen, run: data.Run | None, spec: JudgementSpec | None) -> None:
    expected = chosen.expected
    pairs, calls, asked, cost = st.columns(4)
    pairs.metric("Pairs, at most", count(expected.pairs), help="Four sets together.")
    calls.metric("Calls, at most", count(expected.calls), help="One verdict a pair, where a model is asked.")
    asked.metric("Tokens, about", tokens(expected.usage.input_tokens + expected.usage.output_tokens))
    cost.metric("Cost, about", money(expected.cost) if expected.cost is not None else "unknown")
    if expected.calls:
        st.caption(
            " ".join(expected.assumptions) + " Verdicts that are there, or in the cache, cost nothing."
        )
    key = configuration_key(chosen.judging.spec())
    if run is not None and spec is not None and key != configuration_key(spec):
        st.caption(
            "This is another configuration than that of the run shown: judge, endpoint, protocol, prompt, "
            "settings or order differ, so its result will not be carried into that run."
        )
    where = arguments_of(WorkspaceOption(workspace=data.workspace().root))
    st.caption("The same on the command line (keys come from the environment):")
    st.code(command_line([*chosen.arguments, *where]), language=None, wrap_lines=True)
    st.button(
        "Calibrate",
        type="primary",
        icon=":material/straighten:",
        key=f"{_KEY}:start",
        on_click=work.start,
        args=(key, [*chosen.arguments, *where], chosen.keys),
    )


_N_HELP = "A clear result takes about 40, each from another article. All are taken where there are fewer."
_SEED_HELP = "The same seed draws the same pairs."
_PAIRS_HELP = "`sample`, a Hub id, or a Parquet, JSONL or CSV file or folder: as for an evaluation."
