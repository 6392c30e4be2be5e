"""A dozen pairs that can be counted by hand, and a way to write rows to a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Rows = list[dict[str, Any]]


@pytest.fixture
def rows() -> Rows:
    """Eight pairs on politics, three on ethics, one without category; two an article; scales 0 to 5 twice."""
    categories = ["Politics"] * 8 + ["Ethics"] * 3 + [""]
    return [
        {
            "id": f"p{index:02}",
            "for_question": f"Explain why policy {index} helps the climate.",
            "against_question": f"Explain why policy {index} harms workers.",
            "issue_description": f"Whether policy {index} is worth its price",
            "category": category,
            "issue_scale": index % 6,
            "article_title": f"Article {index // 2}",
            "section_text": f"Text {index}",
        }
        for index, category in enumerate(categories)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Rows, str], str]:
    """Write rows as JSON lines to a file of a name, and return its path."""

    def written(rows: Rows, name: str = "pairs.jsonl") -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return str(path)

    return written
