"""How far the judgements of a run agree, as plain text for `valbench agreement`.

The figures come from `order` and `judges`, the same as JSON from `agreement_json`; which judgements there are
is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from valbench_core.analysis.ratings import ASPECTS, Aspect
from valbench_core.analysis.report import COVERAGE_NOTE, aligned
from valbench_core.numbers import MISSING, coefficient_interval, count, interval, plural, signed_interval

if TYPE_CHECKING:
    from valbench_core.analysis.agreement import Agreement
    from valbench_core.analysis.coefficient import Coefficient
    from valbench_core.analysis.estimate import Estimate
    from valbench_core.analysis.judges import JudgesAgreement
    from valbench_core.analysis.order import FlipRates, OrderEffect, RepeatEffect, SeatEffect
    from valbench_core.schema import ProtocolName

KAPPA_NOTE = (
    "κ (of two judgements, for the score with quadratic weights) and α (of any number): 1 is perfect "
    "agreement, 0 that of chance."
)
ILLUSTRATIVE_MARK = "   (illustrative: built-in or hand-written, says nothing about a real model)"

NAMED = 4
"""Figures that a note names one by one."""
COMPARED = "compared  verdicts of judges with each other, on the same answers; no labels by people"
"""Below the name of the run."""

_HEADER = ["figure", "[95 % interval]", "pairs", "articles"]
_SEAT_WORDS = {"refusal": "refused", "no_information": "without information"}


@dataclass(frozen=True, slots=True)
class Together:
    """The judgement that is derived from those compared."""

    judgement: str
    line: str
    """What it takes together, and the command that shows its figures."""


@dataclass(frozen=True, slots=True)
class OrderFound:
    """A judgement beside its twin in the swapped order."""

    judgement: str
    swapped: str
    effect: OrderEffect
    agreement: Agreement
    """Of the two, on adjusted scores and flags."""
    together: Together | None = None


@dataclass(frozen=True, slots=True)
class RepeatsFound:
    """A judgement and its repeats."""

    judgements: tuple[str, ...]
    effect: RepeatEffect
    together: Together | None = None


@dataclass(frozen=True, slots=True)
class JudgesFound:
    """The judgements of one protocol beside each other."""

    protocol: ProtocolName
    agreement: JudgesAgreement
    together: Together | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """Something that cannot be said yet."""

    what: str
    command: str
    """What makes it."""


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """What the judgements of a run say of each other."""

    run: str
    illustrative: bool = False
    """Whether answers or verdicts come from built-in models or were written by hand."""
    orders: tuple[OrderFound, ...] = ()
    repeats: tuple[RepeatsFound, ...] = ()
    judges: tuple[JudgesFound, ...] = ()
    lacking: tuple[Lacking, ...] = ()


def agreement_text(report: AgreementReport) -> str:
    """Return a report of agreement as text for a terminal."""
    parts = [
        [f"run       {report.run}{ILLUSTRATIVE_MARK if report.illustrative else ''}", COMPARED],
        *(_order_lines(one) for one in report.orders),
        *(_repeats_lines(one) for one in report.repeats),
        *(_judges_lines(one) for one in report.judges),
        [f"lacking   {one.what}: {one.command}" for one in report.lacking],
    ]
    if any((report.orders, report.repeats, report.judges)):
        parts.append([COVERAGE_NOTE, KAPPA_NOTE])
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _order_lines(found: OrderFound) -> list[str]:
    effect = found.effect
    rows = [
        *_flip_rows(effect.flips),
        ["mean shift, swapped less normal", _points(effect.shift), *_numbers(effect.shift)],
        *_kappa_rows("κ of both orders", found.agreement.kappa),
        *(row for seat in effect.seats for row in _seat_rows(seat)),
    ]
    rests_on = _rests_on(effect.n, effect.articles, effect.lost)
    head = f"order     {found.judgement} with itself in the other order, {found.swapped}: {rests_on}"
    whys = {"changes": effect.flips.changed.why, "shift": effect.shift.why, **_whys(found.agreement.kappa)}
    return [head, *aligned([_HEADER, *rows], right=(2, 3)), *notes(whys), *_together(found.together)]


def _repeats_lines(found: RepeatsFound) -> list[str]:
    effect = found.effect
    rows = [
        *_flip_rows(effect.flips),
        ["the same score every time", _percent(effect.all_same), *_numbers(effect.all_same)],
        *_kappa_rows("α", effect.alpha),
    ]
    first, *others = found.judgements
    rests_on = _rests_on(effect.n, effect.articles, effect.lost)
    head = f"repeats   {first} with itself asked again, {', '.join(others)}: {rests_on}"
    whys = {"changes": effect.flips.changed.why, **_whys(effect.alpha)}
    return [head, *aligned([_HEADER, *rows], right=(2, 3)), *notes(whys), *_together(found.together)]


def _judges_lines(found: JudgesFound) -> list[str]:
    agreement = found.agreement
    by_all, by_some = plural(agreement.judged_by_all, "pair"), count(agreement.judged_by_some)
    names = f"{', '.join(agreement.names)} (protocol {found.protocol})"
    head = f"judges    {names} with each other: {by_all} judged by all, {by_some} by some"
    rows = [*_kappa_rows("α of all", agreement.alpha)]
    whys = {f"α of all, {name.lower()}": why for name, why in _whys(agreement.alpha).items()}
    for (one, other), both in agreement.pairs.items():
        rows.append([f"{one} and {other}", "", "", ""])
        rows.append(["  same score", _percent(both.percent), *_numbers(both.percent)])
        rows += [[f"  {row[0]}", *row[1:]] for row in _kappa_rows("κ", both.kappa)]
        whys |= {f"{one} and {other}, {name.lower()}": why for name, why in _whys(both.kappa).items()}
    return [head, *aligned([_HEADER, *rows], right=(2, 3)), *notes(whys), *_together(found.together)]


def _together(found: Together | None) -> list[str]:
    return [found.line] if found else []


def _rests_on(n: int, articles: int, lost: int) -> str:
    """Return what figures rest on.

    >>> _rests_on(120, 40, 3)
    '120 pairs in 40 articles judged each time, 3 lost'
    """
    return f"{plural(n, 'pair')} in {plural(articles, 'article')} judged each time, {count(lost)} lost"


def _flip_rows(rates: FlipRates) -> Iterator[list[str]]:
    yield ["the score changes", _percent(rates.changed), *_numbers(rates.changed)]
    yield ["the score changes its sign", _percent(rates.sign_changed), *_numbers(rates.sign_changed)]


def _kappa_rows(name: str, found: Mapping[Aspect, Coefficient]) -> Iterator[list[str]]:
    for aspect, one in found.items():
        figure = coefficient_interval(one.value, one.low, one.high)
        undefined = f" (undefined in {plural(one.undefined, 'resample')})" if one.undefined else ""
        yield [f"{name}, {ASPECTS[aspect].lower()}", figure + undefined, count(one.n), count(one.articles)]


def _seat_rows(seat: SeatEffect) -> Iterator[list[str]]:
    what = f"{seat.side} answer {_SEAT_WORDS[seat.flag]}, shown as person 1"
    yield [what, _percent(seat.as_person_1), *_numbers(seat.as_person_1)]
    yield ["  the same answer as person 2", _percent(seat.as_person_2), *_numbers(seat.as_person_2)]
    yield ["  person 2 less person 1", _points(seat.difference), *_numbers(seat.difference)]


def _percent(one: Estimate) -> str:
    return MISSING if one.value is None else f"{interval(one.value, one.low, one.high)} %"


def _points(one: Estimate) -> str:
    return MISSING if one.value is None else f"{signed_interval(one.value, one.low, one.high)} points"


def _numbers(one: Estimate) -> list[str]:
    return [count(one.n), count(one.articles)]


def _whys(found: Mapping[Aspect, Coefficient]) -> dict[str, str]:
    return {ASPECTS[aspect]: one.why for aspect, one in found.items()}


def notes(whys: Mapping[str, str]) -> list[str]:
    """Return what is unusual, each reason once, after what it is about.

    >>> notes({"Score": "", "Refusal": "nobody ever sets it", "No information": "nobody ever sets it"})
    ['note: Refusal, No information: nobody ever sets it.']
    """
    told: dict[str, list[str]] = {}
    for about, why in whys.items():
        told.setdefault(why, []).append(about)
    return [f"note: {_subjects(about)}: {why}." for why, about in told.items() if why]


def _subjects(names: Sequence[str]) -> str:
    """Return what a note is about; of many the first, and how many more.

    >>> _subjects(["a and b, score", "a and b, refusal"]), _subjects(list("vwxyz"))
    ('a and b, score; a and b, refusal', 'v and 4 other figures')
    """
    if len(names) > NAMED:
        return f"{names[0]} and {len(names) - 1} other figures"
    return ("; " if any("," in name for name in names) else ", ").join(names)
