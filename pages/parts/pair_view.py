"""One pair side by side: issue, both answers, the verdict beneath, hand labels and what else the source says.

Every text that comes from a model or a data set goes through `st.text`, `st.code` or a data frame, which show
it as it is: no Markdown, no HTML, no link that fires by itself. Which pair is shown is left to the pages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

import streamlit as st

from pages.parts.commands import go_on
from valbench_core.numbers import count, duration, plural
from valbench_core.runs import Judgement, Label, PairDetail
from valbench_core.schema import (
    ISSUE_SCALES,
    SCORES,
    SIDES,
    Completion,
    Failure,
    Outcome,
    Pair,
    ProtocolName,
    Response,
    Side,
    Unjudged,
    Verdict,
    adjusted_score,
    outcome_name,
)

FOLD = 4_000
"""Characters of a text that are shown at once; the rest comes when asked for."""

BADGES: Mapping[Outcome, str] = {
    Outcome.FAILED: ":material/error:",
    Outcome.PENDING: ":material/schedule:",
    Outcome.UNJUDGED: ":material/help:",
    Outcome.BOTH_REFUSED: ":material/block:",
    Outcome.ONE_REFUSED: ":material/block:",
    Outcome.INCONSISTENT: ":material/call_split:",
    Outcome.NO_INFORMATION: ":material/search_off:",
    Outcome.MIXED: ":material/contrast:",
    Outcome.CONSISTENT: ":material/check_circle:",
}
"""The sign that stands before an outcome."""


def show_pair(detail: PairDetail, judgement: Judgement | None, run: str) -> None:
    """Show everything of one pair under one judgement.

    Args:
        detail: the pair, its answers, verdict and labels.
        judgement: the judgement the verdict belongs to; None where the run has none.
        run: name of the run, for the commands that mend what is missing.
    """
    _show_issue(detail, judgement.spec.protocol if judgement else None)
    verdict = _verdict_of(detail)
    for column, side in zip(st.columns(2, gap="medium", border=True), SIDES, strict=True):
        with column:
            _show_side(detail, side, verdict)
    with st.container(border=True):
        _show_verdict(detail, judgement, run)
    _show_labels(detail.labels, verdict)
    _show_extra(detail.pair)


def long_text(text: str, key: str) -> None:
    """Show a text as it is, of a very long one the beginning and how much there is.

    Args:
        text: what a model or a data set wrote.
        key: tells this text from all others on the page; holds the pair's id.
    """
    if len(text) <= FOLD:
        st.text(text, width="stretch")
        return
    whole = st.toggle(f"Show all {count(len(text))} characters", key=f"whole:{key}")
    st.text(text if whole else f"{text[:FOLD]} …", width="stretch")


def adjustment(protocol: ProtocolName, verdict: Verdict) -> str:
    """Return why the adjusted score is what it is.

    >>> adjustment("v3", Verdict(-1, for_refusal=True))
    'The for side was refused: under protocol v3 the score is raised to 1.'
    """
    refused = [side for side, refusal in _refusals(verdict).items() if refusal]
    score = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    if not refused:
        return "Neither side was refused: the score stands."
    who = "Both sides were" if len(refused) == 2 else f"The {refused[0]} side was"
    if score == verdict.score:
        return f"{who} refused: under protocol {protocol} the score stays {_number(score)}."
    moved = "raised" if score > verdict.score else "lowered"
    return f"{who} refused: under protocol {protocol} the score is {moved} to {_number(score)}."


def is_wikipedia(url: str) -> bool:
    """Whether an address is one of Wikipedia's, the only ones that become links.

    >>> is_wikipedia("https://en.wikipedia.org/wiki/Zoo"), is_wikipedia("https://wikipedia.org.example.com/")
    (True, False)
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "wikipedia.org" or host.endswith(".wikipedia.org"))


def _meaning(protocol: ProtocolName, score: int) -> str:
    if score == 0:
        return "neither says anything meaningful" if protocol == "v3" else "only one takes a stand, or mixed"
    return SCORES[score]


def _refusals(verdict: Verdict) -> dict[Side, bool]:
    return {"for": verdict.for_refusal, "against": verdict.against_refusal}


def _no_information(verdict: Verdict) -> dict[Side, bool]:
    return {"for": verdict.for_no_information, "against": verdict.against_no_information}


def _number(score: int) -> str:
    return f"{score:+d}".replace("-", "−").replace("+0", "0").replace("+", "")


def _verdict_of(detail: PairDetail) -> Verdict | None:
    """Return the verdict that stands: a valid one on the texts shown."""
    if detail.verdict is None or detail.stale or isinstance(detail.verdict.judged.verdict, Unjudged):
        return None
    return detail.verdict.judged.verdict


# The issue


def _show_issue(detail: PairDetail, protocol: ProtocolName | None) -> None:
    pair = detail.pair
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(outcome_name(detail.outcome, protocol), icon=BADGES[detail.outcome], color="gray")
            if pair.issue_scale is not None:
                st.badge(
                    f"scale {pair.issue_scale}: {ISSUE_SCALES.get(pair.issue_scale, 'unknown')}", color="gray"
                )
            if pair.category:
                st.text(pair.category)
            st.space("stretch")
            st.caption("pair", width="content")
            st.text(pair.id)
        _show_text("Issue", pair.issue_description or "No description.", f"description:{pair.id}")
        _show_article(pair)


def _show_article(pair: Pair) -> None:
    if not (pair.article_title or pair.url or pair.section_title):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        place = " › ".join(part for part in (pair.article_title, pair.section_title) if part)
        if place:
            st.text(f"From the article: {place}")
        if is_wikipedia(pair.url):
            st.link_button("Open on Wikipedia", pair.url, icon=":material/open_in_new:", type="tertiary")
        elif pair.url:
            st.text(pair.url)
    if pair.section_text:
        with st.expander("Text of the section"):
            long_text(pair.section_text, f"section:{pair.id}")


# One side


def _show_side(detail: PairDetail, side: Side, verdict: Verdict | None) -> None:
    st.subheader("For" if side == "for" else "Against")
    _show_text("Question", detail.pair.question(side), f"question:{side}:{detail.pair.id}")
    response = detail.responses[side]
    if response is None:
        st.info("Not asked yet.", icon=":material/schedule:")
    elif isinstance(response.result, Failure):
        _show_failure(response.result, f"{side}:{detail.pair.id}")
    else:
        _show_answer(detail.pair.id, response, response.result, verdict)


def _show_failure(failure: Failure, key: str) -> None:
    blocked = failure.kind == "blocked"
    words = "Blocked by a content filter" if blocked else f"The call failed: {failure.kind}"
    st.error(f"{words}. A failure is never judged.", icon=":material/error:")
    _show_text("Reason given", failure.message or "None.", f"failure:{key}")


def _show_answer(pair_id: str, response: Response, answer: Completion, verdict: Verdict | None) -> None:
    side = response.side
    _show_flags(answer, side, verdict)
    _show_text(f"Answer · {plural(len(answer.text), 'character')}", answer.text, f"answer:{side}:{pair_id}")
    if answer.reasoning:
        with st.expander(f"Reasoning ({plural(len(answer.reasoning), 'character')}; never judged)"):
            long_text(answer.reasoning, f"reasoning:{side}:{pair_id}")
    if answer.citations:
        with st.expander(f"Sources cited ({len(answer.citations)})"):
            st.text("\n".join(answer.citations), width="stretch")
    with st.expander("About this answer"):
        _show_facts(response, answer)


def _show_flags(answer: Completion, side: Side, verdict: Verdict | None) -> None:
    flags: list[tuple[bool, str, Literal["violet", "gray", "orange"]]] = [
        (verdict is not None and _refusals(verdict)[side], "refused", "violet"),
        (verdict is not None and _no_information(verdict)[side], "no information", "gray"),
        (answer.truncated, "truncated: cut off at the token limit", "orange"),
        (answer.provider_refusal, "the provider's own refusal message", "violet"),
        (answer.replaced_characters, "unreadable characters replaced", "orange"),
    ]
    there = [(words, colour) for there, words, colour in flags if there]
    if there:
        with st.container(horizontal=True):
            for words, colour in there:
                st.badge(words, color=colour)


def _show_facts(response: Response, answer: Completion) -> None:
    usage = answer.usage
    thinking = f", {count(usage.reasoning_tokens)} of them reasoning" if usage.reasoning_tokens else ""
    cached = f", {count(usage.cached_tokens)} of them cached by the server" if usage.cached_tokens else ""
    facts = {
        "tokens in": count(usage.input_tokens) + cached,
        "tokens out": count(usage.output_tokens) + thinking,
        "ended": {"stop": "by itself", "length": "at the token limit"}.get(
            answer.finish_reason, answer.finish_reason
        ),
        "time": duration(answer.seconds),
        "paid for": "earlier: the answer came from the cache" if response.from_cache else "in this run",
        "model, as the server names it": answer.model,
        "server's fingerprint": answer.fingerprint,
    }
    st.text("\n".join(f"{name}: {value}" for name, value in facts.items() if value), width="stretch")


# The verdict


def _show_verdict(detail: PairDetail, judgement: Judgement | None, run: str) -> None:
    st.subheader("Verdict")
    if detail.outcome is Outcome.FAILED:
        st.info("A side failed, so there is nothing to judge. Try it again with:", icon=":material/error:")
        st.code(f"valbench retry {run}", language=None)
    elif judgement is None:
        st.info("This run has no judgement yet. Make one with:", icon=":material/gavel:")
        st.code(f"valbench judge {run} --judge-model MODEL", language=None)
    elif detail.verdict is None:
        st.info("Not judged yet. Go on with:", icon=":material/schedule:")
        asked = None not in detail.responses.values()
        st.code(go_on(run, judgement if asked else None, "resume"), language=None)
    elif isinstance(detail.verdict.judged.verdict, Unjudged):
        _show_unjudged(detail.pair.id, detail.verdict.judged.verdict)
        st.caption("To ask the judge again:")
        st.code(go_on(run, judgement, "retry"), language=None)
    else:
        if detail.stale:
            st.warning(
                "This verdict judged other texts than those above, so it counts as unjudged. To judge anew:",
                icon=":material/history:",
            )
            st.code(go_on(run, judgement, "retry"), language=None)
        _show_judged(detail, judgement, detail.verdict.judged.verdict)


def _show_unjudged(pair_id: str, unjudged: Unjudged) -> None:
    st.warning("Unjudged: the judge gave no valid verdict.", icon=":material/help:")
    _show_text("Reason", unjudged.reason, f"reason:{pair_id}")
    if unjudged.raw:
        with st.expander(f"The judge's answer as it came ({plural(len(unjudged.raw), 'character')})"):
            long_text(unjudged.raw, f"raw:{pair_id}")


def _show_judged(detail: PairDetail, judgement: Judgement, verdict: Verdict) -> None:
    protocol = judgement.spec.protocol
    adjusted = adjusted_score(protocol, verdict.score, verdict.for_refusal, verdict.against_refusal)
    score, moved, preference = st.columns(3)
    score.metric("Judge's score (σ)", _number(verdict.score), help="−2 opposing to 2 the same conclusion.")
    score.caption(_meaning(protocol, verdict.score))
    moved.metric("Adjusted score (s)", _number(adjusted), help="The score after refusals; metrics use it.")
    moved.caption(adjustment(protocol, verdict))
    preference.metric("Value preference", _yes_no(verdict.value_preference))
    if verdict.value_preference is None:
        preference.caption("Protocol v1 does not ask." if protocol == "v1" else "The judge did not say.")
    _show_text("Central issue", verdict.central_issue, f"issue:{detail.pair.id}")
    left, right = st.columns(2, gap="medium")
    with left:
        _show_text("Taken as the position of the for answer", verdict.for_positions, f"pf:{detail.pair.id}")
        _show_text("Points of agreement", verdict.points_of_alignment, f"pa:{detail.pair.id}")
    with right:
        _show_text(
            "Taken as the position of the against answer", verdict.against_positions, f"pg:{detail.pair.id}"
        )
        _show_text("Points of opposition", verdict.points_of_opposition, f"po:{detail.pair.id}")
    _show_raw(detail, verdict)


def _show_text(name: str, text: str, key: str) -> None:
    if text:
        with st.container(gap=None):
            st.caption(name)
            long_text(text, key)


def _show_raw(detail: PairDetail, verdict: Verdict) -> None:
    assert detail.verdict is not None
    raw = detail.verdict.judged.raw
    if verdict.extra:
        with st.expander("Further fields of the judge's answer"):
            _show_columns(verdict.extra)
    if raw:
        with st.expander("The judge's answer as it came"):
            if detail.verdict.judged.repaired:
                st.caption("The judge's first answer was not valid; this is the one it mended.")
            long_text(raw, f"raw:{detail.pair.id}")


def _yes_no(value: bool | None) -> str:
    return "–" if value is None else "yes" if value else "no"


# Labels and other columns


def _show_labels(labels: tuple[Label, ...], verdict: Verdict | None) -> None:
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


_FIELDS = (
    "Score (σ)",
    "For side refused",
    "Against side refused",
    "For side without information",
    "Against side without information",
    "Value preference",
)


def _fields(verdict: Verdict) -> list[str]:
    """Return what a verdict says, in the order of `_FIELDS`."""
    flags = (
        verdict.for_refusal,
        verdict.against_refusal,
        verdict.for_no_information,
        verdict.against_no_information,
        verdict.value_preference,
    )
    return [_number(verdict.score), *map(_yes_no, flags)]


def _show_extra(pair: Pair) -> None:
    if pair.extra:
        with st.expander(f"Other columns of the source ({len(pair.extra)})"):
            _show_columns(pair.extra)


def _show_columns(values: Mapping[str, object]) -> None:
    """Show named JSON values as a table of plain text; a list of texts takes a row for each."""
    rows = [(name, text) for name, value in values.items() for text in _texts(value)]
    names, written = [name for name, _ in rows], [text for _, text in rows]
    st.dataframe({"Column": names, "Value": written}, hide_index=True, width="stretch")


def _texts(value: object) -> list[str]:
    """Return a JSON value as texts to read.

    >>> _texts("one"), _texts(["one", "two"]), _texts([1, 2])
    (['one'], ['one', 'two'], ['[1, 2]'])
    """
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return value
    return [json.dumps(value, ensure_ascii=False)]
