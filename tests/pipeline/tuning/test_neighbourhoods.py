"""The same photos give the same map; twins lie together; another photo finds its like."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from pipeline.errors import Stopped
from pipeline.progress import Stage
from pipeline.tuning import photo_map
from pipeline.tuning.neighbourhoods import FEWEST, aligned, nearest, neighbourhoods, put
from tests.pipeline.tuning.test_photo_map import flocks


@pytest.fixture(scope="module")
def pooled() -> np.ndarray:
    """Three flocks of thirty photos; the fifth is there twice."""
    found, _ = flocks(30)
    found[6] = found[5]
    return found


@pytest.fixture(scope="module")
def places(pooled: np.ndarray) -> np.ndarray:
    return neighbourhoods(pooled)


def spread(places: np.ndarray) -> float:
    return float(np.linalg.norm(places - places.mean(axis=0), axis=1).mean())


def test_the_same_photos_give_the_same_map(pooled: np.ndarray, places: np.ndarray) -> None:
    assert np.array_equal(places, neighbourhoods(pooled.copy()))


def test_those_that_are_alike_lie_together(places: np.ndarray) -> None:
    alike = photo_map.share_alike(places, np.repeat(np.arange(3), 30))
    assert alike.mean() > 0.95


def test_twins_lie_together(places: np.ndarray) -> None:
    assert np.linalg.norm(places[5] - places[6]) < 0.05 * spread(places)


def test_few_photos_are_drawn_on_the_plane() -> None:
    pooled = flocks(6)[0]
    assert len(pooled) < FEWEST
    assert np.array_equal(neighbourhoods(pooled), photo_map.on_plane(pooled))


def test_it_tells_how_far_it_is_and_can_be_stopped(pooled: np.ndarray) -> None:
    told: list[float] = []

    def report(_stage: Stage, done: float = 0, total: float | None = None, _unit: str = "") -> None:
        told.append(done)
        assert total in (None, 750)
        if done > 300:
            raise Stopped

    with pytest.raises(Stopped):
        neighbourhoods(pooled, report)
    assert told == sorted(told) and 300 < told[-1] < 320


def test_the_nearest_are_exactly_those() -> None:
    places = np.random.default_rng(0).standard_normal((70, 5)).astype(np.float32)
    which, away = nearest(places, 4)
    every = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(every, np.inf)
    assert np.array_equal(which, every.argsort(axis=1)[:, :4])
    np.testing.assert_allclose(away, np.sort(every, axis=1)[:, :4], atol=1e-3)


def test_a_map_is_turned_and_mirrored_onto_another(places: np.ndarray) -> None:
    turned = 3 * places @ np.array([[0, 1], [1, 0]], np.float32) + 7
    np.testing.assert_allclose(aligned(turned, places), places, atol=1e-2)


def test_a_map_that_begins_with_another_stays_near_it(
    pooled: np.ndarray, places: np.ndarray
) -> None:
    tuned = pooled + 0.02 * np.random.default_rng(1).random(pooled.shape, np.float32)
    moved = aligned(neighbourhoods(tuned, start=places), places)
    assert np.linalg.norm(moved - places, axis=1).mean() < 0.5 * spread(places)


def test_a_known_photo_is_put_where_it_lies(pooled: np.ndarray, places: np.ndarray) -> None:
    found, near = put(pooled[:9], pooled, places)
    assert np.linalg.norm(found - places[:9], axis=1).max() < 0.05 * spread(places)
    assert [*near[:5, 0].tolist(), *near[7:, 0].tolist()] == [0, 1, 2, 3, 4, 7, 8]


def test_another_photo_is_put_among_its_like(pooled: np.ndarray, places: np.ndarray) -> None:
    _, near = put(flocks(31)[0][30:31], pooled, places)
    assert (near < 30).all()


def test_nothing_heavy_is_loaded_before_a_map_is_drawn() -> None:
    code = (
        "import sys, pipeline.jobs.map_job; "
        "assert not {'openTSNE', 'sklearn', 'tensorflow'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
