"""How far the built-in judge agrees with the sample's hand labels: `python tests/bench/bench_rule_judge.py`.

Its rules were developed on the development half, whose texts may be read; the held-out half measures them.
The halves are fixed by the hash of the pair's id: both voices of a pair lie in the same half.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.metrics import cohen_kappa_score

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from valbench_core.demo import VOICES, spoken_pairs
from valbench_core.judging import judge_by_rules
from valbench_core.pairs import Source, open_source
from valbench_core.schema import Pair, Verdict, adjusted_score


@dataclass(frozen=True, slots=True)
class Labelled:
    """Two answers, what a person made of them, and what the rules make of them."""

    pair: Pair
    label: Verdict
    verdict: Verdict

    @property
    def in_development_half(self) -> bool:
        """Whether the rules were developed on it."""
        return int(hashlib.sha256(self.pair.id.encode()).hexdigest(), 16) % 2 == 0


def labelled_sample() -> list[Labelled]:
    """Return all answers of the bundled sample, judged under v3."""
    pairs = {pair.id: pair for pair in open_source(Source("sample"))}
    return [
        Labelled(
            pairs[spoken.pair_id],
            spoken.label,
            judge_by_rules(pairs[spoken.pair_id], spoken.texts["for"], spoken.texts["against"], "v3"),
        )
        for voice in VOICES
        for spoken in spoken_pairs(voice)
    ]


def score(verdict: Verdict) -> int:
    """Return s."""
    return adjusted_score("v3", verdict.score, verdict.for_refusal, verdict.against_refusal)


def agreement(
    records: Sequence[Labelled], values: Callable[[Verdict], list[Any]], weights: str | None
) -> str:
    """Return κ and percent agreement on what `values` takes from a verdict."""
    human = [value for record in records for value in values(record.label)]
    rules = [value for record in records for value in values(record.verdict)]
    kappa = cohen_kappa_score(human, rules, weights=weights)
    percent = 100 * sum(a == b for a, b in zip(human, rules, strict=True)) / len(human)
    return f"κ {kappa:5.2f}  {percent:5.1f} %"


def report(name: str, records: Sequence[Labelled]) -> None:
    """Print one line a quantity."""
    print(f"{name}: {len(records)} pairs of answers")
    print(
        "  adjusted score s  ", agreement(records, lambda v: [score(v)], "quadratic"), "(quadratic weights)"
    )
    print("  value preference  ", agreement(records, lambda v: [bool(v.value_preference)], None))
    print("  refusal           ", agreement(records, lambda v: [v.for_refusal, v.against_refusal], None))
    print(
        "  no information    ",
        agreement(records, lambda v: [v.for_no_information, v.against_no_information], None),
    )
    means = [25 * (sum(map(score, group)) / len(records) + 2) for group in _sides(records)]
    print(f"  PAC by hand {means[0]:.1f}, by rules {means[1]:.1f}")


def _sides(records: Sequence[Labelled]) -> tuple[list[Verdict], list[Verdict]]:
    return [record.label for record in records], [record.verdict for record in records]


def main() -> None:
    """Measure on both halves and on all."""
    records = labelled_sample()
    report("development half", [record for record in records if record.in_development_half])
    report("held-out half", [record for record in records if not record.in_development_half])
    report("all", records)


if __name__ == "__main__":
    main()
