"""What pages show, fetched once for each state of a run: the only place with caches.

Every cache is keyed by the run's path and its revision, which grows with each transaction; files are opened
for the moment.
"""

from __future__ import annotations

from pages.parts.data.comparison import comparison, contender, differences_by, flipped, outcomes_beside
from pages.parts.data.elsewhere import Elsewhere, beside, elsewhere
from pages.parts.data.figures import (
    ALL_METRICS,
    Figures,
    figures,
    first_failure,
    summaries_by,
    table,
    whole,
)
from pages.parts.data.handout import handout
from pages.parts.data.listings import found, listing
from pages.parts.data.rationales import (
    VerdictFigures,
    WordsOf,
    found_in_verdicts,
    rationales,
    verdict_figures,
    words_typical,
)
from pages.parts.data.runs import (
    Run,
    Status,
    accounting,
    find,
    names,
    read_only,
    run_summary,
    status,
    workspace,
)
from pages.parts.data.sources import count_pairs, text_lengths
from pages.parts.data.texts import pair_detail, pair_rows, record_json
from pages.parts.data.topics import (
    article_order,
    article_pairs,
    articles,
    scale_trend,
    topic_test,
)

__all__ = [
    "ALL_METRICS",
    "Elsewhere",
    "Figures",
    "Run",
    "Status",
    "VerdictFigures",
    "WordsOf",
    "accounting",
    "article_order",
    "article_pairs",
    "articles",
    "beside",
    "comparison",
    "contender",
    "count_pairs",
    "differences_by",
    "elsewhere",
    "figures",
    "find",
    "first_failure",
    "flipped",
    "found",
    "found_in_verdicts",
    "handout",
    "listing",
    "names",
    "outcomes_beside",
    "pair_detail",
    "pair_rows",
    "rationales",
    "read_only",
    "record_json",
    "run_summary",
    "scale_trend",
    "status",
    "summaries_by",
    "table",
    "text_lengths",
    "topic_test",
    "verdict_figures",
    "whole",
    "words_typical",
    "workspace",
]
