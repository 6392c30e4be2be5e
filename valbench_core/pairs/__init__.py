"""Where pairs come from, and which of them are taken.

A `Source` (sample, Hub id, file or folder) is found by `open_source`, which gives a `PairSet`: files or
tables whose rows become pairs each time they are read. A `Subset` is the rule that chooses: conditions, then
a sample or the first few. `select` applies it and returns the chosen pairs with their weights and the facts
for the manifest; `count` only says how many there would be.

    pairs = open_source(Source("val-bench/VAL-Bench"))
    selection = select(pairs, Subset((Condition.parse("category=Ethics"),), sample=100))
"""

from valbench_core.pairs.columns import FIELDS, describe_issue, parse_map, thesis
from valbench_core.pairs.condition import Condition
from valbench_core.pairs.selection import Count, Selection, count, select
from valbench_core.pairs.source import SAMPLE, PairSet, Source, SourceFacts, open_source
from valbench_core.pairs.splits import ALL_SPLITS
from valbench_core.pairs.subset import Subset

__all__ = [
    "ALL_SPLITS",
    "FIELDS",
    "SAMPLE",
    "Condition",
    "Count",
    "PairSet",
    "Selection",
    "Source",
    "SourceFacts",
    "Subset",
    "count",
    "describe_issue",
    "open_source",
    "parse_map",
    "select",
    "thesis",
]
