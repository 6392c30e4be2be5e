"""What a hand check says of a judge as a report: the JSON object of `valbench audit --json`.

The figures come from `corrected_figures`, `judge_errors` and `audit_agreement`; the text form is left to
`audit_text`, where the labels come from to the caller.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from valbench_core.analysis.audit_agreement import AuditAgreement, judge_agreement
from valbench_core.analysis.audited import AuditSample
from valbench_core.analysis.audited_pairs import problem_counts
from valbench_core.analysis.corrected_figures import CorrectedFigure, corrected_figures, pac_without_problems
from valbench_core.analysis.judge_errors import ErrorRate, error_rate, error_rates
from valbench_core.analysis.ratings import ASPECTS, Aspect
from valbench_core.analysis.report import ReportHead, estimate_json

if TYPE_CHECKING:
    from valbench_core.analysis.agreement import Agreement
    from valbench_core.analysis.coefficient import Coefficient

AuditReport = dict[str, Any]
"""The JSON object, with plain numbers, texts, lists and None."""


@dataclass(frozen=True, slots=True)
class DrawHead:
    """What a report says about the draw whose labels it rests on."""

    id: str
    created: str
    """ISO 8601, UTC."""
    sampling: str
    """"uniform", or "doubt": half by signs of doubt."""
    pairs: int
    """Pairs of the run that may be drawn."""


def audit_report(head: ReportHead, draw: DrawHead, sample: AuditSample) -> AuditReport:
    """Return the JSON object of `audit --json`.

    Percentages are 0–100 and unrounded; what is undefined is None as a whole, or has a value of None with
    `why`. `metrics` gives each headline metric as the judge has it (`judge`), corrected for issues like these
    (`corrected`) and for this run's pairs only (`here`).
    """
    return {
        **head.as_dict(),
        "draw": asdict(draw),
        "labels": _labels(sample),
        "notes": list(sample.notes),
        "agreement": _agreement(judge_agreement(sample)) if len(sample.labels) else None,
        "errors": {
            "all": _errors(error_rate(sample)),
            "by_category": [_errors(rate) for rate in error_rates(sample, "category")],
            "by_score": [_errors(rate) for rate in error_rates(sample, "score")],
        },
        "metrics": {key: _figure(figure) for key, figure in corrected_figures(sample).items()},
        "problems": problem_counts(sample),
        "pac_without_problems": estimate_json(pac_without_problems(sample)),
    }


def _labels(sample: AuditSample) -> dict[str, Any]:
    """Return how many labels there are, of how many pairs."""
    labels = sample.labels
    by_auditors = labels[~labels["adjudication"]]
    return {
        "judged": len(sample.table),
        "drawn": sample.drawn,
        "labelled": int(labels["pair"].nunique()),
        "skipped": sample.skipped,
        "unusable": sample.unusable,
        "labels": len(by_auditors),
        "auditors": int(by_auditors["author"].nunique()),
        "adjudicated": int(labels.loc[labels["adjudication"], "pair"].nunique()),
    }


def _figure(figure: CorrectedFigure) -> dict[str, Any]:
    return {
        "judge": estimate_json(figure.naive),
        "corrected": estimate_json(figure.corrected),
        "here": estimate_json(figure.here),
        "labelled": figure.labelled,
        "disagreements": figure.disagreements,
        "more_to_halve": figure.more_to_halve,
        "floor": figure.floor,
        "why": figure.why,
    }


def _errors(rate: ErrorRate) -> dict[str, Any]:
    return {
        "group": rate.group,
        "labelled": rate.labelled,
        "differ": estimate_json(rate.estimate),
        "over": estimate_json(rate.over),
        "under": estimate_json(rate.under),
    }


def _agreement(found: AuditAgreement) -> dict[str, Any]:
    ceiling = found.ceiling
    return {
        "human_judge": _of_two(found.human_judge),
        "ceiling": ceiling
        and {
            "pairs": ceiling.pairs,
            "auditors": ceiling.auditors,
            "human_human": _of_two(ceiling.human_human),
            "human_judge": _of_two(ceiling.human_judge),
            "difference": {aspect: asdict(one) for aspect, one in ceiling.difference.items()},
        },
    }


def _of_two(found: Agreement) -> dict[str, Any]:
    return {
        "n": found.n,
        "articles": found.articles,
        "counts": found.counts.tolist(),
        "shares": found.shares.tolist(),
        "aspects": {aspect: _aspect(found, aspect, found.kappa[aspect]) for aspect in ASPECTS},
    }


def _aspect(found: Agreement, aspect: Aspect, kappa: Coefficient) -> dict[str, Any]:
    """Return κ, percent agreement and, of a flag, how often each of the two set it."""
    if aspect == "score":
        return {"kappa": asdict(kappa), "percent": estimate_json(found.percent)}
    flag = found.flags[aspect]
    shares = {"first": estimate_json(flag.first), "second": estimate_json(flag.second)}
    return {"kappa": asdict(kappa), "percent": estimate_json(flag.percent), **shares}
