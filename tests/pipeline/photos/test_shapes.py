"""Two lots of photos held against each other: the same lot, two lots, and what is known already.

What counts as nearly the same is tested in `test_near_duplicates`, on all pairs at once.
"""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.shapes import alike, shapes
from tests.pipeline.photos.test_near_duplicates import blank, fingerprint, saved, scene


@pytest.fixture(scope="module")
def lot() -> np.ndarray:
    """(6, 256): two scenes twice, the second time saved again, and two blank ones."""
    photos = [scene(1), scene(2)]
    again = [saved(photo, 60) for photo in photos]
    return np.array([*map(fingerprint, photos + again), blank(90), blank(91)])


def test_of_one_lot_every_pair_is_given_once(lot: np.ndarray) -> None:
    same = shapes(lot)
    found = alike(same, same, themselves=True)
    assert found.pairs.tolist() == [[0, 2], [1, 3], [4, 5]]
    assert found.same.tolist() == [True, True, True]
    assert len(found.known) == 0


def test_of_two_lots_the_places_count_in_each(lot: np.ndarray) -> None:
    assert alike(shapes(lot[:2]), shapes(lot[2:])).pairs.tolist() == [[0, 0], [1, 1]]
    assert alike(shapes(lot[4:]), shapes(lot)).pairs.tolist() == [[0, 4], [0, 5], [1, 4], [1, 5]]


def test_what_is_known_to_be_the_same_is_not_compared_again(lot: np.ndarray) -> None:
    same, numbers = shapes(lot), np.array([0, 1, 0, 3, 4, 4])
    found = alike(same, same, settled=(numbers, numbers), themselves=True)
    assert found.pairs.tolist() == [[1, 3]]
    assert found.known.tolist() == [[0, 2], [4, 5]]


def test_what_merely_resembles_is_not_the_same() -> None:
    photo = scene(3)
    cut = photo.crop((4, 4, 124, 124))
    found = alike(shapes(np.array([fingerprint(photo)])), shapes(np.array([fingerprint(cut)])))
    assert found.pairs.tolist() == [[0, 0]]
    assert found.same.tolist() == [False]


def test_a_part_of_them_is_compared_as_before(lot: np.ndarray) -> None:
    whole = shapes(lot)
    some = whole.part(np.array([3, 1]))
    assert np.array_equal(some.unit, whole.unit[[3, 1]])
    assert some.unit.shape == (2, FINGERPRINT_BYTES)
    assert alike(some, whole.part(slice(1, 2))).pairs.tolist() == [[0, 0], [1, 0]]
