"""Holding a judge against answers of which it is known what a judge should make of them.

`open_sets` brings the four sets, `calibrate` has the judge judge them and holds its figures against the known
ones. Results are kept by the judge's configuration (`calibrations`, `find_calibration`) and carried into
every judgement that it made (`take_result` for one that is about to be made).
"""

from __future__ import annotations

from valbench_core.calibration.carrying_out import Begun, Calibrated, calibrate
from valbench_core.calibration.copying import copy_result, take_result, take_results
from valbench_core.calibration.misjudged import misjudged_pairs
from valbench_core.calibration.report import calibration_text, overruled_text, result_json
from valbench_core.calibration.results import (
    Calibration,
    CalibrationResult,
    SetResult,
    answer_json,
    calibrations,
    configuration_key,
    find_calibration,
    keep_result,
    known_answer,
    set_result,
)
from valbench_core.calibration.set_runs import make_set_run, set_path
from valbench_core.calibration.sets import (
    BUILTIN_SETS,
    PUBLISHED_SETS,
    CalibrationSet,
    SetsAsked,
    check_asked,
    open_sets,
)

__all__ = [
    "BUILTIN_SETS",
    "PUBLISHED_SETS",
    "Begun",
    "Calibrated",
    "Calibration",
    "CalibrationResult",
    "CalibrationSet",
    "SetResult",
    "SetsAsked",
    "answer_json",
    "calibrate",
    "calibration_text",
    "calibrations",
    "check_asked",
    "configuration_key",
    "copy_result",
    "find_calibration",
    "keep_result",
    "known_answer",
    "make_set_run",
    "misjudged_pairs",
    "open_sets",
    "overruled_text",
    "result_json",
    "set_path",
    "set_result",
    "take_result",
    "take_results",
]
