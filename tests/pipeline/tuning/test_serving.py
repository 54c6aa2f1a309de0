"""The inside of a helper: what it keeps open, and when it lets go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import NotReady, PhotoSetError, Stopped
from pipeline.tuning import serving
from pipeline.tuning.live_curve import LiveCurve
from pipeline.tuning.messages import Question
from pipeline.tuning.serving import Folders, Kept
from pipeline.workspace.photo_sets import PhotoSets
from tests.pipeline.tuning.places import PLAIN, Place, a_place
from tests.workspaces import add_photo_set


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = a_place(tmp_path_factory.mktemp("place"))
    place.train(PLAIN)
    return place


@pytest.fixture
def kept(place: Place) -> Kept:
    return Kept(Folders(place.workspace.photo_sets_folder, place.workspace.cache_folder))


def curve(place: Place, **changes: object) -> Question:
    config = replace(PLAIN, **changes)  # type: ignore[arg-type]
    return Question("curve", place.row.id, config.to_json(), {})


def nothing() -> None:
    pass


def test_what_was_opened_is_kept_for_the_next_question(place: Place, kept: Kept) -> None:
    found = [
        serving.answer(curve(place, learning_rate=rate), kept, nothing) for rate in (1e-3, 1e-2)
    ]
    assert all(isinstance(one, LiveCurve) for one in found)
    assert len(kept) == 1
    material = kept.material(place.row.id, PLAIN, nothing)
    assert material.pooled("training", None) is material.pooled("training", None)


def test_what_is_beyond_the_limit_is_let_go(
    place: Place, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.answer(curve(place), kept, nothing)
    for seed in range(1, 4):  # other seeds draw other views: other materials
        serving.answer(curve(place, seed=seed), kept, nothing)
    assert len(kept) == 4
    monkeypatch.setattr(serving, "_MOST_KEPT", 2)
    serving.answer(curve(place, seed=1), kept, nothing)
    assert len(kept) == 2
    monkeypatch.setattr(serving, "_MOST_KEPT_BYTES", 1)
    serving.answer(curve(place, seed=3), kept, nothing)
    assert len(kept) == 1
    # Files that nobody maps any more may go from the cache.
    assert [entry.in_use for entry in place_cache(place)].count(True) >= 1
    kept.forget()
    assert not any(entry.in_use for entry in place_cache(place))


def place_cache(place: Place) -> list:  # type: ignore[type-arg]
    from pipeline.files.cache import Cache

    return Cache(place.workspace.cache_folder).entries()


def test_nothing_is_kept_of_what_was_not_ready(place: Place, kept: Kept) -> None:
    with pytest.raises(NotReady):
        serving.answer(curve(place, image_size_px=128), kept, nothing)
    place.train(replace(PLAIN, image_size_px=128, epochs=1))
    assert serving.answer(curve(place, image_size_px=128), kept, nothing)


def test_a_question_that_is_not_wanted_does_not_begin(place: Place, kept: Kept) -> None:
    def tick() -> None:
        raise Stopped("Not wanted.")

    with pytest.raises(Stopped):
        serving.answer(curve(place), kept, tick)
    assert len(kept) == 0


def test_a_set_that_was_deleted_and_imported_again_is_not_tuned_on_zeros(tmp_path: Path) -> None:
    place = a_place(tmp_path)
    kept = Kept(Folders(place.workspace.photo_sets_folder, place.workspace.cache_folder))
    place.train(PLAIN)
    before = kept.material(place.row.id, PLAIN, nothing).pooled("training", None)
    features = before.copy()
    PhotoSets(place.workspace).delete(place.row.id)
    assert not before.any()
    with pytest.raises(PhotoSetError, match="deleted"):
        kept.material(place.row.id, PLAIN, nothing)
    assert add_photo_set(place.workspace, tmp_path / "photos").id == place.row.id
    with pytest.raises(NotReady):
        serving.answer(curve(place), kept, nothing)
    place.train(PLAIN)
    again = kept.material(place.row.id, PLAIN, nothing).pooled("training", None)
    np.testing.assert_allclose(again, features, rtol=1e-5, atol=1e-6)
