"""What people said of a pair, beside what the judge said, and the history of it: who, when, what counts.

Taking a further label is left to `override`, which label counts in a figure to `valbench_core.audit`.
"""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.links import AuditLink, show_link
from pages.parts.pair.override import show_override
from pages.parts.pair.side_by_side import Said, side_by_side
from pages.parts.pair.texts import yes_no
from valbench_core.audit import WITHDRAWN, standing_of
from valbench_core.runs import Label, PairDetail
from valbench_core.schema import ProtocolName, Verdict
from valbench_core.words import score_number


def show_labels(detail: PairDetail, run: data.Run, verdict: Verdict | None) -> None:
    """Show the labels of a pair beside the verdict that stands, their history, and a form for a correction.

    Args:
        detail: the pair and its labels.
        run: the run it is read in.
        verdict: the verdict that stands; None where none does.
    """
    if detail.labels:
        with st.container(border=True):
            st.subheader(f"Labelled by hand ({len(detail.labels)})")
            st.dataframe(_beside_the_judge(detail, run, verdict), hide_index=True, width="stretch")
            _history(detail, run)
    show_override(detail, run)


def _beside_the_judge(detail: PairDetail, run: data.Run, verdict: Verdict | None) -> dict[str, list[str]]:
    """Return what verdict and labels say, but for labels that only passed the pair over."""
    said: list[Said | None] = []
    if run.judgement is not None:
        protocol = run.judgement.spec.protocol
        said += [Said("Judge", verdict, protocol)] if verdict else []
        said += [Said("Judges", detail.combined, protocol)] if detail.combined else []
    return side_by_side([*said, *(Said.by(label, _name(label)) for label in detail.labels)])


def _name(label: Label) -> str:
    return label.author if label.kind == "label" else f"{label.author} ({label.kind})"


def _history(detail: PairDetail, run: data.Run) -> None:
    """Show when each label was made, how, and whether it counts."""
    st.caption("History, oldest first. Labels are only ever added; nothing changes the judge's verdict.")
    protocol = run.judgement.spec.protocol if run.judgement else None
    rows = [
        {
            "When (UTC)": label.created[:16].replace("T", " "),
            "By": label.author,
            "Kind": label.kind,
            "Score": score_number(label.verdict.score) if label.verdict else "–",
            "Verdict hidden": yes_no(label.blind),
            "Draw": label.draw or "–",
            "Counts in the audit": _counts(label, detail, run, protocol),
        }
        for label in detail.labels
    ]
    st.dataframe(rows, hide_index=True, width="stretch", column_config=_COLUMNS)
    for label in detail.labels:
        _show_remarks(label)
    draws = [label.draw for label in detail.labels if label.draw]
    if draws:
        link = AuditLink(run=run.name, judgement=run.judgement_name or "", draw=draws[-1], view="result")
        show_link(link, "What the audit says", icon=":material/rule:")


def _counts(label: Label, detail: PairDetail, run: data.Run, protocol: ProtocolName | None) -> str:
    """Return whether a label counts in what the audit says under a protocol, and why not."""
    read = {side: response.text_hash if response else "" for side, response in detail.responses.items()}
    is_finished = label.draw is None or data.is_finished(run, label.draw, detail.ordinal)
    why = standing_of(label, detail.labels, read["for"], read["against"], is_finished=is_finished)
    if not why and protocol and label.protocol != protocol:
        why = f"it follows protocol {label.protocol}, this judgement {protocol}"
    return f"no: {why}" if why else "yes"


_COLUMNS = {
    "When (UTC)": st.column_config.TextColumn(width=125),
    "By": st.column_config.TextColumn(width=120),
    "Kind": st.column_config.TextColumn(
        width=100,
        help="An adjudication settles where auditors differ; an override corrects a verdict that was seen.",
    ),
    "Score": st.column_config.TextColumn(width=55),
    "Verdict hidden": st.column_config.TextColumn(
        width=105, help="Whether the label was made before the verdict was seen."
    ),
    "Draw": st.column_config.TextColumn(width=80, help="The draw of pairs that the label was made for."),
    "Counts in the audit": st.column_config.TextColumn(width=300),
}


def _show_remarks(label: Label) -> None:
    remarks = []
    if label.pair_problem != "none":
        remarks.append(f"problem with the pair: {label.pair_problem}")
    if label.note and label.note != WITHDRAWN:
        remarks.append(label.note)
    if remarks:
        st.text(f"{label.author}, {label.created[:10]}: {'; '.join(remarks)}", width="stretch")
