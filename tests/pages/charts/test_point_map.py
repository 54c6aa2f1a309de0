"""A map of points: what goes to the browser, and what comes back from it."""

from __future__ import annotations

import base64
import json

import numpy as np

from pages.ui.charts import palette, point_map
from pages.ui.charts.point_map import Points


def scattered(count: int, **options: object) -> Points:
    rng = np.random.default_rng(0)
    places = rng.standard_normal((count, 2)).astype(np.float32) * (30, 10)
    groups = rng.integers(0, 2, count)
    return Points(places.astype(np.float32), groups, ("cat", "dog"), **options)


def unpacked(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<u2").reshape(-1, 2) / 65_535


def test_eighteen_thousand_points_take_an_eighth_of_a_megabyte() -> None:
    message = point_map.message(scattered(18_000))
    assert len(json.dumps(message)) < 125_000


def test_places_keep_their_proportions_within_the_map() -> None:
    points = scattered(500)
    found = unpacked(point_map.message(points)["places"])
    assert found.min() >= 0 and found.max() <= 1
    spread = np.ptp(found, axis=0) / np.ptp(points.places, axis=0)
    np.testing.assert_allclose(spread[0], spread[1], rtol=1e-3)


def test_before_and_after_share_one_unit() -> None:
    now = np.array([[0, 0], [1, 0]], np.float32)
    before = np.array([[0, 0], [0.5, 0]], np.float32)
    message = point_map.message(Points(now, np.array([0, 1]), ("cat", "dog"), before))
    after, earlier = unpacked(message["places"]), unpacked(message["before"])
    np.testing.assert_allclose(after[0], earlier[0])
    np.testing.assert_allclose(2 * (earlier[1] - earlier[0]), after[1] - after[0], atol=1e-4)


def test_each_group_has_its_colour_and_its_size() -> None:
    message = point_map.message(scattered(100))
    assert message["colours"] == [[0xD9, 0x62, 0x2B], [0x17, 0x8F, 0x8A]]
    codes = base64.b64decode(message["codes"])
    assert message["legend"] == [["cat", str(codes.count(0))], ["dog", str(codes.count(1))]]
    assert point_map.colours(11)[-1] == palette.QUIET


def test_the_browser_draws_anew_only_what_is_new() -> None:
    stamps = [point_map.message(scattered(count))["stamp"] for count in (50, 50, 51)]
    assert stamps[0] == stamps[1] != stamps[2]


def test_what_is_new_is_marked_and_tied_to_its_like() -> None:
    message = point_map.message(scattered(20, marked=2, ties=[(19, 3)]))
    assert (message["marked"], message["ties"]) == (2, [[19, 3]])
    assert point_map.message(scattered(20))["stamp"] != message["stamp"]


def test_equal_places_are_in_the_middle() -> None:
    points = Points(np.ones((3, 2), np.float32), np.zeros(3, np.int64), ("cat",))
    np.testing.assert_allclose(unpacked(point_map.message(points)["places"]), 0.5, atol=1e-4)


def test_what_a_browser_says_may_be_anything() -> None:
    assert point_map.indices([1, 2, 99, -1, "x", None, 2.5, True], 3) == [1, 2]
    assert point_map.indices("nonsense", 3) == []
    assert point_map.indices({"0": 1}, 3) == []
