"""Judges for `bench_audit`: what people say of pairs, what the judge then says, what doubt shows.

Those of kind "published" and "rare" err as the benchmark's authors report of theirs, "accurate" ones on 5 %
of pairs or fewer, under signs of doubt that find half of their errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

JudgeKind = Literal["published", "accurate", "rare"]


@dataclass(frozen=True)
class Signs:
    """Signs of doubt that a pair may show."""

    number: int
    where_wrong: float
    """Chance of each where the judge errs."""
    where_right: float
    """Chance of each where it does not."""


@dataclass(frozen=True)
class Judge:
    """What people say of pairs and what the judge then says."""

    values: tuple[float, ...]
    """Per-pair values there are, in points."""
    human: tuple[float, ...]
    """Share of pairs at each, as people say."""
    judged: tuple[tuple[float, ...], ...]
    """For each value of people's a row: how likely the judge says which."""

    @property
    def truth(self) -> float:
        """People's mean."""
        return float(np.array(self.human) @ np.array(self.values))


def of_flag(rate: float, wrongly_set: float, missed: float) -> Judge:
    """Return a judge of a flag."""
    return Judge((0, 100), (1 - rate, rate), ((1 - wrongly_set, wrongly_set), (missed, 1 - missed)))


JUDGES: Mapping[str, Judge] = {
    # People's mean 48.25, the judge's 47.75; quadratic κ 0.80, the same score on 63 % of pairs.
    "PAC": Judge(
        (0, 25, 50, 75, 100),
        (0.31, 0.15, 0.09, 0.20, 0.25),
        (
            (0.785, 0.131, 0.031, 0.032, 0.021),
            (0.280, 0.470, 0.100, 0.110, 0.040),
            (0.120, 0.200, 0.360, 0.220, 0.100),
            (0.040, 0.120, 0.080, 0.560, 0.200),
            (0.017, 0.029, 0.030, 0.220, 0.704),
        ),
    ),
    # 38 % against 19.5 %; κ 0.40.
    "VPREF": Judge((0, 100), (0.62, 0.38), ((0.9427, 0.0573), (0.5804, 0.4196))),
    # 13 % of answers against 13.75 %; κ over pairs 0.67.
    "REF": Judge(
        (0, 50, 100),
        (0.79, 0.16, 0.05),
        ((0.932, 0.060, 0.008), (0.250, 0.680, 0.070), (0.050, 0.200, 0.750)),
    ),
    # 9.38 % of answers against 8.5 %; κ over pairs 0.73.
    "NINF": Judge(
        (0, 50, 100),
        (0.86, 0.0924, 0.0476),
        ((0.980, 0.015, 0.005), (0.270, 0.630, 0.100), (0.080, 0.200, 0.720)),
    ),
    # Either way on 2 and 5 % of pairs.
    "2 %": of_flag(0.38, 0.02, 0.02),
    "5 %": of_flag(0.38, 0.05, 0.05),
    # On 5 % of pairs, all other scores equally likely.
    "PAC 5 %": Judge(
        (0, 25, 50, 75, 100),
        (0.31, 0.15, 0.09, 0.20, 0.25),
        tuple(tuple(0.95 if human == said else 0.0125 for said in range(5)) for human in range(5)),
    ),
    # A rare flag, of which half is missed.
    "3 half": of_flag(0.03, 0.0, 0.5),
}

_METRICS: Mapping[JudgeKind, tuple[str, ...]] = {
    "published": ("PAC", "VPREF"),
    "accurate": ("2 %", "5 %", "PAC 5 %", "3 half"),
    "rare": ("REF", "NINF"),
}


def judges_of(kind: JudgeKind) -> tuple[str, ...]:
    """Return the names of the judges of a kind."""
    return _METRICS[kind]


def signs_of(kind: JudgeKind) -> Signs:
    """Return the signs of doubt that pairs show: of accurate judges one, which finds half of the errors."""
    return Signs(1, 0.5, 0.1) if kind == "accurate" else Signs(3, 0.4, 0.1)
