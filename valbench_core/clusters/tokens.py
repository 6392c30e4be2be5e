"""Words of a text in any script: cut, told from stop words, and their forms brought together.

What is counted of them is left to `terms`.

Forms of a word are its upper and lower case, and its plural where the singular is there too. English stop
words are left out; other languages have none here. Chinese and Japanese texts are cut at other scripts, and
long runs into pairs of characters; scripts that run on without spaces otherwise (Thai, Khmer …) yield only
what stands between their spaces.
"""

from __future__ import annotations

import re

LONGEST_WORD = 40
"""Characters; what is longer is an address or a text without spaces."""

_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0eff\u1000-\u109f\u1780-\u17d3"
"""Vowel signs, which Python does not take for parts of words; and all of scripts that are full of them."""
_LETTER = f"(?:[^\\W\\d_]|[{_MARKS}])"
_TOKEN = re.compile(rf"{_LETTER}+(?:['’\-‑]\w+)*|\d\w*|\S")
"""A word, or a character that parts words."""

_KANA = "\u3040-\u309f"
_IDEOGRAPHS = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_CHINESE = re.compile(f"[{_IDEOGRAPHS}]+")
_HAS_CHINESE = re.compile(f"[{_IDEOGRAPHS}{_KANA}]")
_SHORT_ENOUGH = 4
"""Characters of a Chinese or Japanese word that is left whole."""
_PARTED = "|"

BREAK = -1
"""In place of a word: what stands on both sides is no phrase."""

_CONTENT_AFTER_ALL = frozenset({"bill", "fire", "interest", "mine", "system", "amount", "computer"})
"""Words of the usual list of stop words that issues are about."""
_FRAME = frozenset(
    {"explain", "justified", "justify", "entitled", "allow", "allowed", "allowing", "permit", "permitted"}
    | {"better", "best", "worse", "good", "bad", "wrong", "believe", "believed", "consider", "considered"}
    | {"ensure", "unnecessary", "morally", "ethically", "acceptable", "permissible"}
)
"""Words of disputing as such, which say nothing on the subject."""
_NO_PLURALS = frozenset({"news", "arms", "means", "goods", "customs"})
_CONTRACTION = re.compile(r".*(?:n't|'(?:ll|re|ve|d|m))")


def tokens(text: str) -> list[str]:
    """Return the words of a text and the characters that part them.

    >>> tokens("Same-sex marriage, the state's")
    ['Same-sex', 'marriage', ',', 'the', "state's"]
    """
    if _HAS_CHINESE.search(text):
        text = re.sub(f"[{_KANA}]+", _PARTED, _CHINESE.sub(_pieces, text))
    found: list[str] = _TOKEN.findall(text)
    return found


def _pieces(run: re.Match[str]) -> str:
    """Return a run of ideographs whole where it is short, else its pairs of characters.

    >>> _CHINESE.sub(_pieces, "死刑 国民投票法")
    '|死刑| |国民|民投|投票|票法|'
    """
    found = run.group()
    pairs = [found[at : at + 2] for at in range(len(found) - 1)]
    pieces = [found] if len(found) <= _SHORT_ENOUGH else pairs
    return _PARTED + _PARTED.join(pieces) + _PARTED


class Vocabulary(dict[str, int]):
    """Numbers of words as they are written, given as they appear; `BREAK` for what is no word that counts."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self._stop_words = _stop_words()

    def __missing__(self, token: str) -> int:
        number = len(self.written) if self._says_something(token) else BREAK
        if number != BREAK:
            self.written.append(token)
        self[token] = number
        return number

    def _says_something(self, token: str) -> bool:
        word = folded(token)
        if not 1 < len(word) <= LONGEST_WORD:
            return bool(_CHINESE.fullmatch(token))
        return word not in self._stop_words and not _CONTRACTION.fullmatch(word)


def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS - _CONTENT_AFTER_ALL | _FRAME)


def folded(word: str) -> str:
    """Return a word without case and possessive ending.

    >>> folded("State’s")
    'state'
    """
    return word.casefold().replace("’", "'").replace("‑", "-").removesuffix("'s")


def singular(word: str, known: frozenset[str]) -> str:
    """Return the singular of a plural, if it is among the known words; else the word.

    >>> [singular(word, frozenset({"tax", "city", "law", "new", "pres"})) for word in
    ...     ("taxes", "cities", "laws", "news", "press")]
    ['tax', 'city', 'law', 'news', 'press']
    """
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _NO_PLURALS:
        return word
    found = (word.removesuffix(end) + instead for end, instead in (("ies", "y"), ("s", ""), ("es", "")))
    return next((one for one in found if len(one) > 2 and one in known), word)


def without_possessive(word: str) -> str:
    """Return a word as it stands without a possessive ending.

    >>> without_possessive("Congress’s")
    'Congress'
    """
    return re.sub(r"['’]s$", "", word)


def overlap(one: str, other: str) -> bool:
    """Whether two Chinese or Japanese terms share a character, as pairs cut from one word do.

    >>> overlap("国民", "民投"), overlap("carbon", "car")
    (True, False)
    """
    return bool(_CHINESE.match(one)) and bool(set(one) & set(other))
