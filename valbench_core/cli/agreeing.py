"""The command that says how far the judgements of a run agree with each other."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

from valbench_core.background import arguments_of, command_line
from valbench_core.cli.options import RunArgument, Switch, WorkspaceOption
from valbench_core.cli.rejudging import combined_line, judge_options
from valbench_core.errors import RunError
from valbench_core.runs import Judgement, RunReader, replicates_of, swapped_twin, tidy_table

if TYPE_CHECKING:
    import pandas as pd

    from valbench_core.analysis.agreement_report import (
        AgreementReport,
        JudgesFound,
        Lacking,
        OrderFound,
        RepeatsFound,
        Together,
    )

    Combining = Callable[..., Together | None]
    Tables = Callable[[Judgement], pd.DataFrame]


def agreement(
    run: RunArgument, /, *, where: WorkspaceOption = WorkspaceOption(), json: Switch = False
) -> int:
    """Say how far a run's judgements agree: with the order swapped, when repeated, and between judges.

    Parameters
    ----------
    json
        Print JSON.
    """
    from valbench_core.analysis.agreement_json import agreement_json
    from valbench_core.analysis.agreement_report import agreement_text

    path = where.open().find(run)
    with closing(RunReader.open_readonly(path)) as file, file.snapshot():
        report = _report(file, arguments_of(where))
    if json:
        print(jsonlib.dumps(agreement_json(report), ensure_ascii=False, indent=2))
    else:
        print(agreement_text(report))
    return 0


def _report(file: RunReader, where: Sequence[str]) -> AgreementReport:
    from valbench_core.analysis.agreement_report import AgreementReport, Together

    stored = file.judgements()
    if not stored:
        raise RunError(
            f"the run '{file.name}' has not been judged, so there is nothing to agree on; judge it with: "
            f"{command_line(['judge', file.name, *where, '--judge-model', 'ID'])}"
        )

    @cache
    def table(name: str) -> pd.DataFrame:
        return tidy_table(file, next(one for one in stored if one.name == name))

    def of(judgement: Judgement) -> pd.DataFrame:
        return table(judgement.name)

    def together(*judgements: Judgement) -> Together | None:
        derived = next((one for one in file.derived() if one.sources == judgements), None)
        return Together(derived.name, combined_line(file.name, derived, where)) if derived else None

    return AgreementReport(
        file.name,
        file.facts.illustrative or any(one.illustrative for one in stored),
        tuple(_orders(stored, of, together)),
        tuple(_repeats(stored, of, together)),
        tuple(_judges(stored, of, together)),
        tuple(_lacking(file, stored, where)),
    )


def _orders(stored: Sequence[Judgement], table: Tables, together: Combining) -> Iterator[OrderFound]:
    from valbench_core.analysis import order_agreement, order_effect
    from valbench_core.analysis.agreement_report import OrderFound

    for one in stored:
        twin = swapped_twin(one, stored)
        if one.spec.order == "normal" and twin is not None:
            both = table(one), table(twin)
            effect, agreed = order_effect(*both), order_agreement(*both)
            yield OrderFound(one.name, twin.name, effect, agreed, together(one, twin))


def _repeats(stored: Sequence[Judgement], table: Tables, together: Combining) -> Iterator[RepeatsFound]:
    from valbench_core.analysis import repeat_effect
    from valbench_core.analysis.agreement_report import RepeatsFound

    for one in stored:
        found = replicates_of(one, stored)
        if len(found) > 1 and found[0] == one:
            names = tuple(j.name for j in found)
            yield RepeatsFound(names, repeat_effect(*map(table, found)), together(*found))


def _judges(stored: Sequence[Judgement], table: Tables, together: Combining) -> Iterator[JudgesFound]:
    from valbench_core.analysis import judges_agreement
    from valbench_core.analysis.agreement_report import JudgesFound

    for protocol in dict.fromkeys(one.spec.protocol for one in stored):
        found = [one for one in _usual(stored) if one.spec.protocol == protocol]
        if len(found) > 1:
            tables = {one.name: table(one) for one in found}
            yield JudgesFound(protocol, judges_agreement(tables), together(*found))


def _lacking(file: RunReader, stored: Sequence[Judgement], where: Sequence[str]) -> Iterator[Lacking]:
    """Yield what cannot be said of the judgements in normal order, and what would make it."""
    from valbench_core.analysis.agreement_report import Lacking

    first = _usual(stored)
    for one in first:
        again = ["judge", file.name, *where, *judge_options(file, one)]
        if swapped_twin(one, stored) is None:
            yield Lacking(f"{one.name} with the order swapped", command_line([*again, "--swapped"]))
        if len(replicates_of(one, stored)) < 2:
            yield Lacking(f"{one.name} repeated", command_line([*again, "--replicate", "1"]))
    for protocol in dict.fromkeys(one.spec.protocol for one in stored):
        if sum(one.spec.protocol == protocol for one in first) < 2:
            another = ["judge", file.name, *where, "--judge-model", "ID", "--protocol", protocol]
            yield Lacking(f"another judge under protocol {protocol}", command_line(another))


def _usual(stored: Sequence[Judgement]) -> list[Judgement]:
    """Return the judgements in normal order, each without its repeats."""
    return [one for one in stored if one.spec.order == "normal" and one.spec.replicate == 0]
