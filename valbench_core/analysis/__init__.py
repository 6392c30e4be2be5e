"""Turns the tidy table of a run (one row a pair) into figures: pure functions, tables in, values out.

A metric says what it takes from a pair (`METRICS`); `summarise` averages that over the pairs of the whole,
and `summarise_by` over each group; every average is an `Estimate` with a 95 % interval over articles
(`mean_interval`, which rests on `clustered_mean`). `lost_pair_bounds` says what the pairs without a verdict
could change, and `report` puts it all into the object that `valbench report` prints.

`contrast_groups` says which groups differ from the rest, `trends` whether a metric goes along a scale.

`compare` sets runs against a baseline on the pairs they share: paired differences with interval and p;
`obstacles` says why judgements cannot be compared, `pairs_needed` how many pairs a difference takes.

`agreement` says how far two raters agree, `judges_agreement` how far several judgements do; `order_effect`
and `repeat_effect` what the order of the answers and mere repetition change; `judge_agreement` how far judge
and people agree.

`AuditSample` is a hand check of some pairs; `corrected_figures` are the headline metrics as people would have
them, `error_rates` says where the judge goes wrong, and `audit_report` puts it all into the object that
`valbench audit` prints. `queue_order` and `inclusions` are the arithmetic of drawing the pairs to label.
"""

from __future__ import annotations

from valbench_core.analysis.agreement import Agreement, FlagAgreement, agreement, alphas_of
from valbench_core.analysis.audit_agreement import AuditAgreement, Ceiling, judge_agreement
from valbench_core.analysis.audit_report import AuditReport, DrawHead, audit_report
from valbench_core.analysis.audit_text import audit_text
from valbench_core.analysis.audited import AuditSample
from valbench_core.analysis.audited_labels import (
    judged_otherwise,
    labels_by_author,
    pairs_in_cell,
    share_skipped,
)
from valbench_core.analysis.audited_pairs import differing, divided, labelled_pairs, problem_counts
from valbench_core.analysis.clustered_mean import ClusteredMean, clustered_mean
from valbench_core.analysis.coefficient import Coefficient
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
from valbench_core.analysis.corrected_figures import (
    CorrectedFigure,
    corrected_figures,
    pac_without_problems,
)
from valbench_core.analysis.corrections import Correction, corrected, holm
from valbench_core.analysis.derived import combined_table, half_steps, lost_pairs
from valbench_core.analysis.estimate import Estimate
from valbench_core.analysis.families import maker_of, shared_maker
from valbench_core.analysis.flags import FlagShare, flag_shares
from valbench_core.analysis.groups import GroupContrast, GroupTest, Points, contrast_groups
from valbench_core.analysis.inclusion import doubt_preferences, inclusions, queue_order
from valbench_core.analysis.intervals import Unit, mean_interval, mean_intervals
from valbench_core.analysis.judge_errors import ErrorRate, ErrorsBy, error_rate, error_rates
from valbench_core.analysis.judges import JudgesAgreement, judges_agreement, most_divided
from valbench_core.analysis.known_answers import (
    KNOWN_SETS,
    MOST_LOST,
    PAC_MARGIN,
    TOLERANCE,
    CalibrationOutcome,
    KnownAnswer,
    KnownAnswerCheck,
    KnownSet,
    SetName,
    articles_needed,
    check_set,
    misjudged,
)
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
from valbench_core.analysis.order import (
    FlipRates,
    OrderEffect,
    RepeatEffect,
    SeatEffect,
    order_agreement,
    order_effect,
    repeat_effect,
)
from valbench_core.analysis.pairing import Lost
from valbench_core.analysis.planning import Planned, pairs_needed, smallest_detectable
from valbench_core.analysis.ratings import ASPECTS, FLAG_ASPECTS, Aspect, Ratings
from valbench_core.analysis.report import (
    CalibrationHead,
    Report,
    ReportHead,
    estimate_json,
    report,
    report_text,
)
from valbench_core.analysis.resampling import RESAMPLES
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
    "ASPECTS",
    "COMPARED",
    "CONSISTENT",
    "FAMILY_NOTE",
    "FLAG_ASPECTS",
    "HEADLINE",
    "INFORMATION_SIDES",
    "JUDGED_OUTCOMES",
    "KNOWN_SETS",
    "METRICS",
    "MOST_LOST",
    "NO_GROUP",
    "OUTCOMES",
    "OUTCOME_SHARES",
    "PAC_MARGIN",
    "REFUSAL_SIDES",
    "RESAMPLES",
    "RULES",
    "TOLERANCE",
    "Agreement",
    "Aspect",
    "AuditAgreement",
    "AuditReport",
    "AuditSample",
    "Bounds",
    "CalibrationHead",
    "CalibrationOutcome",
    "Ceiling",
    "ClusteredMean",
    "Coefficient",
    "ComparedRun",
    "Comparison",
    "ComparisonReport",
    "Contender",
    "ContradictionCounts",
    "CorrectedFigure",
    "Correction",
    "Counts",
    "Difference",
    "DrawHead",
    "ErrorRate",
    "ErrorsBy",
    "Estimate",
    "FlagAgreement",
    "FlagShare",
    "FlipRates",
    "GroupContrast",
    "GroupSummary",
    "GroupTest",
    "JudgedBy",
    "JudgesAgreement",
    "KnownAnswer",
    "KnownAnswerCheck",
    "KnownSet",
    "Lost",
    "LostPairBounds",
    "Metric",
    "OrderEffect",
    "Planned",
    "Points",
    "Ratings",
    "RepeatEffect",
    "Report",
    "ReportHead",
    "Rule",
    "RuleCount",
    "RunTable",
    "SeatEffect",
    "SetName",
    "Summary",
    "Trend",
    "TypicalWords",
    "Unit",
    "agreement",
    "alphas_of",
    "article_names",
    "articles_needed",
    "audit_report",
    "audit_text",
    "check_comparable",
    "check_set",
    "clustered_mean",
    "combined_table",
    "compare",
    "compare_by",
    "comparison_text",
    "contradiction_counts",
    "contradictions",
    "contrast_groups",
    "corrected",
    "corrected_figures",
    "differing",
    "display_names",
    "divided",
    "doubt_preferences",
    "error_rate",
    "error_rates",
    "estimate_json",
    "flag_shares",
    "flips",
    "group_means",
    "half_steps",
    "holm",
    "inclusions",
    "judge_agreement",
    "judged_otherwise",
    "judges_agreement",
    "labelled_pairs",
    "labels_by_author",
    "lost_pair_bounds",
    "lost_pairs",
    "lost_text",
    "maker_of",
    "mean_interval",
    "mean_intervals",
    "misjudged",
    "most_divided",
    "obstacles",
    "order_agreement",
    "order_effect",
    "outcome_matrix",
    "pac_without_problems",
    "pair_values",
    "pairs_in_cell",
    "pairs_needed",
    "problem_counts",
    "queue_order",
    "repeat_effect",
    "report",
    "report_text",
    "rules_of",
    "share_skipped",
    "shared_maker",
    "smallest_detectable",
    "summarise",
    "summarise_by",
    "trends",
    "typical_words",
]
