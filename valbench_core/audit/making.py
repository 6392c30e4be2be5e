"""Making a draw: which pairs may be drawn, what doubt there is, and the setting in the file of every run.

What a draw is and where it is kept is left to `draw`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from valbench_core.audit.doubt import signs_of_doubt
from valbench_core.audit.draw import (
    EVEN_HALF,
    OUTSIDE,
    Draw,
    DrawInRun,
    DrawnRun,
    Sampling,
    marks_of,
    setting_key,
)
from valbench_core.audit.draw import setting_of as draw_setting
from valbench_core.audit.run_queue import MOST_PREFERRED, share_by_doubt
from valbench_core.errors import RunError, SubsetError, ValBenchError
from valbench_core.numbers import count
from valbench_core.pairs.condition import FIELDS, Condition
from valbench_core.runs import Judgement, RunFile, RunReader, Workspace, tidy_table
from valbench_core.runs.run_file import now_text
from valbench_core.schema import Pair

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ID_BYTES = 4
_NO_DOUBT = (
    "No verdict shows a sign of doubt (no other order, no other judgement that differs, no contradiction): "
    "every pair is as likely to come early as any other."
)
_FEW_DOUBTFUL = (
    "Few pairs show a sign of doubt ({few} of {all}), so that {share} % of the draw goes by doubt and not "
    "half of it: no pair is more than {most} times as likely to come early as in an even draw."
)

_PAIRS = """SELECT p.ordinal, p.id, p.category, p.issue_scale, p.article_title,
    t.issue_description, t.for_question, t.against_question
FROM pair AS p JOIN pair_text AS t ON t.ordinal = p.ordinal ORDER BY p.ordinal"""


@dataclass(frozen=True, slots=True)
class _Frame:
    """The pairs of one run that may be drawn."""

    run: RunFile
    judgement: Judgement
    doubt: NDArray[np.int64]
    """Number of signs of doubt of each pair; `OUTSIDE` where it may not be drawn."""

    @property
    def drawn(self) -> DrawnRun:
        inside = self.doubt[self.doubt > OUTSIDE]
        return DrawnRun(
            self.run.name,
            self.judgement.name,
            pairs=int(inside.size),
            doubt=int(inside.sum()),
            doubtful=int((inside > 0).sum()),
        )


def make_draw(
    workspace: Workspace,
    runs: Sequence[tuple[str, str | None]],
    *,
    sampling: Sampling = "doubt",
    where: Sequence[Condition] = (),
    seed: int = 0,
    shuffle_sides: bool = False,
    at: str | None = None,
    draw_id: str | None = None,
) -> Draw:
    """Make a draw over runs and keep it in the file of each.

    Args:
        workspace: where the runs are.
        runs: name of each, and of the judgement whose verdicts are checked (None: the one shown where none
            is named).
        sampling: `doubt` becomes uniform where no verdict shows any.
        where: conditions on what is known of a pair before any answer.
        seed: of the order of labelling.
        shuffle_sides: whether chance decides which side is shown first.
        at: time of making, ISO 8601; now where not given.
        draw_id: its id; made by chance where not given. One that the runs hold already is made anew.

    Raises:
        RunError: there is no run, a run twice, none of its pairs to be drawn, or their protocols differ.
        SubsetError: a condition is on what is known only after the answers.
        StorageError: a run file cannot be written; then no run has the draw.
    """
    _check(runs, where)
    with ExitStack() as stack:
        files = [stack.enter_context(_opened(workspace, name)) for name, _ in runs]
        frames = [_frame(file, name, where, sampling) for file, (_, name) in zip(files, runs, strict=True)]
        draw = _drawn(
            frames,
            sampling,
            where,
            seed,
            shuffle_sides,
            at or now_text("microseconds"),  # The newest of a run's draws is the one shown.
            draw_id or secrets.token_hex(_ID_BYTES),
        )
        _keep(draw, frames)
    return draw


def _drawn(
    frames: Sequence[_Frame],
    sampling: Sampling,
    where: Sequence[Condition],
    seed: int,
    shuffle_sides: bool,
    at: str,
    draw_id: str,
) -> Draw:
    protocols = {frame.judgement.spec.protocol for frame in frames}
    if len(protocols) > 1:
        each = ", ".join(f"{frame.run.name}: {frame.judgement.spec.protocol}" for frame in frames)
        raise RunError(
            f"one draw needs judgements of one protocol, for which pairs are labelled; given are {each}. "
            "Make a draw for each protocol"
        )
    runs = tuple(frame.drawn for frame in frames)
    without_doubt = sampling == "doubt" and not any(run.doubt for run in runs)
    by_doubt = share_by_doubt(
        sum(run.pairs for run in runs),
        sum(run.doubt for run in runs),
        max(int(frame.doubt.max()) for frame in frames),
    )
    draw = Draw(
        id=draw_id,
        created=at,
        sampling="uniform" if without_doubt else sampling,
        seed=seed,
        where=tuple(map(str, where)),
        shuffle_sides=shuffle_sides,
        protocol=protocols.pop(),
        runs=runs,
        by_doubt=by_doubt,
        notes=(_NO_DOUBT,) if without_doubt else (),
    )
    return draw if by_doubt == EVEN_HALF else replace(draw, notes=(*draw.notes, _few_doubtful(draw)))


def _few_doubtful(draw: Draw) -> str:
    return _FEW_DOUBTFUL.format(
        few=count(draw.doubtful),
        all=count(draw.pairs),
        share=f"{100 * draw.by_doubt:.2g}",
        most=MOST_PREFERRED,
    )


def _check(runs: Sequence[tuple[str, str | None]], where: Sequence[Condition]) -> None:
    names = [name for name, _ in runs]
    if not names:
        raise RunError("a draw needs a run; choose one or more")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise RunError(f"run '{twice}' is given twice; a draw spans a run once, under one judgement")
    unknown = next((condition for condition in where if condition.field not in FIELDS), None)
    if unknown is not None:
        raise SubsetError(
            f"'{unknown}' looks at what is known only after the answers; a draw can be restricted by: "
            f"{', '.join(FIELDS)}"
        )


@contextmanager
def _opened(workspace: Workspace, name: str) -> Iterator[RunFile]:
    """Open a run of the list for writing, and find out now whether it can be written."""
    path = workspace.find(name)
    if path.parent.resolve() != workspace.runs.resolve():
        raise RunError(
            f"'{name}' is not in the workspace; bring it in with `valbench import {name} --as run`"
        )
    with RunFile.open(path) as run:
        run.check_writable()
        yield run


def _frame(
    run: RunFile, judgement_name: str | None, where: Sequence[Condition], sampling: Sampling
) -> _Frame:
    import numpy as np

    judgement = run.find_judgement(judgement_name)
    if judgement is None:
        raise RunError(
            f"run '{run.name}' has no judgement to check; judge it with `valbench judge {run.name}`"
        )
    table = tidy_table(run, judgement)
    judged = table["adjusted"].notna().to_numpy()
    drawn = judged & _meeting(run, where)
    if not drawn.any():
        why = "meets the conditions and is judged" if judged.any() else "is judged"
        raise RunError(
            f"no pair of run '{run.name}' {why} under '{judgement.name}': there is nothing to draw; "
            "leave the run out, or widen the conditions"
        )
    doubt = (
        signs_of_doubt(run, judgement, table) if sampling == "doubt" else np.zeros(drawn.size, dtype=np.int64)
    )
    return _Frame(run, judgement, np.where(drawn, doubt, OUTSIDE))


def _meeting(run: RunReader, where: Sequence[Condition]) -> NDArray[np.bool_]:
    """Return whether each pair meets all conditions; texts are read only where there is a condition."""
    import numpy as np

    met = np.ones(len(run), dtype=bool)
    if where:
        tests = [condition.test() for condition in where]
        for row in run.rows(_PAIRS, {}):
            values = dict(row)
            ordinal = values.pop("ordinal")
            met[ordinal] = all(test(Pair(**values)) for test in tests)
    return met


def _keep(draw: Draw, frames: Sequence[_Frame]) -> None:
    """Write the draw into all files; what one refuses is taken back from those before it."""
    key = setting_key(draw.id)
    before = [frame.run.setting(key) for frame in frames]
    for place, frame in enumerate(frames):
        try:
            frame.run.set_setting(key, draw_setting(DrawInRun(draw, place, marks_of(frame.doubt))))
        except ValBenchError:
            for written, earlier in zip(frames[:place], before, strict=False):
                with suppress(ValBenchError):
                    written.run.set_setting(key, earlier)
            raise
