"""Commands load only what they need: a help text must not wait for PyTorch."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.commands import valbench

HEAVY = {"torch", "streamlit", "datasets", "sklearn", "transformers", "umap", "plotly", "pandas", "numpy"}
OF_THE_APP = {"torch", "streamlit", "plotly", "umap"}

PROGRAM = """
import json, sys
from contextlib import redirect_stdout
from io import StringIO
from valbench_core.cli import status_of
with redirect_stdout(StringIO()):
    status = status_of(sys.argv[1:])
print(json.dumps([status, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def loaded_by(*arguments: str) -> set[str]:
    """The top-level packages that a command loads."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    status, names = json.loads(ran.stdout)
    assert status == 0, ran.stderr
    return set(names)


@pytest.mark.parametrize("command", ["--help", "runs"])
def test_help_and_runs_load_nothing_heavy(command):
    valbench("demo", "--no-serve")
    assert loaded_by(command) & HEAVY == set()


def test_report_and_run_load_nothing_of_the_app(pairs):
    offline = ("--model", "builtin:opposed", "--judge-model", "builtin:rules", "--name", "mine")
    assert loaded_by("run", "--pairs", str(pairs), *offline) & (OF_THE_APP | {"datasets"}) == set()
    assert loaded_by("report", "mine", "--by", "category") & OF_THE_APP == set()
