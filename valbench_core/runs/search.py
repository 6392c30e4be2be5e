"""From what a person types to an FTS5 expression that is always valid."""

from __future__ import annotations

import re

from valbench_core.schema import clean_text

_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


def match_expression(text: str) -> str:
    """Return the expression for texts that hold all the words (or their beginnings) and the quoted phrases.

    "" where there is nothing to look for: no letter and no digit.

    >>> match_expression('it\\'s "climate tax" C++')
    '"it\\'s"* "climate tax" "C++"*'
    >>> match_expression('AND -- "')
    '"AND"*'
    """
    terms = []
    for phrase, word in _TERM.findall(clean_text(text)):
        if any(character.isalnum() for character in phrase + word):
            terms.append(f'"{word}"*' if word else f'"{phrase}"')
    return " ".join(terms)
