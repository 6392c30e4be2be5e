"""The dashboard as its users have it: `valbench serve` as a process of its own, and a Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PROJECT = Path(__file__).parents[2]
PATIENCE = 30_000
"""Milliseconds a page may take on a busy machine."""


def chromium_path() -> str | None:
    """Return where the system's Chromium is; None where there is none."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := which(name))), None
    )


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def served(workspace: Path, log: Path, *options: str) -> Iterator[str]:
    """Serve a workspace, started from a directory that is not the project's, and yield the address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "valbench_core",
        "serve",
        "--port",
        str(port),
        "--workspace",
        str(workspace),
    ]
    # The package of this checkout, whether or not another one is installed.
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--no-browser", *options],
            cwd=log.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            yield _ready(f"http://127.0.0.1:{port}", process, log)
        finally:
            process.terminate()
            process.wait(20)


def _ready(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return url
    raise RuntimeError(f"the server did not come up:\n{log.read_text()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


_AT_REST = """() => {
    const idle = document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
    if (!idle) window.atRestSince = undefined
    else window.atRestSince ??= performance.now()
    return idle && performance.now() - window.atRestSince > 250
}"""
"""Whether the app has run nothing for a quarter of a second."""


def settled(page: Page) -> Page:
    """Wait until the app has run its script and shows no placeholder any more."""
    expect(page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=PATIENCE
    )
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE)
    # A first run that names the judgement in the address is followed by another: only rest counts.
    page.evaluate("window.atRestSince = undefined")
    page.wait_for_function(_AT_REST, timeout=PATIENCE)
    return page


def opened(page: Page, url: str) -> Page:
    """Open an address of the dashboard and wait until it is shown."""
    page.goto(url)
    expect(page.get_by_test_id("stMain").get_by_role("heading").first).to_be_visible(timeout=PATIENCE)
    return settled(page)


def new_page(browser: Browser, **options: Any) -> Page:
    page = browser.new_page(**options)
    page.set_default_timeout(PATIENCE)
    return page
