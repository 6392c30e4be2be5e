"""What a name of a group may be, and which names read as one. Whose name a group bears is left to `names`."""

from __future__ import annotations

import re
from unicodedata import normalize

from valbench_core.errors import MapError
from valbench_core.schema import clean_text

LONGEST_NAME = 80
"""Characters."""
UNGROUPED_NAME = "Ungrouped"

_JOINERS = "\u200c\u200d"
"""Not printable by themselves, but part of how Persian or Hindi words are written."""
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
"""Letters and marks by their class, but drawn as nothing."""
_UNSEEN = re.compile(f"[{_JOINERS}\ufe00-\ufe0f]")
"""What a name may hold but nobody sees."""


def checked_name(name: str) -> str:
    r"""Return a name in one line with single spaces.

    Raises:
        MapError: it is too long, holds what cannot be seen, has no letter, or means something else.

    >>> checked_name("  Carbon \n tax ")
    'Carbon tax'
    """
    text = " ".join(clean_text(name).split())
    if len(text) > LONGEST_NAME:
        raise MapError(
            f"the name {quoted(text[:20] + '…')} has {len(text)} characters; "
            f"give one of at most {LONGEST_NAME}"
        )
    if not all(map(_can_be_seen, text)):
        raise MapError(f"the name {quoted(text)} holds characters that cannot be seen; give it without them")
    if not any(character.isalnum() for character in text):
        raise MapError(f"the name {quoted(text)} has no letter; give a word or two")
    _check_free(text)
    return text


def alike(name: str) -> str:
    r"""Return what names have in common that a reader takes for one.

    >>> alike("Un\u200dgrouped") == alike("UNGROUPED")
    True
    """
    return _UNSEEN.sub("", normalize("NFKC", name)).casefold()


def quoted(text: str) -> str:
    r"""Return a text in quotes for a message: nothing in it can move a cursor or turn the reading direction.

    >>> print(quoted("a\x1b[2Jb\u202ec"))
    'a\x1b[2Jb\u202ec'
    """
    # Not all beyond ASCII is escaped: a name in another script has to be recognised.
    return repr(text)


def printable(text: str) -> str:
    r"""Return a text that somebody else wrote in one line, without what cannot be seen.

    >>> printable("no\x1b[2J such\n model")
    'no�[2J such model'
    """
    line = " ".join(clean_text(text).split())
    return "".join(character if _can_be_seen(character) else "\ufffd" for character in line)


_RESERVED = {alike(UNGROUPED_NAME): "the pairs of no group", "(none)": "pairs without a value"}
"""Names that mean something else in reports, and what."""


def _check_free(text: str) -> None:
    meaning = _RESERVED.get(alike(text))
    if meaning:
        raise MapError(f"the name {quoted(text)} is kept for {meaning}; give another one")


def _can_be_seen(character: str) -> bool:
    return (character.isprintable() and character not in _BLANKS) or character in _JOINERS
