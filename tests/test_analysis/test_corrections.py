"""Corrected p-values, against the step-down written out."""

from __future__ import annotations

import pytest

from valbench_core.analysis import holm


def test_each_p_is_multiplied_by_how_many_are_as_large_and_never_falls() -> None:
    assert holm([0.04, 0.01, None, 0.03]) == pytest.approx([0.06, 0.03, None, 0.06])


def test_the_library_is_asked_only_where_there_is_something_to_correct_and_once(monkeypatch) -> None:
    calls = []
    from statsmodels.stats import multitest

    real = multitest.multipletests
    monkeypatch.setattr(
        multitest, "multipletests", lambda *args, **options: calls.append(args) or real(*args, **options)
    )
    assert holm([0.0123, None]) == [0.0123, None]
    assert calls == []
    assert holm([0.01234, 0.5]) == holm([0.01234, None, 0.5])[::2]
    assert len(calls) == 1
