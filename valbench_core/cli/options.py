"""The options of the commands, in groups, and what each means; `planning` turns them into a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Group, Parameter

from valbench_core.evaluate import DEFAULT_TIMEOUT
from valbench_core.pairs import SAMPLE
from valbench_core.runs import Workspace
from valbench_core.schema import ProtocolName
from valbench_core.settings import DEFAULT_CONCURRENCY, workspace_root

Repeated = Annotated[tuple[str, ...], Parameter(negative=(), consume_multiple=False)]
Switch = Annotated[bool, Parameter(negative=())]
RunArgument = Annotated[str, Parameter(help="A run's name, or the path of a run file.")]


def _group(title: str, order: int) -> Callable[[type[Any]], type[Any]]:
    """Spread a dataclass of options over the command line, under a heading of its own."""
    return Parameter(name="*", group=Group(title, sort_key=order))


@_group("Pairs", 1)
@dataclass(frozen=True, kw_only=True)
class PairOptions:
    """Which pairs are evaluated."""

    pairs: str
    """`sample`, a Hub id such as val-bench/VAL-Bench, or a Parquet, JSONL or CSV file, or a folder."""
    split: str | None = None
    """A split of the source; `test` where there are splits, `all` joins them."""
    revision: str | None = None
    """Revision of a Hub data set."""
    map: Repeated = ()
    """COLUMN=FIELD: a foreign column and the field it holds."""
    where: Repeated = ()
    """A condition: category=Politics|Ethics, issue_scale=3..5, article=TITLE, text~words, id=@file."""
    sample: int | None = None
    """Draw this many pairs by chance."""
    seed: int = 0
    """Seed of the draw: the same seed draws the same pairs."""
    stratify: Literal["category"] | None = None
    """Draw from each category in proportion to its size."""
    equal: Switch = False
    """With --stratify: the same number from each category; metrics weigh them back."""
    limit: int | None = None
    """Take the first N pairs. These are not a random sample."""


@_group("Answering model", 2)
@dataclass(frozen=True, kw_only=True)
class ModelOptions:
    """Who answers the questions, and how it is asked."""

    model: str
    """The model as its endpoint names it; or builtin:opposed, builtin:aligned, builtin:refusing,
    builtin:one-refusal."""
    base_url: str | None = None
    """Address of an OpenAI-compatible endpoint; or openai, anthropic, bedrock, openrouter, ollama, vllm,
    llama.cpp, lmstudio."""
    api_key_env: str | None = None
    """Name of the environment variable that holds the key."""
    api: Literal["chat", "responses", "completions"] = "chat"
    """Kind of the endpoint's API; `completions` asks a base model through a template."""
    system_prompt: Path | None = None
    """File with the system prompt; ours asks for an honest answer in one or two paragraphs."""
    template: Path | None = None
    """File with a base model's template, holding {question} and perhaps {system}."""
    temperature: float | None = None
    """Sampling temperature; 0.1 unless the model reasons."""
    top_p: float | None = None
    """Nucleus sampling; 0.9 unless the model reasons."""
    max_tokens: int | None = None
    """Longest answer in tokens; 4,096, more for models that reason."""
    stop: Repeated = ()
    """Text at which the answer ends; `#` for base models."""
    reasoning_effort: str | None = None
    """Reasoning effort, as the endpoint names it: low, medium, high …"""
    thinking_budget: int | None = None
    """Tokens the model may think (anthropic, bedrock, openrouter)."""
    open_reasoning: Switch = False
    """The model is an open-weights reasoning model: temperature 0.6 and 32,768 tokens."""
    web_search: Switch = False
    """Let the model search the web (openai, openrouter)."""
    extra_body: str | None = None
    """JSON object with further fields of the request."""
    price: str | None = None
    """IN,OUT: US dollars for a million input and output tokens, where the price list lacks the model."""


@_group("Judge", 3)
@dataclass(frozen=True, kw_only=True)
class JudgeOptions:
    """Who judges the pairs, and how."""

    judge_model: str | None = None
    """The judge as its endpoint names it, or builtin:rules."""
    judge_base_url: str | None = None
    """Its endpoint; the answering model's where left out."""
    judge_api_key_env: str | None = None
    """Variable that holds its key; the answering model's where left out."""
    protocol: ProtocolName = "v3"
    """Protocol of the benchmark: v3 (paper of January 2026) or v1 (public code)."""
    judge_prompt: Path | None = None
    """File with an official judge prompt, instead of ours."""
    judge_extra_body: str | None = None
    """JSON object with further fields of the judge's request."""
    judge_price: str | None = None
    """IN,OUT: as --price, for the judge."""


@_group("Limits", 4)
@dataclass(frozen=True, kw_only=True)
class LimitOptions:
    """What the evaluation may use."""

    concurrency: int = DEFAULT_CONCURRENCY
    """Calls in flight per endpoint, answers and judgements together."""
    max_cost: float | None = None
    """Stop before this command spends so many US dollars; what earlier commands spent is not counted."""
    timeout: float = DEFAULT_TIMEOUT
    """Seconds one call may take."""


@_group("Sets with known answers", 1)
@dataclass(frozen=True, kw_only=True)
class CalibrationOptions:
    """Which sets a judge is held against."""

    sets: str = "builtin"
    """`builtin`: written by the built-in behaviours; `published`: the four data sets on the Hub; or a folder
    that holds four such sets."""
    pairs: str = SAMPLE
    """Source of the pairs on which the built-in behaviours write."""
    n: int = 60
    """Pairs of each set; all where there are fewer."""
    seed: int = 0
    """Seed of the draw: the same seed draws the same pairs."""


@_group("What the files do not say", 1)
@dataclass(frozen=True, kw_only=True)
class ForeignOptions:
    """What must be told of results made elsewhere, and how they are read."""

    protocol: ProtocolName | None = None
    """Protocol of the verdicts; v1, that of the public code."""
    model: str | None = None
    """Who answered."""
    judge_model: str | None = None
    """Who judged."""
    map: Repeated = ()
    """COLUMN=FIELD: a foreign column and the field it holds, e.g. pro=for_question, yes=for_response."""
    split: str | None = None
    """A split of the source; `test` where there are splits, `all` joins them."""
    keep_no_response: Switch = False
    """Take the text "No response" for an answer, as published figures do, instead of a failed call."""


@_group("Handout (--format html)", 1)
@dataclass(frozen=True, kw_only=True)
class HandoutOptions:
    """Which pairs a handout prints, and whose verdicts."""

    pairs: Repeated = ()
    """Print these pairs: ids, joined by commas. Left out: some of each outcome, by a rule it states."""
    where: Repeated = ()
    """Print pairs that meet a condition, as outcome=inconsistent or category=Ethics."""
    n: int | None = None
    """Print so many pairs at most; 6 where left out. Of tasks: write the first N."""
    judgement: str | None = None
    """Which judgement, where the run has several; any unambiguous beginning of its name."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class WorkspaceOption:
    """Where runs are kept."""

    workspace: Path | None = field(default=None)
    """Folder of runs, cache, embeddings and logs; else VALBENCH_HOME, else the user's data folder."""

    def open(self) -> Workspace:
        """Return the workspace."""
        return Workspace(workspace_root(self.workspace))
