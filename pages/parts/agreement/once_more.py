"""Judging once more as a judgement was made, but in the other order or as a repeat.

What it takes is known from what the judgement took; starting the process is left to `starting`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pages.parts import data
from valbench_core.background import arguments_of
from valbench_core.cli.options import JudgeOptions
from valbench_core.cli.planning import judging_of
from valbench_core.errors import ValBenchError
from valbench_core.inference.prices import Price
from valbench_core.numbers import count, money, plural, tokens
from valbench_core.plan import Plan
from valbench_core.runs import Judgement, JudgementSpec
from valbench_core.schema import Order, Usage


@dataclass(frozen=True, slots=True)
class OnceMore:
    """A judgement like another, but for its order or its replicate."""

    arguments: list[str]
    """Of `valbench`."""
    key_env: str | None
    """Variable that holds the judge's key; None where the endpoint's own is meant."""
    obstacle: str
    """Why the command would not make it as wanted; "" where it would."""


def like(run: data.Run, judgement: Judgement, order: Order, replicate: int) -> OnceMore:
    """Return how to judge a run once more as a judgement did, in an order and as a repeat."""
    options = _options(run, judgement)
    wanted = replace(judgement.spec, order=order, replicate=replicate, made_by_run=False)
    others = [*(["--swapped"] if order == "swapped" else [])]
    others += ["--replicate", str(replicate)] if replicate else []
    obstacle = _obstacle(options, wanted)
    others += ["--judge-prompt", "FILE"] if obstacle == _OTHER_PROMPT else []
    arguments = ["judge", run.name, *arguments_of(options), *others]
    return OnceMore(arguments, options.judge_api_key_env, obstacle)


def takes(run: data.Run, like_that: Judgement) -> str:
    """Return in words what judging all answers once more takes, by what a judgement took."""
    pairs = int(data.table(run)["answered"].sum())
    tally = data.accounting(run).judgements.get(like_that.name)
    if like_that.spec.illustrative:
        return f"{plural(pairs, 'pair')} to judge by built-in rules: no calls, no cost."
    parts = [f"{plural(pairs, 'call')}, one a pair"]
    if tally is None or not tally.calls or tally.usage == Usage():
        return f"{parts[0]}; how many tokens is not known."
    share = pairs / tally.calls
    usage = Usage(round(tally.usage.input_tokens * share), round(tally.usage.output_tokens * share))
    parts.append(f"about {tokens(usage.input_tokens)} tokens in and {tokens(usage.output_tokens)} out")
    price = _price(run, like_that)
    if price is not None:
        parts.append(f"about {money(price.cost(usage))}")
    taken = f"as {count(tally.calls)} verdicts of this judge took"
    return f"{', '.join(parts)}, {taken}. What is cached costs nothing."


def _options(run: data.Run, judgement: Judgement) -> JudgeOptions:
    spec = judgement.spec
    if spec.illustrative:
        return JudgeOptions(judge_model=spec.judge, protocol=spec.protocol)
    extra: Any = spec.sampling.get("extra_body")
    price = _price(run, judgement)
    given = price is not None and price.source == "given"
    return JudgeOptions(
        judge_model=spec.judge,
        judge_base_url=spec.base_url or None,
        judge_api_key_env=_key_env(run) if spec.made_by_run else None,
        protocol=spec.protocol,
        judge_extra_body=json.dumps(extra) if extra else None,
        judge_price=f"{price.input:g},{price.output:g}" if price and given else None,
    )


def _obstacle(options: JudgeOptions, wanted: JudgementSpec) -> str:
    """Return why these options would make another judgement than the one wanted; "" where they make that."""
    try:
        judging = judging_of(options)
    except ValBenchError as error:
        return str(error)
    if judging is None:
        return "no judge is named"
    made = replace(judging, order=wanted.order, replicate=wanted.replicate).spec()
    if made == wanted:
        return ""
    if made.prompt_sha256 != wanted.prompt_sha256:
        return _OTHER_PROMPT
    return "its settings are not today's, or are not known; two new judgements can be compared instead"


_OTHER_PROMPT = (
    "the judge was given another prompt than today's; give the file of that prompt, or compare two new "
    "judgements instead"
)


def _key_env(run: data.Run) -> str | None:
    judging = Plan.from_manifest(run.facts.manifest).judging
    return judging.key_env if judging else None


def _price(run: data.Run, judgement: Judgement) -> Price | None:
    """Return what the run's manifest says a judge costs."""
    manifest: Mapping[str, Any] = run.facts.manifest
    own = manifest.get("judging") or {}
    others = manifest.get("judge_prices") or {}
    found = own.get("price") if judgement.spec.made_by_run else others.get(judgement.name)
    return Price(**found) if isinstance(found, Mapping) else None
