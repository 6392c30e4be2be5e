"""Calibration: judges held against answers of which it is known what a judge should make of them."""

from __future__ import annotations

import streamlit as st

from pages.parts import data, headline, present, sidebar
from pages.parts.calibration import form, judges, work
from valbench_core.analysis import PAC_MARGIN, TOLERANCE, articles_needed
from valbench_core.words import calibration_state, calibrations_of

_WHAT = (
    "Four sets of answers were made so that a judge without mistakes comes to figures known beforehand. A "
    "judge judges them like any others; here its figures stand beside the known ones."
)
_MEANS = (
    "A judge that passes gets **clear cases** right. How it fares on the answers of real models, **only an "
    "audit by hand can say**: the page Audit."
)
_PASS = (
    f"A set is **passed** when each tested figure lies within {TOLERANCE:g} points of the known one and all "
    f"of PAC's interval within {PAC_MARGIN:g}, which takes answers from about {articles_needed()} articles. "
    f"It is **failed** when an interval lies wholly outside the known value ± {TOLERANCE:g} points. Anything "
    "else is **inconclusive**. Where wrong verdicts lie in fewer than five articles, too little is seen of "
    "them, and the interval is drawn wide: they may leave a set inconclusive that somewhat more of them, all "
    "slight, would let pass."
)


def main() -> None:
    """Show the page."""
    st.title("Calibration")
    st.write(_WHAT)
    st.markdown(_MEANS)
    run = sidebar.chosen() if data.names() else None
    if run is not None:
        _say_of(run)
    with st.container():
        work.show()
    found = data.calibrated_judges()
    if found:
        st.caption(_PASS)
        judges.show(found, run)
    else:
        work.offer_first()
    if not data.read_only():
        with present.controls("calibrate"):
            form.show(run)


def _say_of(run: data.Run) -> None:
    """Say what is known of the judge of the run shown."""
    with st.container(gap="xxsmall"):
        st.text(headline.headline_of(run), width="stretch")
        if run.judgement is not None:
            st.text(calibration_state(*calibrations_of(run.judgement)), width="stretch")


main()
