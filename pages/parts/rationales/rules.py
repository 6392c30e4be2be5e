"""Verdicts that contradict themselves: each rule with its meaning, how often it holds, and its pairs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import data
from pages.parts.links import PairsLink, show_link
from valbench_core.analysis import Estimate, RuleCount
from valbench_core.numbers import interval, plural
from valbench_core.runs import Judgement

_ABOUT = (
    "What a judge says of a pair must hold together under the protocol's own definitions. These verdicts do "
    "not: they are the first to read when the judge is in doubt. Whether a text says something, or only that "
    "there is nothing to say (“none”, “declines to take a position”), is told from its words, in English."
)


def show(run: data.Run, judgement: Judgement) -> None:
    """Show the rules that some verdict breaks, and, folded, those that none does."""
    st.header("Verdicts that contradict themselves")
    found = data.verdict_figures(run, judgement).contradictions
    broken = [one for one in found.rules if one.pairs]
    if broken:
        st.markdown(
            f"**{plural(found.pairs, 'verdict')}** of {plural(found.judged, 'judged pair')}: "
            f"**{_percent(found.share)}** (95 % interval over articles)"
        )
        keys = tuple(one.rule.key for one in broken)
        show_link(PairsLink(contradiction=keys), "Read all of them")
    else:
        st.success(
            f"No verdict of {plural(found.judged, 'judged pair')} breaks a rule: {_percent(found.share)}.",
            icon=":material/check_circle:",
        )
    st.caption(_ABOUT)
    for one in broken:
        with st.container(border=True):
            _rule(one)
    _unbroken([one for one in found.rules if not one.pairs])


def _rule(one: RuleCount) -> None:
    words, pairs, share = st.columns([5, 1.2, 1.8], vertical_alignment="center")
    words.markdown(f"**{one.rule.name}**  \n{one.rule.meaning}")
    with pairs:
        show_link(
            PairsLink(contradiction=(one.rule.key,)), f"**{plural(one.pairs, 'pair')}**", help="Read them"
        )
    share.markdown(_percent(one.share))
    if one.share.low is None:
        share.caption(f"No interval: {one.share.why}")


def _unbroken(rules: Sequence[RuleCount]) -> None:
    if not rules:
        return
    with st.expander(f"{plural(len(rules), 'rule')} that no verdict breaks"):
        for one in rules:
            st.markdown(f"**{one.rule.name}** · {_percent(one.share)}  \n{one.rule.meaning}")


def _percent(share: Estimate) -> str:
    return f"{interval(share.value, share.low, share.high)} %"
