"""Pairs that are to be evaluated."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import streamlit as st

from valbench_core.forecast import Lengths
from valbench_core.pairs import Count, Source, Subset, count, open_source

SOURCES_KEPT = 32
"""Subsets of sources whose counts are kept."""
PAIRS_MEASURED = 200
"""Pairs from whose texts the lengths of all are estimated."""


def count_pairs(source: Source, subset: Subset) -> Count:
    """Return how many pairs of a source a rule would choose.

    Raises:
        PairsError: the source cannot be read, or the rule does not fit it.
    """
    return _count_pairs(source, subset, _stamp(source))


def text_lengths(source: Source) -> Lengths:
    """Return how long the texts of a source's first pairs are on average."""
    return _text_lengths(source, _stamp(source))


def _stamp(source: Source) -> float:
    """Return when a local source changed last, so that a file saved anew is counted anew."""
    try:
        return Path(source.spec).expanduser().stat().st_mtime
    except OSError:
        return 0.0


@st.cache_data(max_entries=SOURCES_KEPT, show_spinner="Reading the pairs …")
def _count_pairs(source: Source, subset: Subset, stamp: float) -> Count:
    return count(open_source(source), subset)


@st.cache_data(max_entries=SOURCES_KEPT, show_spinner=False)
def _text_lengths(source: Source, stamp: float) -> Lengths:
    return Lengths.of(pair for _, pair in islice(open_source(source).reading(light=True), PAIRS_MEASURED))
