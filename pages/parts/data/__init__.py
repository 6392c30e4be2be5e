"""What pages show, fetched once for each state of a run: the only place with caches.

Every cache is keyed by the run's path and its revision, which grows with each transaction; files are opened
for the moment.
"""

from __future__ import annotations

from pages.parts.data.figures import Figures, figures, first_failure, table
from pages.parts.data.runs import (
    Run,
    Status,
    accounting,
    find,
    names,
    read_only,
    run_summary,
    status,
    workspace,
)
from pages.parts.data.sources import count_pairs, text_lengths
from pages.parts.data.texts import meeting, pair_detail, pair_rows, search

__all__ = [
    "Figures",
    "Run",
    "Status",
    "accounting",
    "count_pairs",
    "figures",
    "find",
    "first_failure",
    "meeting",
    "names",
    "pair_detail",
    "pair_rows",
    "read_only",
    "run_summary",
    "search",
    "status",
    "table",
    "text_lengths",
    "workspace",
]
