"""The command that makes a map of a run's pairs, and tells what its groups come to."""

from __future__ import annotations

import json as jsonlib
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from valbench_core.cli.naming import NameOptions, name_groups, names_asked
from valbench_core.cli.options import Repeated, RunArgument, Switch, WorkspaceOption
from valbench_core.cli.reading import report_head
from valbench_core.errors import MapError
from valbench_core.maps import PairMap, TextKind
from valbench_core.maps.asking import MapAsk
from valbench_core.maps.progress import MapProgressLine
from valbench_core.runs import Judgement, RunReader, Workspace, tidy_table

if TYPE_CHECKING:
    from valbench_core.maps.report import GroupsReport

_MAP = Group("Map", sort_key=1)


def cluster(
    run: RunArgument,
    /,
    *,
    judgement: str | None = None,
    of: Annotated[TextKind, Parameter(group=_MAP)] = "issue",
    where: Annotated[Repeated, Parameter(group=_MAP)] = (),
    level: Annotated[int | None, Parameter(group=_MAP)] = None,
    encoder: Annotated[str | None, Parameter(group=_MAP)] = None,
    again: Annotated[Switch, Parameter(group=_MAP)] = False,
    names: NameOptions = NameOptions(),
    home: WorkspaceOption = WorkspaceOption(),
    json: Switch = False,
) -> int:
    """Group a run's pairs by the meaning of their issues, and tell which groups are more divergent.

    The map is made once for a set of pairs, blind to outcomes, and shared by all runs on that set; each
    set has its own, so a sample of 200 has another map than one of 100. Fitted on chosen pairs (--where) or
    on what the model or the judge wrote (--of answers, positions, rationale) it is for exploring: its groups
    are counted, not tested, and a model that names them sees typical words of what was written.

    Parameters
    ----------
    judgement
        Which judgement, where the run has several; any unambiguous beginning of its name.
    of
        What is compared.
    where
        Fit the map on the pairs that meet a condition, as outcome=inconsistent or category=Ethics.
    level
        How fine: 1 is the coarsest. Left out: the level that is shown first.
    encoder
        Another sentence encoder: a folder, or a model on the Hub.
    again
        Make the map anew although there is one.
    json
        Print JSON.
    """
    asked = names_asked(names)
    workspace = home.open()
    path = workspace.find(run)
    ask = MapAsk(of, tuple(where), encoder or "")
    with closing(RunReader.open_readonly(path)) as file:
        pair_map = _map(workspace, file, file.find_judgement(judgement), ask, again)
    place = _place(pair_map, level)
    name_groups(asked, path, pair_map, place, workspace)
    with closing(RunReader.open_readonly(path)) as file:
        print_groups(_report(file, file.find_judgement(judgement), pair_map, place), as_json=json)
    return 0


def print_groups(report: GroupsReport, *, as_json: bool) -> None:
    """Print what the groups of a map come to on standard output."""
    from valbench_core.maps.report import groups_text

    print(jsonlib.dumps(report, ensure_ascii=False, indent=2) if as_json else groups_text(report))


def _map(
    workspace: Workspace, file: RunReader, judgement: Judgement | None, ask: MapAsk, again: bool
) -> PairMap:
    """Return the stored map, or make it."""
    stored = None if again else _stored(workspace, file, judgement, ask)
    return _made(workspace, file, judgement, ask, again) if stored is None else stored


def _stored(
    workspace: Workspace, file: RunReader, judgement: Judgement | None, ask: MapAsk
) -> PairMap | None:
    from valbench_core.maps.opening import open_map

    try:
        return open_map(workspace, file, judgement, ask)
    except MapError as error:
        _tell(f"{error}: it is made anew now")
        return None


def _made(
    workspace: Workspace, file: RunReader, judgement: Judgement | None, ask: MapAsk, again: bool
) -> PairMap:
    from valbench_core.maps.making import make_map

    with closing(MapProgressLine()) as line:
        try:
            return make_map(workspace, file, judgement, ask, line, line.note, again=again)
        except KeyboardInterrupt:
            line.note("stopped; texts that were compared are kept, and the same command goes on from there")
            raise


def _place(pair_map: PairMap, level: int | None) -> int:
    """Return the place of the level asked for by number."""
    from valbench_core.maps.figures import level_at

    place = pair_map.usual if level is None else level - 1
    level_at(pair_map, place)
    return place


def _report(file: RunReader, judgement: Judgement | None, pair_map: PairMap, place: int) -> GroupsReport:
    from valbench_core.maps.names import group_names
    from valbench_core.maps.report import MapView, groups_report

    names = group_names(file, pair_map, place)
    view = MapView(report_head(file, judgement), pair_map, place, names)
    return groups_report(view, tidy_table(file, judgement))


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
