"""Which pairs of a run hold what somebody looks for: ordinals as arrays, fast also where 100,000 are found.

What is typed becomes an expression for the index in `search`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from valbench_core.pairs import Condition
from valbench_core.runs.reading import RunReader, verdict_range
from valbench_core.runs.records import Judgement
from valbench_core.runs.rows import ORDINAL_BITS, REPLICATE_BITS
from valbench_core.runs.search import ODD_TEXT, is_plain, match_expression, stating_expression
from valbench_core.schema import Pair

if TYPE_CHECKING:
    import numpy as np

    Ordinals = np.ndarray[Any, np.dtype[np.int64]]

_IN_PAIRS = "SELECT rowid FROM pair_search WHERE pair_search MATCH :text"
_IN_ANSWERS = "SELECT rowid FROM response_search WHERE response_search MATCH :text"
_IN_VERDICTS = (
    "SELECT rowid FROM verdict_search WHERE verdict_search MATCH :text AND rowid BETWEEN :first AND :last"
)
_ALL = (0, 2**63 - 1)


def search(run: RunReader, text: str, judgement: Judgement | None = None) -> Ordinals:
    """Return the ordinals of the pairs with all words of the text in one of their texts, in order.

    Looked through are issue and questions, answers, and the words of verdicts (of one judgement, of the
    sources of a derived one, else of all). A word of three letters or more matches words that begin with it,
    a shorter one and a "quoted phrase" themselves; an empty text all pairs.
    """
    import numpy as np

    if not text.strip():
        return np.arange(len(run))
    wanted = _wanted(text, judgement)
    met = np.zeros(len(run), dtype=bool)
    if wanted["text"]:
        met[_rowids(run, _IN_PAIRS, wanted)] = True
        met[_rowids(run, _IN_ANSWERS, wanted) >> (REPLICATE_BITS + 1)] = True
        for source in judgement.sources if judgement and judgement.derived else (judgement,):
            found = _rowids(run, _IN_VERDICTS, _wanted(text, source))
            met[found & (2**ORDINAL_BITS - 1)] = True
    return np.flatnonzero(met)


def search_verdicts(run: RunReader, text: str, judgement: Judgement) -> Ordinals:
    """Return the ordinals of the pairs whose verdict holds all words of a text, as `search` reads it."""
    import numpy as np

    if not text.strip():
        return np.arange(len(run))
    wanted = _wanted(text, judgement)
    if not wanted["text"]:
        return np.arange(0)
    found: Ordinals = _rowids(run, _IN_VERDICTS, wanted) & (2**ORDINAL_BITS - 1)
    return found


def search_questions(run: RunReader, condition: Condition) -> Ordinals:
    """Return the ordinals of the pairs whose issue and questions meet a condition `text~`, in order.

    The index finds them; it folds case and diacritics otherwise than conditions do, so pairs with other than
    plain letters are tested one by one.
    """
    import numpy as np

    wanted = {"text": stating_expression(condition.values)}
    if not wanted["text"]:
        return np.arange(0)
    texts = "t.issue_description || t.for_question || t.against_question"
    doubt = f"AND {texts} {ODD_TEXT}" if is_plain(condition.values) else ""
    doubtful = run.rows(
        f"""SELECT t.ordinal, t.issue_description, t.for_question, t.against_question
        FROM pair_search AS s JOIN pair_text AS t ON t.ordinal = s.rowid
        WHERE s.pair_search MATCH :text {doubt}""",
        wanted,
    )
    test = condition.test()
    failing = [row[0] for row in doubtful if not test(Pair("", row[2], row[3], row[1]))]
    return np.setdiff1d(_rowids(run, _IN_PAIRS, wanted), np.array(failing, dtype=np.int64))


def _wanted(text: str, judgement: Judgement | None) -> dict[str, Any]:
    first, last = verdict_range(judgement) if judgement else _ALL
    return {"text": match_expression(text), "first": first, "last": last}


def _rowids(run: RunReader, query: str, values: Mapping[str, Any]) -> Ordinals:
    """Return the rows that an index finds: joined to one text, which spares a Python object for each."""
    import numpy as np

    joined = run.rows(f"SELECT group_concat(rowid) FROM ({query})", values)[0][0]
    return np.fromstring(joined or "", dtype=np.int64, sep=",")
