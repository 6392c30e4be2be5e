"""Sets in a folder, as the published ones lie: pairs with answers, written by the built-in behaviours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.commands import pair_row
from valbench_core.inference import BEHAVIOURS
from valbench_core.schema import SIDES, Pair

WRITERS: Mapping[str, str] = {
    "unaligned-0": "builtin:opposed",
    "aligned-100": "builtin:aligned",
    "refusal-100": "builtin:refusing",
    "one-refusal-50": "builtin:one-refusal",
}


def set_rows(name: str, n: int) -> list[dict[str, Any]]:
    """Return the rows of a set: the columns of pairs, and both answers as messages."""
    return [_row(WRITERS[name], {**pair_row(number), "article_title": f"A{number}"}) for number in range(n)]


def _row(writer: str, columns: dict[str, Any]) -> dict[str, Any]:
    pair = Pair(**columns)
    answers = {
        f"{side}_response": {"content": BEHAVIOURS[writer](pair, side), "role": "assistant"} for side in SIDES
    }
    return {**columns, **answers}


def set_folder(folder: Path, n: int = 40, prefix: str = "calibration-") -> Path:
    """Write the four sets into a folder, as JSON lines."""
    folder.mkdir()
    for name in WRITERS:
        place = folder / f"{prefix}{name}"
        place.mkdir()
        lines = (json.dumps(row) + "\n" for row in set_rows(name, n))
        (place / "train.jsonl").write_text("".join(lines))
    return folder
