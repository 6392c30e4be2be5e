"""Handouts of small runs, and what a reader of the file without a browser finds in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.run_builder import RunShape, build_run
from valbench_core.handout import handout
from valbench_core.runs import RunReader, Workspace
from valbench_core.schema import ProtocolName


class Reader(HTMLParser):
    """Elements, texts of people and texts of scripts of an HTML file."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.words = ""
        self._within = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._within = tag
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within == "script":
            self.scripts[-1] += data
        elif self._within != "style":
            self.words += f" {data}"

    @property
    def policy(self) -> str:
        return next(
            str(a["content"]) for _, a in self.tags if a.get("http-equiv") == "Content-Security-Policy"
        )


MakeHandout = Callable[..., Reader]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def made(workspace: Workspace) -> MakeHandout:
    """Make a run of a shape and read its handout."""

    def made(shape: RunShape = "full", *, n: int = 24, protocol: ProtocolName = "v3") -> Reader:
        path = workspace.path_of("mine")
        if not path.exists():
            build_run(workspace, "mine", shape, n=n, protocol=protocol)
        with closing(RunReader.open_readonly(path)) as run:
            return Reader(handout(run, run.find_judgement()))

    return made
