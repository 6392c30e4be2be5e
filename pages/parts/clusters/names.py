"""What groups are called: giving a name by hand, going back to the terms, and what models were asked.

Having a model name the groups is left to `naming`, keeping names with the run to `valbench_core.maps`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pages.parts import data, present
from pages.parts.clusters import naming
from pages.parts.clusters.view import View
from valbench_core.errors import ValBenchError
from valbench_core.maps import BEFORE_ANSWERS, UNGROUPED, MapGroup
from valbench_core.maps.name_text import LONGEST_NAME
from valbench_core.maps.names import BY_TERMS, BY_USER, rename
from valbench_core.numbers import plural
from valbench_core.runs import RunFile

if TYPE_CHECKING:
    from valbench_core.maps.names import GroupName, NamingRecord

_PROBLEM = "problem of a name"
"""In the session: why a name could not be kept."""


def show(view: View) -> None:
    """Show how the groups in view got their names, and let people name them where that may be."""
    groups = [group for group in view.on_level.groups if group.id != UNGROUPED]
    if not groups:
        return
    with st.expander("Names of the groups", icon=":material/edit:"):
        if problem := st.session_state.pop(_PROBLEM, None):
            st.error("The name was not kept:", icon=":material/error:")
            st.text(problem, width="stretch")
        if data.can_change(view.run):
            with present.controls("names"):
                _rename_one(view, groups)
                naming.show(view)
        else:
            st.info(_why_not(), icon=":material/lock:")
        _say_missing(view)
        _show_names(view, groups)
        _show_seen(view)


def _why_not() -> str:
    if data.read_only():
        return "This server shows runs and changes nothing, so names stay as they are."
    return "The file of this run cannot be written, so names stay as they are."


# By hand


def _rename_one(view: View, groups: Sequence[MapGroup]) -> None:
    """Let people name the group that is highlighted, or one that they choose."""
    names = view.names
    known = any(group.id == view.group for group in groups)
    chosen = view.group if known else _choose(view, groups)
    name = names[chosen]
    # Keys hold the group, or what is typed for one would go to another.
    key = f"{view.run.name}:{view.stored.key[:12]}:{view.level}:{chosen}"
    with st.form(f"rename:{key}"):
        st.caption("A name for the group")
        st.text(name.text, width="stretch")
        text = st.text_input(
            "Name",
            name.text if name.by == BY_USER else "",
            key=f"name:{key}",
            max_chars=LONGEST_NAME,
            placeholder="a few words on what its issues have in common",
        )
        with st.container(horizontal=True):
            save = st.form_submit_button("Save the name", icon=":material/save:")
            back = st.form_submit_button("Back to its terms", type="tertiary", disabled=name.by == BY_TERMS)
    if back:
        _keep(view, chosen, "")
    elif save:
        _keep(view, chosen, text)


def _choose(view: View, groups: Sequence[MapGroup]) -> str:
    names = view.names
    chosen: str = st.selectbox(
        "Group to name",
        [group.id for group in groups],
        format_func=lambda group: names[group].text if group in names else group,
        key=f"group to name:{view.run.name}:{view.stored.key[:12]}:{view.level}",
    )
    return chosen


def _keep(view: View, group: str, text: str) -> None:
    try:
        with closing(RunFile.open(view.run.path)) as run:
            rename(run, view.stored, view.level, group, text)
    except ValBenchError as error:
        st.session_state[_PROBLEM] = str(error)
    st.rerun()


# Who named what


def _say_missing(view: View) -> None:
    """Tell for which groups in view the last process got no name: it ended well all the same."""
    work = data.making(view.run)
    if work is None or work.running or not work.missing:
        return
    if work.command.startswith(data.making_command(view.run, view.ask, view.level)):
        st.warning("Not every group got a name:", icon=":material/label_off:")
        st.code("\n".join(work.missing), language=None, wrap_lines=True)


def _show_names(view: View, groups: Sequence[MapGroup]) -> None:
    st.markdown("**Who named what**")
    st.dataframe(
        pd.DataFrame(list(_rows(view, groups))),
        key=f"who named what:{view.level}",
        hide_index=True,
        width="stretch",
        column_config=_COLUMNS,
        placeholder="–",
    )
    st.caption(
        "Terms are words that are frequent in a group and rare elsewhere. A name given by hand stands before "
        "a model's, a model's before the terms. Names are kept with the run; no name changes a figure."
    )


def _rows(view: View, groups: Sequence[MapGroup]) -> Iterator[dict[str, Any]]:
    """Yield a row for each group, and for each further model that was asked about it."""
    asked: dict[str, list[NamingRecord]] = {}
    for record in _records(view):
        asked.setdefault(record.group_id, []).append(record)
    for group in groups:
        name = view.names[group.id]
        known = {"group": name.text, "by": _by(name), "terms": " · ".join(group.terms)}
        found: Sequence[NamingRecord | None] = asked.get(group.id) or [None]
        yield from (known | _of(record) for record in found)


def _of(record: NamingRecord | None) -> dict[str, Any]:
    if record is None:
        return {"model_name": None, "model": None, "problem": None, "asked": None}
    return {
        "model_name": record.name,
        "model": record.model,
        "problem": record.problem or ("taken back by hand" if record.dropped else None),
        "asked": record.asked_at[:16].replace("T", " "),
    }


def _by(name: GroupName) -> str:
    return {BY_TERMS: "its terms", BY_USER: "hand"}.get(name.by, name.by)


_COLUMNS: dict[str, Any] = {
    "group": st.column_config.TextColumn("Group", width=220),
    "by": st.column_config.TextColumn("Named by", width=110),
    "terms": st.column_config.TextColumn("Terms", width="medium"),
    "model_name": st.column_config.TextColumn("Name a model gave", width=180),
    "model": st.column_config.TextColumn("Model", width=130),
    "problem": st.column_config.TextColumn("Why it is not used", width=180),
    "asked": st.column_config.TextColumn("Asked (UTC)", width=120),
}


def _show_seen(view: View) -> None:
    """Show exactly what a model was sent about a group that people choose."""
    records = _records(view)
    if not records:
        return
    failed = sum(record.name is None for record in records)
    if failed:
        st.caption(f"{plural(failed, 'time')} no usable name came; such a group keeps the name it had.")
    names = view.names
    chosen = st.selectbox(
        "What a model saw",
        range(len(records)),
        index=None,
        format_func=lambda at: f"{names[records[at].group_id].text} ({records[at].model})",
        key=f"what a model saw:{view.run.name}:{view.level}",
        placeholder="Choose a group",
    )
    if chosen is not None:
        st.caption(f"The message, exactly as it was sent; {_blindness(view)}.")
        st.code(records[chosen].seen, language=None, wrap_lines=True)


def _blindness(view: View) -> str:
    if view.stored.text in BEFORE_ANSWERS:
        return "it holds no answer, verdict or outcome"
    return "it holds no verdict or outcome, and of what is compared only the typical words"


def _records(view: View) -> Sequence[NamingRecord]:
    return data.naming_records(view.run, view.stored, view.level)
