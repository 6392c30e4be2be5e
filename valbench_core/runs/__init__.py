"""A run on disk: one SQLite file that explains itself, and the workspace that holds the runs.

A `Workspace` knows where runs lie and lists them; a `RunLock` gives one process the right to evaluate one;
a `RunFile` is written a transaction at a time, a `RunReader` reads it a few rows at a time; `tidy_table` is
what all figures are made from. `runs.importing` and `runs.exporting`, which load more and so are not gathered
here, bring runs in and out.
"""

from valbench_core.runs.derived import (
    judged_by,
    panel,
    panel_name,
    replicates_of,
    swapped_twin,
)
from valbench_core.runs.durable import GroupCommit
from valbench_core.runs.lock import RunLock, holder, lock_path, stop_run
from valbench_core.runs.reading import RunReader
from valbench_core.runs.records import (
    Accounting,
    Combined,
    DerivedKind,
    Judgement,
    JudgementSpec,
    Label,
    PairDetail,
    PairRecord,
    PairRow,
    PairWork,
    Progress,
    Rationale,
    RunFacts,
    SourceVerdict,
    Tally,
    VerdictRow,
    WorkCount,
    WorkMode,
)
from valbench_core.runs.run_file import RunFile
from valbench_core.runs.tidy import tidy_table
from valbench_core.runs.workspace import JudgementSummary, RunSummary, Workspace, state_of, summary

__all__ = [
    "Accounting",
    "Combined",
    "DerivedKind",
    "GroupCommit",
    "Judgement",
    "JudgementSpec",
    "JudgementSummary",
    "Label",
    "PairDetail",
    "PairRecord",
    "PairRow",
    "PairWork",
    "Progress",
    "Rationale",
    "RunFacts",
    "RunFile",
    "RunLock",
    "RunReader",
    "RunSummary",
    "SourceVerdict",
    "Tally",
    "VerdictRow",
    "WorkCount",
    "WorkMode",
    "Workspace",
    "holder",
    "judged_by",
    "lock_path",
    "panel",
    "panel_name",
    "replicates_of",
    "state_of",
    "stop_run",
    "summary",
    "swapped_twin",
    "tidy_table",
]
