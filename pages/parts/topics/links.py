"""From a group of pairs to the list of these pairs."""

from __future__ import annotations

from pages.parts import data
from pages.parts.id_links import id_field
from pages.parts.links import PairsLink
from pages.parts.topics.choosing import CROSS
from valbench_core.analysis import OUTCOME_SHARES, GroupSummary
from valbench_core.schema import Outcome

_JUDGED = tuple(outcome.value for outcome in Outcome if outcome.key in OUTCOME_SHARES)


def pairs_of(run: data.Run, by: str, group: GroupSummary, metric: str = "", refusal: str = "") -> PairsLink:
    """Return the link to the judged pairs of a group.

    Args:
        run: the run shown.
        by: what pairs are grouped by, as in the URL of topics.
        group: one of these groups.
        metric: where this is the share of an outcome, only the pairs of that outcome.
        refusal: only the pairs in which this side alone is refused, "for" or "against".
    """
    n = group.summary.n
    outcome = tuple(o.value for o in Outcome if o.key == metric and metric in OUTCOME_SHARES)
    if not outcome and not refusal and n.judged < n.asked:
        outcome = _JUDGED
    refusals = (refusal,) if refusal else ()
    if by == "article":
        if group.group != group.parts[0]:
            return PairsLink(article=(group.group,), outcome=outcome, refusal=refusals)
        ids = id_field(data.article_pairs(run, group.parts[0]))
        return PairsLink(id=ids, outcome=outcome, refusal=refusals)
    values = dict(zip(("category", "issue_scale") if by == CROSS else (by,), group.parts, strict=True))
    return PairsLink(
        category=(values["category"],) if "category" in values else (),
        issue_scale=(values["issue_scale"],) if "issue_scale" in values else (),
        outcome=outcome,
        refusal=refusals,
    )
