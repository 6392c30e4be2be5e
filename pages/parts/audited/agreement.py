"""How far judge and people agree: who said which score, κ beside prevalence, people among themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.parts import chart, data
from pages.parts.audited.links import pairs_by_id
from pages.parts.audited.remarks import grouped
from pages.parts.links import AuditLink, follow, show_link
from valbench_core.analysis import (
    ASPECTS,
    Agreement,
    Aspect,
    AuditAgreement,
    Ceiling,
    Coefficient,
    Estimate,
    pairs_in_cell,
)
from valbench_core.audit import Draw
from valbench_core.charts import confusion_map
from valbench_core.numbers import coefficient_interval, count, interval, plural, signed

_KAPPA = (
    "κ (kappa) is 1 where two agree on everything and 0 where they agree as often as chance alone would "
    "have it. For the score a near miss counts less than a far one (quadratic weights). A flag that is "
    "hardly ever set makes κ low even where agreement is high: that is why both shares stand beside it."
)
_RESAMPLED = "κ was undefined in so many of the resamples; the interval rests on the others"


def show(run: data.Run, draw: Draw) -> None:
    """Show how far judge and people agree."""
    st.header("Agreement with the judge")
    found = data.audit_agreement(run, draw)
    _confusion(run, draw, found.human_judge)
    _coefficients(found.human_judge)
    _among_people(draw, found)


def _confusion(run: data.Run, draw: Draw, found: Agreement) -> None:
    def pick(cell: tuple[int, int]) -> None:
        ids = pairs_in_cell(data.audited(run, draw), int(cell[0]), int(cell[1]))
        if ids:
            follow(pairs_by_id(run, ids))

    title = "Scores by hand and by the judge"
    picture = confusion_map(found.counts, "by hand", "judge", title, found.shares, "label")
    chart.show(picture, "confusion", pick=pick)
    st.caption(
        "Adjusted scores s; each label counts once, and of a pair that was settled the settling label alone. "
        "A click on a cell opens its pairs."
    )


def _coefficients(found: Agreement) -> None:
    rows = [
        {
            "What": ASPECTS[aspect],
            "κ": _kappa(found.kappa[aspect]),
            "Same, percent": _percent(found, aspect),
            "Set by hand, percent": _share(found, aspect, "first"),
            "Set by the judge, percent": _share(found, aspect, "second"),
            "Labels": found.kappa[aspect].n,
        }
        for aspect in ASPECTS
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="stretch", key="agreement", column_config=_COLUMNS
    )
    st.caption(f"{_KAPPA} Each with its 95 % interval over {plural(found.articles, 'article')}.")
    _say_why(found.kappa)


_COLUMNS = {
    "What": st.column_config.TextColumn(width=130),
    "κ": st.column_config.TextColumn(width=140),
    "Same, percent": st.column_config.TextColumn(width=140, help="How often both say the same."),
    "Set by hand, percent": st.column_config.TextColumn(width=150, help="How often people set the flag."),
    "Set by the judge, percent": st.column_config.TextColumn(width=165, help="How often the judge sets it."),
    "Labels": st.column_config.NumberColumn(width=70),
}


def _percent(found: Agreement, aspect: Aspect) -> str:
    return _estimate(found.percent if aspect == "score" else found.flags[aspect].percent)


def _share(found: Agreement, aspect: Aspect, who: str) -> str:
    if aspect == "score":
        return "–"
    flag = found.flags[aspect]
    return _estimate(flag.first if who == "first" else flag.second)


def _estimate(estimate: Estimate) -> str:
    return interval(estimate.value, estimate.low, estimate.high)


def _kappa(found: Coefficient) -> str:
    if found.value is None:
        return "undefined"
    return coefficient_interval(found.value, found.low, found.high)


def _say_why(found: Mapping[Aspect, Coefficient]) -> None:
    """Say in words why coefficients are undefined, and what is unusual of the others."""
    reasons = [(ASPECTS[aspect], one.why) for aspect, one in found.items()]
    resampled = [
        (f"{ASPECTS[aspect]} ({count(one.undefined)})", _RESAMPLED)
        for aspect, one in found.items()
        if one.value is not None and one.undefined
    ]
    for remark in grouped([*reasons, *resampled]):
        st.caption(remark)


def _among_people(draw: Draw, found: AuditAgreement) -> None:
    """Show how far auditors agree with each other: more than that no judge can be expected to."""
    st.subheader("Auditors among themselves")
    if found.ceiling is None:
        st.info(
            "No pair was labelled by two auditors, so it is not known how far people agree among themselves, "
            "which is the most that can be asked of a judge. Have a second person label the same pairs.",
            icon=":material/group:",
        )
        if not data.read_only():
            link = AuditLink(draw=draw.id, view="label")
            show_link(link, "Label the same pairs under another name", icon=":material/person_add:")
        return
    _ceiling(found.ceiling)


def _ceiling(found: Ceiling) -> None:
    st.write(
        f"{plural(found.auditors, 'auditor')} labelled the same {plural(found.pairs, 'pair')}. How far "
        "people agree with each other is the most that can be asked of a judge on these."
    )
    rows = [
        {
            "What": ASPECTS[aspect],
            "Person and person, κ": _kappa(found.human_human.kappa[aspect]),
            "Person and judge, κ": _kappa(found.human_judge.kappa[aspect]),
            "Judge less people": _difference(found.difference[aspect]),
            "Same, person and person": _percent(found.human_human, aspect),
            "Same, person and judge": _percent(found.human_judge, aspect),
        }
        for aspect in ASPECTS
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", key="ceiling")
    st.caption("On the same pairs; the difference comes from the same resamples of articles.")
    _say_why(found.human_human.kappa)


def _difference(found: Coefficient) -> str:
    if found.value is None:
        return "undefined"
    if found.low is None:
        return signed(found.value, 2)
    return f"{signed(found.value, 2)} [{signed(found.low, 2)}, {signed(found.high, 2)}]"
