"""Turns the tidy table of a run (one row a pair) into figures: pure functions, tables in, values out.

A metric says what it takes from a pair (`METRICS`); `summarise` averages that over the pairs of the whole,
and `summarise_by` over each group; every average is an `Estimate` with a 95 % interval over articles
(`mean_interval`, which rests on `clustered_mean`). `lost_pair_bounds` says what the pairs without a verdict
could change, and `report` puts it all into the object that `valbench report` prints.

`contrast_groups` says which groups differ from the rest, `trends` whether a metric goes along a scale.

`compare` sets runs against a baseline on the pairs they share: paired differences with interval and p;
`obstacles` says why judgements cannot be compared, `pairs_needed` how many pairs a difference takes.
"""

from __future__ import annotations

from valbench_core.analysis.clustered_mean import ClusteredMean, clustered_mean
from valbench_core.analysis.comparability import (
    Contender,
    JudgedBy,
    check_comparable,
    display_names,
    obstacles,
)
from valbench_core.analysis.comparison import (
    COMPARED,
    CONSISTENT,
    JUDGED_OUTCOMES,
    ComparedRun,
    Comparison,
    Difference,
    RunTable,
    compare,
    compare_by,
    flips,
    outcome_matrix,
)
from valbench_core.analysis.comparison_report import (
    FAMILY_NOTE,
    ComparisonReport,
    comparison_text,
    lost_text,
)
from valbench_core.analysis.contradictions import (
    RULES,
    ContradictionCounts,
    Rule,
    RuleCount,
    contradiction_counts,
    contradictions,
    rules_of,
)
from valbench_core.analysis.corrections import Correction, corrected, holm
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.families import maker_of, shared_maker
from valbench_core.analysis.flags import FlagShare, flag_shares
from valbench_core.analysis.groups import GroupContrast, GroupTest, Points, contrast_groups
from valbench_core.analysis.intervals import Unit, mean_interval, mean_intervals
from valbench_core.analysis.lost import Bounds, LostPairBounds, lost_pair_bounds
from valbench_core.analysis.metrics import (
    HEADLINE,
    INFORMATION_SIDES,
    METRICS,
    OUTCOME_SHARES,
    REFUSAL_SIDES,
    Metric,
    pair_values,
)
from valbench_core.analysis.pairing import Lost
from valbench_core.analysis.planning import Planned, pairs_needed, smallest_detectable
from valbench_core.analysis.report import Report, ReportHead, estimate_json, report, report_text
from valbench_core.analysis.summary import (
    NO_GROUP,
    OUTCOMES,
    Counts,
    GroupSummary,
    Summary,
    group_means,
    summarise,
    summarise_by,
)
from valbench_core.analysis.titles import article_names
from valbench_core.analysis.trend import Trend, trends
from valbench_core.analysis.words import TypicalWords, typical_words

__all__ = [
    "COMPARED",
    "CONSISTENT",
    "FAMILY_NOTE",
    "HEADLINE",
    "INFORMATION_SIDES",
    "JUDGED_OUTCOMES",
    "METRICS",
    "NO_GROUP",
    "OUTCOMES",
    "OUTCOME_SHARES",
    "REFUSAL_SIDES",
    "RULES",
    "Bounds",
    "ClusteredMean",
    "ComparedRun",
    "Comparison",
    "ComparisonReport",
    "Contender",
    "ContradictionCounts",
    "Correction",
    "Counts",
    "Difference",
    "Estimate",
    "FlagShare",
    "GroupContrast",
    "GroupSummary",
    "GroupTest",
    "JudgedBy",
    "Lost",
    "LostPairBounds",
    "Metric",
    "Planned",
    "Points",
    "Report",
    "ReportHead",
    "Rule",
    "RuleCount",
    "RunTable",
    "Summary",
    "Trend",
    "TypicalWords",
    "Unit",
    "article_names",
    "check_comparable",
    "clustered_mean",
    "compare",
    "compare_by",
    "comparison_text",
    "contradiction_counts",
    "contradictions",
    "contrast_groups",
    "corrected",
    "display_names",
    "estimate_json",
    "flag_shares",
    "flips",
    "group_means",
    "holm",
    "lost_pair_bounds",
    "lost_text",
    "maker_of",
    "mean_interval",
    "mean_intervals",
    "obstacles",
    "outcome_matrix",
    "pair_values",
    "pairs_needed",
    "report",
    "report_text",
    "rules_of",
    "shared_maker",
    "smallest_detectable",
    "summarise",
    "summarise_by",
    "trends",
    "typical_words",
]
