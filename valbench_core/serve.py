"""Starts the dashboard from a checkout or a wheel, in any directory. What it shows is left to `app.py`."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib import resources
from pathlib import Path

from valbench_core.errors import SettingsError
from valbench_core.runs import Workspace

DEFAULT_PORT = 8501
DEFAULT_ADDRESS = "127.0.0.1"
PORTS_TRIED = 50
"""How many ports from the default on are tried where none was asked for."""

READ_ONLY_VARIABLE = "VALBENCH_READ_ONLY"
"""Set to 1, the app offers nothing that changes a run or costs money."""
WORKSPACE_VARIABLE = "VALBENCH_HOME"

_INTERRUPTED = 130
_ARENA_MAX, _TRIM_THRESHOLD = -8, -1
"""Numbers of two settings in glibc's malloc.h."""
_READY_TIMEOUT = 60.0
"""Seconds after which waiting for the server's first answer is given up."""


def serve(
    workspace: Workspace,
    *,
    port: int | None = None,
    address: str = DEFAULT_ADDRESS,
    read_only: bool = False,
    open_browser: bool = True,
) -> None:
    """Serve the dashboard of a workspace until Ctrl-C; its address is printed once it answers.

    Args:
        workspace: whose runs are shown.
        port: port to listen on; None takes 8501, or the next free one.
        address: where to listen: this machine alone unless told otherwise.
        read_only: show runs, change nothing.
        open_browser: open a browser window once the server answers.

    Raises:
        SettingsError: the port is taken or cannot be used, or the app's own files are missing.
    """
    app = app_path()
    chosen = free_port(address) if port is None else checked_port(port, address)
    os.environ[WORKSPACE_VARIABLE] = str(workspace.root)
    os.environ[READ_ONLY_VARIABLE] = "1" if read_only else "0"
    announcement = threading.Thread(target=_announce, args=(address, chosen, open_browser), daemon=True)
    announcement.start()
    _run_streamlit(app, address, chosen)


def app_path() -> Path:
    """Return where app.py is: beside the package in a checkout, inside it in a wheel.

    Raises:
        SettingsError: it is in neither place.
    """
    package = Path(str(resources.files("valbench_core")))
    for folder in (package / "_app", package.parent):
        if (folder / "app.py").is_file() and (folder / "pages").is_dir():
            return folder / "app.py"
    raise SettingsError(f"the dashboard's files are not in '{package}'; install valbench-explorer again")


def checked_port(port: int, address: str = DEFAULT_ADDRESS) -> int:
    """Return the port, if it can be listened on.

    Raises:
        SettingsError: it cannot.
    """
    if not 1 <= port <= 65_535:
        raise SettingsError(f"--port {port} is no port; give one from 1 to 65535")
    fault = _fault_of(port, address)
    if fault is None:
        return port
    why = (
        "is taken by another program"
        if fault.errno == errno.EADDRINUSE
        else f"cannot be used ({fault.strerror})"
    )
    raise SettingsError(
        f"port {port} on {address} {why}; give another --port, or none to have a free one chosen"
    )


def free_port(address: str = DEFAULT_ADDRESS) -> int:
    """Return the first port from 8501 on that can be listened on.

    Raises:
        SettingsError: none of the first fifty can.
    """
    last = DEFAULT_PORT + PORTS_TRIED - 1
    for port in range(DEFAULT_PORT, last + 1):
        if _fault_of(port, address) is None:
            return port
    raise SettingsError(
        f"no port from {DEFAULT_PORT} to {last} on {address} can be used; give another with --port"
    )


def url_of(address: str, port: int) -> str:
    """Return the address to type into a browser.

    >>> url_of("127.0.0.1", 8501), url_of("0.0.0.0", 8501), url_of("::1", 8501)
    ('http://127.0.0.1:8501', 'http://127.0.0.1:8501', 'http://[::1]:8501')
    """
    host = {"0.0.0.0": DEFAULT_ADDRESS, "::": "::1"}.get(address, address)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _fault_of(port: int, address: str) -> OSError | None:
    """Return why a port cannot be listened on; None where it can."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        # As the server does: a port whose last connections are still closing is not taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError as error:
            return error
    return None


def _announce(address: str, port: int, open_browser: bool) -> None:
    """Print the address as soon as the server answers."""
    url = url_of(address, port)
    end = time.monotonic() + _READY_TIMEOUT
    while not _is_ready(url):
        if time.monotonic() > end:
            return
        time.sleep(0.05)
    print(f"VAL-Bench Explorer: {url}   (Ctrl-C ends it)", flush=True)
    if open_browser:
        import webbrowser

        webbrowser.open(url)


def _is_ready(url: str) -> bool:
    # Not by urllib: that would ask a proxy from the environment.
    connection = HTTPConnection(url.removeprefix("http://"), timeout=1)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _run_streamlit(app: Path, address: str, port: int) -> None:
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.web import cli

    # Streamlit takes a folder named `pages` for its older kind of menu, and then greets the first
    # deep link after a start with "Page not found".
    PagesManager.uses_pages_directory = False
    _hold_less_memory()
    # Streamlit handles Ctrl-C once it runs; before that there is nothing to save.
    signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    # Its command reads the config.toml beside app.py, whatever the current directory.
    options = ["--server.address", address, "--server.port", str(port)]
    cli.main(["run", str(app), *options], prog_name="streamlit", standalone_mode=False)


def _hold_less_memory() -> None:
    """Have the C library give memory back: each thread, and so each page, would keep a heap of its own."""
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # of glibc alone
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)
        mallopt(_TRIM_THRESHOLD, 1_000_000)
