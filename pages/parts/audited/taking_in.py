"""Taking labels made elsewhere into a run: an upload, and what came of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts import data, present
from valbench_core.audit import Draw, LabelsTakenIn, import_labels
from valbench_core.errors import ValBenchError
from valbench_core.numbers import plural
from valbench_core.runs import RunFile

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


SUFFIXES = ("csv", "json", "jsonl")
"""Files of labels that are known."""
LINES = 50
"""Lines of one kind that are shown."""

_DONE = "labels taken in"
"""In the session: the run that labels were taken into, the file's name, and what came of it."""


def show_taking_in(run: data.Run, draw: Draw | None) -> None:
    """Offer to take labels in, and show what came of the last file."""
    st.header("Take in")
    if not data.can_change(run):
        st.info(_why_not(), icon=":material/lock:")
        return
    st.write(
        "Labels made elsewhere: a Label Studio export, or labels or filled-in tasks as CSV or JSON lines. "
        "They are matched by pair and author. Nothing is overwritten: what differs from a label that is "
        "already here is listed, and the label here stays."
    )
    with present.controls("labels-in"):
        # The count makes a new widget once a file was taken in: else it would be there to be sent again.
        sent = st.file_uploader(
            "File with labels", type=list(SUFFIXES), key=f"labels into {run.name}:{_times(run)}"
        )
        ready = st.button(
            "Take in", icon=":material/upload:", disabled=sent is None, key=f"take in:{run.name}"
        )
    if ready and sent is not None:
        _take_in(run, sent)
    _show_done(run)


def _why_not() -> str:
    if data.read_only():
        return "This server shows runs and changes nothing, so no labels can be taken in here."
    return "The file of this run cannot be written, so no labels can be taken in."


def _times(run: data.Run) -> int:
    found = st.session_state.get(_DONE)
    return int(found[3]) if found is not None and found[0] == run.name else 0


def _take_in(run: data.Run, sent: UploadedFile) -> None:
    try:
        came = _imported(run, sent)
    except ValBenchError as error:
        st.error("Nothing was taken in:", icon=":material/error:")
        st.text(str(error), width="stretch")
        return
    st.session_state[_DONE] = (run.name, sent.name, came, _times(run) + 1)
    st.rerun()


def _imported(run: data.Run, sent: UploadedFile) -> LabelsTakenIn:
    with TemporaryDirectory() as folder:
        # The name that the browser sends is not used but for its ending, which tells the format.
        path = Path(folder, "labels").with_suffix(PurePath(sent.name).suffix.lower())
        path.write_bytes(sent.getvalue())
        try:
            with closing(RunFile.open(run.path)) as file:
                return import_labels(file, path)
        except ValBenchError as error:
            # People know the file by the name it has with them.
            raise type(error)(str(error).replace(str(path), sent.name)) from error


def _show_done(run: data.Run) -> None:
    found = st.session_state.get(_DONE)
    if found is None or found[0] != run.name:
        return
    _, name, came, _ = found
    with st.container(border=True):
        if came.added:
            st.success(f"{plural(came.added, 'label')} added.", icon=":material/check:")
            st.caption(f"In audits: {came.in_draws}. {came.advice}")
        else:
            st.info("No label was added.", icon=":material/info:")
        st.text(f"from {name}")
        if came.there_already:
            st.caption(f"Here already: {plural(came.there_already, 'label')} of the file.")
        if came.blank:
            st.caption(f"Not filled in: {plural(came.blank, 'task')}.")
        _listed("Conflicts: the same author said something else here; the label here stays", came.conflicts)
        _listed("Pairs that this run does not have", came.unknown_pairs)
        _listed("On answers that have changed since: kept, shown, not counted", came.stale)
        _listed("Outside the draw: kept, shown, not counted", came.outside_draw)
        _listed("Lines refused", came.refused)


def _listed(what: str, lines: tuple[str, ...]) -> None:
    if lines:
        with st.expander(f"{what} ({len(lines)})", expanded=len(lines) <= 5):
            more = [f"… and {len(lines) - LINES} more"] if len(lines) > LINES else []
            st.text("\n".join([*lines[:LINES], *more]), width="stretch")
