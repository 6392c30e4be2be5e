import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from valbench_core import serve
from valbench_core.errors import SettingsError


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_is_refused(taken_port: int) -> None:
    with pytest.raises(SettingsError, match=f"port {taken_port} .* is taken .* another --port"):
        serve.checked_port(taken_port)


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(SettingsError, match="is no port; give one from 1 to 65535"):
        serve.checked_port(port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match="cannot be used"):
        serve.checked_port(8501, "192.0.2.1")


def test_the_next_free_port_is_taken_where_none_was_asked_for(monkeypatch, taken_port: int) -> None:
    monkeypatch.setattr(serve, "DEFAULT_PORT", taken_port)
    assert serve.free_port() > taken_port


def test_the_app_is_found_beside_the_package_or_inside_it() -> None:
    assert serve.app_path().is_file()
    assert (serve.app_path().parent / ".streamlit" / "config.toml").is_file()


def test_it_says_where_it_is_and_ctrl_c_ends_it_quietly(tmp_path) -> None:
    command = [sys.executable, "-m", "valbench_core", "serve", "--no-browser", "--workspace", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        assert "http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stdout.read()
