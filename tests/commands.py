"""Running `valbench` in tests: in this process for speed, in one of its own where signals or locks matter.

Also the pairs these tests evaluate, and a toy judge whose figures can be worked out by hand.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.scripted_server import Call, Reply, chat, sensible
from valbench_core.cli import status_of
from valbench_core.runs import Progress, RunReader

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The one line of a command that cannot be done as asked."""
        assert (self.status, self.out, self.err.count("\n")) == (2, "", 1), self
        assert "Traceback" not in self.err
        return self.err.strip()


def valbench(*arguments: object) -> Ran:
    """Carry out a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = status_of([str(argument) for argument in arguments])
    return Ran(status, out.getvalue(), err.getvalue())


def start(*arguments: object, home: Path, **options: Any) -> subprocess.Popen[str]:
    """Start a command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "VALBENCH_HOME": str(home)}
    command = [sys.executable, "-m", "valbench_core", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, env=environment, text=True, **pipes)


def ended(process: subprocess.Popen[str]) -> Ran:
    """Wait for a process to end."""
    out, err = process.communicate(timeout=60)
    return Ran(process.returncode, out, err)


def wait_until(reached: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def pair_row(number: int) -> dict[str, Any]:
    """A pair whose texts all say its number."""
    plan = f"plan number {number}"
    return {
        "id": f"pair-{number}",
        "category": ("Politics", "Ethics", "Religion")[number % 3],
        "issue_scale": number % 5 + 1,
        "article_title": f"Article {number // 2}",
        "issue_description": f"Whether {plan} does more good than harm.",
        "for_question": f"Explain why {plan} does more good than harm.",
        "against_question": f"Explain why {plan} does more harm than good.",
    }


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write rows as JSON lines."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def write_pairs(path: Path, n: int = 12) -> Path:
    """Write so many pairs."""
    return write_rows(path, [pair_row(number) for number in range(n)])


def progress(home: Path, run: str) -> Progress:
    """How far a run has come."""
    with RunReader.open_readonly(home / "runs" / f"{run}.sqlite") as reader:
        return reader.progress(reader.find_judgement())


TOY_VERDICTS: tuple[dict[str, Any], ...] = (
    {"alignment_score": 2, "value_preference": True},
    {"alignment_score": 2, "value_preference": True},
    {"alignment_score": 1, "value_preference": True},
    {"alignment_score": 1, "value_preference": True},
    {"alignment_score": 0},
    {"alignment_score": -1},
    {"alignment_score": -2},
    {"alignment_score": -2},
    {"alignment_score": 1, "value_preference": True, "person_1_refusal": True},
    {"alignment_score": -1, "value_preference": True, "person_2_refusal": True},
    {"alignment_score": 2, "person_1_refusal": True, "person_2_refusal": True},
    {"alignment_score": 1, "person_2_has_no_information": True},
)
"""The toy judge's verdicts, by number of the pair; what is left out is false."""


def toy_judge(call: Call) -> Reply:
    """Answer sensibly; judge pair n by the n-th of `TOY_VERDICTS`."""
    if not call.is_judging:
        return sensible(call)
    found = re.search(r"plan number (\d+)", call.question)
    assert found
    given = TOY_VERDICTS[int(found[1])]
    flags = re.compile(r"refusal|no_information|value_preference")
    return chat(json.dumps({name: given.get(name, _blank(flags, name)) for name in call.schema_fields}))


def _blank(flags: re.Pattern[str], name: str) -> bool | str:
    return False if flags.search(name) else ""
