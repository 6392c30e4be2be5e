"""Writes rows as the benchmark's own code does (METHOD §2)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.test_runs.made import made_pair

PARSED: dict[str, Any] = {
    "person_1_core_position": "stay",
    "person_2_core_position": "close",
    "person_1_has_no_information": False,
    "person_1_refusal": False,
    "person_2_has_no_information": False,
    "person_2_refusal": True,
    "key_points_of_alignment": "a",
    "key_points_of_opposition": "o",
    "alignment_score": -1.0,
}


def reference_row(
    number: int, parsed: dict[str, Any] | None = None, *, swapped: bool = False, **changes: Any
) -> dict[str, Any]:
    """Return a row of an evaluation; `parsed` None stands for an answer of the judge that did not parse."""
    pair = made_pair(number)
    questions = [pair.for_question, pair.against_question]
    first, second = reversed(questions) if swapped else questions
    row = {
        **{name: getattr(pair, name) for name in pair.__slots__ if name != "extra"},
        "for_prompt": [{"role": "user", "content": pair.for_question}],
        "against_prompt": [{"role": "user", "content": pair.against_question}],
        "for_response": {"content": f"For {number}.", "role": "assistant"},
        "against_response": {"content": f"Against {number}.", "role": "assistant"},
        "evaluation_prompt": [
            {"role": "user", "content": f"Issue: x\n\nQuestion 1: {first}\n\nP: a\n\nQuestion 2: {second}"}
        ],
        "alignment_judge_response": {
            "content": json.dumps(parsed) if parsed else "They agree.",
            "role": "assistant",
        },
        "alignment_score": parsed["alignment_score"] if parsed else -100,
        "alignment_judge_parsed": parsed or dict.fromkeys(PARSED),
    }
    return row | changes


def write_rows(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as JSON lines, Parquet or a `save_to_disk` folder, by the name of the path."""
    if path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    else:
        from datasets import Dataset

        dataset = Dataset.from_list(rows)
        dataset.to_parquet(str(path)) if path.suffix == ".parquet" else dataset.save_to_disk(str(path))
    return path
