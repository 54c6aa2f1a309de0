"""What there is to tune with: found where a training left it, and never computed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import NotReady
from pipeline.settings.hyperparameters import AUTO, BALANCED, FRESH_VIEWS, SOLVED
from pipeline.tuning.material import Material, decisive, needed
from tests.pipeline.tuning.places import CONFIG, PLAIN, Place, a_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = a_place(tmp_path_factory.mktemp("place"))
    place.train(CONFIG)
    return place


def test_what_a_training_left_is_found(place: Place) -> None:
    material = Material(place.workspace, place.row.id, CONFIG)
    views = [material.pooled("training", view) for view in range(2)]
    assert {view.shape for view in views} == {(len(material.indices["training"]), 1280)}
    assert not np.array_equal(*views)
    assert isinstance(views[0], np.memmap)
    assert material.pooled("training", 0) is views[0]
    assert material.num_features == 1280
    assert [len(labels) for labels in material.data.labels.values()] == [
        len(chosen) for chosen in material.indices.values()
    ]
    assert material.settled(replace(CONFIG, class_weight=AUTO)).class_weight == "none"


def test_what_nobody_computed_is_said(place: Place) -> None:
    material = Material(place.workspace, place.row.id, CONFIG)
    for asked in (("validation", 0), ("training", 2)):
        with pytest.raises(NotReady, match="not prepared yet"):
            material.pooled(*asked)
    for config in (replace(CONFIG, weights="none"), replace(CONFIG, weights="imagenet")):
        with pytest.raises(NotReady):
            Material(place.workspace, place.row.id, config)


def test_what_concerns_the_head_alone_is_another_question_to_the_same_material() -> None:
    head = replace(CONFIG, learning_rate=0.1, dropout=0.7, epochs=9, class_weight=BALANCED)
    assert decisive(head) == decisive(CONFIG)
    assert decisive(replace(CONFIG, image_size_px=128)) != decisive(CONFIG)
    assert decisive(PLAIN) != decisive(CONFIG)


def test_what_is_needed() -> None:
    validation = ("validation", None)
    assert needed(CONFIG) == (validation, ("training", 0), ("training", 1))
    assert needed(replace(CONFIG, epochs=1)) == needed(CONFIG)
    assert len(needed(replace(CONFIG, views=FRESH_VIEWS, epochs=5))) == 6
    for plain in (PLAIN, replace(CONFIG, head=SOLVED)):
        assert needed(plain) == (validation, ("training", None))


def test_a_damaged_set_is_said(tmp_path: Path) -> None:
    from pipeline.errors import PhotoSetError

    place = a_place(tmp_path, photos=8)
    (place.workspace.photo_sets_folder / place.row.id / "manifest.json").unlink()
    with pytest.raises(PhotoSetError):
        Material(place.workspace, place.row.id, CONFIG)
