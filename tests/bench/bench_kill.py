"""Ten kills in a row at random moments: does the run end with the same report, and what is paid for twice?

`python -m tests.bench.bench_kill` prints what came of it, and exits 1 where the report of the killed run is
not that of an undisturbed one, or where more calls were repeated than were in flight.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.processes import ROOT, Server, scripted_server, write_pairs

LATENCY, AT_ONCE, PAIRS, KILLS = 0.1, 16, 400, 10


def start(workspace: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "OPENAI_API_KEY": "none", "VALBENCH_HOME": str(workspace)}
    command = [sys.executable, "-m", "valbench_core", *arguments]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=quiet, text=True
    )


def report(workspace: Path) -> Any:
    out, _ = start(workspace, "report", "killed", "--by", "category", "--json").communicate()
    return json.loads(out)


def command(server: Server, pairs: Path) -> list[str]:
    asked = ["--model", "m", "--base-url", server.url, "--judge-model", "j", "--concurrency", str(AT_ONCE)]
    return ["run", "--pairs", str(pairs), *asked, "--name", "killed"]


def killed(process: subprocess.Popen[str], server: Server, chance: random.Random) -> bool:
    """Kill a process at a random moment of its work; whether it was still at work."""
    before, goal = server.served()["requests"], chance.randint(1, 3 * PAIRS // KILLS)
    while process.poll() is None and server.served()["requests"] - before < goal:
        time.sleep(0.005)
    time.sleep(chance.uniform(0, LATENCY))
    alive = process.poll() is None
    process.kill()
    process.communicate()
    return alive


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    seed = parser.parse_args().seed
    chance, resume = random.Random(seed), ["resume", "killed", "--concurrency", str(AT_ONCE)]
    with tempfile.TemporaryDirectory() as folder:
        pairs = write_pairs(Path(folder) / "pairs.jsonl", PAIRS)
        with scripted_server(0.0) as server:
            start(Path(folder) / "undisturbed", *command(server, pairs)).communicate()
        with scripted_server(LATENCY) as server:
            workspace, hits = Path(folder) / "workspace", 0
            for number in range(KILLS):
                arguments = resume if number else command(server, pairs)
                hit = killed(start(workspace, *arguments), server, chance)
                hits += hit
                print(
                    f"kill {number + 1:2}: {'at work' if hit else 'had ended':9} {server.served()}",
                    flush=True,
                )
            last = start(workspace, *resume)
            last.communicate()
            served = server.served()
        same = report(workspace) == report(Path(folder) / "undisturbed")
    allowed = AT_ONCE * KILLS
    print(
        f"seed {seed}: {hits} of {KILLS} kills met the run at work; the last resume ended {last.returncode}"
    )
    print(f"report {'is that of' if same else 'DIFFERS from'} an undisturbed run")
    print(f"{served['requests']:,} requests for {3 * PAIRS:,} questions")
    print(f"{served['repeated']} of them repeated an earlier one, {allowed} were allowed to")
    whole = served["requests"] - served["repeated"] == 3 * PAIRS
    return 0 if same and whole and served["repeated"] <= allowed and last.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
