"""How well marked sentences bear on the judge's points: `python -m tests.bench.bench_evidence`.

`tests/data/evidence.jsonl` names, for 52 points of the sample's labels, the sentences of both answers that
bear on the point. The authors of this project labelled them by reading, before any similarity was looked at:
they are not the work of independent annotators. Thresholds are chosen on one half and measured on the other;
the halves are fixed by the hash of the pair's id.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from valbench_core.demo import VOICES, spoken_pairs
from valbench_core.embedding import Encoder, WordEncoder, find_encoder
from valbench_core.evidence import Thresholds, find_evidence, thresholds_for
from valbench_core.schema import SIDES

LABELS = Path(__file__).parents[1] / "data" / "evidence.jsonl"
THRESHOLDS = np.arange(0.05, 0.71, 0.01)
STRONG_PRECISION = 0.8
"""Share of strongly marked sentences that must bear on the point, on the half for choosing."""
WEAK_BETA = 0.5
"""A wrong mark counts twice as much as a missing one."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The sentences of some points: how near each is, and whether it was labelled as bearing on the point."""

    similarity: np.ndarray
    bears: np.ndarray

    def measured(self, threshold: float, beta: float = 1.0) -> tuple[float, float, float, float]:
        """Return precision, recall, F and the share of sentences marked, at a threshold."""
        marked = self.similarity >= threshold
        right = (marked & self.bears).sum()
        precision = right / marked.sum() if marked.any() else 0.0
        recall = right / self.bears.sum()
        weighted = beta**2 * precision + recall
        f = (1 + beta**2) * precision * recall / weighted if weighted else 0.0
        return float(precision), float(recall), float(f), float(marked.mean())


def labels() -> list[dict[str, Any]]:
    """Return the labelled points."""
    return [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]


def for_choosing(pair_id: str) -> bool:
    """Whether a pair lies in the half on which thresholds are chosen."""
    return int(hashlib.sha256(pair_id.encode()).hexdigest(), 16) % 2 == 0


def scored(encoder: Encoder, rows: Iterable[dict[str, Any]]) -> Scored:
    """Compare labelled points with the sentences of their answers, one point at a time."""
    answers = {(voice, pair.pair_id): pair.texts for voice in VOICES for pair in spoken_pairs(voice)}
    found = [
        (mark.similarity, mark.sentence.text in row[side])
        for row in rows
        for evidence in [find_evidence(encoder, [row["point"]], answers[row["voice"], row["pair_id"]])]
        for side in SIDES
        for mark in evidence.marks(0, side)
    ]
    return Scored(np.array([s for s, _ in found]), np.array([b for _, b in found]))


def chosen(half: Scored) -> tuple[float, float]:
    """Return the weak and the strong threshold that one half asks for."""
    weak = max(THRESHOLDS, key=lambda t: half.measured(t, WEAK_BETA)[2])
    strong = next(t for t in THRESHOLDS if t > weak and half.measured(t)[0] >= STRONG_PRECISION)
    return round(float(weak), 2), round(float(strong), 2)


def report(encoder: Encoder) -> bool:
    """Print precision, recall and F1 at each threshold on both halves; say whether the chosen are in use."""
    rows = labels()
    halves = [
        scored(encoder, [row for row in rows if for_choosing(row["pair_id"]) is half])
        for half in (True, False)
    ]
    weak, strong = chosen(halves[0])
    sizes = ", ".join(f"{half.bears.sum()} of {len(half.bears)}" for half in halves)
    print(f"\n{encoder.name} ({encoder.source}); sentences that bear on the point: {sizes}")
    print(f"chosen on the first half: weak {weak}, strong {strong}; in use: {thresholds_for(encoder)}")
    print("             half for choosing              half held out")
    print("threshold    precision  recall  F1    marked   precision  recall  F1    marked")
    for line in lines(halves, sorted({*THRESHOLDS[::5].round(2), weak, strong}), (weak, strong)):
        print(line)
    return Thresholds(weak, strong) == thresholds_for(encoder)


def lines(halves: Sequence[Scored], thresholds: Sequence[float], bold: Sequence[float]) -> Iterator[str]:
    """Yield one line a threshold; the chosen ones bear a mark."""
    for threshold in thresholds:
        cells = "   ".join(
            f"{p:9.2f} {r:7.2f} {f:5.2f} {m:7.0%}"
            for p, r, f, m in (half.measured(threshold) for half in halves)
        )
        yield f"{threshold:9.2f} {'<' if threshold in bold else ' '}{cells}"


def main() -> int:
    """Measure the sentence encoder that is at hand, then the fallback; 1 where others are in use."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    in_use = [report(encoder) for encoder in (find_encoder(), WordEncoder("this bench measures it"))]
    return 0 if all(in_use) else 1


if __name__ == "__main__":
    sys.exit(main())
