"""Whether the Hugging Face Hub may be asked, and whether it answers: one short request decides.

Left to themselves, the libraries that use it try for half a minute or more before they give up. What is
fetched from it is left to `pairs` and `embedding`.
"""

from __future__ import annotations

import os
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE = 3.0
"""Seconds the Hub has to answer one small request."""


def hub_address() -> str:
    """Return where the Hub is: HF_ENDPOINT, else the public one."""
    return os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")


def offline_asked(*variables: str) -> bool:
    """Say whether one of these variables (else HF_HUB_OFFLINE) asks for work without the Hub."""
    asked = (os.environ.get(name, "") for name in variables or ("HF_HUB_OFFLINE",))
    return any(value.upper() in ("1", "ON", "YES", "TRUE") for value in asked)


def hub_answers(endpoint: str, patience: float = PATIENCE) -> bool:
    """Say whether a server answers at an address within some seconds, whatever it says."""
    answers: list[bool] = []
    # A thread, because the time limit of a socket does not cover the look-up of its name.
    asking = Thread(target=lambda: answers.append(_answers(endpoint, patience)), daemon=True)
    asking.start()
    asking.join(patience)
    return any(answers)


def _answers(endpoint: str, patience: float) -> bool:
    try:
        with urlopen(Request(endpoint, method="HEAD"), timeout=patience):
            return True
    except HTTPError:
        return True
    except URLError as error:
        # A certificate this interpreter cannot check is an answer: the Hub's own client brings its own roots.
        return "CERTIFICATE" in str(error.reason)
    except (OSError, ValueError):
        return False
