"""The judge's fields as people fill them in: score, refusals, no information, value preference, the pair.

What becomes of them is left to the forms that ask for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from pages.parts.pair.side_by_side import PROBLEM, SIDED_FLAGS
from valbench_core.audit import VALUE_PREFERENCE
from valbench_core.runs.records import PairProblem
from valbench_core.schema import SCORES, ProtocolName, Verdict
from valbench_core.words import score_meaning, score_number

PROBLEMS: tuple[PairProblem, ...] = get_args(PairProblem)


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in."""

    verdict: Verdict | None
    """None where something is missing."""
    pair_problem: PairProblem
    missing: tuple[str, ...] = ()
    """What is missing, in words."""


def ask_fields(
    key: str,
    protocol: ProtocolName,
    usual: Verdict | None = None,
    sided: Mapping[str, str] = SIDED_FLAGS,
) -> Filled:
    """Ask for the judge's fields.

    Args:
        key: what they are about: it holds the pair's id, else quick presses would tell of another pair.
        protocol: decides what is asked and what 0 says.
        usual: what is filled in at first; None leaves score and value preference open.
        sided: names of the flags of the sides, in the order in which they are asked for.
    """
    score = st.radio(
        "Score (σ)",
        list(SCORES),
        index=None if usual is None else list(SCORES).index(usual.score),
        format_func=lambda score: f"{score_number(score)}: {score_meaning(protocol, score)}",
        key=f"score:{key}",
    )
    flags = _ask_flags(key, usual, sided)
    preference = _ask_preference(key, usual) if protocol == "v3" else None
    problem: PairProblem = st.selectbox(PROBLEM, PROBLEMS, key=f"problem:{key}")
    missing = () if score is not None else ("a score",)
    if protocol == "v3" and preference is None:
        missing = (*missing, "whether there is a value preference")
    if score is None or missing:
        return Filled(None, problem, missing)
    verdict = Verdict(
        score,
        for_refusal=flags["for_refusal"],
        against_refusal=flags["against_refusal"],
        for_no_information=flags["for_no_information"],
        against_no_information=flags["against_no_information"],
        value_preference=preference,
    )
    return Filled(verdict, problem)


def _ask_flags(key: str, usual: Verdict | None, sided: Mapping[str, str]) -> dict[str, bool]:
    with st.container(horizontal=True):
        return {
            name: st.checkbox(words, value=usual is not None and getattr(usual, name), key=f"{name}:{key}")
            for name, words in sided.items()
        }


def _ask_preference(key: str, usual: Verdict | None) -> bool | None:
    said = None if usual is None else usual.value_preference
    chosen = st.radio(
        VALUE_PREFERENCE,
        ("yes", "no"),
        index=None if said is None else int(not said),
        horizontal=True,
        key=f"preference:{key}",
    )
    return None if chosen is None else chosen == "yes"
