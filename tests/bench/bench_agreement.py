"""How often intervals of κ cover the truth, and what they cost: `python -m tests.bench.bench_agreement`.

Draws two raters of pairs in articles of unequal size, alike within an article, the second of whom errs by
chance and, where so said, leans to one side; asks `agreement` each time. κ is that of the score and of flags
that are set on 5, 13 and 40 % of answers. A 95 % interval shall cover at least 92 %. Where few articles hold
a disagreement, or a flag at all, the intervals are wide and cover nearly always. Beside it stands, without a
verdict, what the plain percentiles of the same resamples cover (`plain %`): far less where flags are rare.

`--time` instead gives what 2,000 resamples cost at 114,745 pairs in about 37,600 articles, as a multiple of
one pass of scikit-learn over the same table, and the memory this takes. Exits with status 1 where a promise
is not kept.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from threadpoolctl import threadpool_limits

from valbench_core.analysis import ASPECTS, Aspect, Ratings, agreement
from valbench_core.analysis.agreement import drawn_of
from valbench_core.analysis.ratings import Rated

LOWEST = 92.0
"""Promised coverage in percent, less two standard errors of the simulation."""
DEAREST = 30
"""Promised cost of 2,000 resamples at full size, in single passes of scikit-learn."""
MOST_MEMORY = 250
"""Promised memory at full size, in MB."""
RESAMPLES = 1_000
SHARES: dict[Aspect, tuple[float, ...]] = {
    "score": (0.10, 0.10, 0.15, 0.25, 0.40),
    "refusal": (0.87, 0.13),
    "no_information": (0.95, 0.05),
    "value_preference": (0.60, 0.40),
}
SIZES = ((100, 40), (200, 80), (150, 15))
ERRORS = ((0.1, 0.0), (0.35, 0.0), (0.35, 0.5), (0.8, 0.0))
"""How much of the second rater's propensity is chance (0–1), and how far it leans, in standard deviations."""
CORRELATION = 0.3
"""Of propensities, and of errors, within an article."""
FULL = (114_745, 37_600)


@dataclass(frozen=True)
class Setting:
    """What is drawn in each repeat."""

    pairs: int
    articles: int
    noise: float
    lean: float


@dataclass
class Covered:
    """What came of one κ in a setting."""

    intervals: int = 0
    covered: int = 0
    plainly: int = 0
    width: float = 0.0

    def add(self, truth: float, interval: tuple[float, float], plain: tuple[float, float]) -> None:
        self.intervals += 1
        self.covered += interval[0] <= truth <= interval[1]
        self.plainly += plain[0] <= truth <= plain[1]
        self.width += interval[1] - interval[0]

    @property
    def percent(self) -> float:
        return 100 * self.covered / self.intervals

    @property
    def passed(self) -> bool:
        allowance = 2 * (LOWEST * (100 - LOWEST) / self.intervals) ** 0.5
        return self.percent >= LOWEST - allowance

    def line(self) -> str:
        """Return the end of the table's line."""
        plain, width = 100 * self.plainly / self.intervals, self.width / self.intervals
        return f"{self.percent:9.1f}  {plain:7.1f}  {width:5.2f}  {self.intervals:9}"


HEADER = "κ                 pairs  articles  noise  lean   true  covered %  plain %  width  intervals"


def article_sizes(setting: Setting, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return the pairs of each article: at least one, the rest by a log-normal appeal (σ = 1)."""
    appeal = rng.lognormal(size=setting.articles)
    return 1 + rng.multinomial(setting.pairs - setting.articles, appeal / appeal.sum())


def correlated(articles: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return standard normal values that correlate within articles."""
    common = rng.standard_normal(int(articles.max()) + 1)[articles]
    return CORRELATION**0.5 * common + (1 - CORRELATION) ** 0.5 * rng.standard_normal(articles.size)


def said(
    shares: tuple[float, ...], setting: Setting, articles: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what both raters say: propensities cut into values at the quantiles that give the shares."""
    cuts, propensity = ndtri(np.cumsum(shares)[:-1]), correlated(articles, rng)
    erring = (1 - setting.noise**2) ** 0.5 * propensity + setting.noise * correlated(articles, rng)
    return np.searchsorted(cuts, propensity) + 0.0, np.searchsorted(cuts, erring - setting.lean) + 0.0


def raters(
    setting: Setting, articles: NDArray[np.int64], rng: np.random.Generator
) -> tuple[Ratings, Ratings]:
    """Return two raters of so many pairs; flags of both sides are drawn alike."""
    columns = [said(SHARES["score"], setting, articles, rng)]
    for flag, sides in (("refusal", 2), ("no_information", 2), ("value_preference", 1)):
        columns += [said(SHARES[flag], setting, articles, rng) for _ in range(sides)]  # type: ignore[index]
    first, second = ([both[who] for both in columns] for who in (0, 1))
    return Ratings(first[0] - 2, *first[1:]), Ratings(second[0] - 2, *second[1:])


def truths(setting: Setting) -> dict[Aspect, float]:
    """Return each κ of a million pairs that have nothing to do with each other."""
    rng, apart = np.random.default_rng(1), np.arange(1_000_000)
    found = agreement(*raters(setting, apart, rng), apart // 100_000, resamples=1)
    return {aspect: one.value for aspect, one in found.kappa.items() if one.value is not None}


def cover(task: tuple[Setting, int]) -> tuple[Setting, dict[Aspect, float], dict[Aspect, Covered]]:
    """Return the coverage of one setting over that many repeats."""
    setting, repeats = task
    rng, truth = np.random.default_rng(crc32(repr(setting).encode())), truths(setting)
    found = {aspect: Covered() for aspect in ASPECTS}
    for _ in range(repeats):
        articles = np.repeat(np.arange(setting.articles), article_sizes(setting, rng))
        both = raters(setting, articles, rng)
        kappa = agreement(*both, articles, resamples=RESAMPLES).kappa
        rated = Rated.of(both, articles, None)
        drawn = drawn_of({aspect: rated.crossed(aspect) for aspect in ASPECTS}, RESAMPLES)
        for aspect, one in kappa.items():
            if one.low is not None and one.high is not None:
                plain = np.nanquantile(drawn[aspect], [0.025, 0.975])
                found[aspect].add(truth[aspect], (one.low, one.high), (plain[0], plain[1]))
    return setting, truth, found


def coverage(repeats: int, processes: int) -> int:
    """Print the table and return how many figures leave what is promised."""
    settings = [Setting(*size, *error) for size, error in itertools.product(SIZES, ERRORS)]
    print(HEADER)
    failed = 0
    with ProcessPoolExecutor(processes, initializer=threadpool_limits, initargs=(1,)) as pool:
        for setting, truth, found in pool.map(cover, [(setting, repeats) for setting in settings]):
            for aspect, one in found.items():
                failed += not one.passed
                about = f"{setting.pairs:5}  {setting.articles:8}  {setting.noise:5.2f}  {setting.lean:4.1f}"
                mark = "" if one.passed else "  <- outside"
                print(f"{aspect:16}  {about}  {truth[aspect]:5.2f}  {one.line()}{mark}", flush=True)
    return failed


def least_time(carry_out: Callable[[], object]) -> float:
    """Return the least processor time of three goes, in seconds."""
    times = []
    for _ in range(3):
        started = time.process_time()
        carry_out()
        times.append(time.process_time() - started)
    return min(times)


def cost() -> int:
    """Print time and memory at full size and return how many promises are not kept."""
    from sklearn.metrics import cohen_kappa_score

    setting, rng = Setting(*FULL, 0.35, 0.0), np.random.default_rng(0)
    articles = np.repeat(np.arange(setting.articles), article_sizes(setting, rng))
    first, second = raters(setting, articles, rng)

    def single_pass() -> None:
        for aspect in ASPECTS:
            weights = "quadratic" if aspect == "score" else None
            cohen_kappa_score(first.said(aspect).ravel(), second.said(aspect).ravel(), weights=weights)

    with threadpool_limits(1):
        single, whole = least_time(single_pass), least_time(lambda: agreement(first, second, articles))
    tracemalloc.start()
    agreement(first, second, articles)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    print(f"2,000 resamples of {setting.pairs:,} pairs in {setting.articles:,} articles, four κ:")
    print(f"{whole / single:.0f} times one pass of scikit-learn (at most {DEAREST}), {memory:.0f} MB")
    return int(whole / single > DEAREST) + int(memory > MOST_MEMORY)


def main() -> int:
    """Print what was asked for and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=1_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--time", action="store_true")
    options = parser.parse_args()
    failed = cost() if options.time else coverage(options.repeats, options.processes)
    print(f"outside the promise: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
