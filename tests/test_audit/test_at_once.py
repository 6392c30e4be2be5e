"""Two processes that label the same run at once lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.commands import ROOT
from tests.made_audits import made_audit
from valbench_core.runs import RunReader

LABELS = 12
SCRIPT = """
import sys
from pathlib import Path
from tests.made_audits import MadeAudit, label_next
from valbench_core.audit import find_draw, queue_of
from valbench_core.runs import Workspace

workspace = Workspace(Path(sys.argv[1]))
draw = find_draw(workspace, sys.argv[2])
audit = MadeAudit(workspace, draw, queue_of(workspace, draw))
print("ready", flush=True)
sys.stdin.readline()
label_next(audit, sys.argv[3], int(sys.argv[4]))
"""


def started(audit, author: str) -> subprocess.Popen[str]:
    arguments = [str(audit.workspace.root), audit.draw.id, author, str(LABELS)]
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_auditors_at_once_lose_nothing(workspace):
    audit = made_audit(workspace)
    processes = [started(audit, author) for author in ("Ada", "Bob")]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    standing = audit.standing
    assert {author: len(found) for author, found in standing.labelled.items()} == {
        "Ada": LABELS,
        "Bob": LABELS,
    }
    assert standing.prefix == LABELS
    with RunReader.open_readonly(audit.paths[0]) as run:
        assert sum(label.draw == audit.draw.id for label in run.labels()) == 2 * LABELS
