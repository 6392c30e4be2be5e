"""How often the 95 % interval of a mean covers the truth: `python tests/bench/bench_intervals.py [--stress]`.

Draws sets of pairs with a known mean, articles of unequal size and values that are alike within an article,
and asks `mean_interval` each time. Exits with status 1 where the coverage leaves the range that was promised.
`--stress` shows, without a verdict, what happens with a few huge articles and values copied within articles.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from valbench_core.analysis import mean_interval

LOWEST, HIGHEST = 93.0, 97.5
"""Promised coverage in percent. The upper end is allowed two standard errors of the simulation (where
all values may be equal, the truth is missed on one side only; 97.5 % is what an exact interval has); for a
rate of 1 % with 100 pairs none is promised."""

SHARES: Mapping[str, tuple[float, ...]] = {
    "PAC 10": (0.80, 0.08, 0.06, 0.04, 0.02),
    "PAC 27": (0.55, 0.12, 0.12, 0.12, 0.09),
    "PAC 80": (0.08, 0.06, 0.08, 0.14, 0.64),
    "PAC 96": (0.01, 0.01, 0.02, 0.05, 0.91),
    "rate 1 %": (0.99, 0, 0, 0, 0.01),
    "rate 5 %": (0.95, 0, 0, 0, 0.05),
    "rate 20 %": (0.80, 0, 0, 0, 0.20),
}
"""Shares of pairs at 0, 25, 50, 75 and 100."""
VALUES = np.array([0.0, 25.0, 50.0, 75.0, 100.0])
SIZES = ((100, 40), (2_000, 800))
CORRELATIONS = (0.0, 0.3, 0.6)


@dataclass(frozen=True)
class Scenario:
    """What is drawn in each repeat."""

    name: str
    pairs: int
    articles: int
    correlation: float

    @property
    def truth(self) -> float:
        """The mean that the interval should cover."""
        return float(VALUES @ np.array(SHARES[self.name]))

    stress: bool = False
    """Harder than the promise covers: see `article_sizes` and `draw`."""


@dataclass(frozen=True)
class Coverage:
    """What came of a scenario, in percent."""

    scenario: Scenario
    repeats: int
    too_low: float
    """Intervals that lie wholly below the truth."""
    too_high: float
    """Intervals that lie wholly above the truth."""
    width: float
    """Mean width in points."""

    @property
    def covered(self) -> float:
        return 100 - self.too_low - self.too_high

    @property
    def passed(self) -> bool:
        """Whether the promise is kept."""
        s = self.scenario
        no_upper_end = s.name == "rate 1 %" and s.pairs == 100
        allowance = 2 * 100 * (HIGHEST / 100 * (1 - HIGHEST / 100) / self.repeats) ** 0.5
        return self.covered >= LOWEST and (no_upper_end or self.covered <= HIGHEST + allowance)

    def line(self) -> str:
        """Return the table's line."""
        s = self.scenario
        verdict = "" if s.stress or self.passed else "  <- outside"
        return (
            f"{s.name:10}  {s.pairs:5}  {s.articles:8}  {s.correlation:5.1f}  {self.covered:9.2f}"
            f"  {self.too_low:9.2f}  {self.too_high:10.2f}  {self.width:5.1f}{verdict}"
        )


HEADER = "mean        pairs  articles  corr.  covered %  too low %  too high %  width"


def article_sizes(scenario: Scenario, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the pairs of each article: at least one, the rest by a log-normal appeal (σ = 1).

    Under stress the appeal is 1/rank: the largest of 800 articles then holds 8 % of all pairs.
    """
    appeal = (
        1 / np.arange(1, scenario.articles + 1) if scenario.stress else rng.lognormal(size=scenario.articles)
    )
    return 1 + rng.multinomial(scenario.pairs - scenario.articles, appeal / appeal.sum())


def draw(scenario: Scenario, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return values and articles of one set of pairs.

    A pair has a normal propensity that correlates within its article, cut into values at the quantiles that
    give the shares. Under stress a pair instead takes its article's value with the probability √ρ: the values
    themselves, not the propensities, then correlate by ρ.
    """
    articles = np.repeat(np.arange(scenario.articles), article_sizes(scenario, rng))
    shares, rho = SHARES[scenario.name], scenario.correlation
    if scenario.stress:
        common = rng.choice(VALUES, scenario.articles, p=shares)[articles]
        own = rng.choice(VALUES, scenario.pairs, p=shares)
        return np.where(rng.random(scenario.pairs) < rho**0.5, common, own), articles
    noise = rng.standard_normal(scenario.pairs)
    propensity = rho**0.5 * rng.standard_normal(scenario.articles)[articles] + (1 - rho) ** 0.5 * noise
    return VALUES[np.searchsorted(ndtri(np.cumsum(shares)[:-1]), propensity)], articles


def cover(task: tuple[Scenario, int]) -> Coverage:
    """Return the coverage of one scenario over that many repeats."""
    scenario, repeats = task
    rng = np.random.default_rng(crc32(repr(scenario).encode()))
    ends = np.empty((repeats, 2))
    for repeat in range(repeats):
        estimate = mean_interval(*draw(scenario, rng))
        ends[repeat] = estimate.low, estimate.high
    return Coverage(
        scenario,
        repeats,
        too_low=100 * float((ends[:, 1] < scenario.truth).mean()),
        too_high=100 * float((ends[:, 0] > scenario.truth).mean()),
        width=float((ends[:, 1] - ends[:, 0]).mean()),
    )


def scenarios(stress: bool) -> Iterator[Scenario]:
    """Yield all combinations of size, mean and correlation."""
    for (pairs, articles), name, correlation in itertools.product(SIZES, SHARES, CORRELATIONS):
        yield Scenario(name, pairs, articles, correlation, stress)


def main() -> int:
    """Print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=4_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--stress", action="store_true")
    options = parser.parse_args()
    started = time.monotonic()
    print(HEADER)
    failed = 0
    with ProcessPoolExecutor(options.processes) as pool:
        tasks = [(scenario, options.repeats) for scenario in scenarios(options.stress)]
        for coverage in pool.map(cover, tasks):
            print(coverage.line(), flush=True)
            failed += not (options.stress or coverage.passed)
    verdict = "no promise under stress" if options.stress else f"outside the promise: {failed}"
    print(f"{options.repeats} repeats each, {time.monotonic() - started:.0f} s; {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
