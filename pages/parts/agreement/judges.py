"""Several judges of one run: how far each two agree, how far all do, and where they are divided."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.agreement import starting, switching
from pages.parts.agreement.lists import pairs_by_score
from pages.parts.agreement.standing import Standing
from pages.parts.agreement.words import of_coefficient, reasons, share
from pages.parts.filters.url import asked, say, write
from valbench_core.analysis import ASPECTS, JudgesAgreement
from valbench_core.charts import judges_matrix
from valbench_core.numbers import plural
from valbench_core.runs import Judgement, panel_name

JUDGES_KEY = "judges"
"""In the URL: the judgements set against each other."""
ASPECT_KEY = "aspect"
"""In the URL: what agreement is about."""
PAGE_KEY = "divided"
"""In the URL: the page of the list of pairs."""
_MEANS = (
    "Judges who read the same answers. κ says how far two agree beyond what chance alone would give: 1 is "
    "perfect, 0 no better than chance. For scores, near ones count as nearly agreed (quadratic weights)."
)


def introduce() -> None:
    """Say what this is about."""
    st.header("Several judges")
    st.caption(_MEANS)


def show(run: data.Run, standing: Standing) -> None:
    """Show how judges agree, or what is missing for that."""
    if standing.left_out:
        protocol = standing.base.spec.protocol
        st.caption(f"Only judgements under protocol {protocol} stand together. Left out, under another:")
        st.text(", ".join(one.name for one in standing.left_out))
    if len(standing.comparable) < 2:
        starting.another_judge(run, standing)
        return
    chosen = _choose(standing)
    if len(chosen) < 2:
        st.info("Choose two judgements or more.", icon=":material/balance:")
        return
    found = data.agreement_of_judges(run, chosen)
    st.markdown(_counts(found))
    _matrix(found)
    _all(found)
    _each_two(found)
    _divided(run, chosen)
    starting.another_judge(run, standing)


def _choose(standing: Standing) -> list[Judgement]:
    """Let people choose judgements; the usual ones are one of each judge, in normal order."""
    known = {one.name: one for one in standing.comparable}
    wanted = list(dict.fromkeys(asked(JUDGES_KEY))) or _usual(standing)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        say("There is no such judgement under this protocol:", ", ".join(unknown))
    st.session_state[JUDGES_KEY] = [name for name in wanted if name in known]
    with present.controls("judges"):
        chosen = st.multiselect(
            "Judgements set against each other",
            list(known),
            key=JUDGES_KEY,
            select_all=False,
            on_change=lambda: write(JUDGES_KEY, st.session_state[JUDGES_KEY]),
        )
    return [known[name] for name in chosen]


def _usual(standing: Standing) -> list[str]:
    once = [one.name for one in standing.comparable if one.spec.order == "normal" and not one.spec.replicate]
    return once if len(once) > 1 else [one.name for one in standing.comparable]


def _counts(found: JudgesAgreement) -> str:
    some = f"; {plural(found.judged_by_some, 'pair')} by some of them only" if found.judged_by_some else ""
    who = "both" if len(found.names) == 2 else f"all {len(found.names)}"
    return f"**{plural(found.judged_by_all, 'pair')}** judged by {who}{some}"


def _matrix(found: JudgesAgreement) -> None:
    aspect = next(iter(asked(ASPECT_KEY)), "score")
    if aspect not in ASPECTS:
        say("Agreement is not measured on this; that on scores is shown:", aspect)
        aspect = "score"
    st.session_state[ASPECT_KEY] = aspect
    with present.controls("aspect"):
        chosen = st.radio(
            "Agreement on",
            list(ASPECTS),
            format_func=lambda key: ASPECTS[key],
            key=ASPECT_KEY,
            horizontal=True,
            on_change=lambda: write(ASPECT_KEY, [st.session_state[ASPECT_KEY]]),
        )
    chart.show(judges_matrix(found, chosen), "agreement of judges")


def _all(found: JudgesAgreement) -> None:
    st.subheader("All together")
    rows = [
        {"What is said": ASPECTS[aspect], "α (95 %)": of_coefficient(one), "Pairs": one.n}
        for aspect, one in found.alpha.items()
        if one.n
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    for reason in reasons({ASPECTS[aspect]: one for aspect, one in found.alpha.items() if one.n}):
        st.caption(f"Undefined for {reason}.")
    st.caption("Krippendorff's α over all of them, on the pairs that two or more judged; read like κ.")


def _each_two(found: JudgesAgreement) -> None:
    with st.expander("Each two in numbers", icon=":material/table_rows:"):
        rows = [
            {
                "One judgement": one,
                "The other": other,
                "Pairs": agreement.n,
                "Same score": share(agreement.percent),
                **{f"κ {ASPECTS[a]}": of_coefficient(k) for a, k in agreement.kappa.items()},
            }
            for (one, other), agreement in found.pairs.items()
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
        st.caption("With 95 % intervals over articles; “undefined” where chance alone explains it.")


def _divided(run: data.Run, chosen: Sequence[Judgement]) -> None:
    st.subheader("A panel of these judges")
    st.write(
        "Their median as the score of each pair, its outcome by majority; only pairs judged by all count."
    )
    switching.offer(run, panel_name(chosen), f"Use the panel of {len(chosen)}", "panel")
    st.subheader("Where they are divided")
    pairs = data.divided(run, chosen)
    if pairs.empty:
        st.write("They give every pair the same score.")
        return
    more = ", the first" if len(pairs) == data.DIVIDED else ""
    st.markdown(f"**{plural(len(pairs), 'pair')}**{more}, widest apart first · choose one to read it")
    pairs_by_score(run, [int(one) for one in pairs.index], {one.name: one for one in chosen}, PAGE_KEY)
