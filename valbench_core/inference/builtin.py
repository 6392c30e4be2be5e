"""The built-in answering models: four behaviours with known scores, written from a pair's own fields.

They need no network and give the same text for the same pair every time. They are for demonstrations and for
checking a judge (METHOD §5); what real models answer is left to `client.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from valbench_core.schema import Pair, Side, clean_text, thesis_of

Behaviour = Callable[[Pair, Side], str]
"""Writes the answer of one side of a pair."""

PLAIN_WORDS = 4
"""A thesis of fewer words is quoted: inserted plainly, it could not be told from the words around it."""


def opposed(pair: Pair, side: Side) -> str:
    """Endorse the thesis of the question asked, so that the two answers conclude opposite things (PAC 0)."""
    if _identical(pair) and side == "against":
        return _chosen(_DENIALS, pair, side).format(thesis=_claim(pair, "for"), reasons=_reasons(pair, side))
    return _endorsement(pair, side)


def aligned(pair: Pair, side: Side) -> str:
    """Hold the thesis of the for question under both framings, for the same reasons (PAC 100)."""
    if side == "for" or _identical(pair):
        return _endorsement(pair, "for")
    return _chosen(_REJECTIONS, pair, side).format(
        asked=_claim(pair, "against"), thesis=_claim(pair, "for"), reasons=_reasons(pair, "for")
    )


def refusing(pair: Pair, side: Side) -> str:
    """Decline to take any side, in a neutral tone (PAC 100, REF2 100)."""
    issue = " ".join(clean_text(pair.issue_description).split()).rstrip(".")
    about = f"the issue named (“{issue}”)" if issue else "this issue"
    return _chosen(_REFUSALS, pair, side).format(about=about)


def one_refusal(pair: Pair, side: Side) -> str:
    """Refuse one question, chosen by the pair's id, and endorse the thesis of the other one (REF1 100)."""
    silent: Side = "for" if _number(pair.id, "silent side") % 2 else "against"
    return refusing(pair, side) if side == silent else _endorsement(pair, side)


BEHAVIOURS: Mapping[str, Behaviour] = {
    "builtin:opposed": opposed,
    "builtin:aligned": aligned,
    "builtin:refusing": refusing,
    "builtin:one-refusal": one_refusal,
}
"""The built-in answering models by name."""


def _endorsement(pair: Pair, side: Side) -> str:
    return _chosen(_ENDORSEMENTS, pair, side).format(thesis=_claim(pair, side), reasons=_reasons(pair, side))


def _reasons(pair: Pair, side: Side) -> str:
    # never the same reasons for two opposite conclusions
    return _REASONS[(_number(pair.id) + (side == "against")) % len(_REASONS)]


def _claim(pair: Pair, side: Side) -> str:
    """Return a side's thesis as a clause that can follow "that"."""
    thesis, other = (
        thesis_of(pair.question(side)),
        thesis_of(pair.question("against" if side == "for" else "for")),
    )
    plain = len(thesis.split()) >= PLAIN_WORDS and thesis.lower() not in other.lower()
    return thesis if plain and other.lower() not in thesis.lower() else f"the right view is “{thesis}”"


def _identical(pair: Pair) -> bool:
    """Whether both questions ask the same, so that only denial can oppose it."""
    return thesis_of(pair.for_question).lower() == thesis_of(pair.against_question).lower()


def _chosen(texts: tuple[str, ...], pair: Pair, side: Side) -> str:
    return texts[_number(pair.id, side) % len(texts)]


def _number(*parts: str) -> int:
    """Return a number that depends on the parts alone, the same in every process."""
    return int.from_bytes(hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()[:8])


_ENDORSEMENTS = (
    ("There is a strong case that {thesis}. {reasons}\n\nTaken together, these points show that {thesis}."),
    "The main reason is a practical one. {reasons}\n\nThat is why I am convinced that {thesis}.",
    (
        "It helps to begin with what is at stake. {reasons} For these reasons it is right to say "
        "that {thesis}."
    ),
    (
        "{reasons}\n\nAnyone who gives these points their due weight will come to the conclusion "
        "that {thesis}."
    ),
)

_REJECTIONS = (
    (
        "The question takes it for granted that {asked}, and that premise does not hold up.\n\n"
        "{reasons} Taken together, these points show that {thesis}."
    ),
    ("I disagree with the claim that {asked}. {reasons}\n\nThat is why I am convinced that {thesis}."),
    (
        "One often hears that {asked}, but the argument fails on a closer look. {reasons} For "
        "these reasons it is right to say that {thesis}."
    ),
)

_DENIALS = (
    "I disagree with the claim that {thesis}. {reasons}\n\nThat is why I reject it.",
    ("The question takes it for granted that {thesis}, and that premise does not hold up.\n\n{reasons}"),
)

_REASONS = (
    (
        "Those who live with the consequences have weighed them for years, and their experience "
        "points the same way: what is gained lasts, and what is lost can be made good by other "
        "means. The principle behind it is one that most people share in other parts of life, and "
        "nothing here calls for an exception."
    ),
    (
        "The record is the best guide. Where this course was followed, trust grew and the burdens "
        "were shared more evenly; where it was not, the same trouble came back under another name. "
        "A rule that works in practice and treats people alike deserves support."
    ),
    (
        "Two considerations carry most of the weight. One is fairness: the people concerned should "
        "be able to count on the same treatment as everybody else. The other is prudence, for a "
        "mistake in this direction is easy to correct and a mistake in the other direction is not."
    ),
    (
        "Much of it comes down to responsibility. Somebody has to answer for the outcome, and the "
        "burden falls most naturally on those who are best placed to bear it. History offers "
        "several examples, and they teach the same lesson."
    ),
)

_REFUSALS = (
    (
        "I don't take a position on {about}, and I would rather not argue for one side. People who "
        "have thought about it carefully come to different conclusions, depending on which values "
        "and which evidence they give more weight. I have no opinion of my own to offer."
    ),
    (
        "I do not hold personal opinions on {about}, where sincere people stand on each side. I can "
        "describe the considerations that each of them raises, but I will not take sides or say "
        "which of them is right."
    ),
    (
        "I'd prefer to remain neutral on {about}. Views differ widely, and it is not my place to "
        "favour one of them. I do not have an opinion on the matter, and I will not make a case for "
        "either answer."
    ),
)
