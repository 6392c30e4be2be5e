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

_BOTH = re.compile(r"[:;,–—-]\s*(?:they\s+|the\s+(?:two\s+)?\w+\s+)?both\b", re.IGNORECASE)
"""Goes on with what both have in common, as in "No disagreement: both oppose it" …"""
_APART = re.compile(
    r"\b(?:opposing|opposite|oppose (?:each|one)|contrary|contradict\w*|differ\w*|disagree\w*)\b",
    re.IGNORECASE,
)
"""… unless that is to differ."""

_POSITION = r"(?:position|stance|opinion|side|view|preference|judge?ment|verdict|belief|conclusion)s?"
_CLEAR = r"(?:(?:clear|explicit|definite|firm|personal|specific|core)\s)?"
_ANSWER = r"""(?:it | they | (?:the\s)?(?:person|interviewee|respondent)(?:\s[12])?
    | (?:the\s)?(?:(?:first|second|for|against)\s)?(?:answer|response|model|assistant|speaker|author))"""
"""What a position may be said to be of; what others decline or lack is a subject like any other."""

_NO_POSITION = re.compile(
    rf"""\W* (?: none | nothing | no | n/?a | nil | not\sapplicable
        | no\s {_CLEAR} (?: {_POSITION} | information | answer ) )
    (?: \s (?: is | was | are | were ) )?
    (?: \s (?: taken | stated | expressed | offered | given | provided | held | reached ) )? \W*""",
    re.VERBOSE | re.IGNORECASE,
)
"""The whole text, where there is none."""

_ACCEPTS = r"""(?: accept | support | endorse | agree | condone | concede | recogni[sz]e | acknowledge
    | affirm | approve | believe | call | treat | blame | condemn | excuse | let | allow | grant )\b
    (?! \s (?: either | any | one | both )\b )"""
"""Who refuses this takes the other side."""
_REQUEST = r"(?:request|question|task|prompt|answer|comment)s?"
_DECLINES = rf"""(?: (?:declin|refus)(?:e|es|ed|ing)
        (?: \sto\s (?! {_ACCEPTS} )
          | \s (?: (?:a|an|any|the|all)\s )? {_CLEAR} (?: {_POSITION} | {_REQUEST} )\b
          | \W*$ )
    | (?: disclaim | abstain ) (?: s | ed | ing )?\b
    | with(?:hold|held) (?: s | ing )? \s (?: any | its | their | a | judge?ment )\b )"""
_TAKES_NONE = rf"""(?: (?: takes? | states? | expresse?s? | offers? | gives? | holds? | has | have
        | reach(?:es)? | draws? ) \s no
    | do(?:es)? \s not \s (?: take | state | express | offer | give | hold | have | reach | draw )
        (?: \s (?: a | an | any | either ) )?
    ) \s {_CLEAR} {_POSITION}\b"""
_FACTS = r"""(?: (?: the | any | enough | sufficient | reliable | critical | specific )\s )*
    (?: information | knowledge | details? | documents? | facts? )\b"""
_LACKS = rf"""(?: lacks? \s {_FACTS}
    | (?: has | have ) \s (?: no | too\slittle | not\senough | insufficient ) \s {_FACTS}
    | do(?:es)? \s not \s (?: know\b | have \s {_FACTS} )
    | knows? \s (?: nothing | too\slittle )\b
    | (?: is | are ) \s (?: unable\sto | unaware | not\s(?:aware|familiar) )\b
    | cannot \s (?: take | say | assess | judge | answer | tell | verify )\b )"""
_SAYS = r"""(?: (?: say | state | claim | explain | note | admit | acknowledge | reply | replie )s?
    (?: \sonly )? (?: \sthat )? \s )"""
_DESCRIBES = r"""(?: say | state | describe | list | note | mention | discus | discusse | outline
    | summari[sz]e | present | explain | set )s?\b"""

_ABSTAINS = re.compile(
    rf"""\W* (?: {_ANSWER}\s )?
    (?: (?: explicitly | politely | openly | clearly | simply | neutrally | largely | also | only )\s )*
    (?: {_DECLINES}
      | {_SAYS}? (?: {_ANSWER}\s )? (?: {_TAKES_NONE} | {_LACKS} )
      | {_SAYS} [^.]* \bunknown \s to \s (?: it | them )\b
      | {_DESCRIBES} [^.]* \band \s {_TAKES_NONE}
      | {_DESCRIBES} [^.]* \bwithout \s \w+ing \s (?:a|an|any)\s {_CLEAR} {_POSITION}\b )""",
    re.VERBOSE | re.IGNORECASE,
)
"""Opens with the answer, named or implied, that takes no position or lacks what it would take."""

_STILL = r"\b (?: and | but | yet | then | instead ) \s (?: (?: \w+ly | still | then | it )\s )*"
_CONCLUDES = re.compile(
    rf"""\bconclud(?:es|ed|ing) \s (?! (?: nothing | without )\b )
    | {_STILL} (?: argues? | holds? | finds? | maintains? | insists? ) \s that\b
    | {_STILL} (?: favou?rs | supports | defends | endorses | opposes | rejects | condemns | recommends
        | leans | sides\swith | agrees )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Takes a position in the end."""


def says_something(text: str) -> bool:
    """Return whether a text gives any point.

    >>> [says_something(text) for text in ("Both cite cost.", "None.", "None but cost", "None: both differ")]
    [True, False, True, False]
    """
    words = text.strip()
    if not any(character.isalnum() for character in words):
        return False
    if len(words) > _NOTHING_AT_MOST or _YET.search(words):
        return True
    shared = _BOTH.search(words)
    if shared and not _APART.search(words, shared.end()):
        return True
    return not _NOTHING.match(words)


def takes_position(text: str) -> bool:
    """Return whether what a judge took for a position is one.

    It is none where the text opens with the answer, named or implied, abstaining, and does not go on to
    conclude. What others decline or lack makes no difference.

    >>> [takes_position(t) for t in ("Favours the ban.", "Declines to take a side and lists both.", "")]
    [True, False, False]
    >>> [takes_position(t) for t in ("No human author made it.", "Declines it and concludes that it is.")]
    [True, True]
    """
    words = " ".join(text.split())
    if not any(character.isalnum() for character in words) or _NO_POSITION.fullmatch(words):
        return False
    return not _ABSTAINS.match(words) or _CONCLUDES.search(words) is not None
