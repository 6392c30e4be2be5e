"""How much slower pages are on the whole benchmark than on 1,000 pairs, and what a server sends and holds.

`python -m tests.bench.bench_pages --workspace FOLDER` prints figures with their targets, and exits 1 where
one is missed. The runs are made by `big_runs` where FOLDER does not hold them yet (four minutes, 2.2 GB);
their maps are made up too, with as many groups as real ones show.

- *Ratios*: time of the page's script (`page_times`) on 114,745 pairs / on 1,000 pairs, in one process, after
  the first load; searches look for other words each time. The first load, with empty caches, is stated apart.
- *Messages*: the largest one that a real server sends to a Chromium that opens the page on 114,745 pairs.
- *Reader*: runs of the whole script and of the reader alone that pressing Next and Previous sets off.
- *Memory* of that server once all pages were visited and the sentence encoder has marked an answer; beside
  it the most it ever held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.big_runs import BENCHMARK_PAIRS, FEW_PAIRS, SEED, make_runs, run_name
from tests.bench.made_texts import made_language
from tests.bench.page_times import HOME, Query, View, times, typed, use_workspace
from tests.made_maps import store_map
from valbench_core.runs import Workspace

if TYPE_CHECKING:
    from tests.bench.page_traffic import Visit

PAIRS, TOPICS, COMPARE = "pages/read/pairs.py", "pages/results/topics.py", "pages/results/compare.py"
RATIONALES, EVALUATE = "pages/read/rationales.py", "pages/evaluate/runs.py"
CLUSTERS = "pages/explore/clusters.py"
PATHS = {
    HOME: "overview",
    PAIRS: "pairs",
    TOPICS: "topics",
    COMPARE: "compare",
    RATIONALES: "rationales",
    CLUSTERS: "clusters",
    EVALUATE: "evaluate",
}
MOST_SEARCHING = 5.0
MOST_MESSAGE_MB, MOST_MEMORY_MB = 5.0, 1_000.0
STEPS = ("Next", "Next", "Next", "Previous")
LEVELS = 4
"""Of the made-up maps: the finest has 24 groups."""
MIDDLE = "{middle}"
"""In a query: the page in the middle of the run's list."""
OTHER = "{other}"
"""In a query: the other model's run on the same pairs."""


@dataclass(frozen=True)
class Row:
    """One figure and the most it may be."""

    name: str
    value: float
    most: float
    note: str = ""

    @property
    def met(self) -> bool:
        return self.value <= self.most

    def __str__(self) -> str:
        verdict = "met" if self.met else "MISSED"
        return f"{self.name:34} {self.value:9.2f}   target <= {self.most:<6g} {verdict:7} {self.note}"


def views() -> Iterator[View]:
    """Yield the states of the pages that are opened."""
    narrow: Query = {
        "category": ["Politics", "Ethics"],
        "outcome": ["inconsistent", "one refused"],
        "refusal": "neither",
    }
    yield View("Overview", HOME)
    yield View("Pairs: list", PAIRS)
    yield View("Pairs: filters", PAIRS, narrow)
    yield View("Pairs: filters, page, order", PAIRS, {"sort": "longest answers first", "page": MIDDLE})
    yield View("Pairs: beside another run", PAIRS, {"versus": OTHER, "versus_outcome": "consistent"})
    yield View("Pairs: reader", PAIRS, {"pair": "pair-000500"})
    yield from _searches()
    yield View("Rationales", RATIONALES)
    yield View("Rationales: words of verdicts", RATIONALES, {"words": "verdicts"})
    yield View("Rationales: words of answers", RATIONALES, {"words": "answers"})
    yield View("Topics: category", TOPICS)
    yield View("Topics: article", TOPICS, {"by": "article"})
    yield View("Topics: category × scale", TOPICS, {"by": "category × scale"})
    yield View("Compare", COMPARE, {"runs": OTHER})
    yield from _on_maps()
    yield View("Evaluate", EVALUATE)


def _on_maps() -> Iterator[View]:
    """Yield the map, with few and with all pairs shown, what is picked out on it, and lists by its groups."""
    area = "-8,-8;8,-8;8,8;-8,8"
    yield View("Clusters: divergent pairs", CLUSTERS)
    yield View("Clusters: all pairs", CLUSTERS, {"show": "all", "colour": "outcome"})
    yield View("Clusters: a group", CLUSTERS, {"group": "1"})
    yield View("Clusters: an area", CLUSTERS, {"area": area})
    yield View("Clusters: near a pair", CLUSTERS, {"near": "pair-000500"})
    yield View("Clusters: beside another run", CLUSTERS, {"versus": OTHER})
    yield View("Pairs: of a group of the map", PAIRS, {"group": "1"})
    yield View("Pairs: in an area of the map", PAIRS, {"area": area})


def _searches() -> Iterator[View]:
    """Yield searches for words that stand everywhere, for two words, one of them rarer, and for a phrase."""
    language = made_language(SEED)
    words = language.words
    everywhere = [f"{words[place]} {words[place + 7]}" for place in range(30)]
    several = [f"{words[70 + 3 * place]} {words[500 + 11 * place]}" for place in range(30)]
    phrases = [f'"{language.line(phrase)}"' for phrase in language.phrases[:120:4]]
    for name, looked_for in (("everywhere", everywhere), ("several words", several), ("phrase", phrases)):
        yield View(f"Pairs: search, {name}", PAIRS, act=typed("q", looked_for), most=MOST_SEARCHING)


def on_run(view: View, n: int) -> View:
    """Return a view with what its query says of a run of so many pairs."""
    meant = {MIDDLE: str(n // 50), OTHER: run_name("b", n)}
    query = {
        name: meant.get(value, value) if isinstance(value, str) else value
        for name, value in view.query.items()
    }
    return View(view.name, view.script, query, view.act, view.most)


def ratios(chosen: Sequence[View], n: int, repeats: int) -> Iterator[Row]:
    """Time each view on the few pairs and on the many."""
    for view in chosen:
        few, many = (times(on_run(view, size), run_name("a", size), repeats) for size in (FEW_PAIRS, n))
        reruns = f"{few.rerun * 1e3:6.0f} ms → {many.rerun * 1e3:6.0f} ms"
        note = f"{reruns} (CPU × {many.cpu / few.cpu:.2f}); first {few.first:5.2f} s → {many.first:5.2f} s"
        yield Row(view.name, many.rerun / few.rerun, view.most, note)


def traffic(chosen: Sequence[View], n: int, workspace: Path) -> Iterator[Row]:
    """Open each view on a real server, walk in the reader, and look at the server's memory."""
    from tests.bench.page_traffic import visit

    run = run_name("a", n)
    with tempfile.TemporaryDirectory() as folder, visit(workspace, Path(folder)) as visitor:
        for view in chosen:
            if not view.act:
                largest = visitor.largest(PATHS[view.script], {"run": run, **on_run(view, n).query})
                yield Row(f"{view.name}, largest MB", largest / 1e6, MOST_MESSAGE_MB)
        yield from _walk(visitor, run)
        visitor.choose("Show what bears on one of the judge's points")
        most_ever = f"at its most, for a moment, {visitor.peak():.0f}"
        yield Row("memory, all pages visited, MB", visitor.memory(), MOST_MEMORY_MB, most_ever)


def _walk(visitor: Visit, run: str) -> Iterator[Row]:
    visitor.largest(PATHS[PAIRS], {"run": run, "pair": "pair-000500"})
    for number, button in zip(count(1), STEPS, strict=False):
        redraw = visitor.step(button)
        note = f"reader alone {redraw.fragment_runs}, messages {redraw.messages}, {redraw.bytes / 1e3:.0f} kB"
        yield Row(f"step {number}, {button}: runs of the page", redraw.whole_runs, 0, note)
        yield Row(f"step {number}, {button}: reader not run", float(redraw.fragment_runs == 0), 0)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the pages on 114,745 pairs.")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=BENCHMARK_PAIRS, help="pairs of the large runs")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--only", default="", help="views whose name begins so")
    parser.add_argument("--no-server", action="store_true", help="ratios alone")
    given = parser.parse_args()
    make_runs(Workspace(given.workspace), (FEW_PAIRS, given.pairs))
    for n in (FEW_PAIRS, given.pairs):
        # The runs of both models lie on one map.
        store_map(Workspace(given.workspace), Workspace(given.workspace).path_of(run_name("a", n)), LEVELS)
    use_workspace(given.workspace)
    chosen = [view for view in views() if view.name.startswith(given.only)]
    rows = []
    for row in ratios(chosen, given.pairs, given.repeats):
        print(row, flush=True)
        rows.append(row)
    for row in () if given.no_server else traffic(chosen, given.pairs, given.workspace):
        print(row, flush=True)
        rows.append(row)
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
