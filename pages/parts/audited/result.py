"""What the audit says of a run: how much was checked, corrected figures, agreement, errors."""

from __future__ import annotations

import streamlit as st

from pages.parts import data
from pages.parts.audited import agreement, corrected, divided, errors, head
from pages.parts.audited.choosing import chosen_draw


def show_result(run: data.Run) -> None:
    """Show what the labels of a draw say of a run under the judgement shown."""
    draw = chosen_draw(run)
    if draw is None:
        return
    figures = data.audit_figures(run, draw)
    head.show(run, draw, figures)
    if not figures.labelled:
        head.nothing_yet(run, draw)
        return
    corrected.show(run, figures)
    agreement.show(run, draw)
    errors.show(run, draw, figures)
    with st.container():
        divided.show(run, draw)
