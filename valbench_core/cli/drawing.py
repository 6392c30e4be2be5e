"""The command that draws pairs to be labelled by hand, and lists the draws there are."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Group, Parameter

from valbench_core.background import arguments_of, command_line
from valbench_core.cli.options import Repeated, Switch, WorkspaceOption
from valbench_core.errors import RunError, SettingsError
from valbench_core.numbers import count, plural
from valbench_core.pairs.condition import Condition, merged
from valbench_core.runs import RunReader, Workspace
from valbench_core.serve import DEFAULT_ADDRESS, DEFAULT_PORT

if TYPE_CHECKING:
    from valbench_core.audit import Draw, Standing


@Parameter(name="*", group=Group("The draw", sort_key=1))
@dataclass(frozen=True, kw_only=True)
class DrawOptions:
    """How pairs are drawn."""

    judgement: str | None = None
    """Whose verdicts are checked; any unambiguous beginning of its name. Left out: the run's usual one."""
    sampling: Literal["doubt", "uniform"] = "doubt"
    """`doubt`: half of all chance goes to verdicts that show signs of doubt, which is weighed in later;
    `uniform`: every pair is as likely as any other."""
    where: Repeated = ()
    """Only pairs that meet a condition: category=Politics|Ethics, issue_scale=3..5, text~words, id=@file."""
    seed: int = 0
    """Seed of the order: the same seed draws the same pairs."""
    shuffle_sides: Switch = False
    """Let chance decide for each pair which side is shown first."""


def draw(
    *runs: str,
    how: DrawOptions = DrawOptions(),
    list_: Annotated[Switch, Parameter(name="--list")] = False,
    where: WorkspaceOption = WorkspaceOption(),
    json: Switch = False,
) -> int:
    """Draw pairs of one run or several, to be labelled by hand; or list the draws there are.

    Parameters
    ----------
    runs
        Names of runs. Whoever labels does not see which of several a pair is from.
    list_
        Draw nothing: list the draws of the runs, and how far each is labelled.
    json
        Print JSON.
    """
    workspace = where.open()
    names = [_name_here(workspace, run) for run in runs]
    if list_:
        if how != DrawOptions():
            raise SettingsError("--list draws nothing; leave out all but runs, --json and --workspace")
        return _list(workspace, names, where, json)
    made = _make(workspace, names, how)
    if json:
        print(jsonlib.dumps(_as_dict(made), ensure_ascii=False, indent=2))
    else:
        print("\n".join([*_head(made), *_next_steps(made, where)]))
    return 0


def _make(workspace: Workspace, names: Sequence[str], how: DrawOptions) -> Draw:
    from valbench_core.audit import make_draw

    return make_draw(
        workspace,
        [(name, how.judgement) for name in names],
        sampling=how.sampling,
        where=merged(map(Condition.parse, how.where)),
        seed=how.seed,
        shuffle_sides=how.shuffle_sides,
    )


def _name_here(workspace: Workspace, run: str) -> str:
    """Return a run's name in the workspace, also where its path is given: a draw spans a run once."""
    path = workspace.find(run)
    return path.stem if path.parent.resolve() == workspace.runs.resolve() else run


def _list(workspace: Workspace, names: Sequence[str], where: WorkspaceOption, as_json: bool) -> int:
    if not names:
        raise RunError("--list lists the draws of runs; name one or more")
    found = [(draw, _standing(workspace, draw)) for draw in _draws(workspace, names)]
    if as_json:
        listed = [{**_as_dict(draw), "progress": _progress(standing)} for draw, standing in found]
        print(jsonlib.dumps(listed, ensure_ascii=False, indent=2))
    elif not found:
        make = command_line(["draw", *names, *arguments_of(where)])
        print(f"no draw of {', '.join(names)} yet; make one with: {make}")
    else:
        print("\n\n".join("\n".join([*_head(draw), _how_far(draw, standing)]) for draw, standing in found))
    return 0


def _draws(workspace: Workspace, names: Sequence[str]) -> list[Draw]:
    """Return the draws that span any of the runs, newest first, each once."""
    from valbench_core.audit import draws_of

    found: dict[str, Draw] = {}
    for name in names:
        with closing(RunReader.open_readonly(workspace.find(name))) as file:
            found |= {draw.id: draw for draw in draws_of(file)}
    return sorted(found.values(), key=lambda draw: (draw.created, draw.id), reverse=True)


def _standing(workspace: Workspace, draw: Draw) -> Standing | None:
    """Return who has labelled what; None where no run of the draw is in the workspace."""
    from valbench_core.audit import queue_of, standing

    try:
        return standing(queue_of(workspace, draw))
    except RunError:
        return None


def _as_dict(draw: Draw) -> dict[str, Any]:
    return {**asdict(draw), "pairs": draw.pairs, "doubtful": draw.doubtful, "label_at": _address(draw)}


def _progress(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "labelled": len(standing.labelled_by_anybody),
        "skipped": len(standing.skipped_only),
        "in_a_row": standing.prefix,
        "auditors": {
            author: {"labelled": len(standing.labelled[author]), "skipped": len(standing.skipped[author])}
            for author in standing.authors
        },
        "missing_runs": list(standing.queue.missing),
    }


def _head(draw: Draw) -> Iterator[str]:
    """Yield what a draw is, a line each."""
    doubt = f", {count(draw.doubtful)} with signs of doubt" if draw.doubtful else ""
    drawn = f"{plural(draw.pairs, 'pair')}{doubt}; {_sampling(draw)}; protocol {draw.protocol}"
    yield f"draw      {draw.id} of {draw.moment} UTC   ({drawn})"
    for run in draw.runs:
        yield f"checks    {run.run}: {run.judgement}, {plural(run.pairs, 'pair')}"
    if draw.where:
        yield f"only      {', '.join(draw.where)}"
    for note in draw.notes:
        yield f"note      {note}"


def _sampling(draw: Draw) -> str:
    if draw.sampling == "uniform":
        return "every pair equally likely"
    return f"{100 * draw.by_doubt:.2g} % by signs of doubt"


def _next_steps(draw: Draw, where: WorkspaceOption) -> Iterator[str]:
    """Yield how its pairs are labelled, and what tells the result."""
    here = arguments_of(where)
    yield f"label     {_address(draw)}   (with the dashboard open: {command_line(['serve', *here])})"
    for run in draw.runs:
        tasks = ["export", run.run, f"{run.run}-tasks.csv", "--format", "tasks-csv", "--draw", draw.id]
        yield f"elsewhere {command_line([*tasks, *here])}"
    for run in draw.runs:
        yield f"result    {command_line(['audit', run.run, '--draw', draw.id, *here])}"


def _how_far(draw: Draw, standing: Standing | None) -> str:
    if standing is None:
        return "labelled  its runs are not in the workspace"
    labelled, skipped = len(standing.labelled_by_anybody), len(standing.skipped_only)
    who = ", ".join(f"{author} {count(len(standing.labelled[author]))}" for author in standing.authors)
    by = f" by {who}" if who else ""
    pairs = plural(draw.pairs, "pair")
    return f"labelled  {count(labelled)} of {pairs}{by}; {count(skipped)} skipped by everybody"


def _address(draw: Draw) -> str:
    """Return where the dashboard lets people label a draw, on the port that it takes first."""
    return f"http://{DEFAULT_ADDRESS}:{DEFAULT_PORT}/audit?view=label&draw={draw.id}"
