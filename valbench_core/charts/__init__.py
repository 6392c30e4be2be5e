"""From tables to figures, one idea each; nothing is fetched, filtered or estimated here.

Every chart is a `Chart`: the figure, and the numbers it draws for who wants to have them.
"""

from __future__ import annotations

from valbench_core.charts.frame import OUTCOME_COLOURS, OUTCOME_PATTERNS, SERIES, SYMBOLS, Chart
from valbench_core.charts.outcomes import outcome_bar, score_distribution
from valbench_core.charts.paper import RunPoint, paper_picture
from valbench_core.charts.strip import metric_strip

__all__ = [
    "OUTCOME_COLOURS",
    "OUTCOME_PATTERNS",
    "SERIES",
    "SYMBOLS",
    "Chart",
    "RunPoint",
    "metric_strip",
    "outcome_bar",
    "paper_picture",
    "score_distribution",
]
