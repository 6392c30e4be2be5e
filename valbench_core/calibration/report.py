"""A calibration as `valbench calibrate` prints it: as JSON values, and as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valbench_core.analysis import PAC_MARGIN, TOLERANCE
from valbench_core.analysis.report import aligned
from valbench_core.calibration.results import CalibrationResult, SetResult, known_answer
from valbench_core.numbers import MISSING, count, interval, plural

PASS_MEANS = (
    f"pass: each tested figure within {TOLERANCE:g} points of the known answer, and PAC's interval within "
    f"{PAC_MARGIN:g}; fail: an interval wholly outside the known answer ± {TOLERANCE:g}; else inconclusive"
)


def result_json(result: CalibrationResult, key: str | None, *, counts: bool) -> dict[str, Any]:
    """Return a result as JSON values; the key names what is kept of the judge, None where nothing is.

    `counts` says whether it is the result that runs carry.
    """
    return {**result.as_dict(), "result": result.result, "key": key, "counts": counts}


def overruled_text(result: CalibrationResult, standing: CalibrationResult) -> str:
    """Return why a result is kept, but an earlier one still counts, as a sentence without its full stop."""
    known = f"the {standing.result} of {standing.created[:10]}"
    return (
        f"it rests on {plural(result.judged, 'pair')} and decides nothing, so {known}, on "
        f"{plural(standing.judged, 'pair')}, still counts and is what runs carry"
    )


def calibration_text(result: CalibrationResult) -> str:
    """Return a result as text: the judge, each figure beside what is known, and why a set was not passed."""
    details = f"protocol {result.protocol}, order {result.order}"
    repeated = f", replicate {result.replicate}" if result.replicate else ""
    head = [f"judge     {result.judge}   ({details}{repeated})", f"sets      {result.source}"]
    rows = [["set", "figure", "expected", "measured [95 % interval]", "pairs", "result"]]
    rows += [row for one in result.sets for row in _rows(one)]
    reasons = [f"{one.set}: {one.result}. {one.why}" for one in result.sets if one.result != "pass"]
    parts = [head, aligned(rows, right=(4,)), reasons, [f"calibration: {result.result}", PASS_MEANS]]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _rows(one: SetResult) -> list[list[str]]:
    rows = []
    for place, (metric, expected) in enumerate(one.expected.items()):
        known, found = known_answer(expected), one.measured.get(metric)
        # What decided a set is said once, beside its first figure.
        begins = [one.set, one.result] if place == 0 else ["", ""]
        answer = str(known) if known else "open"
        pairs = count(found["n"]) if found else MISSING
        rows.append([begins[0], metric, answer, measured_text(found), pairs, begins[1]])
    return rows


def measured_text(found: Mapping[str, Any] | None) -> str:
    """Return a measured figure with its interval.

    >>> measured_text({"value": 1.0, "low": 0.0, "high": 6.5, "n": 60}), measured_text(None)
    ('1.0 [0.0–6.5]', '–')
    """
    return interval(found["value"], found["low"], found["high"]) if found else MISSING
