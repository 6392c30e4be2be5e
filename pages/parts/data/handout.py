"""The handout of a run, made when somebody asks for it: nothing of it is kept."""

from __future__ import annotations

from pages.parts.data.runs import Run
from valbench_core.handout import handout as handout_of
from valbench_core.runs import RunReader


def handout(run: Run) -> str:
    """Return a run's handout under the judgement shown, as the text of an HTML file."""
    with RunReader.open_readonly(run.path) as file:
        return handout_of(file, run.judgement)
