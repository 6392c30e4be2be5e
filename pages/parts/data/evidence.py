"""The sentence encoder, loaded once for all sessions, and what it finds in the answers of a pair."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from valbench_core.embedding import Encoder, find_encoder
from valbench_core.evidence import Evidence, find_evidence
from valbench_core.schema import Side

PAIRS_KEPT = 64
"""Pairs whose evidence is kept."""


@dataclass(frozen=True, slots=True)
class FoundEvidence:
    """What an encoder finds in two answers, and which one it was."""

    evidence: Evidence
    encoder: Encoder


def evidence(points: tuple[str, ...], answers: Mapping[Side, str]) -> FoundEvidence:
    """Compare a judge's points with both answers of one pair; the first time, the encoder is loaded.

    Raises:
        EncoderError: the encoder asked for cannot be used.
    """
    encoder = _encoder()
    found: Evidence = _evidence(encoder, encoder.name, encoder.fingerprint, points, dict(answers))
    return FoundEvidence(found, encoder)


@st.cache_resource(show_spinner="Loading the sentence encoder …")
def _encoder() -> Encoder:
    return find_encoder()


@st.cache_data(max_entries=PAIRS_KEPT, show_spinner="Comparing sentences …")
def _evidence(
    _by: Encoder, name: str, fingerprint: str, points: tuple[str, ...], answers: dict[Side, str]
) -> Evidence:
    return find_evidence(_by, points, answers)
