"""What the groups of a map are called: by a reader, else by a model that was asked, else by their terms.

Names given are kept with the run, each as a setting of its own, so that two who name different groups at once
cannot undo one another's work; they go wherever the run file goes. So does the record of what each model saw.
Asking a model is left to `naming`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any

from valbench_core.errors import MapError
from valbench_core.maps.pair_map import UNGROUPED, MapGroup, PairMap
from valbench_core.runs import RunFile, RunReader
from valbench_core.schema import Usage, clean_text, sha256_of

LONGEST_NAME = 80
"""Characters."""
TERMS_IN_NAME = 3
UNGROUPED_NAME = "Ungrouped"
BY_TERMS = "terms"
BY_USER = "user"

_JOINERS = "\u200c\u200d"
"""Not printable by themselves, but part of how Persian or Hindi words are written."""


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


def group_names(run: RunReader, pair_map: PairMap, level: int) -> dict[str, GroupName]:
    """Return the names of all groups of a level (its place), in order of the level, by id of the group.

    A reader's name stands before a model's (the latest one's), a model's before the terms. Names that would
    be alike are told apart: by a further term where there is one, else by a number.
    """
    records = naming_records(run, pair_map, level)
    by_models = {record.group_id: GroupName(record.name, record.model) for record in records if record.name}
    given = {**by_models, **_by_readers(run, pair_map, level)}
    groups = pair_map.levels[level].groups
    names = {UNGROUPED: GroupName(UNGROUPED_NAME, BY_TERMS)}
    # Readers first: what they wrote stays as they wrote it.
    for group in sorted(groups, key=lambda group: _rank(given.get(group.id))):
        if group.id != UNGROUPED:
            taken = {name.text.casefold() for name in names.values()}
            names[group.id] = _distinct(group, given.get(group.id), taken)
    return {group.id: names[group.id] for group in groups}


def rename(run: RunFile, pair_map: PairMap, level: int, group_id: str, name: str) -> None:
    """Give a group of a level (its place) a name; "" takes a reader's name back.

    Raises:
        MapError: there is no such group, the name is no name, or another group of the level has it.
        StorageError: the run file cannot be written.
    """
    _check_group(pair_map, level, group_id)
    text = checked_name(name) if name.strip() else None
    names = group_names(run, pair_map, level) if text else {}
    for other, known in names.items():
        if other != group_id and known.text.casefold() == str(text).casefold():
            raise MapError(f"the name '{text}' is that of group {other}; give group {group_id} another one")
    run.set_setting(_beginning("map name", pair_map, level) + group_id, text)


def checked_name(name: str) -> str:
    r"""Return a name in one line with single spaces.

    Raises:
        MapError: it is too long, holds what cannot be seen, has no letter, or is kept for the ungrouped.

    >>> checked_name("  Carbon \n tax ")
    'Carbon tax'
    """
    text = " ".join(clean_text(name).split())
    if len(text) > LONGEST_NAME:
        raise MapError(
            f"the name '{text[:20]}…' has {len(text)} characters; give one of at most {LONGEST_NAME}"
        )
    if not all(character.isprintable() or character in _JOINERS for character in text):
        raise MapError(f"the name {text!a} holds characters that cannot be seen; give it without them")
    if not any(character.isalnum() for character in text):
        raise MapError(f"the name '{text}' has no letter; give a word or two")
    if text.casefold() == UNGROUPED_NAME.casefold():
        raise MapError(f"the name '{text}' is kept for the pairs of no group; give another one")
    return text


def terms_name(group: MapGroup, terms: int = TERMS_IN_NAME) -> str:
    """Return what a group is called by its terms alone.

    >>> terms_name(MapGroup("2", 9, ("carbon tax", "emissions", "fuel", "levy")))
    'carbon tax · emissions · fuel'
    >>> terms_name(MapGroup("3", 1, ()))
    'Group 3'
    """
    return " · ".join(group.terms[:terms]) or f"Group {group.id}"


def naming_records(run: RunReader, pair_map: PairMap, level: int) -> tuple[NamingRecord, ...]:
    """Return what models were asked about the groups of a level, in order of the level, the latest last."""
    found = run.settings(_beginning("map naming", pair_map, level)).values()
    place = {group.id: at for at, group in enumerate(pair_map.levels[level].groups)}
    records = [_record_of(value) for value in found if value["group_id"] in place]
    return tuple(sorted(records, key=lambda record: (place[record.group_id], record.asked_at)))


def keep_record(run: RunFile, pair_map: PairMap, level: int, record: NamingRecord) -> None:
    """Keep what a model was asked about a group, in place of what the same model was asked before."""
    asked = sha256_of([record.model, record.base_url])[:16]
    key = f"{_beginning('map naming', pair_map, level)}{record.group_id}/{asked}"
    run.set_setting(key, asdict(record))


def _record_of(value: Mapping[str, Any]) -> NamingRecord:
    return NamingRecord(**{**value, "terms": tuple(value["terms"]), "usage": Usage(**value["usage"])})


def _by_readers(run: RunReader, pair_map: PairMap, level: int) -> dict[str, GroupName]:
    beginning = _beginning("map name", pair_map, level)
    found = run.settings(beginning)
    return {key.removeprefix(beginning): GroupName(str(text), BY_USER) for key, text in found.items()}


def _beginning(what: str, pair_map: PairMap, level: int) -> str:
    """Return how the keys of the settings begin that are kept for the groups of a level."""
    return f"{what}/{pair_map.key}/{level}/"


def _check_group(pair_map: PairMap, level: int, group_id: str) -> None:
    if group_id == UNGROUPED:
        raise MapError("the ungrouped pairs are no group of their own and keep their name; rename a group")
    ids = [group.id for group in pair_map.levels[level].groups if group.id != UNGROUPED]
    if group_id not in ids:
        there = f"there are {ids[0]} to {ids[-1]}" if ids else "all pairs are ungrouped"
        raise MapError(f"there is no group '{group_id}' at this level; {there}")


def _rank(given: GroupName | None) -> int:
    if given is None:
        return 2
    return 0 if given.by == BY_USER else 1


def _distinct(group: MapGroup, given: GroupName | None, taken: Collection[str]) -> GroupName:
    """Return the first form of a group's name that is not taken."""
    forms = _forms_of_terms(group) if given is None else _forms_of_name(given.text, group)
    text = next(form for form in forms if form.casefold() not in taken)
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
