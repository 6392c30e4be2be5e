"""Coverage of audit-corrected figures under a judge that errs as published, and of the judge's own interval.

    python -m tests.bench.bench_audit                    # 4,000 repeats of each of 72 cells
    python -m tests.bench.bench_audit --repeats 1000
    python -m tests.bench.bench_audit --weighted         # pairs drawn unequally: three in ten weigh four
    python -m tests.bench.bench_audit --judges accurate  # 144 cells of judges that err on 5 % or fewer
    python -m tests.bench.bench_audit --judges rare      # REF and NINF, of which nothing is promised

Each repeat draws 1,000 pairs in articles of skewed size: what people would say of each, what a judge says
(`audit_judges`), and signs of doubt, which are commoner where the judge errs. Some are labelled in the order
of the queue; the corrected mean is set against the true one, of issues like these and of the very pairs
drawn. Promised is that 95 % intervals cover the truth in at least 93 % of repeats; and for judges that err
as published, where ten disagreements are expected, in no more than 97 %: of accurate judges few errors are
met, and intervals are wide. Beside them stand the judge's interval, which takes no errors into account, and
the corrected one with pairs instead of articles as units.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, get_args
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.audit_judges import JUDGES, JudgeKind, Signs, judges_of, signs_of
from valbench_core.analysis import doubt_preferences, inclusions, mean_interval, queue_order
from valbench_core.analysis.corrected_intervals import Ends, corrected_intervals
from valbench_core.analysis.corrected_mean import CheckedPairs, corrected_mean

LOWEST, HIGHEST = 93.0, 97.0
"""Promised coverage in percent; the upper end is allowed two standard errors of the simulation."""
ENOUGH = 10
"""Expected disagreements from which the upper end is promised."""
PAIRS = 1_000
LABELS = (50, 100, 200)
ARTICLES = (400, 100)
CORRELATIONS = (0.0, 0.3, 0.6)
HEAVY, HEAVY_SHARE = 4.0, 0.3
"""Weight of some pairs, and how many have it, where pairs are weighted; the others weigh 1."""


@dataclass(frozen=True)
class Scenario:
    """What is drawn in each repeat."""

    metric: str
    articles: int
    correlation: float
    """Within articles, of what people say and of the judge's errors (of the underlying propensities)."""
    by_doubt: bool
    """Whether the queue prefers doubtful pairs."""
    weighted: bool
    """Whether some pairs stand for four others in every figure."""
    signs: Signs
    """Signs of doubt that pairs may show."""
    kind: JudgeKind


class Drawn(NamedTuple):
    """One run and its queue."""

    human: NDArray[np.float64]
    judge: NDArray[np.float64]
    articles: NDArray[np.intp]
    weights: NDArray[np.float64]
    preferences: NDArray[np.float64]
    queue: NDArray[np.intp]


class Interval(NamedTuple):
    """One of the intervals that are set against each other."""

    covers: bool
    width: float


@dataclass(frozen=True)
class Cell:
    """What came of a scenario with so many labels."""

    scenario: Scenario
    labels: int
    repeats: int
    disagreements: float
    """Mean of the labels that differ from the judge."""
    telling: float
    """Mean of what these come to in what labels tell of unlabelled pairs."""
    covered: Mapping[str, float]
    """Percent of repeats in which the truth was covered, by interval."""
    width: Mapping[str, float]

    @property
    def passed(self) -> bool:
        """Whether the promise is kept by both corrected intervals."""
        highest = 100.0
        if self.scenario.kind == "published" and self.disagreements >= ENOUGH:
            highest = HIGHEST + 2 * 100 * (HIGHEST / 100 * (1 - HIGHEST / 100) / self.repeats) ** 0.5
        return all(LOWEST <= self.covered[name] <= highest for name in ("issues", "here"))

    def line(self) -> str:
        """Return the table's line."""
        s = self.scenario
        queue = "doubt" if s.by_doubt else "even"
        figures = "  ".join(
            f"{self.covered[name]:6.2f} ({self.width[name]:4.1f})"
            for name in ("issues", "no articles", "naive", "here", "naive here")
        )
        mark = "  <- outside" if s.kind != "rare" and not self.passed else ""
        return (
            f"{s.metric:7}  {PAIRS / s.articles:4.1f}  {s.correlation:4.1f}  "
            f"{queue:5}  {self.labels:6}  {self.disagreements:6.1f}  {self.telling:4.1f}  {figures}{mark}"
        )


HEADER = (
    "                                                      covered % (width): issues like these"
    "        these pairs only\n"
    "         pairs              labels  differ  tell     corrected  as if pairs         judge"
    "     corrected         judge\n"
    "         /art.  corr. queue"
)


def draw(scenario: Scenario, rng: np.random.Generator) -> Drawn:
    """Return a run's pairs, in articles of log-normal size (σ = 1), with their queue."""
    judge = JUDGES[scenario.metric]
    appeal = rng.lognormal(size=scenario.articles)
    sizes = 1 + rng.multinomial(PAIRS - scenario.articles, appeal / appeal.sum())
    articles = np.repeat(np.arange(scenario.articles), sizes)

    def propensity() -> NDArray[np.float64]:
        common = rng.standard_normal(scenario.articles)[articles]
        own = rng.standard_normal(PAIRS)
        return np.asarray(scenario.correlation**0.5 * common + (1 - scenario.correlation) ** 0.5 * own)

    human = np.searchsorted(ndtri(np.cumsum(judge.human)[:-1]), propensity())
    steps = np.cumsum(judge.judged, axis=1)[:, :-1]
    judged = (ndtr(propensity())[:, None] > steps[human]).sum(axis=1)
    signs = scenario.signs
    chance = np.where(human == judged, signs.where_right, signs.where_wrong)
    doubt = rng.binomial(signs.number, chance).astype(np.float64)
    preferences = doubt_preferences(doubt if scenario.by_doubt else np.zeros(PAIRS))
    values = np.array(judge.values)
    queue = queue_order(rng.random(PAIRS), preferences)
    weights = np.where(rng.random(PAIRS) < HEAVY_SHARE, HEAVY if scenario.weighted else 1.0, 1.0)
    return Drawn(values[human], values[judged], articles, weights, preferences, queue)


def checked(drawn: Drawn, labels: int) -> CheckedPairs:
    """Return the pairs with the first of the queue labelled."""
    human = np.full(PAIRS, np.nan)
    human[drawn.queue[:labels]] = drawn.human[drawn.queue[:labels]]
    return CheckedPairs(
        drawn.judge, human, drawn.weights, inclusions(drawn.preferences, labels), drawn.articles
    )


def intervals(pairs: CheckedPairs, naive: Ends, truth: float, truth_here: float) -> dict[str, Interval]:
    """Return the intervals of one repeat by name."""
    found = corrected_intervals(pairs, corrected_mean(pairs))
    alone = replace(pairs, articles=np.arange(PAIRS))
    ends = {
        "issues": (found.corrected, truth),
        "no articles": (corrected_intervals(alone, corrected_mean(alone)).corrected, truth),
        "naive": (naive, truth),
        "here": (found.here, truth_here),
        "naive here": (naive, truth_here),
    }
    return {
        name: Interval(end.low <= true <= end.high, end.high - end.low) for name, (end, true) in ends.items()
    }


def cover(task: tuple[Scenario, int]) -> list[Cell]:
    """Return what comes of a scenario over that many repeats, for each number of labels."""
    scenario, repeats = task
    rng = np.random.default_rng(crc32(repr(scenario).encode()))
    truth = JUDGES[scenario.metric].truth
    found: dict[int, list[dict[str, Interval]]] = {labels: [] for labels in LABELS}
    differ = {labels: np.zeros(2) for labels in LABELS}
    for _ in range(repeats):
        drawn = draw(scenario, rng)
        naive = mean_interval(drawn.judge, drawn.articles, drawn.weights)
        truth_here = float(np.average(drawn.human, weights=drawn.weights))
        assert naive.low is not None
        assert naive.high is not None
        for labels in LABELS:
            pairs = checked(drawn, labels)
            differ[labels] += pairs.disagreements, pairs.telling_disagreements
            ends = Ends(naive.low, naive.high)
            found[labels].append(intervals(pairs, ends, truth, truth_here))
    return [_cell(scenario, labels, found[labels], differ[labels] / repeats) for labels in LABELS]


def _cell(
    scenario: Scenario, labels: int, found: list[dict[str, Interval]], differ: NDArray[np.float64]
) -> Cell:
    covered = {name: 100 * float(np.mean([one[name].covers for one in found])) for name in found[0]}
    width = {name: float(np.mean([one[name].width for one in found])) for name in found[0]}
    return Cell(scenario, labels, len(found), *differ.tolist(), covered, width)


def scenarios(kind: JudgeKind, weighted: bool) -> Iterator[Scenario]:
    """Yield all combinations of judge, articles, correlation and queue."""
    for metric, articles, correlation, by_doubt in itertools.product(
        judges_of(kind), ARTICLES, CORRELATIONS, (False, True)
    ):
        yield Scenario(metric, articles, correlation, by_doubt, weighted, signs_of(kind), kind)


def summary(cells: list[Cell]) -> Iterator[str]:
    """Yield for each metric and number of labels the range of coverage over all cells."""
    for metric, labels in sorted({(cell.scenario.metric, cell.labels) for cell in cells}):
        of = [cell for cell in cells if (cell.scenario.metric, cell.labels) == (metric, labels)]
        ranges = (
            f"{name} {min(c.covered[name] for c in of):.1f}–{max(c.covered[name] for c in of):.1f}"
            for name in of[0].covered
        )
        yield f"{metric:7}  {labels:4}  " + "  ".join(ranges)


def main() -> int:
    """Print the table and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=4_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--judges", choices=get_args(JudgeKind), default="published")
    parser.add_argument("--weighted", action="store_true")
    options = parser.parse_args()
    started = time.monotonic()
    print(HEADER)
    cells: list[Cell] = []
    tasks = [(scenario, options.repeats) for scenario in scenarios(options.judges, options.weighted)]
    with ProcessPoolExecutor(options.processes) as pool:
        for found in pool.map(cover, tasks):
            cells += found
            print("\n".join(cell.line() for cell in found), flush=True)
    print("\n".join(summary(cells)))
    is_promised = options.judges != "rare"
    failed = sum(not cell.passed for cell in cells) if is_promised else 0
    verdict = f"outside the promise: {failed}" if is_promised else "nothing is promised of these"
    print(f"{options.repeats} repeats each, {time.monotonic() - started:.0f} s; {verdict}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
