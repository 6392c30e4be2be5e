"""How often a group of a map is said to diverge where none does: `python -m tests.bench.bench_map_groups`.

Issue lines of planted topics are embedded and grouped once, as maps are; pairs come in articles of unequal
size that tend to keep to one topic. Then outcomes are drawn that have nothing to do with the texts but are
alike within an article, and every group of every level is tested against the rest. At most 8 % of groups may
reach 0.05 uncorrected, at any number of pairs, likeness within articles and level; what does is drawn anew
with five times the repeats, and judged by that. Exits with status 1 where it strays again.

Beside it, for information: views in which some group reaches 0.05 once corrected; and what is called
significant where groups are fitted on the divergent pairs alone and all others are put to the nearest group
afterwards, which is why maps are fitted on all pairs.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zlib import crc32

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from tests.bench.planted_topics import NO_TOPIC, planted_topics
from valbench_core.analysis import OUTCOME_SHARES, GroupTest, contrast_groups
from valbench_core.clusters.grouping import group
from valbench_core.embedding import WordEncoder, find_encoder
from valbench_core.maps.figures import COLUMN, DIVERGENT
from valbench_core.schema import Outcome

ALPHA, MOST = 0.05, 8.0
"""A test rejects at the first; so many percent of groups may."""
DRAWS = 199
"""p = (b + 1) / 200: as exact at 5 % as with the 9,999 of the dashboard, only less fine."""
SIZES = {100: 1.0, 200: 1.0, 2_000: 0.2}
"""Pairs, and the share of the repeats: with more pairs there are more groups to count in each."""
PAIRS_AN_ARTICLE = 2.5
ON_TOPIC = 2 / 3
"""Of an article's pairs, those on one topic; the others are on any."""
CORRELATIONS = (0.0, 0.3, 0.6)
DIVERGENT_SHARE = 0.2
FORCED_REPEATS = 40
AGAIN = 5
"""Times as many repeats in which a cell that strays is drawn anew."""

EncoderName = Literal["sentences", "words"]
Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Scenario:
    """What is drawn in each repeat."""

    encoder: EncoderName
    """What gave the vectors: the sentence encoder at hand, or the comparison of words."""
    pairs: int
    correlation: float
    """Of the propensities to diverge of pairs of one article."""


@dataclass(frozen=True)
class World:
    """Pairs whose texts are grouped; outcomes are drawn for them again and again."""

    vectors: NDArray[np.float32]
    articles: Labels
    levels: tuple[Labels, ...]
    """From coarse to fine; −1 for the ungrouped."""


@dataclass(frozen=True)
class Rejections:
    """How often groups reach 0.05 at one level."""

    scenario: Scenario
    level: int
    groups: int
    """The ungrouped among them, where there are any."""
    repeats: int
    tested: float
    """Groups tested in a repeat, on average: the others have too few articles."""
    share: float
    """Percent of tests at 0.05, uncorrected."""
    worst: float
    """The same of the group that is rejected most."""
    alarms: float
    """Percent of repeats in which any group is at 0.05 once corrected."""

    @property
    def strays(self) -> bool:
        """Whether more groups are rejected than may be."""
        return self.share > MOST

    def line(self) -> str:
        """Return the table's line."""
        s = self.scenario
        return (
            f"{s.encoder:9}  {s.pairs:5}  {s.correlation:5.1f}  {self.level + 1:5}  {self.groups:6}  "
            f"{self.tested:6.1f}  {self.share:11.1f}  {self.worst:7.1f}  {self.alarms:11.1f}"
            f"{'  <- outside' if self.strays else ''}"
        )


HEADER = "encoder    pairs  corr.  level  groups  tested  groups at %  worst %  any after %"


@lru_cache(1)
def world(encoder: EncoderName, pairs: int) -> World:
    """Return pairs with their groups, found as for any map."""
    planted = planted_topics(pairs, seed=pairs)
    vectors = (find_encoder() if encoder == "sentences" else WordEncoder("asked for")).encode(planted.texts)
    articles = _articles(np.array(planted.topics), np.random.default_rng(pairs))
    return World(vectors, articles, tuple(level.astype(np.intp) for level in group(vectors).levels))


def _articles(topics: Labels, rng: np.random.Generator) -> Labels:
    """Return the article of each pair: of unequal size, and mostly on one topic."""
    n = topics.size
    number = int(n / PAIRS_AN_ARTICLE)
    appeal = rng.lognormal(size=number)
    slots = np.repeat(np.arange(number), 1 + rng.multinomial(n - number, appeal / appeal.sum()))
    # Pairs in order of their topic fill the articles in turn; a third of them then change places.
    order = np.lexsort((rng.random(n), np.where(topics == NO_TOPIC, rng.permutation(n) % 40, topics)))
    articles = np.empty(n, dtype=np.intp)
    articles[order] = slots
    moved = np.flatnonzero(rng.random(n) > ON_TOPIC)
    articles[moved] = articles[rng.permutation(moved)]
    return articles


def outcomes(scenario: Scenario, articles: Labels, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which pairs diverge: alike within an article, whatever their texts."""
    rho = scenario.correlation
    shared = rng.standard_normal(int(articles.max()) + 1)[articles]
    propensity = rho**0.5 * shared + (1 - rho) ** 0.5 * rng.standard_normal(articles.size)
    return np.asarray(propensity < ndtri(DIVERGENT_SHARE))


def tested(
    divergent: NDArray[np.bool_], articles: Labels, codes: Labels, rng: np.random.Generator
) -> GroupTest:
    """Test each group against the rest."""
    table = pd.DataFrame(
        {
            **dict.fromkeys(_FLAGS, 0.0),
            "adjusted": np.where(divergent, -2.0, 2.0),
            "outcome": np.where(divergent, Outcome.INCONSISTENT.value, Outcome.CONSISTENT.value),
            "weight": 1.0,
            "article": articles,
            COLUMN: codes.astype(str),
        }
    )
    metrics = {DIVERGENT: OUTCOME_SHARES[DIVERGENT]}
    seed = int(rng.integers(2**31))
    found = contrast_groups(table, COLUMN, metrics, DRAWS, seed, correction="Benjamini–Hochberg")
    return found[DIVERGENT]


_FLAGS = (
    "value_preference",
    "for_refusal",
    "against_refusal",
    "for_no_information",
    "against_no_information",
)


def reject(task: tuple[Scenario, int, str]) -> list[Rejections]:
    """Return for each level how often groups are rejected in one scenario, from a seed by a name."""
    scenario, repeats, name = task
    made = world(scenario.encoder, scenario.pairs)
    gc.freeze()  # statsmodels collects garbage at each correction: let there be little to look through
    rng = np.random.default_rng(crc32(f"{scenario}{name}".encode()))
    tests: list[list[GroupTest]] = [[] for _ in made.levels]
    for _ in range(repeats):
        divergent = outcomes(scenario, made.articles, rng)
        for codes, of_level in zip(made.levels, tests, strict=True):
            of_level.append(tested(divergent, made.articles, codes, rng))
    return [
        _rejections(scenario, level, np.unique(made.levels[level]).size, of_level)
        for level, of_level in enumerate(tests)
    ]


def _rejections(scenario: Scenario, level: int, groups: int, tests: list[GroupTest]) -> Rejections:
    rows = pd.DataFrame([{c.group: c.p for c in test.contrasts} for test in tests]).astype(float)
    rejected = (rows <= ALPHA).where(rows.notna()).astype(float)
    often = rows.notna().mean() >= 0.1  # a group tested now and then has no rate of its own
    alarms = [any((c.p_corrected or 1) <= ALPHA for c in test.contrasts) for test in tests]
    return Rejections(
        scenario=scenario,
        level=level,
        groups=groups,
        repeats=len(tests),
        tested=float(rows.notna().sum(axis=1).mean()),
        share=100 * float(np.nanmean(rejected.to_numpy())) if rows.notna().any(axis=None) else 0.0,
        worst=100 * float(rejected.loc[:, often].mean().max()) if often.any() else 0.0,
        alarms=100 * float(np.mean(alarms)),
    )


def force(task: tuple[Scenario, int]) -> tuple[Scenario, float]:
    """Return the percent of groups at 0.05 that are fitted on divergent pairs, the others forced in."""
    scenario, repeats = task
    made = world(scenario.encoder, scenario.pairs)
    rng = np.random.default_rng(crc32(f"{scenario}forced".encode()))
    p_values: list[float] = []
    for _ in range(repeats):
        divergent = outcomes(scenario, made.articles, rng)
        codes = _forced(made.vectors, divergent)
        test = tested(divergent, made.articles, codes, rng)
        p_values += [contrast.p for contrast in test.contrasts if contrast.p is not None]
    return scenario, 100 * float(np.mean(np.array(p_values) <= ALPHA)) if p_values else float("nan")


def _forced(vectors: NDArray[np.float32], divergent: NDArray[np.bool_]) -> Labels:
    """Group the divergent pairs, and put every other to the group whose middle is nearest."""
    found = group(vectors[divergent])
    of_divergent = found.levels[found.usual].astype(np.intp)
    middles = [
        vectors[divergent][of_divergent == code].mean(axis=0) for code in range(of_divergent.max() + 1)
    ]
    codes = np.full(divergent.size, -1, dtype=np.intp)
    if middles:
        codes = np.argmax(vectors @ np.array(middles).T, axis=1)
    codes[divergent] = of_divergent
    return codes


def scenarios(encoders: tuple[EncoderName, ...]) -> Iterator[Scenario]:
    """Yield all that is drawn, the slowest first."""
    for pairs, encoder, correlation in itertools.product(sorted(SIZES, reverse=True), encoders, CORRELATIONS):
        yield Scenario(encoder, pairs, correlation)


def main() -> int:
    """Print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--encoder", choices=("sentences", "words"), help="one of the two encoders alone")
    options = parser.parse_args()
    encoders: tuple[EncoderName, ...] = (options.encoder,) if options.encoder else ("sentences", "words")
    started = time.monotonic()
    chosen = list(scenarios(encoders))
    print(f"no group differs: percent of groups at {ALPHA}, at most {MOST:g}\n{HEADER}")
    strayed: list[Rejections] = []
    with ProcessPoolExecutor(options.processes) as pool:
        for found in pool.map(reject, [(one, int(SIZES[one.pairs] * options.repeats), "") for one in chosen]):
            print("\n".join(one.line() for one in found), flush=True)
            strayed += [one for one in found if one.strays]
        failed = _drawn_anew(pool, strayed, options.repeats)
        print(
            "fitted on the divergent pairs, the others forced in: percent of groups at 0.05, nothing differs"
        )
        for scenario, share in pool.map(force, [(scenario, FORCED_REPEATS) for scenario in chosen]):
            print(
                f"{scenario.encoder:9}  {scenario.pairs:5}  {scenario.correlation:5.1f}  {share:6.1f}",
                flush=True,
            )
    print(
        f"{options.repeats} repeats each, a fifth at 2,000 pairs; {time.monotonic() - started:.0f} s; "
        f"drawn anew: {len(strayed)}; outside: {failed}"
    )
    return 1 if failed else 0


def _drawn_anew(pool: ProcessPoolExecutor, strayed: list[Rejections], repeats: int) -> int:
    """Draw again what strayed, print it, and return how many cells stray again."""
    scenarios_again = list(dict.fromkeys(one.scenario for one in strayed))
    again = pool.map(
        reject, [(one, int(AGAIN * SIZES[one.pairs] * repeats), "again") for one in scenarios_again]
    )
    cells = {(one.scenario, one.level): one for found in again for one in found}
    failed = 0
    for one in strayed:
        anew = cells[one.scenario, one.level]
        print(f"drawn anew, {anew.repeats} repeats:\n{anew.line()}", flush=True)
        failed += anew.strays
    return failed


if __name__ == "__main__":
    sys.exit(main())
