"""The exact prompt a judge was sent on a pair, rebuilt from the templates that its judgement keeps."""

from __future__ import annotations

import streamlit as st

from pages.parts.pair.texts import FOLD, long_text
from valbench_core.judging import JudgePrompt
from valbench_core.runs import Judgement, PairDetail
from valbench_core.schema import SIDES, Completion, Side


def show_prompt(detail: PairDetail, judgement: Judgement | None) -> None:
    """Show what the judge was sent, or why that is not known; nothing where it was not asked."""
    if judgement is None or detail.verdict is None:
        return
    folded = st.expander("The prompt the judge was sent", key="judge's prompt", on_change="rerun")
    if not folded.open:
        return
    with folded:
        messages = prompt_sent(detail, judgement)
        if isinstance(messages, str):
            st.info(messages, icon=":material/info:")
            return
        if detail.verdict.judged.repaired:
            st.caption(
                "Its first answer was not valid: it was shown that answer, and what was wrong with it."
            )
        for number, message in enumerate(messages):
            _show_message(message, f"prompt:{number}:{detail.pair.id}")


def prompt_sent(detail: PairDetail, judgement: Judgement) -> list[dict[str, str]] | str:
    """Return the messages sent for the verdict shown, or a sentence on why they are not known."""
    spec = judgement.spec
    if spec.illustrative:
        return "This judge is a set of rules: it is sent no prompt."
    texts = [_text(detail, side) for side in SIDES]
    if detail.stale or None in texts:
        return "The answers have changed since they were judged, so the prompt cannot be rebuilt."
    if set(spec.prompt) != {"protocol", "system", "user"}:
        return "The judge's templates are not known: this judgement was made elsewhere and imported."
    prompt = JudgePrompt(**spec.prompt)
    if spec.prompt_sha256 and prompt.sha256 != spec.prompt_sha256:
        return "The templates kept with this judgement are not those whose hash it names."
    on_for, on_against = (text or "" for text in texts)
    return prompt.render(detail.pair, on_for, on_against, spec.order)


def _text(detail: PairDetail, side: Side) -> str | None:
    response = detail.responses[side]
    return response.result.text if response and isinstance(response.result, Completion) else None


def _show_message(message: dict[str, str], key: str) -> None:
    st.caption(message["role"])
    if len(message["content"]) > 5 * FOLD:
        long_text(message["content"], key)
    else:
        st.code(message["content"], language=None, wrap_lines=True, height=400)
