"""Pictures of all pages, light and dark, wide and narrow: `python -m tests.browser.screenshots OUT`."""

from __future__ import annotations

import tempfile
from argparse import ArgumentParser
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Literal

from tests.browser.dashboard import chromium, new_page, opened, served
from tests.run_builder import build_run
from valbench_core.runs import Workspace

VIEWS: Mapping[str, str] = {
    "overview": "/?run=full",
    "overview-v1": "/?run=v1",
    "overview-partial": "/?run=partial",
    "overview-failed": "/?run=failed",
    "overview-answers": "/?run=answers",
    "overview-unknown": "/?run=nowhere",
    "pairs": "/pairs?run=full",
    "pair": "/pairs?run=full&pair=pair-5",
    "calibration": "/calibration?run=full",
    "agreement": "/agreement?run=full",
    "audit": "/audit?run=full",
    "evaluate": "/evaluate?run=full",
}
"""What is looked at, by name of its picture."""
EMPTY_VIEWS: Mapping[str, str] = {"start": "/", "start-pairs": "/pairs", "start-evaluate": "/evaluate"}
"""What is looked at where there are no runs."""

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 400)
TALL = 5000
"""Pixels: the app scrolls within the window, so the window is made tall enough to show all of it."""


def main(out: Path, workspace: Path | None = None) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Workspace(Path(folder, "full")), Workspace(Path(folder, "empty"))
        if workspace is None:
            _fill(full)
        shoot(workspace or full.root, VIEWS, out, Path(folder, "log"))
        shoot(empty.root, EMPTY_VIEWS, out, Path(folder, "log"))


def shoot(workspace: Path, views: Mapping[str, str], out: Path, log: Path) -> None:
    """Take all pictures of a workspace."""
    with served(workspace, log) as url, chromium() as browser:
        for scheme, width in product(SCHEMES, WIDTHS):
            page = new_page(browser, color_scheme=scheme, viewport={"width": width, "height": 900})
            for name, path in views.items():
                page.set_viewport_size({"width": width, "height": 900})
                opened(page, url + path)
                height = page.get_by_test_id("stMain").evaluate("e => e.scrollHeight")
                page.set_viewport_size({"width": width, "height": min(TALL, max(900, int(height)))})
                page.wait_for_timeout(700)
                page.screenshot(path=out / f"{name}-{scheme}-{width}.png")
            page.close()


def _fill(workspace: Workspace) -> None:
    for shape in ("answers", "failed", "partial"):
        build_run(workspace, shape, shape)
    build_run(workspace, "v1", "full", n=120, protocol="v1")
    build_run(workspace, "full", "full", n=120)


if __name__ == "__main__":
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path, help="folder for the pictures")
    arguments.add_argument("workspace", type=Path, nargs="?", help="whose runs; else small ones made for it")
    main(**vars(arguments.parse_args()))
