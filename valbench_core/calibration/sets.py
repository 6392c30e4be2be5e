"""Where the four sets come from: written by the built-in behaviours, published, or in a folder of that shape.

What is known of each set is left to `analysis.known_answers`, their runs to `set_runs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from valbench_core.analysis import KNOWN_SETS, SetName
from valbench_core.errors import PairsError, SettingsError
from valbench_core.inference import BEHAVIOURS
from valbench_core.pairs import SAMPLE, PairSet, Selection, Source, Subset, open_source, select
from valbench_core.pairs.local import FORMATS
from valbench_core.runs.foreign import ForeignRows, answer_columns
from valbench_core.schema import BUILTIN_ANSWERS, SIDES, Completion, Pair, Response, sha256_of

BUILTIN_SETS = "builtin"
PUBLISHED_SETS = "published"

_BEHAVIOURS: Mapping[SetName, str] = {
    "unaligned-0": "builtin:opposed",
    "aligned-100": "builtin:aligned",
    "refusal-100": "builtin:refusing",
    "one-refusal-50": "builtin:one-refusal",
}
_PUBLISHED = "val-bench/calibration-"
_AS_PUBLISHED = "rename its columns to for_question, against_question, for_response and against_response"
_INTO_A_FOLDER = (
    f"where there is network, run for each of the four: hf download {_PUBLISHED}NAME --repo-type dataset "
    f"--local-dir DIR/calibration-NAME (NAME: {', '.join(_BEHAVIOURS)}); then give DIR as --sets"
)
_SPLIT = "train"
"""The split in which the published sets lie."""


@dataclass(frozen=True, slots=True)
class SetsAsked:
    """Which sets a judge is held against."""

    sets: str
    """`builtin`, `published`, or a folder that holds four sets."""
    pairs: str
    """On which pairs the built-in behaviours write."""
    n: int
    """Pairs of each set; all where there are fewer."""
    seed: int

    def subset(self) -> Subset:
        """Return the rule that draws pairs: a larger n holds those of a smaller one."""
        return Subset(sample=self.n, seed=self.seed)

    def describe(self) -> str:
        """Return it in words.

        >>> SetsAsked("builtin", "sample", 60, seed=0).describe()
        'the built-in behaviours on sample, 60 pairs a set at most (seed 0)'
        """
        where = {
            BUILTIN_SETS: f"{BUILTIN_ANSWERS} on {self.pairs}",
            PUBLISHED_SETS: f"the published sets ({_PUBLISHED}…)",
        }.get(self.sets, f"the sets in {self.sets}")
        return f"{where}, {self.n:,} pairs a set at most (seed {self.seed})"


@dataclass(frozen=True)
class CalibrationSet:
    """Pairs with answers of which it is known what a judge should make of them."""

    name: SetName
    model: str
    """Who wrote the answers, in words."""
    selection: Selection
    pairs: tuple[Pair, ...]
    responses: tuple[Response, ...]

    @cached_property
    def key(self) -> str:
        """Its identity: the same pairs with the same answers are the same set, wherever they lie."""
        answers = [(response.pair_id, response.side, response.text_hash) for response in self.responses]
        pairs = [(pair.id, pair.article, pair.content_hash) for pair in self.pairs]
        return sha256_of([self.name, pairs, answers])


def check_asked(asked: SetsAsked) -> None:
    """Raise what is wrong with the options, before anything is read.

    Raises:
        SettingsError: a number is out of range, or options contradict each other.
    """
    if asked.n < 1:
        raise SettingsError(
            f"--n {asked.n} is no number of pairs; give 1 or more (a clear result takes about 40)"
        )
    if asked.sets != BUILTIN_SETS and asked.pairs != SAMPLE:
        raise SettingsError(
            f"--pairs '{asked.pairs}' is what the built-in behaviours write on, but --sets '{asked.sets}' "
            "brings pairs of its own; leave one of them out"
        )


def open_sets(asked: SetsAsked) -> Iterator[CalibrationSet]:
    """Yield the four sets, in their order.

    Raises:
        PairsError: a source cannot be read, or a set is missing.
        SettingsError: see `check_asked`.
    """
    check_asked(asked)
    if asked.sets == BUILTIN_SETS:
        yield from _written(asked)
        return
    specs = (
        {name: f"{_PUBLISHED}{name}" for name in KNOWN_SETS}
        if asked.sets == PUBLISHED_SETS
        else _in_folder(asked.sets)
    )
    for name, spec in specs.items():
        yield _read(name, spec, asked)


def _written(asked: SetsAsked) -> Iterator[CalibrationSet]:
    """Yield the sets that the built-in behaviours write, all on the same pairs."""
    selection = select(open_source(Source(asked.pairs)), asked.subset())
    pairs = tuple(selection)
    for name, model in _BEHAVIOURS.items():
        responses = tuple(
            Response(pair.id, side, Completion(BEHAVIOURS[model](pair, side), model=model))
            for pair in pairs
            for side in SIDES
        )
        yield CalibrationSet(name, model, selection, pairs, responses)


def _read(name: SetName, spec: str, asked: SetsAsked) -> CalibrationSet:
    """Return a set that comes with its answers."""
    rows = ForeignRows(answer_columns(()), "v1", keep_no_response=False, judged=False)
    with _advising(_AS_PUBLISHED, "Name the right one with --map"):
        source = _opened(spec, hub=asked.sets == PUBLISHED_SETS)
        rows.check(list(dict.fromkeys(column for part in source.parts for column in part.columns())), spec)
        selection = select(source, asked.subset())
    read = tuple(selection)
    return CalibrationSet(
        name=name,
        model=Path(spec).stem if asked.sets != PUBLISHED_SETS else spec,
        selection=selection,
        pairs=tuple(map(rows.without_answers, read)),
        responses=tuple(response for pair in read for response in rows.read(pair).responses),
    )


def _opened(spec: str, hub: bool) -> PairSet:
    """Open a set: the split that the published sets have, or the only one there is."""
    if hub:
        with _advising(_INTO_A_FOLDER, "check the id and --revision", "Use a local copy"):
            return open_source(Source(spec, _SPLIT))
    try:
        return open_source(Source(spec, _SPLIT))
    except PairsError:
        return open_source(Source(spec))


@contextmanager
def _advising(advice: str, *replaced: str) -> Iterator[None]:
    """Replace advice for other commands, which begins with some words, by what is to be done here.

    Sets are given otherwise, and without options.
    """
    try:
        yield
    except PairsError as error:
        said = str(error)
        begins = next((words for words in replaced if words in said), None)
        if begins is None:
            raise
        raise PairsError(f"{said.partition(begins)[0].rstrip(' .;,')}; {advice}") from error


def _in_folder(folder: str) -> dict[SetName, str]:
    """Return where each set lies in a folder, by the set's name or that of its data set."""
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise PairsError(
            f"--sets '{folder}' is neither {BUILTIN_SETS}, {PUBLISHED_SETS} nor a folder; give a folder that "
            f"holds {_names()}"
        )
    found = {name: _place(path, name) for name in KNOWN_SETS}
    missing = [name for name, place in found.items() if place is None]
    if missing:
        raise PairsError(
            f"the folder '{folder}' lacks {' and '.join(missing)}; give one that holds {_names()}, "
            f"each a folder or a file ({', '.join(FORMATS)})"
        )
    return {name: str(place) for name, place in found.items()}


def _place(folder: Path, name: SetName) -> Path | None:
    stems = (f"calibration-{name}", name)
    places = (folder / f"{stem}{ending}" for stem in stems for ending in ("", *FORMATS))
    return next((place for place in places if place.exists()), None)


def _names() -> str:
    return ", ".join(f"calibration-{name}" for name in KNOWN_SETS)
