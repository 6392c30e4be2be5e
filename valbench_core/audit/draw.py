"""A draw: which pairs of which runs are to be labelled by hand, and how likely each is to come early.

It is kept as a setting in the file of every run it spans, so that each run explains its own labels, wherever
the file goes. Making a draw is left to `making`, the order of its pairs to `queue`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from valbench_core.errors import RunError, StorageError
from valbench_core.numbers import plural
from valbench_core.runs import RunReader, Workspace
from valbench_core.schema import ProtocolName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Sampling = Literal["uniform", "doubt"]
"""Every pair as likely as any other; or half so, and half by the signs of doubt of its verdict."""

EVEN_HALF = 0.5
"""Share of all chance that goes by signs of doubt, unless few pairs show one; the rest is spread evenly."""

OUTSIDE = -1
"""The mark of a pair that is not in the draw; that of all others is their number of signs of doubt."""

_SETTING = "draw:"
_NOT_DRAWN = "-"


@dataclass(frozen=True, slots=True)
class DrawnRun:
    """A run that a draw spans."""

    run: str
    """Its name when the draw was made."""
    judgement: str
    """Whose verdicts are checked."""
    pairs: int
    """How many of its pairs may be drawn."""
    doubt: int
    """Their signs of doubt, added up."""
    doubtful: int = 0
    """How many of them show any."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What an audit draws from, and how; it never changes."""

    id: str
    """Eight hexadecimal digits that tell nothing of what is in it."""
    created: str
    """ISO 8601, UTC."""
    sampling: Sampling
    seed: int
    where: tuple[str, ...]
    """Conditions on what is known of a pair before any answer."""
    shuffle_sides: bool
    """Of each pair chance decides which side is shown first."""
    protocol: ProtocolName
    """By which pairs are labelled: that of all its judgements."""
    runs: tuple[DrawnRun, ...]
    by_doubt: float = EVEN_HALF
    """Where it is drawn by doubt: the share of all chance that goes by signs of doubt."""
    notes: tuple[str, ...] = ()
    """What people should know of how it was made, one sentence each."""

    @property
    def pairs(self) -> int:
        """How many pairs may be drawn, in all runs."""
        return sum(run.pairs for run in self.runs)

    @property
    def moment(self) -> str:
        """When it was made, to the minute (UTC)."""
        return self.created[:16].replace("T", " ")

    @property
    def doubt(self) -> int:
        """The signs of doubt of all pairs."""
        return sum(run.doubt for run in self.runs)

    @property
    def doubtful(self) -> int:
        """How many pairs show a sign of doubt; 0 too where that was not asked."""
        return sum(run.doubtful for run in self.runs)


@dataclass(frozen=True, slots=True)
class DrawInRun:
    """A draw as one of its runs holds it."""

    draw: Draw
    own: int
    """Place of this run among those of the draw."""
    marks: str
    """A character a pair, by ordinal: `-` outside the draw, else its number of signs of doubt."""

    @property
    def run_name(self) -> str:
        """Name of the run when the draw was made; its random numbers hang on it."""
        return self.draw.runs[self.own].run

    def doubt(self) -> NDArray[np.int64]:
        """Return the number of signs of doubt of each pair of the run; `OUTSIDE` where it is not drawn from.

        >>> draw = Draw("1f", "", "uniform", 0, (), False, "v3", (DrawnRun("a", "j@v3", 2, 2),))
        >>> DrawInRun(draw, 0, "0-2").doubt().tolist()
        [0, -1, 2]
        """
        import numpy as np

        codes = np.frombuffer(self.marks.encode("ascii"), dtype=np.uint8).astype(np.int64)
        return np.where(codes == ord(_NOT_DRAWN), OUTSIDE, codes - ord("0"))


def marks_of(doubt: NDArray[np.int64]) -> str:
    """Return numbers of signs of doubt as they are kept; what is negative is outside the draw.

    >>> import numpy as np
    >>> marks_of(np.array([0, -1, 3, 12]))
    '0-39'
    """
    return "".join(_NOT_DRAWN if number < 0 else str(min(number, 9)) for number in doubt.tolist())


def setting_key(draw_id: str) -> str:
    """Return the key of the setting that holds a draw."""
    return _SETTING + draw_id


def setting_of(held: DrawInRun) -> dict[str, Any]:
    """Return a draw as the setting of one of its runs."""
    return {**asdict(held.draw), "own": held.own, "marks": held.marks}


def draws_of(run: RunReader) -> list[Draw]:
    """Return the draws of a run, newest first."""
    return [held.draw for held in _held_by(run)]


def draw_in(run: RunReader, draw_id: str | None = None) -> DrawInRun:
    """Return a draw as this run holds it, by its id or an unambiguous beginning of it; else its newest.

    Raises:
        RunError: the run has no such draw, or several; the message names those it has.
    """
    if draw_id is not None and (value := run.setting(setting_key(draw_id))) is not None:
        return _held(value)
    there = _held_by(run)
    if draw_id is None and there:
        return there[0]
    found = _named(draw_id, [held.draw for held in there], f"run '{run.name}' has")
    return next(held for held in there if held.draw.id == found.id)


def find_draw(workspace: Workspace, draw_id: str) -> Draw:
    """Return a draw of any run of the workspace, by its id or an unambiguous beginning of it.

    Raises:
        RunError: no run has it, or it begins as several do; the message names the draws there are.
    """
    draws: dict[str, Draw] = {}
    for name in workspace.names():
        draws |= {draw.id: draw for draw in _draws_at(workspace, name)}
        if draw_id in draws:
            return draws[draw_id]
    return _named(draw_id, list(draws.values()), "the workspace has")


def _draws_at(workspace: Workspace, name: str) -> list[Draw]:
    """Return the draws of a run of the list; one that cannot be read has none to offer."""
    try:
        with RunReader.open_readonly(workspace.path_of(name)) as run:
            return draws_of(run)
    except (RunError, StorageError):
        return []


def _held_by(run: RunReader) -> list[DrawInRun]:
    """Return all draws of a run as it holds them, newest first."""
    found = map(_held, run.settings(_SETTING).values())
    return sorted(found, key=lambda held: (held.draw.created, held.draw.id), reverse=True)


def _held(value: dict[str, Any]) -> DrawInRun:
    runs = tuple(DrawnRun(**run) for run in value["runs"])
    rest = {key: item for key, item in value.items() if key not in ("own", "marks", "runs")}
    lists = {key: tuple(rest[key]) for key in ("where", "notes")}
    return DrawInRun(Draw(**{**rest, **lists, "runs": runs}), value["own"], value["marks"])


def _named(beginning: str | None, draws: Sequence[Draw], has: str) -> Draw:
    found = [draw for draw in draws if beginning and draw.id.startswith(beginning)]
    if len(found) == 1:
        return found[0]
    if not draws:
        raise RunError(
            f"{has} no draw to label pairs of yet; make one with `valbench draw`, or on the page Audit"
        )
    if found:
        raise RunError(f"draw '{beginning}' is ambiguous; {has}: {_listed(found)}. Give more of its id")
    raise RunError(f"unknown draw '{beginning}'; {has}: {_listed(draws)}. Choose one of these")


def _listed(draws: Sequence[Draw]) -> str:
    return "; ".join(f"{draw.id} of {draw.moment}, {plural(draw.pairs, 'pair')}" for draw in draws[:5])
