"""What is to be said of several figures at once: each remark once, with the names of those it holds for."""

from __future__ import annotations

from collections.abc import Iterable


def grouped(remarks: Iterable[tuple[str, str]]) -> list[str]:
    """Return remarks as sentences, those that are alike together; empty ones are left out.

    >>> grouped([("PAC", "few labels."), ("REF", ""), ("NINF", "few labels")])
    ['PAC, NINF: few labels.']
    """
    names: dict[str, list[str]] = {}
    for name, remark in remarks:
        if remark.strip():
            names.setdefault(remark.strip().rstrip("."), []).append(name)
    return [f"{', '.join(dict.fromkeys(held))}: {remark}." for remark, held in names.items()]
