"""Turns the tidy table of a run (one row a pair) into figures: pure functions, tables in, values out.

A metric says what it takes from a pair (`METRICS`); `summarise` averages that over the pairs of the whole,
and `summarise_by` over each group; every average is an `Estimate` with a 95 % interval over articles
(`mean_interval`, which rests on `clustered_mean`). `lost_pair_bounds` says what the pairs without a verdict
could change, and `report` puts it all into the object that `valbench report` prints.
"""

from __future__ import annotations

from valbench_core.analysis.clustered_mean import ClusteredMean, clustered_mean
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.intervals import Unit, mean_interval
from valbench_core.analysis.lost import Bounds, LostPairBounds, lost_pair_bounds
from valbench_core.analysis.metrics import METRICS, Metric, pair_values
from valbench_core.analysis.report import Report, ReportHead, estimate_json, report, report_text
from valbench_core.analysis.summary import (
    NO_GROUP,
    OUTCOMES,
    Counts,
    GroupSummary,
    Summary,
    summarise,
    summarise_by,
)

__all__ = [
    "METRICS",
    "NO_GROUP",
    "OUTCOMES",
    "Bounds",
    "ClusteredMean",
    "Counts",
    "Estimate",
    "GroupSummary",
    "LostPairBounds",
    "Metric",
    "Report",
    "ReportHead",
    "Summary",
    "Unit",
    "clustered_mean",
    "estimate_json",
    "lost_pair_bounds",
    "mean_interval",
    "pair_values",
    "report",
    "report_text",
    "summarise",
    "summarise_by",
]
