"""What to do where a judgement is missing: the command that makes it, and a button that starts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pages.parts import data, present
from pages.parts.agreement import once_more
from pages.parts.agreement.once_more import OnceMore
from pages.parts.agreement.standing import Standing
from pages.parts.evaluate.live import launch, show_problem
from pages.parts.evaluate.new_run import JUDGE_KINDS, judge_options
from pages.parts.notices import filling_all
from valbench_core.background import arguments_of, command_line
from valbench_core.errors import KeyRefusedError, ValBenchError
from valbench_core.numbers import plural
from valbench_core.runs import Judgement
from valbench_core.settings import endpoint


def other_order(run: data.Run, standing: Standing) -> None:
    """Say that only one order was judged, and offer to judge the other."""
    order = standing.missing_order
    base = standing.base
    st.info(f"Only one order is judged. To judge the {order} order too:", icon=":material/swap_vert:")
    _offer(run, base, once_more.like(run, base, order, base.spec.replicate), "Judge the other order", "order")


def repeat(run: data.Run, standing: Standing) -> None:
    """Say that the judge was asked once, and offer to ask it once more."""
    st.info("This judge was asked once. To ask it the same once more:", icon=":material/repeat:")
    _repeat(run, standing)


def another_repeat(run: data.Run, standing: Standing) -> None:
    """Offer one more repeat, folded away."""
    with present.controls("another-repeat"), st.expander("Judge once more as a repeat"):
        _repeat(run, standing)


def another_judge(run: data.Run, standing: Standing) -> None:
    """Offer to have another judge read the answers; where there is but one judge, say so."""
    base = standing.base
    if len(standing.comparable) < 2:
        st.info(
            f"There is one judgement under protocol {base.spec.protocol}. To ask another judge:",
            icon=":material/groups:",
        )
        _judge(run, "another judge", base)
        return
    with present.controls("ask-another-judge"), st.expander("Ask another judge"):
        _judge(run, "another judge", base)


def first_judge(run: data.Run) -> None:
    """Offer to have the answers judged for the first time."""
    _judge(run, "first judge", None)


def fill(run: data.Run, judgements: Sequence[Judgement]) -> None:
    """Show the commands that judge what some of these judgements lack."""
    if commands := filling_all(run, judgements):
        st.caption("To judge what is missing:")
        st.code("\n".join(commands), language="bash")


def _repeat(run: data.Run, standing: Standing) -> None:
    base = standing.replicates[0]
    number = 1 + max(one.spec.replicate for one in standing.replicates)
    wanted = once_more.like(run, base, base.spec.order, number)
    _offer(run, base, wanted, "Judge once more", "repeat")


def _offer(run: data.Run, base: Judgement, wanted: OnceMore, label: str, key: str) -> None:
    """Show a command and, unless nothing may be changed here, what it takes and a button that starts it."""
    st.code(command_line(wanted.arguments), language="bash", wrap_lines=True)
    if wanted.obstacle:
        st.caption("This would not be the same judge asked in the same way:")
        st.text(wanted.obstacle)
        return
    if data.read_only():
        return
    with present.controls(f"start-{key}"):
        st.caption(once_more.takes(run, base))
        keys = _keys(run, base, wanted, key)
        busy = data.status(run).state == "evaluating"
        if st.button(
            label,
            icon=":material/gavel:",
            key=f"judge {key} of {run.name} as {base.name}",
            disabled=busy or keys is None,
            help="This run is being evaluated." if busy else None,
        ):
            launch(run.name, wanted.arguments, keys)


def _keys(run: data.Run, base: Judgement, wanted: OnceMore, key: str) -> Mapping[str, str] | None:
    """Ask for the judge's key where this server does not have it; None while it is missing."""
    if base.spec.illustrative or not base.spec.base_url:
        return {}
    where = endpoint(base.spec.base_url, wanted.key_env)
    try:
        where.key()
    except KeyRefusedError:
        typed = st.text_input(
            f"API key ({where.key_env})",
            type="password",
            key=f"key for {key} of {run.name} as {base.name}",
            autocomplete="off",
            help="Reaches the process by its environment and is stored nowhere.",
        )
        return {str(where.key_env): typed.strip()} if typed.strip() else None
    return {}


def _judge(run: data.Run, key: str, base: Judgement | None) -> None:
    """Let people name a judge, and start it; where nothing may be changed here, show the command."""
    if data.read_only():
        protocol = f" --protocol {base.spec.protocol}" if base else ""
        st.code(f"valbench judge {run.name} --judge-model ID{protocol}", language="bash")
        return
    with present.controls(key.replace(" ", "-")):
        pairs = int(data.table(run)["answered"].sum())
        st.caption(f"One verdict a pair: {plural(pairs, 'pair')} to judge.")
        if base is not None:
            # Another protocol would not stand beside the judgements that are there.
            st.session_state.setdefault(f"{key} of {run.name}:protocol", base.spec.protocol)
        kind = st.radio("Who judges", JUDGE_KINDS, key=f"{key} kind of {run.name}", horizontal=True)
        try:
            asked = judge_options(f"{key} of {run.name}", kind)
        except ValBenchError as error:
            show_problem(error)
            return
        if asked is None:
            st.code(f"valbench judge {run.name} --judge-model ID", language="bash")
            return
        arguments = ["judge", run.name, *arguments_of(asked.judge)]
        st.code(command_line(arguments), language="bash", wrap_lines=True)
        busy = data.status(run).state == "evaluating"
        if st.button("Judge", icon=":material/gavel:", key=f"start {key} of {run.name}", disabled=busy):
            launch(run.name, arguments, asked.keys)
