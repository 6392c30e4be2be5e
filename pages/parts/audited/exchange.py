"""Labels and tasks in and out: downloads made on click, labels made elsewhere taken into the run."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from pages.parts import data, present
from pages.parts.audited.choosing import draw_or_none
from pages.parts.audited.taking_in import show_taking_in
from pages.parts.links import AuditLink, show_link
from valbench_core.audit import Draw
from valbench_core.background import command_line
from valbench_core.numbers import plural

TASKS = 200
"""Tasks that are offered at first."""


class _File(NamedTuple):
    """A download: what it is called, of which kind, and what it is for."""

    label: str
    kind: data.LabelFile
    suffix: str
    mime: str
    help: str


_LABELS = (
    _File("Labels (CSV)", "labels-csv", "labels.csv", "text/csv", "One row a label."),
    _File("Labels (JSON lines)", "labels-jsonl", "labels.jsonl", "application/jsonl", "One label a line."),
)
_TASKS = (
    _File("Tasks (CSV)", "tasks-csv", "tasks.csv", "text/csv", "One row a pair, to be filled in."),
    _File("Tasks (JSON lines)", "tasks-jsonl", "tasks.jsonl", "application/jsonl", "One pair a line."),
    _File(
        "Label Studio tasks",
        "label-studio",
        "label-studio.json",
        "application/json",
        "Import this file as the tasks of a Label Studio project.",
    ),
    _File(
        "Label Studio configuration",
        "label-studio-config",
        "label-studio.xml",
        "application/xml",
        "Paste this as the labelling interface of that project.",
    ),
)


def show_exchange(run: data.Run) -> None:
    """Show how labels and tasks leave the run, and how labels made elsewhere come into it."""
    draw = draw_or_none(run)
    _out(run, draw)
    show_taking_in(run, draw)


def _out(run: data.Run, draw: Draw | None) -> None:
    st.header("Take out")
    n = None
    with present.controls("labels-out"):
        st.markdown("**Labels** of this run, all draws")
        _downloads(run, None, _LABELS, None)
        if draw is None:
            _no_tasks(run)
        else:
            n = _how_many(draw, data.drawn_from(run, draw).pairs)
            _downloads(run, draw, _TASKS, n)
            st.caption(
                "Tasks hold issue, questions and answers, but neither verdict nor the name of a model, so "
                "that they can be labelled blind. Whoever labels elsewhere should go through them from the "
                "top: any number of them from the first on is a fair draw."
            )
    with st.expander("The same on the command line", icon=":material/terminal:"):
        st.code("\n".join(_commands(run, draw, n)), language="bash")


def _how_many(draw: Draw, pairs: int) -> int:
    """Ask how many of the pairs of a draw become tasks."""
    st.markdown(
        f"**Tasks**: pairs of the draw to be labelled elsewhere, in its order, of {plural(pairs, 'pair')}"
    )
    return int(
        st.number_input(
            "How many, from the first on",
            min_value=1,
            max_value=max(1, pairs),
            value=max(1, min(TASKS, pairs)),
            key=f"tasks of {draw.id}",
            width=240,
        )
    )


def _downloads(run: data.Run, draw: Draw | None, files: tuple[_File, ...], n: int | None) -> None:
    with st.container(horizontal=True):
        for file in files:
            _download(run, draw, file, n)


def _download(run: data.Run, draw: Draw | None, file: _File, n: int | None) -> None:
    st.download_button(
        file.label,
        lambda: data.label_file(run, draw, file.kind, n),
        file_name=f"{run.name}-{file.suffix}",
        mime=file.mime,
        key=f"{file.kind} of {run.name}",
        icon=":material/download:",
        on_click="ignore",
        help=file.help,
    )


def _no_tasks(run: data.Run) -> None:
    st.info("Tasks are the pairs of a draw, and this run has no draw yet.", icon=":material/rule:")
    if not data.read_only():
        show_link(
            AuditLink(run=run.name, judgement=run.judgement_name or "", view="label"),
            "Draw pairs",
            icon=":material/playlist_add_check:",
        )


def _commands(run: data.Run, draw: Draw | None, n: int | None) -> list[str]:
    """Return the commands that take labels out, tasks too where there is a draw, and labels in."""
    files: list[tuple[str, str, list[str]]] = [("labels.csv", "labels-csv", [])]
    if draw is not None:
        some = ["--draw", draw.id, "--n", str(n)]
        files += [("tasks.csv", "tasks-csv", some), ("tasks.json", "label-studio", some)]
    out = [command_line(["export", run.name, name, "--format", kind, *more]) for name, kind, more in files]
    return [*out, command_line(["import", "labels.csv", "--as", "labels", "--name", run.name])]
