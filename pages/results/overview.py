"""Overview: what one run came to under one judgement, and what it was made from."""

from __future__ import annotations

import streamlit as st

from pages.parts import chart, data, headline, manifest, notices, present, sidebar, tiles
from pages.parts.links import PairsLink, follow
from pages.parts.topics.links import pairs_of
from valbench_core.analysis import Summary
from valbench_core.charts import RunPoint, metric_strip, outcome_bar, paper_picture, score_distribution
from valbench_core.numbers import figure, plural
from valbench_core.paper import paper_results
from valbench_core.schema import ProtocolName
from valbench_core.words import calibration_state, calibrations_of

_PAPER_NOTE = (
    "Over the paper's models, those that refuse or lack information more often come out as more consistent "
    "(Pearson correlation 0.89 over the printed rows): abstaining keeps a model from contradicting itself. "
    "The models answered other pairs, so this is a picture of where a run lies, not a comparison."
)
_V1_NOTE = (
    "This run is drawn hollow: it was judged under protocol v1, the paper's models under v3. "
    "A pair with one refusal counts 50 under v1 and at least 75 under v3, so the two do not share a scale."
)
CATEGORIES_SHOWN = 25
"""Rows of the strip of categories; the benchmark has 20, other data may have any number."""


def main() -> None:
    """Show the page."""
    st.title("Overview")
    run = sidebar.chosen()
    if run is None:
        return
    headline.show(run)
    _offer_handout(run)
    notices.show_for(run)
    figures = data.figures(run)
    tiles.metric_tiles(figures.whole.metrics, _protocol(run))
    if figures.whole.n.judged and run.judgement:
        st.caption(notices.COVERAGE)
        st.text(calibration_state(*calibrations_of(run.judgement)))
    tiles.counts(figures.whole.n)
    _distributions(run, figures.whole)
    _categories(run, figures)
    _lost(figures)
    _paper(run, figures.whole)
    st.header("What this run was made from")
    manifest.show(run)
    st.header("What it used")
    manifest.show_spending(run)


def _offer_handout(run: data.Run) -> None:
    with present.controls("handout"):
        st.download_button(
            "Handout (HTML)",
            lambda: data.handout(run),
            file_name=f"{run.name}.html",
            mime="text/html",
            icon=":material/description:",
            on_click="ignore",
            help="One file with figures, charts and some pairs: to mail, keep and print. It needs no server.",
        )


def _protocol(run: data.Run) -> ProtocolName | None:
    return run.judgement.spec.protocol if run.judgement else None


def _wording(run: data.Run) -> ProtocolName | None:
    """Return the protocol whose words name outcomes and scores."""
    return run.judgement.wording if run.judgement else None


def _distributions(run: data.Run, whole: Summary) -> None:
    left, right = st.columns(2)
    with left:
        chart.show(outcome_bar(whole, _wording(run)), "outcomes", pick=_to_outcome)
    if whole.n.judged:
        with right:
            chart.show(score_distribution(data.table(run), _wording(run)), "scores", pick=_to_score)


def _to_outcome(outcome: str) -> None:
    follow(PairsLink(outcome=(outcome,)))


def _to_score(score: float | None) -> None:
    if score is not None:
        follow(PairsLink(score=(f"{score:g}",)))


def _categories(run: data.Run, figures: data.Figures) -> None:
    judged = [group for group in figures.categories if group.summary.n.judged]
    if not judged:
        return
    shown = judged[:CATEGORIES_SHOWN]
    overall = figures.whole.metrics["PAC"]
    by_name = {group.group: group for group in shown}

    def pick(name: str) -> None:
        follow(pairs_of(run, "category", by_name[name], "PAC"))

    chart.show(metric_strip(shown, "PAC", overall, "Consistency by category"), "categories", pick=pick)
    note = (
        "Most pairs first; click a dot to read its pairs. Where intervals overlap widely, a difference may "
        "well be chance."
    )
    hidden = len(judged) - len(shown)
    st.caption(
        f"{note} {plural(hidden, 'smaller category', 'smaller categories')} not shown." if hidden else note
    )


def _lost(figures: data.Figures) -> None:
    lost = figures.lost
    if not lost.lost or not figures.whole.n.judged:
        return
    st.header("What lost pairs could do")
    st.write(
        f"{plural(lost.lost, 'pair')} failed, went unjudged or are pending, so no figure above knows them. "
        "This is how far they could move the figures: what is possible, not what is likely."
    )
    if lost.pac is not None:
        st.markdown(
            f"- **PAC** over all pairs would lie between **{figure(lost.pac.low)}** "
            f"(all of them opposed, s = −2) and **{figure(lost.pac.high)}** (all of one stance, s = +2)."
        )
    if lost.blocked and lost.ref_with_blocked is not None:
        st.markdown(
            f"- **REF** with the {plural(lost.blocked, 'blocked pair')} counted as refusing would lie "
            f"between **{figure(lost.ref_with_blocked.low)}** (one side of each) "
            f"and **{figure(lost.ref_with_blocked.high)}** (both)."
        )


def _paper(run: data.Run, whole: Summary) -> None:
    point = _point(run, whole)
    if point is None:
        return
    st.header("Beside the models of the paper")
    chart.show(paper_picture(paper_results(), point), "paper")
    st.caption(_PAPER_NOTE)
    if point.protocol == "v1":
        st.info(_V1_NOTE, icon=":material/star:")


def _point(run: data.Run, whole: Summary) -> RunPoint | None:
    """Return the run as a point of the picture; None where it has no figures."""
    pac, ref, ninf = (whole.metrics[key] for key in ("PAC", "REF", "NINF"))
    if run.judgement is None or ref.value is None or ninf.value is None:
        return None
    return RunPoint(run.name, pac, ref.value, ninf.value, run.judgement.spec.protocol)


main()
