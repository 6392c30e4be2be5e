"""Words typical of consistent against inconsistent pairs: looked for on demand, for it reads all texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.filters.url import asked, say
from pages.parts.links import PairsLink, follow, go
from valbench_core.analysis import TypicalWords
from valbench_core.analysis.words import FEWEST_ARTICLES, PRIOR_WEIGHT
from valbench_core.charts import word_bars
from valbench_core.charts.rationales import side_of
from valbench_core.numbers import plural
from valbench_core.runs import Judgement
from valbench_core.schema import Outcome

WORDS_KEY = "words"
"""In the URL: the texts whose words are shown."""
_WIDGET = "words looked for"
LISTED = 25
"""Words of each side in the table."""

_METHOD = (
    "Weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008) on whether a "
    "word occurs in a pair's text at all. The prior is the use of all pairs and weighs as much as "
    f"α₀ = {PRIOR_WEIGHT:g} words, so words that both sides use alike come out near 0: no list of stop words "
    f"is needed. Words of fewer than {FEWEST_ARTICLES} articles are left out. z ranks the words; it is no "
    "test, and no p belongs to it."
)
_CLICK = (
    "Click a word to read pairs of that outcome that hold it. The list there looks through questions, "
    "answers and verdicts alike, so it may be longer than the number given here."
)


@st.fragment
def show(run: data.Run, judgement: Judgement) -> None:
    """Show the choice of texts, and the words once one is chosen."""
    go()
    st.header("Typical words")
    st.write(
        "Which words set the pairs on which the model was consistent apart from those on which it was not? "
        "The judge's points of agreement and opposition are left out: they repeat the score."
    )
    choices = _choices(judgement)
    wanted = next(iter(asked(WORDS_KEY)), None)
    if wanted is not None and wanted not in choices:
        say("Words cannot be looked for there:", wanted)
    st.session_state[_WIDGET] = wanted if wanted in choices else None
    with present.controls("words"):
        chosen = st.segmented_control(
            "Look in",
            list(choices),
            format_func=choices.__getitem__,
            key=_WIDGET,
            on_change=_write,
            help="Reads all these texts of the run once, which takes a while for a large one.",
        )
    if chosen is not None:
        _show(data.words_typical(run, judgement, chosen))


def _choices(judgement: Judgement) -> Mapping[data.WordsOf, str]:
    """Return the texts to choose from, in the URL, and the words for them; v1 has no central issue."""
    v1 = judgement.spec.protocol == "v1"
    return {"verdicts": "Positions" if v1 else "Central issue and positions", "answers": "Answers"}


def _write() -> None:
    if chosen := st.session_state[_WIDGET]:
        st.query_params[WORDS_KEY] = chosen
    else:
        st.query_params.pop(WORDS_KEY, None)


def _show(found: TypicalWords) -> None:
    n = (
        f"{plural(found.consistent, 'consistent pair')}, {plural(found.inconsistent, 'inconsistent pair')}; "
        f"prior from {plural(found.pairs, 'pair')}"
    )
    if not found.consistent or not found.inconsistent:
        st.info(f"There is nothing to compare: {n}.", icon=":material/info:")
    elif found.words.empty:
        st.info(f"No word of {FEWEST_ARTICLES} articles sets the two apart: {n}.", icon=":material/info:")
    else:
        chart.show(word_bars(found), "typical words", pick=_to_word)
        st.caption(f"{n}. {_CLICK}")
        _table(found.most_typical(LISTED).words)
    st.caption(_METHOD)


def _table(words: pd.DataFrame) -> None:
    picks = [(str(word), side_of(z)) for word, z in zip(words["word"], words["z"], strict=True)]
    key = f"words:{hash(tuple(picks))}"
    st.dataframe(
        words.assign(side=[side.value for _, side in picks])[list(_COLUMNS)],
        key=key,
        hide_index=True,
        width="stretch",
        on_select=lambda: _open(key, picks),
        selection_mode="single-cell",
        column_config=_COLUMNS,
    )


_COLUMNS: dict[Any, Any] = {
    "word": st.column_config.TextColumn("Word"),
    "side": st.column_config.TextColumn("Typical of"),
    "consistent": st.column_config.NumberColumn("Consistent pairs with it", format="localized"),
    "inconsistent": st.column_config.NumberColumn("Inconsistent pairs with it", format="localized"),
    "articles": st.column_config.NumberColumn("Articles", format="localized"),
    "log_odds": st.column_config.NumberColumn("Log-odds", format="%.2f"),
    "z": st.column_config.NumberColumn("z", format="%.1f"),
}


def _open(key: str, picks: Sequence[tuple[str, Outcome]]) -> None:
    cells = st.session_state[key].selection.cells
    if cells:
        word, outcome = picks[cells[0][0]]
        _to_word((word, outcome.value))


def _to_word(picked: Any) -> None:
    word, outcome = picked
    follow(PairsLink(q=f'"{word}"', outcome=(outcome,)))
