"""What people said of a pair, beside what the judge said."""

from __future__ import annotations

import streamlit as st

from pages.parts.pair.texts import yes_no
from valbench_core.runs import Label
from valbench_core.schema import Verdict
from valbench_core.words import score_number

_FIELDS = (
    "Score (σ)",
    "For side refused",
    "Against side refused",
    "For side without information",
    "Against side without information",
    "Value preference",
)


def show_labels(labels: tuple[Label, ...], verdict: Verdict | None) -> None:
    """Show labels field by field beside the verdict that stands; nothing where there are none."""
    if not labels:
        return
    with st.container(border=True):
        st.subheader(f"Labelled by hand ({len(labels)})")
        said: dict[str, list[str]] = {"Field": list(_FIELDS)}
        if verdict is not None:
            said["Judge"] = _fields(verdict)
        for number, label in enumerate(labels, start=1):
            name = label.author if label.kind == "label" else f"{label.author} ({label.kind})"
            said[name if name not in said else f"{name} · {number}"] = (
                ["passed over"] * len(_FIELDS) if label.verdict is None else _fields(label.verdict)
            )
        st.dataframe(said, hide_index=True, width="stretch")
        for label in labels:
            _show_remarks(label)


def _show_remarks(label: Label) -> None:
    remarks = []
    if label.pair_problem != "none":
        remarks.append(f"problem with the pair: {label.pair_problem}")
    if label.note:
        remarks.append(label.note)
    if remarks:
        st.text(f"{label.author}, {label.created[:10]}: {'; '.join(remarks)}", width="stretch")


def _fields(verdict: Verdict) -> list[str]:
    """Return what a verdict says, in the order of `_FIELDS`."""
    flags = (
        verdict.for_refusal,
        verdict.against_refusal,
        verdict.for_no_information,
        verdict.against_no_information,
        verdict.value_preference,
    )
    return [score_number(verdict.score), *map(yes_no, flags)]
