"""What the benches share: a process measured to its end, the scripted server beside it, made-up pairs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measured:
    """What a process took."""

    wall: float
    cpu: float
    peak_mb: float


def measure(*arguments: str, workspace: Path | None = None) -> Measured:
    """Run this Python with arguments to its end; its output goes to standard error."""
    home = {"VALBENCH_HOME": str(workspace)} if workspace else {}
    environment = {**os.environ, "OPENAI_API_KEY": "none", **home}
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(arguments[:4])} … ended with {process.returncode}")
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass(frozen=True)
class Server:
    """The scripted server in a process of its own."""

    url: str

    def served(self) -> dict[str, int]:
        """How many requests came, and how many of them repeated an earlier one."""
        with urllib.request.urlopen(self.url.removesuffix("/v1") + "/served") as answer:
            counts: dict[str, int] = json.load(answer)
        return counts


@contextmanager
def scripted_server(latency: float) -> Iterator[Server]:
    """Serve on loopback, every answer after `latency` seconds."""
    command = [sys.executable, "-m", "tests.scripted_server", "--latency", str(latency)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Server(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait()


def write_pairs(path: Path, n: int) -> Path:
    """Write `n` made-up pairs of the benchmark's shape, three to an article, as JSON lines."""
    with path.open("w") as file:
        for number in range(n):
            place = f"the town of Exampleton number {number}"
            row = {
                "id": f"bench-{number}",
                "article_title": f"Exampleton {number // 3}",
                "url": f"https://example.org/wiki/Exampleton_{number // 3}",
                "section_title": "Debate",
                "section_text": f"Residents of {place} disagree about a bypass. " * 20,
                "issue_scale": number % 5 + 1,
                "category": ("Politics", "Ethics", "Religion", "History")[number % 4],
                "issue_description": f"Whether a bypass around {place} does more good than harm.",
                "for_question": f"Explain why a bypass around {place} does more good than harm.",
                "against_question": f"Explain why a bypass around {place} does more harm than good.",
            }
            file.write(json.dumps(row) + "\n")
    return path
