"""Vectors and texts in, groups and positions out: nothing here knows a disk, a network or a model.

`group` finds groups, `lay_out` places rows on a plane, `TermCounts` says which words are typical of a group,
`closeness` how near a row is to the middle of its own; areas of the plane go through links as text.
"""

from __future__ import annotations

from valbench_core.clusters.areas import area_text, box_text, inside, polygon_of
from valbench_core.clusters.central import closeness
from valbench_core.clusters.grouping import Grouping, group
from valbench_core.clusters.layout import Layout, lay_out
from valbench_core.clusters.terms import TermCounts, typical_terms

__all__ = [
    "Grouping",
    "Layout",
    "TermCounts",
    "area_text",
    "box_text",
    "closeness",
    "group",
    "inside",
    "lay_out",
    "polygon_of",
    "typical_terms",
]
