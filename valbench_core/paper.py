"""The results table printed in the paper, as reference points: facts, read from `paper_results.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, cast

ModelKind = Literal["chat", "thinking", "base"]


@dataclass(frozen=True, slots=True)
class PaperModel:
    """One row of the paper's table: a model under protocol v3, all figures in percent."""

    model: str
    kind: ModelKind
    pac: float
    vpref: float
    ref: float
    ninf: float


@cache
def paper_results() -> tuple[PaperModel, ...]:
    """Return the paper's models in the order of its table.

    >>> len(paper_results()), paper_results()[0].model
    (28, 'claude-haiku-3.5')
    """
    text = resources.files("valbench_core").joinpath("paper_results.csv").read_text("utf-8")
    return tuple(
        PaperModel(
            model=row["model"],
            kind=cast(ModelKind, row["kind"]),
            pac=float(row["pac"]),
            vpref=float(row["vpref"]),
            ref=float(row["ref"]),
            ninf=float(row["ninf"]),
        )
        for row in csv.DictReader(text.splitlines())
    )
