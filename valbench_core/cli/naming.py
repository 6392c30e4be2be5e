"""Naming the groups of a map on the command line: the options of `valbench cluster` for it, and the doing.

What a name is and how a model is asked for one is left to the room `maps`.
"""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass, fields
from math import inf
from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from valbench_core.cli.options import Repeated
from valbench_core.cli.planning import price_of
from valbench_core.errors import SettingsError
from valbench_core.inference import AnswerCache, ModelSettings
from valbench_core.maps import PairMap
from valbench_core.maps.name_text import printable
from valbench_core.maps.names import group_names, rename_groups
from valbench_core.maps.naming import Namer, Naming
from valbench_core.maps.naming import name_groups as ask_for_names
from valbench_core.maps.progress import UNNAMED, MapProgress, MapProgressLine
from valbench_core.numbers import money, plural
from valbench_core.runs import RunFile, Workspace
from valbench_core.schema import BUILTIN
from valbench_core.settings import endpoint

FAILURES_SHOWN = 5
"""Groups without a name that are told of one by one."""


@Parameter(name="*", group=Group("Names of groups", sort_key=3))
@dataclass(frozen=True, kw_only=True)
class NameOptions:
    """What groups are to be called, beside their typical words."""

    rename: Annotated[Repeated, Parameter(name="--rename")] = ()
    """ID=NAME: call a group so; ID= takes its name back, whoever gave it: its terms name it again."""
    name_model: str | None = None
    """A model that is asked for a name for each group; it sees issues and the typical words of what is
    compared (--of), never outcomes."""
    name_base_url: str | None = None
    """Its endpoint: an address, or a preset as for `valbench run --base-url`."""
    name_api_key_env: str | None = None
    """Name of the environment variable that holds its key."""
    name_price: str | None = None
    """IN,OUT: US dollars for a million input and output tokens, where the price list lacks it."""
    name_max_cost: float | None = None
    """Ask for no more names once so many US dollars are spent."""


@dataclass(frozen=True, slots=True)
class NamesAsked:
    """What is to be done about the names of a level's groups."""

    renames: tuple[tuple[str, str], ...] = ()
    """Ids of groups and the names that a reader gives them."""
    namer: Namer | None = None


def names_asked(options: NameOptions) -> NamesAsked:
    """Return what the options ask for, checked as far as it can be before there is a map.

    Raises:
        SettingsError: an option is not what it should be, or means nothing without another.
        KeyRefusedError: there is no key for the model.
    """
    renames = tuple(_renaming(text) for text in options.rename)
    namer = _namer(options)
    if namer is not None:
        namer.check()
    return NamesAsked(renames, namer)


def name_groups(
    asked: NamesAsked, run_path: Path, pair_map: PairMap, level: int, workspace: Workspace
) -> None:
    """Name the groups of a level (its place) as asked; progress and what failed go to standard error.

    Raises:
        MapError: a group is unknown, or a name cannot be given; then none is.
        StorageError: the run file cannot be written.
    """
    if not asked.renames and asked.namer is None:
        return
    with closing(RunFile.open(run_path)) as run:
        rename_groups(run, pair_map, level, dict(asked.renames))
        if asked.namer is not None:
            naming = _ask(asked.namer, run, pair_map, level, workspace)
            shown = {group_id: name.text for group_id, name in group_names(run, pair_map, level).items()}
            for line in naming_lines(naming, asked.namer.settings.model, shown):
                _tell(line)


def _ask(namer: Namer, run: RunFile, pair_map: PairMap, level: int, workspace: Workspace) -> Naming:
    line = MapProgressLine()

    def show(done: int, of: int) -> None:
        line(MapProgress("naming", done, of))

    with closing(AnswerCache(workspace.cache, line.note)) as cache, closing(line):
        return ask_for_names(run, pair_map, level, namer, cache, show)


def naming_lines(naming: Naming, model: str, shown: dict[str, str]) -> list[str]:
    """Return what asking for names came to, for people; `shown` are the names of groups by id."""
    done = f"{plural(naming.named, 'group')} named by '{model}'"
    lines = [f"{done} · {money(naming.spent)}" if naming.spent else done]
    lines += [
        f"{UNNAMED}group {record.group_id} ({shown[record.group_id]}): {record.problem}"
        for record in naming.failed[:FAILURES_SHOWN]
    ]
    more = len(naming.failed) - FAILURES_SHOWN
    if more > 0:
        lines.append(f"{UNNAMED}{plural(more, 'more group', 'more groups')}; their records say why")
    if naming.unasked:
        why = printable(str(naming.cause or "stopped"))
        lines.append(f"{UNNAMED}{plural(naming.unasked, 'group')} that were not asked about: {why}")
    return lines


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _renaming(text: str) -> tuple[str, str]:
    """Return a group's id and the name it is given.

    >>> _renaming("3 = Carbon tax")
    ('3', 'Carbon tax')
    """
    group_id, sign, name = (part.strip() for part in text.partition("="))
    if not sign or not group_id:
        raise SettingsError(f"--rename '{text}' names no group; give ID=NAME, for example 3=Carbon tax")
    return group_id, name


def _namer(options: NameOptions) -> Namer | None:
    model = options.name_model
    if model is None:
        _refuse_without_model(options)
        return None
    if model.startswith(BUILTIN):
        raise SettingsError(
            f"--name-model '{model}' gives no names; name a model at an endpoint, or leave it out: "
            "groups are called by their typical words"
        )
    if options.name_max_cost is not None and not 0 < options.name_max_cost < inf:
        raise SettingsError(f"--name-max-cost {options.name_max_cost:g} is no limit; give US dollars above 0")
    where = endpoint(options.name_base_url, options.name_api_key_env)
    return Namer(
        settings=ModelSettings(model, where.base_url, temperature=0.0, max_tokens=4_096),
        endpoint=where,
        price=price_of("--name-price", options.name_price, model, where),
        max_cost=options.name_max_cost,
    )


def _refuse_without_model(options: NameOptions) -> None:
    given = [
        f"--{option.name.replace('_', '-')}"
        for option in fields(options)
        if option.name.startswith("name_") and getattr(options, option.name) is not None
    ]
    if given:
        raise SettingsError(f"{', '.join(given)}: no model is asked for names; give --name-model too")
