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
from pages.parts.data.making import (
    about_seconds,
    can_change,
    encoder_asked,
    encoder_at_hand,
    forget_making,
    making,
    making_command,
    naming_records,
    start_making,
    stop_making,
    would_download,
)
from pages.parts.data.maps import (
    divergences,
    map_figures,
    map_names,
    map_places,
    map_test,
    pairs_within,
    placed,
    stored_map,
    typical_pairs,
)
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
    "about_seconds",
    "accounting",
    "article_order",
    "article_pairs",
    "articles",
    "beside",
    "can_change",
    "comparison",
    "contender",
    "count_pairs",
    "differences_by",
    "divergences",
    "elsewhere",
    "encoder_asked",
    "encoder_at_hand",
    "figures",
    "find",
    "first_failure",
    "flipped",
    "forget_making",
    "found",
    "found_in_verdicts",
    "handout",
    "listing",
    "making",
    "making_command",
    "map_figures",
    "map_names",
    "map_places",
    "map_test",
    "names",
    "naming_records",
    "outcomes_beside",
    "pair_detail",
    "pair_rows",
    "pairs_within",
    "placed",
    "rationales",
    "read_only",
    "record_json",
    "run_summary",
    "scale_trend",
    "start_making",
    "status",
    "stop_making",
    "stored_map",
    "summaries_by",
    "table",
    "text_lengths",
    "topic_test",
    "typical_pairs",
    "verdict_figures",
    "whole",
    "words_typical",
    "workspace",
    "would_download",
]
