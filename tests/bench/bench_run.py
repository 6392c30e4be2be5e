"""How close a whole `valbench run` comes to what the endpoint allows: time, CPU, memory, replay from cache.

`python -m tests.bench.bench_run` prints a table with its targets, and exits 1 where one is missed.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import Measured, Server, measure, scripted_server, write_pairs

LATENCY, AT_ONCE, PAIRS, MANY_PAIRS = 0.2, 64, 1_000, 10_000


@dataclass(frozen=True)
class Row:
    """One figure and the most it may be."""

    label: str
    value: float
    most: float

    @property
    def met(self) -> bool:
        return self.value <= self.most


def evaluate(server: Server, pairs: Path, workspace: Path, name: str) -> Measured:
    return measure(
        *("-m", "valbench_core", "run", "--pairs", str(pairs), "--model", "m", "--base-url", server.url),
        *("--judge-model", "j", "--concurrency", str(AT_ONCE), "--name", name),
        workspace=workspace,
    )


def main() -> int:
    with tempfile.TemporaryDirectory() as folder, scripted_server(LATENCY) as server:
        workspace = Path(folder) / "workspace"
        pairs = write_pairs(Path(folder) / "pairs.jsonl", PAIRS)
        ideal = 3 * PAIRS * LATENCY / AT_ONCE
        bare = measure("tests/bench/bare_loop.py", server.url, str(3 * PAIRS), str(AT_ONCE))
        first = evaluate(server, pairs, workspace, "first")
        before = server.served()["requests"]
        replay = evaluate(server, pairs, workspace, "replay")
        replayed = server.served()["requests"] - before
    with tempfile.TemporaryDirectory() as folder, scripted_server(0.0) as server:
        pairs = write_pairs(Path(folder) / "pairs.jsonl", MANY_PAIRS)
        many = evaluate(server, pairs, Path(folder) / "workspace", "many")
    rows = [
        Row("wall time / ideal", first.wall / ideal, most=1.25),
        Row("CPU / bare loop of create()", first.cpu / bare.cpu, most=1.1),
        Row("replay from cache / first run", replay.wall / first.wall, most=0.2),
        Row("requests sent in the replay", replayed, most=0),
        Row(f"peak MB at {PAIRS:,} pairs", first.peak_mb, most=300),
        Row(f"MB more at {MANY_PAIRS:,} pairs", many.peak_mb - first.peak_mb, most=60),
    ]
    for row in rows:
        print(f"{row.label:32} {row.value:8.2f}   target <= {row.most:<6g} {'met' if row.met else 'MISSED'}")
    print(f"(seconds: ideal {ideal:.1f}, run {first.wall:.1f}, replay {replay.wall:.1f}; ", end="")
    print(f"CPU of the bare loop {bare.cpu:.1f}, run {first.cpu:.1f}, replay {replay.cpu:.1f})")
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
