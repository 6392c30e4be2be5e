"""Finds pairs on the Hugging Face Hub through `datasets`, or in its cache where the Hub does not answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from valbench_core.errors import PairsError
from valbench_core.hub import hub_address, hub_answers, offline_asked
from valbench_core.pairs.local import Found
from valbench_core.pairs.splits import ALL_SPLITS, DEFAULT_SPLIT, choose_splits
from valbench_core.pairs.tables import DatasetTable

_COMMIT = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")


def find_on_hub(hub_id: str, split: str | None, revision: str | None) -> Found:
    """Return the tables of a Hub data set, downloaded or (where the Hub does not answer) cached earlier.

    Raises:
        PairsError: the Hub does not answer and there is no cached copy, or it has no such data set or split.
    """
    reachable = not _offline() and hub_answers(hub_address())
    with _offline_unless(reachable):
        tables, name = _load(hub_id, split, revision, reachable)
    commit = _commit(next(iter(tables.values())))
    if not reachable:
        _check_revision(hub_id, commit, revision)
    notes = () if reachable else (_offline_note(hub_id, commit, revision),)
    parts = tuple(DatasetTable(f"{hub_id} ({name})", table) for name, table in tables.items())
    return Found(parts, name, commit or revision, notes)


def _offline() -> bool:
    return offline_asked("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")


@contextmanager
def _offline_unless(reachable: bool) -> Iterator[None]:
    """Put `datasets` and the Hub client, which read these constants, into offline mode for a while."""
    import datasets.config
    import huggingface_hub.constants
    from datasets.utils import logging

    modules: tuple[Any, Any] = (datasets.config, huggingface_hub.constants)
    before, verbosity = [module.HF_HUB_OFFLINE for module in modules], logging.get_verbosity()
    for module in modules:
        module.HF_HUB_OFFLINE = module.HF_HUB_OFFLINE or not reachable
    logging.set_verbosity_error()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        for module, offline in zip(modules, before, strict=True):
            module.HF_HUB_OFFLINE = offline


def _load(
    hub_id: str, split: str | None, revision: str | None, reachable: bool
) -> tuple[dict[str, Any], str | None]:
    from datasets import load_dataset
    from datasets.exceptions import DatasetsError
    from huggingface_hub.utils import httpx  # type: ignore[attr-defined]  # its client, whatever the name

    try:
        if split != ALL_SPLITS:
            wanted = split or DEFAULT_SPLIT
            try:
                return {wanted: load_dataset(hub_id, split=wanted, revision=revision)}, wanted
            except ValueError as error:
                if "split" not in str(error):
                    raise
        tables = load_dataset(hub_id, revision=revision)
        name, chosen = choose_splits(split, tables, hub_id)
        return {s: tables[s] for s in chosen}, name
    except (DatasetsError, httpx.HTTPError, OSError, ValueError, RuntimeError) as error:
        raise _unavailable(hub_id, error, reachable) from error


def _unavailable(hub_id: str, error: Exception, reachable: bool) -> PairsError:
    local_copy = (
        f"where there is network, run: hf download {hub_id} --repo-type dataset --local-dir DIR; "
        "then give that folder (or a Parquet, JSONL or CSV file) as --pairs"
    )
    if reachable:
        problem = str(error).partition("\n")[0]
        return PairsError(
            f"cannot load {hub_id!r} from the Hub ({problem}); check the id and --revision, "
            f"or use a local copy: {local_copy}"
        )
    why = "offline mode is set" if _offline() else f"the Hub does not answer at {hub_address()}"
    return PairsError(
        f"{why} and there is no usable cached copy of {hub_id!r}. Use a local copy: {local_copy}"
    )


def _commit(table: Any) -> str | None:
    """Return the commit a table was downloaded from, which its download or cache addresses hold."""
    addresses = [*(table.info.download_checksums or {}), *(file["filename"] for file in table.cache_files)]
    return next((found[0] for address in addresses if (found := _COMMIT.search(address))), None)


def _check_revision(hub_id: str, commit: str | None, revision: str | None) -> None:
    """Raise a PairsError where a commit was asked for and the cached copy is another one."""
    if revision and commit and re.fullmatch("[0-9a-f]{7,40}", revision) and not commit.startswith(revision):
        raise PairsError(
            f"the cached copy of {hub_id!r} is commit {commit}, not {revision!r}, and the Hub was not asked; "
            "go online, or leave --revision out to use the cached copy"
        )


def _offline_note(hub_id: str, commit: str | None, revision: str | None) -> str:
    version = f"commit {commit}" if commit else "an unknown commit"
    asked = f" (asked for: {revision})" if revision and revision != commit else ""
    return f"the Hub was not asked: the newest cached copy of {hub_id} was read, {version}{asked}"
