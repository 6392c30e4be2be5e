"""Whether a judge's words say something: flags narrow enough to stand beside the scores.

Judges write "None." or "No points of agreement" where there is nothing to say, and "Declines to take a side"
where there is no position. The rules read English; a text they do not know counts as saying something.
"""

from __future__ import annotations

import re

_NOTHING_AT_MOST = 200
"""Characters of a text that may still amount to "none": a longer one gives points after all."""

_NOTHING = re.compile(
    r"""\W*
    (?: (?:there\ (?:is|are) | they\ (?:have|share)
        | the\ (?:two\ )?(?:answers|responses|persons|people)\ (?:have|share)) \W* )?
    (?: none | nothing | no | n/?a | nil | not\ applicable | not\ any )\b (?!\ of\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_YET = re.compile(r"\b(?:but|however|except|although|though|while|apart|besides|other than)\b", re.IGNORECASE)

_NO_POSITION = re.compile(
    r"""\b(?:
        (?: declin | refus | disclaim | abstain | withh[eo]ld )\w*
        | (?: takes? | taking | states? | expresses | offers? | gives? | provides? | holds? | has
          | reach(?:es)? )\ no
          \ (?: clear\  | explicit\  | definite\  )?
          (?: position | stance | opinion | side | view | information | conclusion )
        | (?: do(?:es)? | did )\ not
          \ (?: take | state | express | offer | give | provide | hold | have | know )
        | no\ (?: clear\  | explicit\  )?
          (?: position | stance | opinion | information | knowledge | reliable )
        | (?: lacks? | lacking | without )\ (?: the\  | any\  | enough\  | sufficient\  | critical\  )?
          (?: information | knowledge | details | documents | facts )
        | knows?\ nothing | unknown\ to\ it | unable\ to | cannot\ (?: take | say | assess | judge | answer )
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = 120
"""Characters in which a description of an answer says that it takes no position."""


def says_something(text: str) -> bool:
    """Return whether a text gives any point.

    >>> [says_something(text) for text in ("Both cite cost.", "None.", "None but cost")]
    [True, False, True]
    """
    words = text.strip()
    if not any(character.isalnum() for character in words):
        return False
    short = len(words) <= _NOTHING_AT_MOST and not _YET.search(words)
    return not (short and _NOTHING.match(words))


def takes_position(text: str) -> bool:
    """Return whether what a judge took for a position is one.

    >>> [takes_position(t) for t in ("Favours the ban.", "Declines to take a side and lists both.", "")]
    [True, False, False]
    """
    return says_something(text) and not _NO_POSITION.search(text[:_OPENING])
