"""From tables to figures, one idea each; nothing is fetched, filtered or estimated here.

Every chart is a `Chart`: the figure, and the numbers it draws for who wants to have them.
"""

from __future__ import annotations

from valbench_core.charts.agreement import confusion_map, judges_matrix
from valbench_core.charts.audit import corrected_intervals, error_strip
from valbench_core.charts.calibration import KnownFigure, known_answer_strip
from valbench_core.charts.comparison import (
    PAPER_METRICS,
    difference_forest,
    outcome_matrix_map,
    paper_beside,
)
from valbench_core.charts.flips import flip_strip
from valbench_core.charts.frame import OUTCOME_COLOURS, OUTCOME_PATTERNS, SERIES, SYMBOLS, Chart
from valbench_core.charts.map_colours import Colouring, Kind, by_name, by_outcome, by_run, by_score
from valbench_core.charts.outcomes import outcome_bar, score_distribution
from valbench_core.charts.pair_map import MapChart, MapLabel, PickedOut, map_of_pairs
from valbench_core.charts.paper import RunPoint, paper_picture
from valbench_core.charts.rationales import flag_strip, word_bars
from valbench_core.charts.strip import metric_strip
from valbench_core.charts.topics import refusal_sides, topic_map

__all__ = [
    "OUTCOME_COLOURS",
    "OUTCOME_PATTERNS",
    "PAPER_METRICS",
    "SERIES",
    "SYMBOLS",
    "Chart",
    "Colouring",
    "Kind",
    "KnownFigure",
    "MapChart",
    "MapLabel",
    "PickedOut",
    "RunPoint",
    "by_name",
    "by_outcome",
    "by_run",
    "by_score",
    "confusion_map",
    "corrected_intervals",
    "difference_forest",
    "error_strip",
    "flag_strip",
    "flip_strip",
    "judges_matrix",
    "known_answer_strip",
    "map_of_pairs",
    "metric_strip",
    "outcome_bar",
    "outcome_matrix_map",
    "paper_beside",
    "paper_picture",
    "refusal_sides",
    "score_distribution",
    "topic_map",
    "word_bars",
]
