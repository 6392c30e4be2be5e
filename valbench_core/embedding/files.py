"""The folder of a sentence encoder, as far as it is seen without loading it: is it one, and which.

Loading is left to `transformer`.
"""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import file_digest, sha256
from pathlib import Path

from valbench_core.errors import EncoderError

MINILM_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the default model's published weights."""

_WEIGHTS = (".safetensors", ".bin")
_SETTINGS = (".json", ".txt", ".model")


def check_folder(folder: Path) -> None:
    """Raise EncoderError where a folder holds no model, as far as can be seen without loading it."""
    if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
        raise no_model(folder, "it holds neither modules.json nor config.json")
    if not any(path.is_file() for kind in _WEIGHTS for path in folder.rglob(f"*{kind}")):
        raise no_model(folder, f"it holds no weights, that is no file ending in {' or '.join(_WEIGHTS)}")


def holds_model(folder: Path) -> bool:
    """Say whether a folder holds a model, as far as can be seen."""
    try:
        check_folder(folder)
    except EncoderError:
        return False
    return True


def no_model(folder: Path, why: str) -> EncoderError:
    """Return the error for a folder whose model cannot be used."""
    return EncoderError(
        f"'{folder}' holds no sentence encoder that can be loaded ({why}); give the folder of a "
        "sentence-transformers model, or leave it out to use the usual one"
    )


def fingerprint(folder: Path) -> str:
    """Return a SHA-256 over the weights and settings in a model's folder, wherever it lies."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in _WEIGHTS + _SETTINGS)
    found = [[path.relative_to(folder).as_posix(), file_sha256(path)] for path in files]
    return sha256(json.dumps(found).encode()).hexdigest()


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, which is read anew only where its size or time has changed."""
    stat = path.stat()
    return _sha256_of(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=256)
def _sha256_of(path: Path, _size: int, _changed: int) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
