"""How close a whole `valbench run` comes to what the endpoint allows: wall time, CPU, memory, replay from the cache.

`python -m tests.bench.bench_run` prints a table with its targets, and exits 1 where one is missed (about two minutes).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.processes import Measured, Server, measure, scripted_server, write_pairs

LATENCY, AT_ONCE, PAIRS, MANY_PAIRS = 0.2, 64, 1_000, 10_000


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
        ("wall time / ideal", first.wall / ideal, "<= 1.25", first.wall / ideal <= 1.25),
        ("CPU / bare loop of create()", first.cpu / bare.cpu, "<= 1.10", first.cpu / bare.cpu <= 1.1),
        ("first run / replay from cache", first.wall / replay.wall, ">= 5", first.wall / replay.wall >= 5),
        ("requests sent in the replay", replayed, "0", replayed == 0),
        (f"peak MB at {PAIRS:,} pairs", first.peak_mb, "<= 300", first.peak_mb <= 300),
        (f"MB more at {MANY_PAIRS:,} pairs", many.peak_mb - first.peak_mb, "<= 60", many.peak_mb - first.peak_mb <= 60),
    ]
    for label, value, target, met in rows:
        print(f"{label:32} {value:8.2f}   target {target:8} {'met' if met else 'MISSED'}")
    print(f"(ideal {ideal:.1f} s, run {first.wall:.1f} s; CPU bare {bare.cpu:.1f} s, run {first.cpu:.1f} s, replay {replay.cpu:.1f} s)")
    return 0 if all(met for *_, met in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
