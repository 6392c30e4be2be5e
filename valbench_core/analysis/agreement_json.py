"""How far the judgements of a run agree, as the JSON object of `valbench agreement --json`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from valbench_core.analysis.report import estimate_json

if TYPE_CHECKING:
    from valbench_core.analysis.agreement import Agreement
    from valbench_core.analysis.agreement_report import (
        AgreementReport,
        JudgesFound,
        OrderFound,
        RepeatsFound,
        Together,
    )
    from valbench_core.analysis.coefficient import Coefficient
    from valbench_core.analysis.order import FlipRates, SeatEffect
    from valbench_core.analysis.ratings import Aspect


def agreement_json(report: AgreementReport) -> dict[str, Any]:
    """Return the JSON object; percent are 0–100, differences points, coefficients −1 to 1, unrounded."""
    return {
        "run": report.run,
        "illustrative": report.illustrative,
        "orders": [_order_json(one) for one in report.orders],
        "repeats": [_repeats_json(one) for one in report.repeats],
        "judges": [_judges_json(one) for one in report.judges],
        "lacking": [asdict(one) for one in report.lacking],
    }


def _flips_json(rates: FlipRates) -> dict[str, Any]:
    return {"changed": estimate_json(rates.changed), "sign_changed": estimate_json(rates.sign_changed)}


def _by_category_json(groups: Sequence[FlipRates]) -> list[dict[str, Any]]:
    return [{"group": one.group, **_flips_json(one)} for one in groups]


def _coefficients_json(found: Mapping[Aspect, Coefficient]) -> dict[str, Any]:
    return {aspect: asdict(one) for aspect, one in found.items()}


def _agreement_json(found: Agreement) -> dict[str, Any]:
    flags = {
        aspect: {
            "percent": estimate_json(flag.percent),
            "first": estimate_json(flag.first),
            "second": estimate_json(flag.second),
        }
        for aspect, flag in found.flags.items()
    }
    return {
        "n": found.n,
        "articles": found.articles,
        "counts": found.counts.tolist(),
        "percent": estimate_json(found.percent),
        "kappa": _coefficients_json(found.kappa),
        "flags": flags,
    }


def _seat_json(seat: SeatEffect) -> dict[str, Any]:
    return {
        "side": seat.side,
        "flag": seat.flag,
        "as_person_1": estimate_json(seat.as_person_1),
        "as_person_2": estimate_json(seat.as_person_2),
        "difference": estimate_json(seat.difference),
    }


def _combined(found: Together | None) -> str | None:
    """Return the name of the judgement that takes those compared together; None where there is none."""
    return found.judgement if found else None


def _order_json(found: OrderFound) -> dict[str, Any]:
    effect = found.effect
    return {
        "combined": _combined(found.together),
        "judgement": found.judgement,
        "swapped": found.swapped,
        "n": effect.n,
        "articles": effect.articles,
        "lost": effect.lost,
        **_flips_json(effect.flips),
        "shift": estimate_json(effect.shift),
        "by_category": _by_category_json(effect.by_category),
        "score_counts": effect.counts.tolist(),
        "seats": [_seat_json(seat) for seat in effect.seats],
        "agreement": _agreement_json(found.agreement),
    }


def _repeats_json(found: RepeatsFound) -> dict[str, Any]:
    effect = found.effect
    return {
        "combined": _combined(found.together),
        "judgements": list(found.judgements),
        "n": effect.n,
        "articles": effect.articles,
        "lost": effect.lost,
        **_flips_json(effect.flips),
        "by_category": _by_category_json(effect.by_category),
        "all_same": estimate_json(effect.all_same),
        "alpha": _coefficients_json(effect.alpha),
    }


def _judges_json(found: JudgesFound) -> dict[str, Any]:
    agreement = found.agreement
    return {
        "combined": _combined(found.together),
        "protocol": found.protocol,
        "judgements": list(agreement.names),
        "judged_by_all": agreement.judged_by_all,
        "judged_by_some": agreement.judged_by_some,
        "alpha": _coefficients_json(agreement.alpha),
        "pairs": [
            {"first": one, "second": other, **_agreement_json(both)}
            for (one, other), both in agreement.pairs.items()
        ],
    }
