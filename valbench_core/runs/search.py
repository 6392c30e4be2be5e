"""From what a person types to an FTS5 expression that is always valid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from valbench_core.schema import clean_text

_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_PLAIN = re.compile(r"[ -^`-~]*")
"""Texts whose words are the same to FTS5 and to conditions: ASCII without the underscore."""

ODD_TEXT = "GLOB '*[^ -^`-~]*'"
"""SQL: whether a text is not plain, so that FTS5 may see other words in it than conditions do."""


def match_expression(text: str) -> str:
    """Return the expression for texts that hold all the words (or their beginnings) and the quoted phrases.

    "" where there is nothing to look for: no letter and no digit. A word of one or two Latin letters stands
    for itself alone: as a beginning it would be that of nearly every text.

    >>> match_expression('it\\'s "climate tax" C++')
    '"it\\'s"* "climate tax" "C++"'
    >>> match_expression('AND -- "')
    '"AND"*'
    """
    terms = []
    for phrase, word in _TERM.findall(clean_text(text)):
        if _says(phrase + word):
            terms.append(f'"{word}"*' if _begins(word) else f'"{word or phrase}"')
    return " ".join(terms)


def stating_expression(alternatives: Sequence[str]) -> str:
    """Return the expression for pairs whose issue and questions hold one of the alternatives of `text~`.

    A word is a whole one, unless it ends with an asterisk.

    >>> stating_expression(['tax "climate change"', "immigra*"])
    '{issue_description for_question against_question} : (("tax" "climate change") OR ("immigra"*))'
    """
    groups = [
        " ".join(
            _whole(phrase or word) for phrase, word in _TERM.findall(clean_text(text)) if _says(phrase + word)
        )
        for text in alternatives
    ]
    either = " OR ".join(f"({group})" for group in groups if group)
    return f"{{issue_description for_question against_question}} : ({either})" if either else ""


def is_plain(alternatives: Sequence[str]) -> bool:
    """Whether FTS5 and conditions see the same words in what is looked for."""
    return all(_PLAIN.fullmatch(text) for text in alternatives)


def _begins(word: str) -> bool:
    return len(re.findall(r"\w", word)) > 2 or not word.isascii()


def _says(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _whole(words: str) -> str:
    return f'"{words[:-1]}"*' if words.endswith("*") else f'"{words}"'
