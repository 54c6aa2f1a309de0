"""The Augment page: what one sees is what training does."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from pages.ui import resources
from pages.ui.augment import views_note
from pipeline.photos.augment import augment
from pipeline.photos.photo_edits import SetSplit
from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig, TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, words


def test_the_tutorials_settings_are_the_default(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("augment")
    assert app.toggle(key="augment_horizontal_flip").value is True
    assert app.select_slider(key="augment_rotation").value == 0.2
    assert app.slider(key="augment_zoom").value == 0.0
    assert "mirrored, turned by up to 72°" in words(app)


def test_the_original_and_nine_views(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("augment")
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert [alt.split(" of ")[0] for alt in alts[1:]] == [f"View {n}" for n in range(1, 10)]
    assert len([alt for alt in alts if alt.startswith("The original")]) == 1


@pytest.mark.parametrize("name", list(AUGMENT_PRESETS))
def test_presets_move_every_control(open_page: Open, photo_set: PhotoSetRow, name: str) -> None:
    app = open_page("augment")
    app.button(key=f"augment_preset_{name}").click().run()
    assert not app.exception
    preset = AUGMENT_PRESETS[name]
    assert app.toggle(key="augment_horizontal_flip").value is preset.horizontal_flip
    turned = app.select_slider(key="augment_rotation")
    assert turned.value == preset.rotation
    for setting in ("zoom", "shift", "brightness", "contrast"):
        assert app.slider(key=f"augment_{setting}").value == getattr(preset, setting)


def test_training_takes_the_settings_over_and_the_page_remembers_them(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("augment")
    app.toggle(key="augment_horizontal_flip").set_value(False)
    app.slider(key="augment_zoom").set_value(0.3).run()
    app.switch_page("pages/train.py").run()
    assert "turned by up to 72°, zoomed by up to 30%, in **4 views**" in words(app)
    app.switch_page("pages/augment.py").run()
    assert app.slider(key="augment_zoom").value == 0.3
    assert app.toggle(key="augment_horizontal_flip").value is False


def test_people_see_degrees_and_percent(open_page: Open, photo_set: PhotoSetRow) -> None:
    """It said "Rotation (of a full turn)  0.20"."""
    app = open_page("augment")
    turned = app.select_slider(key="augment_rotation")
    assert (turned.label, turned.value, turned.options[20]) == ("Rotation", 0.2, "72°")
    zoom = app.slider(key="augment_zoom")
    assert (zoom.label, zoom.proto.format) == ("Zoom", "percent")
    assert "full turn" not in zoom.label + turned.label


def test_too_strong_is_said(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("augment")
    assert not app.warning
    app.select_slider(key="augment_rotation").set_value(0.45).run()
    assert "stand on their heads" in app.warning[0].value


def test_another_seed_and_another_photo(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("augment")

    def pictures() -> list[str]:
        return [picture.url for group in app.get("image") for picture in group.proto.imgs]

    before = pictures()
    app.button(key="augment_reseed").click().run()
    reseeded = pictures()
    assert reseeded[0] == before[0]  # the original
    assert reseeded[1:] != before[1:]
    app.switch_page("pages/train.py").run()
    assert app.number_input(key="train_seed").value == 1, "training takes the seed along"
    app.switch_page("pages/augment.py").run()
    assert pictures() == reseeded
    for _ in range(5):  # five in a row cannot all be the photo that was there
        app.button(key="augment_another").click().run()
    assert pictures()[0] != before[0]


def test_the_preview_is_what_training_does(photo_set: PhotoSetRow) -> None:
    config = AugmentConfig(horizontal_flip=True, rotation=0.3, zoom=0.2, contrast=0.4)
    shown = resources.augmented(photo_set.id, 3, 96, config, seed=5)
    photo = resources.square(photo_set.id, 3, 96)
    key = resources.photo_set(photo_set.id).key(3)
    for view, jpeg in enumerate(shown):
        expected = augment(photo, config, 5, key, view).astype(int)
        with Image.open(io.BytesIO(jpeg)) as picture:
            difference = np.abs(np.asarray(picture).astype(int) - expected)
        assert difference.mean() < 6  # only JPEG lies between them


@pytest.mark.parametrize(
    ("views", "note", "unused"),
    [(1, "only the **first**", 8), (4, "the first **4**", 5), (9, "all **nine** of these,", 0)],
)
def test_the_views_that_training_uses_are_told(
    open_page: Open, photo_set: PhotoSetRow, views: int, note: str, unused: int
) -> None:
    app = open_page("train")
    app.select_slider(key="train_views").set_value(views).run()
    app.switch_page("pages/augment.py").run()
    assert note in words(app)
    marked = [caption.value for caption in app.caption if "not used" in caption.value]
    assert len(marked) == unused


def test_the_note_knows_of_epochs_and_solved_heads() -> None:
    note = views_note
    assert "all **nine** of these, and 11 more" in note(TrainConfig(views=FRESH_VIEWS))
    short = TrainConfig(epochs=2, fine_tune_epochs=1)
    assert "the first **3**" in note(short), "with three epochs a fourth view never comes"
    assert "**none** of these" in note(TrainConfig(head=SOLVED, fine_tune_epochs=0))
    assert "the first **2**" in note(TrainConfig(head=SOLVED, fine_tune_epochs=2))
    assert "as it is" in note(TrainConfig(augment=AUGMENT_PRESETS["none"]))


def test_without_training_photos_it_says_so(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    Versions(workspace).edit(photo_set.id, SetSplit(tuple(range(photo_set.accepted)), "test"))
    app = open_page("augment")
    assert not app.exception
    assert "no training photos" in app.info[0].value
