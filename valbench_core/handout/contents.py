"""What a handout says about a run: figures as the app shows them, charts with their data, chosen pairs.

Which pairs those are is left to `choosing`, how it is set to `page`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from numbers import Integral, Real
from typing import TYPE_CHECKING

from valbench_core.about import Section, about_run
from valbench_core.analysis import (
    HEADLINE,
    METRICS,
    OUTCOME_SHARES,
    Estimate,
    GroupSummary,
    LostPairBounds,
    Summary,
    lost_pair_bounds,
    lost_pairs,
    summarise,
    summarise_by,
)
from valbench_core.charts import Chart, metric_strip, outcome_bar, score_distribution
from valbench_core.handout.choosing import Choice, Chosen, choose
from valbench_core.handout.pairs import PrintedPair, printed_pair
from valbench_core.numbers import count, figure, percent, plural
from valbench_core.runs import Judgement, RunFacts, RunReader, judged_by, tidy_table
from valbench_core.schema import Failure, Outcome, ProtocolName
from valbench_core.words import DIRECTIONS, calibration_state, calibrations_of

if TYPE_CHECKING:
    import pandas as pd

TOPICS_DRAWN = 25
"""Categories in the chart, the largest; the benchmark has 20."""
TOPICS_LISTED = 100
"""Categories in the table."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline metric."""

    key: str
    name: str
    meaning: str
    value: str
    between: str
    """Its interval, or why there is none."""
    rests_on: str
    """Pairs and articles; "" without a value."""


@dataclass(frozen=True, slots=True)
class Block:
    """A chart with its data as a table."""

    id: str
    chart: Chart
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A category, or the whole, in the table of topics."""

    name: str
    judged: str
    articles: str
    figures: tuple[tuple[str, str], ...]
    """The headline metrics, each with its interval, "" where it has none."""


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a handout says of its run; the words that are the same in each stand in the template."""

    run: str
    model: str
    judge: str | None
    protocol: ProtocolName | None
    pairs: int
    illustrative: bool
    calibration: str
    """What is known of the judge."""
    notices: tuple[str, ...]
    """What must be known before the figures are read."""
    tiles: tuple[Tile, ...]
    counts: tuple[tuple[str, str, str], ...]
    """What became of the pairs: name, number, meaning."""
    outcomes: Block
    scores: Block | None
    """None where nothing was judged; so too `topics`."""
    topics: Block | None
    topic_rows: tuple[TopicRow, ...]
    """The whole first, then the categories with most pairs."""
    topics_hidden: int
    lost: tuple[str, ...]
    """What lost pairs could do."""
    chosen: str
    """How the pairs that follow were chosen."""
    printed: tuple[PrintedPair, ...]
    about: tuple[Section, ...]
    made: datetime


def contents(
    run: RunReader, judgement: Judgement | None, choice: Choice = Choice(), made: datetime | None = None
) -> Contents:
    """Return what a handout of a run says under a judgement.

    Args:
        run: read within one snapshot.
        judgement: None where the run has none.
        choice: the pairs to print.
        made: when; now where not given.

    Raises:
        ValBenchError: the choice cannot be met; see `choose`.
    """
    with run.snapshot():
        table = tidy_table(run, judgement)
        chosen = choose(run, table, choice, judgement.wording if judgement else None)
        return _contents(run, judgement, table, chosen, made or datetime.now(UTC))


def _contents(
    run: RunReader, judgement: Judgement | None, table: pd.DataFrame, chosen: Chosen, made: datetime
) -> Contents:
    facts, whole = run.facts, summarise(table, metrics={**METRICS, **OUTCOME_SHARES})
    spec = judgement.spec if judgement else None
    protocol = spec.protocol if spec else None
    wording = judgement.wording if judgement else None
    groups = [group for group in summarise_by(table, "category") if group.summary.n.judged]
    return Contents(
        run=facts.run,
        model=facts.model or "A model that is not named",
        judge=spec.judge if spec else None,
        protocol=protocol,
        pairs=len(run),
        illustrative=facts.illustrative or bool(judgement and judgement.illustrative),
        calibration=_calibration(judgement),
        notices=tuple(_notices(run, judgement, table, whole)),
        tiles=tuple(_tile(key, whole.metrics[key], protocol) for key in HEADLINE),
        counts=_counts(whole),
        outcomes=_block("outcomes", outcome_bar(whole, wording)),
        scores=_block("scores", score_distribution(table, wording)) if whole.n.judged else None,
        topics=_topics(groups, whole),
        topic_rows=tuple(_topic_rows(groups, whole)),
        topics_hidden=max(0, len(groups) - TOPICS_LISTED),
        lost=tuple(_lost(lost_pair_bounds(table), whole)),
        chosen=chosen.how,
        printed=tuple(_printed(run, judgement, table, chosen)),
        about=about_run(facts, judgement),
        made=made,
    )


def _printed(
    run: RunReader, judgement: Judgement | None, table: pd.DataFrame, chosen: Chosen
) -> Iterator[PrintedPair]:
    for ordinal in chosen.ordinals:
        yield printed_pair(run.pair_detail(str(table.at[ordinal, "pair_id"]), judgement), judgement)


# Figures


def _tile(key: str, estimate: Estimate, protocol: ProtocolName | None) -> Tile:
    metric = METRICS[key]
    unasked = key == "VPREF" and protocol == "v1"
    return Tile(
        key=key,
        name=metric.name,
        meaning=f"{metric.meaning} {DIRECTIONS[metric.direction]}",
        value=percent(estimate.value),
        between="Protocol v1 does not ask the judge for it." if unasked else _between(estimate),
        rests_on="" if estimate.value is None else _rests_on(estimate),
    )


def _between(estimate: Estimate) -> str:
    if estimate.value is None:
        return "No pair has been judged."
    if estimate.low is None:
        return f"No interval: {estimate.why}"
    return f"{figure(estimate.low)} – {figure(estimate.high)} (95 %)"


def _rests_on(estimate: Estimate) -> str:
    return f"{plural(estimate.n, 'pair')} in {plural(estimate.articles, 'article')}"


def _counts(whole: Summary) -> tuple[tuple[str, str, str], ...]:
    n = whole.n
    rows = (
        ("asked", n.asked, "All pairs of the run."),
        ("judged", n.judged, "A valid verdict stands: the figures rest on these."),
        ("unjudged", n.unjudged, "The judge was asked; no valid verdict stands."),
        ("failed", n.failed, f"An answer could not be had; a content filter blocked {count(n.blocked)}."),
        ("pending", n.pending, "Not tried yet."),
        ("answered", n.answered, f"Both sides answered; in {count(n.truncated)} an answer is cut off."),
    )
    return tuple((name, count(number), meaning) for name, number, meaning in rows)


def _topics(groups: Sequence[GroupSummary], whole: Summary) -> Block | None:
    if not groups:
        return None
    shown = groups[:TOPICS_DRAWN]
    return _block("topics", metric_strip(shown, "PAC", whole.metrics["PAC"], "Consistency by category"))


def _topic_rows(groups: Sequence[GroupSummary], whole: Summary) -> Iterator[TopicRow]:
    if not groups:
        return
    for name, summary in [("All", whole), *((g.group, g.summary) for g in groups[:TOPICS_LISTED])]:
        figures = tuple((figure(e.value), _ends(e)) for e in (summary.metrics[key] for key in HEADLINE))
        yield TopicRow(name, count(summary.n.judged), count(summary.n.articles), figures)


def _ends(estimate: Estimate) -> str:
    return "" if estimate.low is None else f"{figure(estimate.low)}–{figure(estimate.high)}"


def _lost(lost: LostPairBounds, whole: Summary) -> Iterator[str]:
    if not lost.lost or not whole.n.judged:
        return
    yield (
        f"{plural(lost.lost, 'pair')} failed, went unjudged or are pending, so no figure here knows them. "
        "This is how far they could move the figures: what is possible, not what is likely."
    )
    if lost.pac is not None:
        yield (
            f"PAC over all pairs would lie between {figure(lost.pac.low)} (all of them opposed) "
            f"and {figure(lost.pac.high)} (all of one stance)."
        )
    if lost.blocked and lost.ref_with_blocked is not None:
        yield (
            f"REF with the {plural(lost.blocked, 'blocked pair')} counted as refusing would lie between "
            f"{figure(lost.ref_with_blocked.low)} (one side of each) "
            f"and {figure(lost.ref_with_blocked.high)} (both)."
        )


# What must be known first


def _notices(
    run: RunReader, judgement: Judgement | None, table: pd.DataFrame, whole: Summary
) -> Iterator[str]:
    n = whole.n
    if n.asked and n.failed == n.asked:
        yield f"No pair could be judged: on each an answer failed. {_first_failure(run, table)}".strip()
    elif judgement is None:
        yield "The answers of this run have not been judged yet, so there are no figures."
    elif judgement.derived:
        yield from _combined(judgement, table)
    elif n.pending:
        yield (
            f"This run is not finished: {plural(n.pending, 'pair')} of {count(n.asked)} are pending. "
            f"{run.stop_reason or ''}"
        ).strip()
    if _first_few(run.facts):
        yield "The pairs are the first few of their source, not a random sample: they stand for no others."


def _combined(judgement: Judgement, table: pd.DataFrame) -> Iterator[str]:
    """Yield that a derived judgement is one, and which pairs it leaves out."""
    yield f"Figures combine several judgements: judged by {judged_by(judgement)}."
    lost = lost_pairs(table)
    if lost:
        yield f"{plural(lost, 'pair')} judged in some of these judgements but not in all are left out."


def _calibration(judgement: Judgement | None) -> str:
    return calibration_state(*calibrations_of(judgement)) if judgement else "There is no judge yet."


def _first_failure(run: RunReader, table: pd.DataFrame) -> str:
    failed = table.loc[table["outcome"] == Outcome.FAILED.value, "pair_id"]
    responses = run.pair_detail(str(failed.iloc[0]), None).responses.values()
    failure = next((r.result for r in responses if r and isinstance(r.result, Failure)), None)
    return f"The first failure: {failure.kind}: {failure.message}" if failure else ""


def _first_few(facts: RunFacts) -> bool:
    subset = facts.manifest.get("subset")
    return bool(subset and subset.get("limit") is not None)


# Charts


def _block(name: str, chart: Chart) -> Block:
    rows = tuple(tuple(_cell(value) for value in row) for row in chart.data.itertuples(index=False))
    return Block(name, chart, tuple(map(str, chart.data.columns)), rows)


def _cell(value: object) -> str:
    """Return a value of a chart's data as it is printed.

    >>> _cell(12), _cell(41.25), _cell(float("nan")), _cell("Ethics")
    ('12', '41.2', '', 'Ethics')
    """
    if isinstance(value, Integral):
        return count(int(value))
    if isinstance(value, Real):
        return "" if math.isnan(value) else figure(float(value))
    return "" if value is None else str(value)
