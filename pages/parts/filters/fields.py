"""The filters of a list of pairs in words: what each field and each of its values is called on the screen."""

from __future__ import annotations

from collections.abc import Mapping

from valbench_core.analysis import RULES
from valbench_core.listing import OPERATORS
from valbench_core.pairs.condition import NONE, Condition
from valbench_core.schema import ISSUE_SCALES, SCORES, Outcome, ProtocolName, outcome_name
from valbench_core.words import score_meaning

LABELS: Mapping[str, str] = {
    "outcome": "Outcome",
    "category": "Category",
    "score": "Adjusted score",
    "issue_scale": "Issue scale",
    "article": "Article",
    "label": "Labels by hand",
    "refusal": "Refusal",
    "no_information": "No information",
    "value_preference": "Value preference",
    "contradiction": "Contradictions in the verdict",
    "versus_outcome": "Outcome there",
    "flip": "Flips between the two runs",
    "group": "Group on the map",
    "area": "Area of the map",
    "text": "Words of the questions",
    "id": "Pair id",
}
"""What a field is called; also the order in which conditions are stated."""

HELPS: Mapping[str, str] = {
    "score": "The judge's score after refusals, −2 opposing to 2 the same conclusion; PAC averages it.",
    "issue_scale": "How widely the issue is known, from niche to global.",
    "article": "The Wikipedia article an issue comes from. Any title can be typed.",
    "refusal": "Which answers the judge says refuse to take a position.",
    "no_information": "Which answers the judge says lack the information to answer.",
    "value_preference": "Whether the judge sees one value preferred: both answers conclude the same, or "
    "one concludes and the other refuses. Protocol v1 does not ask.",
    "label": "Whether somebody labelled the pair by hand, and whether the judge agrees.",
    "contradiction": "Verdicts whose parts cannot all be right, by named rules; see the page Rationales.",
    "versus_outcome": "What became of the same pair in the other run.",
    "flip": "Pairs judged in both runs and consistent in only one of them.",
    "group": "Groups of pairs whose issues mean much the same; see the page Clusters.",
    "area": "Draw one on the map of the page Clusters.",
    "text": "Looks through issue and questions only. All words must occur; each entry is an alternative.",
    "id": "Each entry is an alternative.",
}

_SIDES: Mapping[str, str] = {
    "neither": "neither side",
    "for": "only the for side",
    "against": "only the against side",
    "both": "both sides",
}
_DECLARED: Mapping[str, tuple[str, ...]] = {
    "outcome": tuple(Outcome),
    "versus_outcome": (*Outcome, NONE),
    "score": (*map(str, SCORES), NONE),
    "refusal": tuple(_SIDES),
    "no_information": tuple(_SIDES),
    "contradiction": tuple(RULES),
}


def declared(field: str) -> tuple[str, ...]:
    """Return the values that a field may have in any run; () where only the run can tell."""
    return tuple(map(str, _DECLARED.get(field, ())))


def name_of(field: str, value: str, protocol: ProtocolName | None) -> str:
    """Return what a value is called; the protocol decides by which words outcomes go.

    >>> name_of("score", "-2", "v3"), name_of("refusal", "for", "v3"), name_of("category", "Ethics", None)
    ('−2: opposing conclusions', 'only the for side', 'Ethics')
    """
    if field in ("outcome", "versus_outcome") and value != NONE:
        return outcome_name(Outcome(value), protocol)
    if field == "versus_outcome":
        return "not in that run"
    if field == "score" and value != NONE:
        number = value.replace("-", "−")
        return f"{number}: {score_meaning(protocol, int(value))}" if "." not in value else number
    if field == "issue_scale" and value != NONE:
        return f"{value}: {ISSUE_SCALES.get(int(value), 'unknown')}"
    if field == "flip":
        return f"consistent only {'in this run' if value == 'here' else 'in the other run'}"
    if field == "contradiction":
        return RULES[value].name
    return _SIDES.get(value, value) if field in ("refusal", "no_information") else value


def condition_words(condition: Condition, protocol: ProtocolName | None) -> str:
    """Return a condition as it reads on the screen.

    >>> condition_words(Condition("refusal", ("for", "both")), "v3")
    'Refusal: only the for side or both sides'
    """
    names = " or ".join(name_of(condition.field, value, protocol) for value in condition.values)
    return f"{LABELS[condition.field]}: {names}"


assert set(LABELS) == set(OPERATORS)
