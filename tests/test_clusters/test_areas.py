"""Areas of a map: their text, which points lie in them, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from valbench_core.clusters.areas import CORNERS_KEPT, CORNERS_READ, area_text, box_text, inside, polygon_of
from valbench_core.errors import MapError


def test_an_area_is_the_same_once_written_and_read():
    text = "-3.25,1;2,0.5;4,-7"
    assert area_text(polygon_of(text)) == text


def test_points_in_the_notch_of_an_area_lie_outside():
    notched = polygon_of("0,0;4,0;4,4;2,1;0,4")
    points = np.array([[1.0, 1.0], [3.0, 1.0], [2.0, 3.0], [5.0, 1.0]])
    assert inside(notched, points).tolist() == [True, True, False, False]


def test_where_an_area_crosses_itself_the_even_odd_rule_holds():
    star = polygon_of("0,3;2,-3;-3,1;3,1;-2,-3")
    assert inside(star, np.array([[0.0, 0.0], [0.0, 2.0]])).tolist() == [False, True]


def test_two_areas_that_share_an_edge_share_no_point_and_leave_none_out():
    points = np.array([[x, y] for x in np.linspace(-1, 1, 21) for y in np.linspace(-0.9, 0.9, 7)])
    left, right = (inside(polygon_of(box_text(x, (-1, 1))), points) for x in ((-2, 0), (0, 2)))
    assert (left ^ right).all()


def test_a_point_without_a_position_lies_nowhere():
    assert not inside(polygon_of("-9,-9;9,-9;9,9;-9,9"), np.array([[np.nan, 0.0], [0.0, np.nan]])).any()


def test_a_curve_of_a_thousand_points_becomes_few_corners_that_hold_the_same_points():
    turns = np.linspace(0, 2 * np.pi, 1_000, endpoint=False)
    curve = np.column_stack([6 * np.cos(turns), 4 * np.sin(turns) + np.cos(3 * turns)])
    points = np.random.default_rng(0).uniform(-10, 10, (20_000, 2)).astype(np.float32)
    simple = polygon_of(area_text(curve))
    assert len(simple) <= CORNERS_KEPT
    assert (inside(simple, points) == inside(curve, points)).mean() > 0.998


def test_of_a_line_drawn_with_a_wobble_few_corners_are_left():
    sides = np.linspace(0, 10, 200)
    wobble = 0.01 * np.sin(np.arange(200))
    square = np.concatenate(
        [
            np.column_stack([sides, wobble]),
            np.column_stack([10 + wobble, sides]),
            np.column_stack([sides[::-1], 10 + wobble]),
            np.column_stack([wobble, sides[::-1]]),
        ]
    )
    assert len(polygon_of(area_text(square))) < 30


@pytest.mark.parametrize(
    "text",
    [
        *("", ";;", "1,2;3,4", "1,2;3,4;5", "1,2;3,4;nan,6", "1,2;3,4;1e9,6", "1,2;3,4;inf,6", "a,b;c,d;e,f"),
        ";".join(["1,2"] * (CORNERS_READ + 1)),
    ],
)
def test_a_text_that_is_no_area_is_named(text):
    with pytest.raises(MapError, match="no area of a map; write 3 to"):
        polygon_of(text)


def test_a_stroke_without_an_inside_is_no_area():
    assert area_text([(1, 1), (2, 2), (2, 2)]) == ""
    assert box_text((1, 1), (0, 3)) == ""
