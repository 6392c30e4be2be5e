"""The room's public face."""

from __future__ import annotations

import subprocess
import sys

from valbench_core import inference

HEAVY = ("openai", "httpx2", "aiohttp", "diskcache", "genai_prices", "pandas", "pydantic")


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = f"import sys, valbench_core.inference; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_listed_once_and_exists() -> None:
    listed = inference.__all__
    assert len(listed) == len(set(listed))
    assert all(hasattr(inference, name) for name in listed)
