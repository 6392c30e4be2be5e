"""The fields of a run's pairs that lists know, and how each is read from the tidy table.

A field's name is also its key in links. What `text~` asks for is not in the table: pages search for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from valbench_core.analysis import JUDGED_OUTCOMES, half_steps
from valbench_core.listing.facets import AnyOf, Facet, Ids, OneOf, Ordinals, Within
from valbench_core.pairs.condition import NONE, Operator, folded, scales
from valbench_core.schema import LABEL_STATES, Outcome

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from valbench_core.listing.listing import Listing

SIDES_FLAGGED = ("neither", "for", "against", "both")
"""What a flag of the two sides comes to; "for" and "against" mean that side only."""
ASKED = ("yes", "no", "not asked")
"""What a question comes to that a judge need not be asked."""
_MOST = 0.5
FLIPS = ("here", "there")
"""In which run alone a pair is consistent, of two that hold it judged."""


def places_elsewhere(table: pd.DataFrame, other: pd.DataFrame) -> Ordinals:
    """Return for each pair its place in another run's table, −1 where that run does not hold it.

    Two runs hold the same pair where both its id and its content are the same.
    """
    import numpy as np
    import pandas as pd

    places = pd.Index(other["pair_id"], dtype=object).get_indexer(pd.Index(table["pair_id"], dtype=object))
    found = places >= 0
    found[found] = (
        other["content"].to_numpy()[places[found]] == table["content"].to_numpy()[np.flatnonzero(found)]
    )
    return np.where(found, places, -1)


def outcomes_elsewhere(table: pd.DataFrame, other: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Return for each pair its outcome in another run, "" where that run does not hold it."""
    import numpy as np

    places = places_elsewhere(table, other)
    outcomes = np.full(len(table), "", dtype=object)
    outcomes[places >= 0] = other["outcome"].to_numpy()[places[places >= 0]]
    return outcomes


def _by_size(column: str) -> Callable[[Listing], Facet]:
    """Return how to read a column of names: the largest come first, then by name."""

    def facet(listing: Listing) -> Facet:
        import numpy as np
        import pandas as pd

        codes, names = pd.factorize(listing.table[column])
        sizes = np.bincount(codes, minlength=len(names))
        order = sorted(range(len(names)), key=lambda code: (-int(sizes[code]), names[code]))
        places = np.empty(len(names) + 1, dtype=np.int64)
        places[order], places[-1] = range(len(names)), -1
        return OneOf(tuple(str(names[code]) or NONE for code in order), places[codes])

    return facet


def _declared(words: Sequence[str], values: Sequence[Any]) -> OneOf:
    """Return a field of declared values, of which those are choices that occur."""
    there = {value for value in set(values) if value in words}
    choices = tuple(word for word in words if word in there)
    return OneOf(choices, _codes(values, {word: place for place, word in enumerate(choices)}))


def _codes(values: Sequence[Any], places: Mapping[Any, int]) -> Ordinals:
    import numpy as np

    return np.fromiter((places.get(value, -1) for value in values), dtype=np.int64, count=len(values))


def _outcome(listing: Listing) -> Facet:
    return _declared([outcome.value for outcome in Outcome], listing.table["outcome"].to_list())


def _label(listing: Listing) -> Facet:
    return _declared(LABEL_STATES, listing.table["label"].to_list())


def _versus_outcome(listing: Listing) -> Facet:
    if listing.versus is None:
        return _declared((), [""] * len(listing.table))
    outcomes = [outcome or NONE for outcome in outcomes_elsewhere(listing.table, listing.versus)]
    return _declared([*(outcome.value for outcome in Outcome), NONE], outcomes)


def _flip(listing: Listing) -> Facet:
    import numpy as np

    codes = np.full(len(listing.table), -1, dtype=np.int64)
    if listing.versus is not None:
        judged = [outcome.value for outcome in JUDGED_OUTCOMES]
        here = listing.table["outcome"].to_numpy()
        there = outcomes_elsewhere(listing.table, listing.versus)
        both = np.isin(here, judged) & np.isin(there, judged)
        consistent = here == Outcome.CONSISTENT.value, there == Outcome.CONSISTENT.value
        codes[both & consistent[0] & ~consistent[1]] = 0
        codes[both & consistent[1] & ~consistent[0]] = 1
    return OneOf(FLIPS, codes)


def _numbered(column: str, names: Callable[[str], Sequence[str]]) -> Callable[[Listing], Facet]:
    """Return how to read a column of small whole numbers, NaN being `NONE`."""

    def facet(listing: Listing) -> Facet:
        import numpy as np

        numbers = listing.table[column].to_numpy(dtype=float)
        known = sorted({str(int(number)) for number in np.unique(numbers[~np.isnan(numbers)])}, key=int)
        choices = (*known, *([NONE] if np.isnan(numbers).any() else []))
        codes = np.full(len(numbers), len(choices) - 1, dtype=np.int64)
        for place, word in enumerate(known):
            codes[numbers == int(word)] = place
        return OneOf(choices, codes, names)

    return facet


def _score(listing: Listing) -> Facet:
    """Return the adjusted scores: whole ones, or half steps where several judgements are averaged."""
    import numpy as np

    scores = half_steps(listing.table["adjusted"].to_numpy(dtype=float))
    known = np.unique(scores[~np.isnan(scores)])
    lacking = np.isnan(scores)
    choices = (*(f"{score:g}" for score in known), *([NONE] if lacking.any() else []))
    codes = np.where(lacking, len(known), np.searchsorted(known, scores))
    return OneOf(choices, codes.astype(np.int64), _score_names)


def _scale_names(value: str) -> Sequence[str]:
    return [folded("" if scale is None else str(scale)) for scale in scales(value)]


def _score_names(value: str) -> Sequence[str]:
    """Return the score that a value names, however its sign is written.

    >>> _score_names("−2"), _score_names("+1")
    (['-2'], ['1'])
    """
    return [folded(value).replace("−", "-").lstrip("+")]


def _sides(flag: str) -> Callable[[Listing], Facet]:
    """Return how to read a flag of both sides; pairs that are not judged have none of the choices."""

    def facet(listing: Listing) -> Facet:
        import numpy as np

        flags = [listing.table[f"{side}_{flag}"].to_numpy(dtype=float) for side in ("for", "against")]
        sums = flags[0] + flags[1]
        # Where several judgements are averaged, a flag is set that more than half of them set.
        flagged = (flags[0] > _MOST) + 2 * (flags[1] > _MOST)
        codes = np.where(np.isnan(sums), -1, flagged).astype(np.int64)
        return OneOf(SIDES_FLAGGED, codes)

    return facet


def _value_preference(listing: Listing) -> Facet:
    import numpy as np

    said = listing.table["value_preference"].to_numpy(dtype=float)
    judged = ~np.isnan(listing.table["adjusted"].to_numpy(dtype=float))
    codes = np.where(np.isnan(said), 2, np.where(said > _MOST, 0, 1))
    return OneOf(ASKED, np.where(judged, codes, -1).astype(np.int64))


def _contradiction(listing: Listing) -> Facet:
    from valbench_core.analysis import contradictions

    if listing.protocol is None:
        return AnyOf({}, len(listing.table))
    found = contradictions(listing.table, listing.protocol)
    return AnyOf({str(key): found[key].to_numpy(dtype=bool) for key in found.columns}, len(found))


def _group(listing: Listing) -> Facet:
    import numpy as np

    if listing.placed is None:
        return OneOf((), np.full(len(listing.table), -1, dtype=np.int64))
    return OneOf(listing.placed.groups, listing.placed.codes)


def _area(listing: Listing) -> Facet:
    import numpy as np

    n = len(listing.table)
    return Within(listing.placed.within if listing.placed else lambda area: np.zeros(n, dtype=bool), n)


FIELDS: Mapping[str, Callable[[Listing], Facet]] = {
    "outcome": _outcome,
    "category": _by_size("category"),
    "score": _score,
    "issue_scale": _numbered("issue_scale", _scale_names),
    "article": _by_size("article_title"),
    "refusal": _sides("refusal"),
    "no_information": _sides("no_information"),
    "value_preference": _value_preference,
    "label": _label,
    "contradiction": _contradiction,
    "versus_outcome": _versus_outcome,
    "flip": _flip,
    "group": _group,
    "area": _area,
    "id": lambda listing: Ids(tuple(listing.table["pair_id"])),
}
"""By name: how a field is read from a run's tidy table."""

OF_TWO_RUNS = ("versus_outcome", "flip")
"""Fields that look at another run beside the one listed."""

ON_MAP = ("group", "area")
"""Fields that look at where pairs lie on a map of them."""

OPERATORS: Mapping[str, Operator] = {**dict.fromkeys(FIELDS, "="), "text": "~"}
"""The fields of links and how each is joined to its value in a condition."""

PICKED: tuple[str, ...] = tuple(name for name in FIELDS if name not in ("article", "area", "id"))
"""Fields of few choices, that are picked and not typed."""
