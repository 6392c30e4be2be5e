"""One side of a pair: question, answer, flags and facts, and what the judge took to be its position."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.parts.pair.texts import long_text, show_text
from valbench_core.numbers import count, duration, plural
from valbench_core.runs import PairDetail
from valbench_core.schema import Completion, Failure, Response, Side, Verdict


def show_side(detail: PairDetail, side: Side, verdict: Verdict | None) -> None:
    """Show one side.

    Args:
        detail: the pair and its answers.
        side: the side to show.
        verdict: the verdict that stands; None where none does.
    """
    st.subheader("For" if side == "for" else "Against")
    show_text("Question", detail.pair.question(side), f"question:{side}:{detail.pair.id}")
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
    show_text("Reason given", failure.message or "None.", f"failure:{key}")


def _show_answer(pair_id: str, response: Response, answer: Completion, verdict: Verdict | None) -> None:
    side = response.side
    _show_flags(answer, side, verdict)
    show_text(f"Answer · {plural(len(answer.text), 'character')}", answer.text, f"answer:{side}:{pair_id}")
    if answer.reasoning:
        with st.expander(f"Reasoning ({plural(len(answer.reasoning), 'character')}; never judged)"):
            long_text(answer.reasoning, f"reasoning:{side}:{pair_id}")
    if answer.citations:
        with st.expander(f"Sources cited ({len(answer.citations)})"):
            st.text("\n".join(answer.citations), width="stretch")
    _show_facts(response, answer)
    if verdict is not None:
        position = verdict.for_positions if side == "for" else verdict.against_positions
        show_text("What the judge took as its position", position, f"position:{side}:{pair_id}")


def _show_flags(answer: Completion, side: Side, verdict: Verdict | None) -> None:
    refused, uninformed = flags_of(verdict, side)
    flags: list[tuple[bool, str, Literal["violet", "gray", "orange"]]] = [
        (refused, "refused", "violet"),
        (uninformed, "no information", "gray"),
        (answer.truncated, "truncated: cut off at the token limit", "orange"),
        (answer.provider_refusal, "the provider's own refusal message", "violet"),
        (answer.replaced_characters, "unreadable characters replaced", "orange"),
    ]
    there = [(words, colour) for there, words, colour in flags if there]
    if there:
        with st.container(horizontal=True):
            for words, colour in there:
                st.badge(words, color=colour)


def flags_of(verdict: Verdict | None, side: Side) -> tuple[bool, bool]:
    """Return whether a side refused, and whether it lacked information, as the judge says."""
    if verdict is None:
        return False, False
    if side == "for":
        return verdict.for_refusal, verdict.for_no_information
    return verdict.against_refusal, verdict.against_no_information


def _show_facts(response: Response, answer: Completion) -> None:
    """Show tokens and how the answer ended; the rest folded away."""
    usage = answer.usage
    thinking = f", {count(usage.reasoning_tokens)} of them reasoning" if usage.reasoning_tokens else ""
    cached = f", {count(usage.cached_tokens)} of them cached by the server" if usage.cached_tokens else ""
    ended = {"stop": "by itself", "length": "at the token limit"}.get(
        answer.finish_reason, answer.finish_reason
    )
    # Texts that were imported or written for the sample tell no tokens.
    told = f"{plural(usage.output_tokens, 'token')} out, ended " if usage.output_tokens else "Ended "
    st.text(f"{told}{ended or '–'}", width="stretch")
    facts = {
        "tokens in": count(usage.input_tokens) + cached,
        "tokens out": count(usage.output_tokens) + thinking,
        "finish reason": answer.finish_reason,
        "time": duration(answer.seconds),
        "paid for": "earlier: the answer came from the cache" if response.from_cache else "in this run",
        "model, as the server names it": answer.model,
        "server's fingerprint": answer.fingerprint,
    }
    with st.expander("About this answer"):
        st.text("\n".join(f"{name}: {value}" for name, value in facts.items() if value), width="stretch")
