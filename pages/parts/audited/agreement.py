"""How far judge and people agree: who said which score, κ beside prevalence, people among themselves."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from pages.parts import chart, data
from pages.parts.audited.links import chart_key, open_but_waiting
from pages.parts.audited.remarks import grouped
from pages.parts.id_links import of_many
from pages.parts.links import AuditLink, show_link
from valbench_core.analysis import (
    ASPECTS,
    RESAMPLES,
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
    "hardly ever set makes κ low even where agreement is high: that is why both shares stand beside it.\n\n"
    f"For the intervals, articles are drawn anew {count(RESAMPLES)} times out of those that there are, as if "
    "the audit had been made on other articles of the same kind; each time κ is worked out once more."
)
_REDRAWN = "κ could not be worked out in {some} of the {all} times that articles were drawn anew"


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
        open_but_waiting(run, ids, data.audit_figures(run, draw).waiting)

    title = "Scores by hand and by the judge"
    picture = confusion_map(found.counts, "by hand", "judge", title, found.shares, "label")
    chart.show(picture, chart_key("confusion"), pick=pick)
    st.caption(
        "Adjusted scores s; each label counts once, and of a pair that was settled the settling label alone. "
        "A click on a cell opens its pairs, but for those that wait to be settled."
        f"{of_many(int(found.counts.max()))}"
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
    st.caption(f"Each with its 95 % interval over {plural(found.articles, 'article')}.")
    _say_undefined(found.kappa)
    with st.expander("How to read κ", icon=":material/help:"):
        st.markdown(_KAPPA)
        for remark in _unusual(found.kappa):
            st.caption(remark)


_COLUMNS = {
    "What": st.column_config.TextColumn(width=105),
    "κ": st.column_config.TextColumn(width=125),
    "Same, percent": st.column_config.TextColumn(width=125, help="How often both say the same."),
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


def _say_undefined(found: Mapping[Aspect, Coefficient]) -> None:
    """Say in words why coefficients have no value."""
    for remark in grouped((ASPECTS[aspect], one.why) for aspect, one in found.items() if one.value is None):
        st.caption(remark)


def _unusual(found: Mapping[Aspect, Coefficient]) -> list[str]:
    """Return in words what is unusual about the intervals of the coefficients that have a value."""
    known = {ASPECTS[aspect]: one for aspect, one in found.items() if one.value is not None}
    redrawn = [
        (name, _REDRAWN.format(some=count(one.undefined), all=count(RESAMPLES)))
        for name, one in known.items()
        if one.undefined
    ]
    return grouped([*((name, one.why) for name, one in known.items()), *redrawn])


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
            "κ, people": _kappa(found.human_human.kappa[aspect]),
            "κ, judge": _kappa(found.human_judge.kappa[aspect]),
            "Judge less people": _difference(found.difference[aspect]),
            "Same, people": _percent(found.human_human, aspect),
            "Same, judge": _percent(found.human_judge, aspect),
        }
        for aspect in ASPECTS
    ]
    st.dataframe(
        pd.DataFrame(rows), hide_index=True, width="stretch", key="ceiling", column_config=_CEILING_COLUMNS
    )
    st.caption("People: one against another. Judge: people against the judge, on the same pairs.")
    _say_undefined(found.human_human.kappa)
    if unusual := _unusual(found.human_human.kappa):
        with st.expander("Unusual about κ of people", icon=":material/help:"):
            for remark in unusual:
                st.caption(remark)


_CEILING_COLUMNS = {
    "What": st.column_config.TextColumn(width=105),
    "κ, people": st.column_config.TextColumn(width=125, help="How far one person agrees with another."),
    "κ, judge": st.column_config.TextColumn(width=125, help="How far people agree with the judge."),
    "Judge less people": st.column_config.TextColumn(
        width=145, help="The one κ less the other, over the same articles drawn anew."
    ),
    "Same, people": st.column_config.TextColumn(width=140, help="How often two people say the same."),
    "Same, judge": st.column_config.TextColumn(width=140, help="How often a person and the judge do."),
}


def _difference(found: Coefficient) -> str:
    if found.value is None:
        return "undefined"
    if found.low is None:
        return signed(found.value, 2)
    return f"{signed(found.value, 2)} [{signed(found.low, 2)}, {signed(found.high, 2)}]"
