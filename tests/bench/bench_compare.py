"""How often two equal runs are called different: `python -m tests.bench.bench_compare`.

Draws the answers of two runs of one and the same make: the values of a pair hang together within its article,
for each run by itself, so that articles differ between the runs and no run is better. Asks the sign flip of
article sums for p, and beside it, for information, McNemar's test over pairs and whether the interval leaves
out 0. A scenario in which the sign flip rejects more often than it may, by two standard errors of the
simulation, or far less often, is drawn anew with another seed and five times the repeats. Exits with status 1
where it does so again, or all scenarios together do.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, ndtri
from threadpoolctl import threadpool_limits

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from valbench_core.analysis.comparison import PairedMean, paired_mean
from valbench_core.analysis.sign_flip import sign_flip_p

LEVELS = (0.05, 0.01)
"""The test may reject so often, and by some standard errors of the simulation more."""
ERRORS = 2.0
"""Standard errors allowed, in each scenario and over all in which enough articles differ taken together.

A test that rejects exactly as often as it says goes beyond two of them in one figure of forty by chance, and
there are a hundred figures here: hence the second draw.
"""
REDRAWN = 5
"""How many times the repeats of the first draw the second one has."""
LOWEST, ENOUGH = 3.5, 100
"""Where more articles than this differ, it rejects at least so many percent at 0.05."""

SHARES: Mapping[str, tuple[float, ...]] = {
    "PAC 50": (0.30, 0.15, 0.10, 0.15, 0.30),
    "PAC 80": (0.08, 0.06, 0.08, 0.14, 0.64),
    "consistent": (0.55, 0, 0, 0, 0.45),
    "rate 5 %": (0.95, 0, 0, 0, 0.05),
}
"""Shares of pairs at 0, 25, 50, 75 and 100."""
VALUES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
SIZES = ((30, 12), (100, 40), (500, 200), (2_000, 800))
CORRELATIONS = (0.0, 0.3, 0.6)
DRAWS = 1_999
"""Random flips of each repeat: its own, so that repeats are independent, with a binomial standard error."""


@dataclass(frozen=True)
class Scenario:
    """What is drawn in each repeat."""

    name: str
    pairs: int
    articles: int
    correlation: float
    weighted: bool = False
    """Whether articles carry unequal inclusion weights."""


@dataclass(frozen=True)
class Rejections:
    """What came of a scenario, in percent of the repeats."""

    scenario: Scenario
    repeats: int
    sign_flip: tuple[float, ...]
    """At each of `LEVELS`."""
    mcnemar: float
    """At 0.05, over pairs; NaN where values are not all 0 or 100."""
    interval: float
    """95 % intervals that leave out 0."""
    differing: float
    """Mean number of articles that differ."""

    @property
    def passed(self) -> bool:
        """Whether the promise is kept in this scenario."""
        within = all(
            rejected <= most(level, self.repeats)
            for rejected, level in zip(self.sign_flip, LEVELS, strict=True)
        )
        return within and (self.differing <= ENOUGH or self.sign_flip[0] >= LOWEST)

    def line(self) -> str:
        """Return the table's line."""
        s = self.scenario
        mcnemar = "" if np.isnan(self.mcnemar) else f"{self.mcnemar:.2f}"
        return (
            f"{s.name:10}  {s.pairs:5}  {s.articles:8}  {s.correlation:5.1f}"
            f"  {'yes' if s.weighted else 'no':>8}  {self.differing:9.1f}"
            f"  {self.sign_flip[0]:7.2f}  {self.sign_flip[1]:7.2f}  {self.interval:10.2f}"
            f"  {mcnemar:>9}{'' if self.passed else '  <- outside'}"
        )


HEADER = "values      pairs  articles  corr.  weighted  differing  at 0.05  at 0.01  interval %  McNemar %"


def answers(scenario: Scenario, articles: NDArray[np.intp], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a run's value of each pair: a normal propensity that correlates within its article, cut."""
    rho = scenario.correlation
    common = rng.standard_normal(scenario.articles)[articles]
    propensity = rho**0.5 * common + (1 - rho) ** 0.5 * rng.standard_normal(articles.size)
    return VALUES[np.searchsorted(ndtri(np.cumsum(SHARES[scenario.name])[:-1]), propensity)]


def drawn_articles(scenario: Scenario, rng: np.random.Generator) -> NDArray[np.intp]:
    """Return the article of each pair: at least one pair each, the rest by a log-normal appeal (σ = 1)."""
    appeal = rng.lognormal(size=scenario.articles)
    sizes = 1 + rng.multinomial(scenario.pairs - scenario.articles, appeal / appeal.sum())
    return np.repeat(np.arange(scenario.articles), sizes)


def mcnemar_p(differences: NDArray[np.float64]) -> float:
    """Return McNemar's exact p over pairs."""
    gained, lost = int((differences > 0).sum()), int((differences < 0).sum())
    return float(min(1.0, 2 * bdtr(min(gained, lost), gained + lost, 0.5))) if gained + lost else 1.0


def compared(scenario: Scenario, rng: np.random.Generator) -> tuple[PairedMean, float]:
    """Return one comparison, and McNemar's p of it."""
    articles = drawn_articles(scenario, rng)
    differences = answers(scenario, articles, rng) - answers(scenario, articles, rng)
    choices = [0.5, 1.0, 3.0] if scenario.weighted else [1.0]
    weights = rng.choice(choices, scenario.articles)[articles]
    return paired_mean(differences, articles, weights), mcnemar_p(differences)


def p_value(mean: PairedMean, rng: np.random.Generator) -> float:
    """Return the sign flip's p of one comparison, by flips of its own."""
    if mean.sums is None or mean.leverage is None:
        return 1.0
    return float(sign_flip_p(mean.sums[:, None], mean.leverage[:, None], DRAWS, int(rng.integers(2**63)))[0])


def reject(task: tuple[Scenario, int, int]) -> Rejections:
    """Return how often one scenario is rejected over that many repeats of that draw."""
    scenario, repeats, draw = task
    rng = np.random.default_rng([crc32(repr(scenario).encode()), draw])
    p, over_pairs, leaving_out, differing = np.ones(repeats), np.ones(repeats), 0, 0
    for repeat in range(repeats):
        mean, over_pairs[repeat] = compared(scenario, rng)
        p[repeat] = p_value(mean, rng)
        low, high = mean.estimate.low, mean.estimate.high
        leaving_out += low is not None and high is not None and (low > 0 or high < 0)
        differing += mean.differing
    either_or = set(np.flatnonzero(SHARES[scenario.name])) == {0, 4}
    return Rejections(
        scenario,
        repeats,
        sign_flip=tuple(100 * float((p <= level + 1e-12).mean()) for level in LEVELS),
        mcnemar=100 * float((over_pairs <= LEVELS[0]).mean()) if either_or else float("nan"),
        interval=100 * leaving_out / repeats,
        differing=differing / repeats,
    )


def scenarios() -> Iterator[Scenario]:
    """Yield all combinations of size, values and correlation, and a few with weights."""
    for (pairs, articles), name, correlation in itertools.product(SIZES, SHARES, CORRELATIONS):
        yield Scenario(name, pairs, articles, correlation)
    for pairs, articles in SIZES:
        yield Scenario("PAC 50", pairs, articles, 0.3, weighted=True)


def most(level: float, repeats: int) -> float:
    """Return the percentage of rejections that is `ERRORS` standard errors above the level."""
    return 100 * (level + ERRORS * (level * (1 - level) / repeats) ** 0.5)


def together(found: Sequence[Rejections]) -> tuple[list[str], int]:
    """Return what all scenarios with enough articles come to, and how many promises that breaks."""
    lines, broken = [], 0
    enough = [one for one in found if one.differing > ENOUGH]
    repeats = sum(one.repeats for one in enough)
    for place, level in enumerate(LEVELS):
        rejected = sum(one.sign_flip[place] * one.repeats for one in enough) / repeats
        may = most(level, repeats)
        broken += rejected > may
        lines.append(f"{len(enough)} scenarios together, at {level}: {rejected:.2f} %, at most {may:.2f} %")
    return lines, broken


def printed(
    pool: ProcessPoolExecutor, drawn: Iterable[Scenario], repeats: int, draw: int
) -> list[Rejections]:
    """Return what comes of these scenarios, and print each when it is there."""
    found = []
    for rejections in pool.map(reject, [(scenario, repeats, draw) for scenario in drawn]):
        print(rejections.line(), flush=True)
        found.append(rejections)
    return found


def main() -> int:
    """Print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=4_000)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    started = time.monotonic()
    # One thread a process: with more, they wait for each other.
    with ProcessPoolExecutor(options.processes, initializer=threadpool_limits, initargs=(1,)) as pool:
        print(HEADER)
        found = printed(pool, scenarios(), options.repeats, 0)
        outside = [one.scenario for one in found if not one.passed]
        print(
            f"outside in {options.repeats} repeats, drawn anew with {REDRAWN} times as many: {len(outside)}"
        )
        again = printed(pool, outside, REDRAWN * options.repeats, 1)
    lines, broken = together(found)
    failed = broken + sum(not one.passed for one in again)
    print("\n".join(lines))
    took = f"{options.repeats} repeats each, {time.monotonic() - started:.0f} s"
    print(f"{took}; outside once: {len(outside)} of {len(found)}; outside the promise: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
