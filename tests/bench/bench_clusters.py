"""How well groups are found, and what groups and layout cost: `python -m tests.bench.bench_clusters`.

Compares `group` with EVoC (where it is installed), HDBSCAN and k-means on the bundled sample with its
categories and on planted topics, by the adjusted Rand index (ARI): once with all ungrouped pairs as one
group, once on grouped pairs only; lines that were planted without a topic are left out of both. Each method
is judged by what it shows first, and by the best of its granularities. Stability is the mean ARI of all
couples of five groupings: of five seeds, and of five draws of four fifths of the rows, on shared rows.
HDBSCAN, which takes minutes for each of them, is left out of the largest data. Before all this, measures
seconds and peak memory of grouping and layout in a process of their own, with vectors that lie as planted
topics do.
Exits with status 1 where one needs 2 GB or more.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.planted_topics import NO_TOPIC, TOPICS, planted_topics
from tests.bench.processes import measure
from valbench_core.clusters.grouping import UNGROUPED, USUAL, group
from valbench_core.clusters.layout import lay_out
from valbench_core.embedding import Encoder, WordEncoder, find_encoder
from valbench_core.pairs import SAMPLE, Source, Subset, open_source, select

SIZES = (1_000, 10_000)
BIG = (1_000, 50_000, 114_745)
DIMENSIONS = 384
SEEDS = range(5)
KEPT = 0.8
PEAK_MB = 2_000
COUNTS = (6, 12, 24, 48, 96)
"""Groups that k-means is asked for."""

Codes = np.ndarray[Any, np.dtype[np.int32]]
Vectors = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Data:
    """Vectors of texts whose topics are known."""

    name: str
    vectors: Vectors
    topics: Codes


@dataclass(frozen=True)
class Granularities:
    """What a method finds, one grouping a granularity."""

    levels: Sequence[Codes]
    first: int
    """The one it shows first."""


Method = Callable[[Vectors, int], Granularities]


def ours(vectors: Vectors, seed: int) -> Granularities:
    found = group(vectors, seed)
    return Granularities(found.levels, found.usual)


def evoc(vectors: Vectors, seed: int) -> Granularities:
    from evoc import EVoC

    model = EVoC(random_state=seed, base_min_cluster_size=_least(vectors))
    model.fit_predict(vectors)
    return Granularities(model.cluster_layers_, int(np.argmax(model.persistence_scores_)))


def hdbscan(vectors: Vectors, _seed: int) -> Granularities:
    """Density on the vectors themselves."""
    return _dense(vectors, (_least(vectors), 2 * _least(vectors)))


def hdbscan_on_umap(vectors: Vectors, seed: int) -> Granularities:
    """Density on a reduction to five dimensions."""
    from umap import UMAP

    reduced = UMAP(n_components=5, min_dist=0.0, metric="cosine", random_state=seed, n_jobs=1)
    least = _least(vectors)
    return _dense(reduced.fit_transform(vectors), (least, 2 * least, 5 * least))


def k_means(vectors: Vectors, seed: int) -> Granularities:
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    counts = [k for k in COUNTS if k < len(vectors) / 2]
    with threadpool_limits(1):  # threads wait for each other where other processes are busy
        levels = [KMeans(k, n_init=3, random_state=seed).fit_predict(vectors) for k in counts]
    return Granularities(levels, int(np.abs(np.log(np.array(counts) / USUAL)).argmin()))


def _dense(rows: Vectors, sizes: Sequence[int]) -> Granularities:
    from sklearn.cluster import HDBSCAN

    levels = [HDBSCAN(min_cluster_size=size, min_samples=5, copy=True).fit_predict(rows) for size in sizes]
    return Granularities(levels, 0)


def _least(vectors: Vectors) -> int:
    return max(5, len(vectors) // 500)


SLOW = {"HDBSCAN", "HDBSCAN on UMAP"}
"""Methods that are asked for groups of few rows only."""
METHODS: dict[str, Method] = {
    "average linkage": ours,
    "EVoC": evoc,
    "HDBSCAN": hdbscan,
    "HDBSCAN on UMAP": hdbscan_on_umap,
    "k-means": k_means,
}


def ari(topics: Codes, codes: Codes, grouped_only: bool = False) -> float:
    """Return the adjusted Rand index over rows that have a topic."""
    from sklearn.metrics import adjusted_rand_score

    rows = (topics != NO_TOPIC) & ((codes != UNGROUPED) | (not grouped_only))
    return float(adjusted_rand_score(topics[rows], codes[rows])) if rows.any() else 0.0


def data_of(encoder: Encoder, sizes: Sequence[int]) -> Iterator[Data]:
    """Yield the sample with its categories, then planted topics."""
    pairs = select(open_source(Source(SAMPLE)), Subset()).pairs
    categories = np.unique([pair.category for pair in pairs], return_inverse=True)[1].astype(np.int32)
    yield Data("sample", encoder.encode([pair.issue_description for pair in pairs]), categories)
    for size in sizes:
        planted = planted_topics(size)
        yield Data(f"{size:,}", encoder.encode(planted.texts), np.array(planted.topics, np.int32))


HEADER = (
    "data    method            groups  ungrouped  of no topic  ARI   grouped only  best ARI (groups)"
    "  5 seeds  5 draws  seconds"
)


def line(data: Data, name: str, method: Method) -> str:
    """Return the table's line of one method."""
    started = time.monotonic()
    found = method(data.vectors, 0)
    seconds = time.monotonic() - started
    first = found.levels[found.first]
    best = max(found.levels, key=lambda codes: ari(data.topics, codes))
    seeds, draws = of_seeds(data.vectors, method, first), of_draws(data.vectors, method)
    loose = first[data.topics == NO_TOPIC] == UNGROUPED
    of_no_topic = f"{loose.mean():.0%}" if len(loose) else "–"
    return (
        f"{data.name:6}  {name:16}  {first.max() + 1:6}  {(first == UNGROUPED).mean():9.0%}"
        f"  {of_no_topic:>11}  {ari(data.topics, first):.2f}  {ari(data.topics, first, True):12.2f}"
        f"  {ari(data.topics, best):8.2f} ({best.max() + 1})"
        f"  {seeds:7.2f}  {draws:7.2f}  {seconds:7.1f}"
    )


def of_seeds(vectors: Vectors, method: Method, of_first_seed: Codes) -> float:
    """Return how alike the groups of five seeds are."""
    return _alike([of_first_seed, *(_first(method(vectors, seed)) for seed in SEEDS[1:])])


def of_draws(vectors: Vectors, method: Method) -> float:
    """Return how alike the groups of five draws of rows are, on the rows that two draws share."""
    found = []
    for seed in SEEDS:
        rows = np.flatnonzero(np.random.default_rng(seed).random(len(vectors)) < KEPT)
        codes = np.full(len(vectors), NOT_DRAWN, np.int32)
        codes[rows] = _first(method(vectors[rows], 0))
        found.append(codes)
    return _alike(found)


NOT_DRAWN = -2


def _first(found: Granularities) -> Codes:
    return found.levels[found.first]


def _alike(found: Sequence[Codes]) -> float:
    from sklearn.metrics import adjusted_rand_score

    scores = []
    for one, other in itertools.combinations(found, 2):
        shared = (one != NOT_DRAWN) & (other != NOT_DRAWN)
        scores.append(adjusted_rand_score(one[shared], other[shared]))
    return float(np.mean(scores))


def report_quality(encoder: Encoder, sizes: Sequence[int], methods: dict[str, Method]) -> None:
    """Print what each method finds in vectors of one encoder."""
    print(f"\n{encoder.name} ({encoder.source})\n{HEADER}", flush=True)
    for data in data_of(encoder, sizes):
        for name, method in methods.items():
            if name not in SLOW or len(data.vectors) <= SIZES[0]:
                print(line(data, name, method), flush=True)


def scattered(n: int) -> Vectors:
    """Return vectors around as many middles as there are topics, and some around none."""
    rng = np.random.default_rng(0)
    middles = rng.standard_normal((len(TOPICS), DIMENSIONS)).astype(np.float32)
    vectors = rng.standard_normal((n, DIMENSIONS), dtype=np.float32)
    vectors += middles[rng.integers(len(TOPICS), size=n)] * (rng.random((n, 1)) > 0.1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def run_one(what: str, path: Path) -> None:
    """Group or lay out the vectors of a file, twice where the first time compiles."""
    vectors = np.load(path)
    for _ in range(2 if len(vectors) <= BIG[0] else 1):
        started = time.monotonic()
        group(vectors) if what == "group" else lay_out(vectors)
        print(f"{what} {len(vectors):,}: {time.monotonic() - started:.1f} s", flush=True)


def report_cost(sizes: Sequence[int]) -> bool:
    """Print seconds and memory at each size; say whether all stay below the limit."""
    print("\nwhat    rows      seconds, with imports and compiling  of CPU  peak MB")
    within = True
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"{size}.npy"
            np.save(path, scattered(size))
            for what in ("group", "layout"):
                took = measure("-m", "tests.bench.bench_clusters", "--one", what, "--vectors", str(path))
                print(
                    f"{what:6}  {size:7,}  {took.wall:36.1f}  {took.cpu:6.1f}  {took.peak_mb:7.0f}",
                    flush=True,
                )
                within &= took.peak_mb < PEAK_MB
    return within


def main() -> int:
    """Print the tables and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only small sizes, without HDBSCAN on vectors")
    parser.add_argument("--cost-only", action="store_true", help="only seconds and memory")
    parser.add_argument("--one", choices=("group", "layout"), help=argparse.SUPPRESS)
    parser.add_argument("--vectors", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    warnings.simplefilter("ignore")
    if options.one:
        run_one(options.one, options.vectors)
        return 0
    left_out = {"HDBSCAN"} if options.quick else set()
    left_out |= set() if find_spec("evoc") else {"EVoC"}
    methods = {name: method for name, method in METHODS.items() if name not in left_out}
    # First of all: a process counts what the one that started it has held as its own peak.
    within = report_cost(BIG[:1] if options.quick else BIG)
    if not options.cost_only:
        for encoder in (find_encoder(), WordEncoder("this bench measures it")):
            report_quality(encoder, SIZES[:1] if options.quick else SIZES, methods)
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
