"""What the groups of a map are called: by a reader, else by a model that was asked, else by their terms.

Names given are kept with the run, each as a setting of its own, so that two who name different groups at once
cannot undo one another's work; they go wherever the run file goes. So does the record of what each model saw.
A setting belongs to the pairs of a group, not to its number: where a map made anew has other groups, no name
moves to other pairs. What may be a name is left to `name_text`, asking a model to `naming`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from typing import Any

from valbench_core.errors import MapError
from valbench_core.maps.name_text import UNGROUPED_NAME, alike, checked_name, quoted
from valbench_core.maps.pair_map import UNGROUPED, MapGroup, PairMap
from valbench_core.runs import RunFile, RunReader
from valbench_core.schema import Usage, sha256_of

TERMS_IN_NAME = 3
BY_TERMS = "terms"
BY_USER = "user"

_DIGITS = 16
"""Hexadecimal digits of what stands for a group, or for a model, in the key of a setting."""


@dataclass(frozen=True, slots=True)
class GroupName:
    """What a group is called."""

    text: str
    """Unlike that of any other group of the level."""
    by: str
    """`terms`, `user`, or the model that gave it."""


@dataclass(frozen=True, slots=True)
class NamingRecord:
    """What a model was shown of a group, and what it made of it."""

    group_id: str
    terms: tuple[str, ...]
    """The group's terms, which stand beside the name."""
    seen: str
    """The message, exactly as it was sent; there was no other."""
    name: str | None
    """None where it gave none."""
    problem: str
    """Why there is no name; "" where there is one."""
    model: str
    base_url: str
    asked_at: str
    """ISO 8601, UTC."""
    from_cache: bool = False
    """The answer had been paid for before."""
    usage: Usage = field(default_factory=Usage)
    turn: int = 0
    """Counts up for each group: the highest was asked, or asked once more, last."""
    dropped: bool = False
    """Somebody took the name back: it counts no more, until that model is asked once more."""

    @property
    def counts(self) -> bool:
        """Whether it gives the group a name."""
        return self.name is not None and not self.dropped


def group_names(run: RunReader, pair_map: PairMap, level: int) -> dict[str, GroupName]:
    """Return the names of all groups of a level (its place), in order of the level, by id of the group.

    A reader's name stands before a model's (the latest one's), a model's before the terms. Names that would
    be alike are told apart: by a further term where there is one, else by a number.
    """
    records = naming_records(run, pair_map, level)
    by_models = {
        record.group_id: GroupName(str(record.name), record.model) for record in records if record.counts
    }
    given = {**by_models, **_by_readers(run, pair_map, level)}
    groups = pair_map.levels[level].groups
    names = {UNGROUPED: GroupName(UNGROUPED_NAME, BY_TERMS)}
    # Readers first: what they wrote stays as they wrote it.
    for group in sorted(groups, key=lambda group: _rank(given.get(group.id))):
        if group.id != UNGROUPED:
            taken = {alike(name.text) for name in names.values()}
            names[group.id] = _distinct(group, given.get(group.id), taken)
    return {group.id: names[group.id] for group in groups}


def rename(run: RunFile, pair_map: PairMap, level: int, group_id: str, name: str) -> None:
    """Give a group of a level (its place) a name; see `rename_groups`."""
    rename_groups(run, pair_map, level, {group_id: name})


def rename_groups(run: RunFile, pair_map: PairMap, level: int, names: Mapping[str, str]) -> None:
    """Give groups of a level (its place) names, by id; "" takes a name back, whoever gave it.

    A group whose name is taken back is called by its terms; what models were asked about it stays on record.
    All are checked before any is given.

    Raises:
        MapError: there is no such group, a name is no name, or another group of the level has it.
        StorageError: the run file cannot be written.
    """
    for group_id in names:
        _check_group(pair_map, level, group_id)
    texts = {group_id: checked_name(name) if name.strip() else "" for group_id, name in names.items()}
    _check_distinct(group_names(run, pair_map, level), texts)
    for group_id, text in texts.items():
        if not text:
            _drop_models_names(run, pair_map, level, group_id)
        run.set_setting(_key("map name", pair_map, level, group_id), text or None)


def terms_name(group: MapGroup, terms: int = TERMS_IN_NAME) -> str:
    """Return what a group is called by its terms alone.

    >>> terms_name(MapGroup("2", 9, ("carbon tax", "emissions", "fuel", "levy")))
    'carbon tax · emissions · fuel'
    >>> terms_name(MapGroup("3", 1, ()))
    'Group 3'
    """
    return " · ".join(group.terms[:terms]) or f"Group {group.id}"


def naming_records(run: RunReader, pair_map: PairMap, level: int) -> tuple[NamingRecord, ...]:
    """Return what models were asked about the groups of a level, in order of the level, the latest last.

    A model that failed after it had given a name has two records of a group.
    """
    found = _kept("map naming", run, pair_map, level)
    place = {group.id: at for at, group in enumerate(pair_map.levels[level].groups)}
    records = [_record_of(value, group_id) for group_id, value in found]
    return tuple(sorted(records, key=lambda record: (place[record.group_id], record.turn)))


def keep_record(run: RunFile, pair_map: PairMap, level: int, record: NamingRecord) -> None:
    """Keep what a model was asked about a group, as the latest of its records.

    A name replaces what the same model was asked before, a failure only an earlier failure.
    """
    key = _record_key(pair_map, level, record)
    last = max((one.turn for one in _records_of(run, pair_map, level, record.group_id)), default=0)
    run.set_setting(key if record.name else f"{key}/failed", asdict(replace(record, turn=last + 1)))
    if record.name:
        run.set_setting(f"{key}/failed", None)


def _drop_models_names(run: RunFile, pair_map: PairMap, level: int, group_id: str) -> None:
    for record in _records_of(run, pair_map, level, group_id):
        if record.counts:
            run.set_setting(_record_key(pair_map, level, record), asdict(replace(record, dropped=True)))


def _records_of(run: RunReader, pair_map: PairMap, level: int, group_id: str) -> list[NamingRecord]:
    found = run.settings(_key("map naming", pair_map, level, group_id) + "/")
    return [_record_of(value, group_id) for value in found.values()]


def _record_key(pair_map: PairMap, level: int, record: NamingRecord) -> str:
    asked = sha256_of([record.model, record.base_url])[:_DIGITS]
    return f"{_key('map naming', pair_map, level, record.group_id)}/{asked}"


def _record_of(value: Mapping[str, Any], group_id: str) -> NamingRecord:
    changed = {"group_id": group_id, "terms": tuple(value["terms"]), "usage": Usage(**value["usage"])}
    return NamingRecord(**{**value, **changed})


def _by_readers(run: RunReader, pair_map: PairMap, level: int) -> dict[str, GroupName]:
    found = _kept("map name", run, pair_map, level)
    return {group_id: GroupName(str(text), BY_USER) for group_id, text in found}


# Where settings are kept


def _kept(what: str, run: RunReader, pair_map: PairMap, level: int) -> Iterator[tuple[str, Any]]:
    """Yield the settings that are kept for groups as they are now, each with the id of its group."""
    beginning = _beginning(what, pair_map, level)
    if found := run.settings(beginning):
        groups = pair_map.levels[level].groups
        ids = {_members(pair_map, level, code): group.id for code, group in enumerate(groups)}
        parts = ((key.removeprefix(beginning).partition("/")[0], value) for key, value in found.items())
        yield from ((ids[members], value) for members, value in parts if members in ids)


def _key(what: str, pair_map: PairMap, level: int, group_id: str) -> str:
    code = pair_map.levels[level].code_of(group_id)
    if code is None:
        raise MapError(f"there is no group '{group_id}' at this level")
    return _beginning(what, pair_map, level) + _members(pair_map, level, code)


def _beginning(what: str, pair_map: PairMap, level: int) -> str:
    """Return how the keys of the settings begin that are kept for the groups of a level."""
    return f"{what}/{pair_map.key}/{level}/"


def _members(pair_map: PairMap, level: int, code: int) -> str:
    """Return what stands for the pairs of a group (its place)."""
    import numpy as np

    members = np.flatnonzero(pair_map.levels[level].codes == code)
    return sha256_of([pair_map.pair_ids[place] for place in members.tolist()])[:_DIGITS]


# What is asked for, and forms of names


def _check_distinct(present: Mapping[str, GroupName], texts: Mapping[str, str]) -> None:
    """Refuse names that another group has, or is to have."""
    taken = {alike(name.text): group_id for group_id, name in present.items() if group_id not in texts}
    for group_id, text in texts.items():
        if text and (other := taken.setdefault(alike(text), group_id)) != group_id:
            raise MapError(
                f"the name {quoted(text)} is that of group {other}; give group {group_id} another one"
            )


def _check_group(pair_map: PairMap, level: int, group_id: str) -> None:
    if group_id == UNGROUPED:
        raise MapError("the ungrouped pairs are no group of their own and keep their name; rename a group")
    ids = [group.id for group in pair_map.levels[level].groups if group.id != UNGROUPED]
    if group_id not in ids:
        there = f"there are {ids[0]} to {ids[-1]}" if ids else "all pairs are ungrouped"
        raise MapError(f"there is no group {quoted(group_id)} at this level; {there}")


def _rank(given: GroupName | None) -> int:
    if given is None:
        return 2
    return 0 if given.by == BY_USER else 1


def _distinct(group: MapGroup, given: GroupName | None, taken: Collection[str]) -> GroupName:
    """Return the first form of a group's name that is not taken."""
    forms = _forms_of_terms(group) if given is None else _forms_of_name(given.text, group)
    text = next(form for form in forms if alike(form) not in taken)
    return GroupName(text, BY_TERMS if given is None else given.by)


def _forms_of_terms(group: MapGroup) -> Iterator[str]:
    for terms in range(TERMS_IN_NAME, max(TERMS_IN_NAME, len(group.terms)) + 1):
        yield terms_name(group, terms)
    yield from _numbered(terms_name(group))


def _forms_of_name(name: str, group: MapGroup) -> Iterator[str]:
    yield name
    if group.terms:
        yield f"{name} ({group.terms[0]})"
    yield from _numbered(name)


def _numbered(name: str) -> Iterator[str]:
    return (f"{name} ({number})" for number in count(2))
