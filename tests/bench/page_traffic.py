"""What a real server sends and holds: every message to the browser, and the memory of its process.

A Chromium opens the pages of `valbench serve`; what comes over its web socket is read back as Streamlit's own
messages. Which pages are opened is left to `bench_pages`.
"""

# ruff: noqa: TID251 (it is Streamlit that is measured)
from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import psutil
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.dashboard import chromium, new_page, served

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

MB = 1e6
PATIENCE = 300
"""Seconds in which a page must come to rest."""
QUIET = 500
"""Milliseconds without a message after which it has."""


@dataclass(frozen=True)
class Redraw:
    """What one step in the reader sent."""

    whole_runs: int
    """Runs of the page's whole script."""
    fragment_runs: int
    """Runs of the reader alone."""
    messages: int
    """Elements and containers sent."""
    bytes: int


class Visit:
    """A browser on a server of a workspace, and what it was sent."""

    def __init__(self, url: str, page: Page, server: psutil.Process) -> None:
        self._url = url
        self._page = page
        self._server = server
        self._messages: list[tuple[int, ForwardMsg]] = []
        page.on("websocket", self._listen)

    def largest(self, path: str, query: Mapping[str, str | list[str]]) -> int:
        """Open a page and return the size of the largest message it sent, in bytes."""
        self._messages.clear()
        self._page.goto(f"{self._url}/{path}?{urlencode(query, doseq=True)}")
        self._wait()
        return max(size for size, _ in self._messages)

    def step(self, button: str) -> Redraw:
        """Press a button of the page that is open and return what that sent."""
        self._messages.clear()
        self._page.get_by_role("button", name=button).first.click()
        self._wait()
        runs = [message.metadata.run for message in self._of_kind("new_session")]
        of_fragments = sum(bool(run.fragment_ids) for run in runs)
        return Redraw(
            whole_runs=len(runs) - of_fragments,
            fragment_runs=of_fragments,
            messages=len(self._of_kind("delta", "ref_hash")),
            bytes=sum(size for size, _ in self._messages),
        )

    def choose(self, label: str) -> None:
        """Choose the first thing that a list of the page offers."""
        self._messages.clear()
        choice = self._page.get_by_role("combobox", name=label)
        choice.click()
        choice.press("ArrowDown")
        choice.press("Enter")
        self._wait()

    def memory(self) -> float:
        """Return the memory that the server holds now, in MB, with its children."""
        processes = [self._server, *self._server.children(recursive=True)]
        return float(sum(process.memory_info().rss for process in processes)) / MB

    def peak(self) -> float:
        """Return the most memory the server ever held, in MB."""
        lines = Path(f"/proc/{self._server.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / MB

    def _wait(self) -> None:
        """Wait until every run that has begun has ended, and nothing has come for a while."""
        end, before = time.monotonic() + PATIENCE, -1
        while time.monotonic() < end:
            runs, ended = len(self._of_kind("new_session")), len(self._of_kind("script_finished"))
            if 0 < runs <= ended and len(self._messages) == before:
                return
            before = len(self._messages)
            self._page.wait_for_timeout(QUIET)
        raise SystemExit(f"the page did not come to rest within {PATIENCE} s: {self._page.url}")

    def _of_kind(self, *kinds: str) -> list[ForwardMsg]:
        return [message for _, message in self._messages if message.WhichOneof("type") in kinds]

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._keep)

    def _keep(self, payload: bytes | str) -> None:
        if isinstance(payload, bytes):
            message = ForwardMsg()
            message.ParseFromString(payload)
            self._messages.append((len(payload), message))


@contextmanager
def visit(workspace: Path, folder: Path) -> Iterator[Visit]:
    """Serve a workspace, open a browser on it, and end both."""
    with served(workspace, folder / "log") as url, chromium() as browser:
        server = _listener(int(url.rpartition(":")[2]))
        yield Visit(url, new_page(browser), server)


def _listener(port: int) -> psutil.Process:
    """Return the child of this process that listens on a port."""
    for process in psutil.Process().children(recursive=True):
        if any(connection.laddr.port == port for connection in process.net_connections(kind="tcp")):
            return process
    raise SystemExit(f"nothing of this bench listens on port {port}")
