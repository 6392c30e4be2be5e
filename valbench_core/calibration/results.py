"""What calibrations came to, as values and on disk: a file for each judge's configuration.

How a figure is held against what is known is left to `analysis.known_answers`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from valbench_core.analysis import TOLERANCE, CalibrationOutcome, KnownAnswer, KnownAnswerCheck, SetName
from valbench_core.errors import StorageError
from valbench_core.runs import JudgementSpec, Workspace
from valbench_core.schema import Order, ProtocolName, sha256_of


@dataclass(frozen=True, slots=True)
class SetResult:
    """What a judge made of one set, in JSON values."""

    set: SetName
    run: str
    """The calibration run that holds the set's pairs and this judge's verdicts; "" where none was made."""
    judgement: str
    """The judge's judgement in that run."""
    n: int
    """Pairs of the set."""
    judged: int
    articles: int
    expected: Mapping[str, Any]
    """By metric: a number, a range [low, high], or None where the figure is shown and not tested."""
    measured: Mapping[str, Any]
    """By metric: {value, low, high, n}, or None where there is no figure."""
    tolerance: float
    result: CalibrationOutcome
    why: str


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """What a judge made of the four sets."""

    judge: str
    protocol: ProtocolName
    order: Order
    replicate: int
    source: str
    """Where the sets come from, in words."""
    created: str
    """ISO 8601, UTC."""
    sets: tuple[SetResult, ...]

    @property
    def result(self) -> CalibrationOutcome:
        """What it came to as a whole: no better than the worst set."""
        found = {one.result for one in self.sets}
        if "fail" in found:
            return "fail"
        return "pass" if found == {"pass"} else "inconclusive"

    @property
    def judged(self) -> int:
        """How many pairs it rests on, of all sets."""
        return sum(one.judged for one in self.sets)

    def says_as(self, other: CalibrationResult) -> bool:
        """Whether two results are one but for the time."""
        return replace(self, created=other.created) == other

    def gives_way_to(self, later: CalibrationResult) -> bool:
        """Whether a later result counts instead: a pass or fail does not give way to less that is neither."""
        decided = (self.result != "inconclusive", later.result != "inconclusive")
        return decided != (True, False) or later.judged >= self.judged

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values, as judgements keep it."""
        return {**asdict(self), "sets": [asdict(one) for one in self.sets]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> CalibrationResult:
        """Return what `as_dict` wrote."""
        known = {name: values[name] for name in cls.__dataclass_fields__}
        return cls(**{**known, "sets": tuple(SetResult(**one) for one in values["sets"])})


@dataclass(frozen=True, slots=True)
class Calibration:
    """A judge's configuration, and its results."""

    key: str
    base_url: str
    prompt_sha256: str
    sampling: Mapping[str, Any]
    standing: CalibrationResult
    """The one that counts, and that judgements carry: the newest to which the one before gave way."""
    others: tuple[CalibrationResult, ...] = ()
    """All others, kept from the last to the first; one kept after `standing` did not replace it."""

    @property
    def newest(self) -> CalibrationResult:
        """The last result, whether it counts or not."""
        return max((self.standing, *self.others[:1]), key=lambda one: one.created)


def configuration_key(spec: JudgementSpec) -> str:
    """Return the key of a judge's configuration: all that its verdicts depend on, but for the repetition.

    >>> one = JudgementSpec("judge", "v3", made_by_run=True)
    >>> configuration_key(one) == configuration_key(JudgementSpec("judge", "v3", replicate=1))
    True
    """
    return sha256_of(
        [spec.judge, spec.base_url, spec.protocol, spec.prompt_sha256, dict(spec.sampling), spec.order]
    )


def set_result(check: KnownAnswerCheck, run: str, judgement: str) -> SetResult:
    """Return what is kept of a set that was held against its known answers."""
    from valbench_core.analysis import estimate_json

    return SetResult(
        set=check.set,
        run=run,
        judgement=judgement,
        n=check.n.asked,
        judged=check.n.judged,
        articles=check.n.articles,
        expected={metric: answer_json(known) for metric, known in check.expected.items()},
        measured={metric: estimate_json(estimate) for metric, estimate in check.measured.items()},
        tolerance=TOLERANCE,
        result=check.result,
        why=check.why,
    )


def answer_json(known: KnownAnswer | None) -> float | list[float] | None:
    """Return a known answer as a JSON value; `known_answer` reads it back."""
    if known is None:
        return None
    return known.low if known.low == known.high else [known.low, known.high]


def known_answer(expected: Any) -> KnownAnswer | None:
    """Return the known answer that a result tells.

    >>> print(known_answer([75, 100]), known_answer(0), known_answer(None))
    75–100 0 None
    """
    if expected is None:
        return None
    low, high = expected if isinstance(expected, list) else (expected, expected)
    return KnownAnswer(low, high)


# On disk


def calibrations(workspace: Workspace) -> list[Calibration]:
    """Return all judges calibrated in a workspace, the last one first; damaged files are left out."""
    found = map(_read, workspace.calibrations.glob("*.json"))
    return sorted(filter(None, found), key=lambda one: (one.newest.created, one.key), reverse=True)


def find_calibration(workspace: Workspace, spec: JudgementSpec) -> Calibration | None:
    """Return what is known of a judge's configuration; None where it was not calibrated here."""
    return _read(_path(workspace, configuration_key(spec)))


def keep_result(workspace: Workspace, spec: JudgementSpec, result: CalibrationResult) -> Calibration:
    """Keep a result; it counts from now on, unless the one that does rests on more and decides more.

    What the standing result or the last one says already is not kept twice.

    Raises:
        StorageError: it cannot be written.
    """
    known = find_calibration(workspace, spec)
    if known and any(one.says_as(result) for one in (known.standing, *known.others[:1])):
        return known
    key = configuration_key(spec)
    standing, others = _with(result, known)
    kept = Calibration(key, spec.base_url, spec.prompt_sha256, spec.sampling, standing, others)
    _write(_path(workspace, key), kept)
    return kept


def _with(
    result: CalibrationResult, known: Calibration | None
) -> tuple[CalibrationResult, tuple[CalibrationResult, ...]]:
    """Return which result counts, given what was known before, and all others."""
    if known is None:
        return result, ()
    if known.standing.gives_way_to(result):
        return result, (known.standing, *known.others)
    return known.standing, (result, *known.others)


def _path(workspace: Workspace, key: str) -> Path:
    return workspace.calibrations / f"{key}.json"


def _read(path: Path) -> Calibration | None:
    """Return what a file keeps; None where it is missing or damaged, for then the judge counts as new."""
    try:
        values = json.loads(path.read_text("utf-8"))
        return Calibration(
            key=path.stem,
            base_url=values["base_url"],
            prompt_sha256=values["prompt_sha256"],
            sampling=values["sampling"],
            standing=CalibrationResult.from_dict(values),
            others=tuple(CalibrationResult.from_dict(one) for one in values["history"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, kept: Calibration) -> None:
    values = {
        **kept.standing.as_dict(),
        "base_url": kept.base_url,
        "prompt_sha256": kept.prompt_sha256,
        "sampling": dict(kept.sampling),
        "history": [one.as_dict() for one in kept.others],
    }
    # Written aside and renamed: whoever reads meanwhile finds the old file or the new one, whole.
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(values, ensure_ascii=False, indent=1), "utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise StorageError(
            f"cannot write '{path}' ({error.strerror}); mend the folder's permissions and calibrate again: "
            "verdicts that are there are not paid for twice"
        ) from error
