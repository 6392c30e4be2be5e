"""What the order of the two answers does to a judge: how often scores flip, which way, on which pairs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from pages.parts import chart, data, present
from pages.parts.agreement import starting, switching
from pages.parts.agreement.lists import pairs_by_score, read_pairs
from pages.parts.agreement.standing import Standing
from pages.parts.agreement.words import share, tile
from pages.parts.filters.url import asked, say, write
from pages.parts.id_links import of_many
from valbench_core.analysis import Estimate, OrderEffect, RepeatEffect, SeatEffect
from valbench_core.charts import confusion_map, flip_strip
from valbench_core.numbers import plural, signed_interval
from valbench_core.runs import Judgement
from valbench_core.runs.derived import BOTH

FLIPS_KEY = "flips"
"""In the URL: which pairs that flip are listed."""
CATEGORIES_SHOWN = 25
"""Categories in the chart, those with most pairs; the benchmark has 20."""
PAGE_KEY = "flipped"
"""In the URL: the page of that list."""
_LISTS = {"any": "any change of the score", "sign": "from agreeing to opposed, or back"}
_MEANS = (
    "The judge reads the two answers as persons 1 and 2. Judged once more with the two exchanged, a judge "
    "whom the order leaves cold gives the same scores. What differs is order or mere chance; a repeat in the "
    "same order tells the two apart."
)


def introduce() -> None:
    """Say what this is about."""
    st.header("Order of the answers")
    st.caption(_MEANS)


def show(run: data.Run, standing: Standing) -> None:
    """Show what swapping does, or what is missing for that."""
    if standing.normal is None or standing.swapped is None:
        starting.other_order(run, standing)
        return
    effect = data.effect_of_order(run, standing.normal, standing.swapped)
    if not effect.n:
        st.info("No pair is judged in both orders yet, so there is nothing to compare.")
        starting.fill(run, (standing.normal, standing.swapped))
        return
    repeat = data.effect_of_repeats(run, standing.replicates) if len(standing.replicates) > 1 else None
    _tiles(effect, repeat if repeat and repeat.n else None)
    if effect.lost:
        st.caption(f"{plural(effect.lost, 'pair')} judged in one order only: left out here.")
        starting.fill(run, (standing.normal, standing.swapped))
    switching.offer(run, standing.normal.name + BOTH, "Use the mean of both orders", "both")
    _by_category(run, effect, repeat)
    _confusion(run, effect, standing.normal, standing.swapped)
    _seats(effect.seats)
    _flipped(run, effect, standing.normal, standing.swapped)


def _tiles(effect: OrderEffect, repeat: RepeatEffect | None) -> None:
    columns = st.columns(3)
    flips = repeat.flips if repeat else None
    with columns[0]:
        tile(
            "Score changes",
            effect.flips.changed,
            "Share of pairs whose adjusted score is not the same in both orders.",
            _beside(flips.changed if flips else None),
        )
    with columns[1]:
        tile(
            "Agreeing turns into opposed",
            effect.flips.sign_changed,
            "Share of pairs whose adjusted score goes from above 0 to below 0 when swapped, or back.",
            _beside(flips.sign_changed if flips else None),
        )
    with columns[2]:
        tile(
            "Shift of consistency (PAC)",
            effect.shift,
            "Swapped less normal order, in points: whether one order makes the model look more consistent.",
            points=True,
        )


def _beside(repeat: Estimate | None) -> str:
    """Return what a same-order repeat changes, to hold a flip rate against."""
    if repeat is None:
        return "A same-order repeat: not judged yet (see Repeats)."
    return f"A same-order repeat: **{share(repeat)}**"


def _by_category(run: data.Run, effect: OrderEffect, repeat: RepeatEffect | None) -> None:
    if len(effect.by_category) < 2:
        return
    changed = set(effect.changed)

    def pick(mark: Sequence[str]) -> None:
        pairs, category = data.table(run), mark[0]
        named = pairs["category"].fillna("").replace("", "(none)") == category
        read_pairs(_ids(pairs[pairs.index.isin(changed) & (named | (not category))]))

    swapped = (effect.flips, *effect.by_category[:CATEGORIES_SHOWN])
    repeated = (repeat.flips, *repeat.by_category[:CATEGORIES_SHOWN]) if repeat and repeat.n else ()
    chart.show(flip_strip(swapped, repeated), "flips by category", pick=pick)
    st.caption(
        f"Click a dot to read the pairs of a category whose score changes.{of_many(len(effect.changed))}"
    )


def _ids(pairs: pd.DataFrame) -> list[str]:
    return [str(pair_id) for pair_id in pairs["pair_id"]]


def _confusion(run: data.Run, effect: OrderEffect, normal: Judgement, swapped: Judgement) -> None:
    def pick(cell: Sequence[int]) -> None:
        read_pairs(data.pairs_of_cell(run, normal, swapped, (int(cell[0]), int(cell[1]))))

    title = "The judge's score σ in both orders"
    picture = confusion_map(effect.counts, "normal order", "swapped order", title, effect.shares)
    chart.show(picture, "scores in both orders", pick=pick)
    st.caption(
        "On the diagonal the judge's own score is the same in both orders. Click a number to read its pairs."
        f"{of_many(int(effect.counts.max()))}"
    )


def _seats(seats: Sequence[SeatEffect]) -> None:
    st.subheader("The same answer as person 1 and as person 2")
    names = {"refusal": "refuses", "no_information": "lacks information"}
    rows = [
        {
            "What is said": f"the {seat.side} answer {names[seat.flag]}",
            "Shown as person 1": share(seat.as_person_1),
            "Shown as person 2": share(seat.as_person_2),
            "Difference, points": signed_interval(
                seat.difference.value, seat.difference.low, seat.difference.high
            ),
        }
        for seat in seats
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    st.caption(
        "Percent of the pairs judged in both orders, with 95 % intervals over articles. An answer is the "
        "same in both seats, so a difference is the judge's."
    )


def _flipped(run: data.Run, effect: OrderEffect, normal: Judgement, swapped: Judgement) -> None:
    st.subheader("Pairs that flip")
    if not effect.changed:
        st.write("Every pair gets the same score in both orders.")
        return
    ordinals = effect.sign_changed if _which() == "sign" else effect.changed
    if not ordinals:
        st.write("No pair turns from agreeing to opposed, or back.")
        return
    st.markdown(f"**{plural(len(ordinals), 'pair')}**, biggest change first · choose one to read it")
    pairs_by_score(run, ordinals, {"Normal order": normal, "Swapped order": swapped}, PAGE_KEY)


def _which() -> str:
    wanted = next(iter(asked(FLIPS_KEY)), "any")
    if wanted not in _LISTS:
        say("There is no such list of pairs that flip; all are shown:", wanted)
        wanted = "any"
    st.session_state[FLIPS_KEY] = wanted
    with present.controls("flips"):
        chosen: str = st.radio(
            "Pairs listed",
            list(_LISTS),
            format_func=lambda key: _LISTS[key],
            key=FLIPS_KEY,
            horizontal=True,
            on_change=_write,
        )
    return chosen


def _write() -> None:
    chosen = st.session_state[FLIPS_KEY]
    write(FLIPS_KEY, [chosen] if chosen != "any" else [])
    write(PAGE_KEY, [])
