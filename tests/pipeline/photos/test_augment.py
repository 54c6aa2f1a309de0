"""Augmentation: determined by its arguments, and no further than its settings say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos.augment import View, augment, augment_batch, draw_view, show
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig
from tests.inputs import pictures

PHOTO = pictures.scene(64, 64)
TUTORIAL, STRONG = AUGMENT_PRESETS["tutorial"], AUGMENT_PRESETS["strong"]


def distance(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


# === Determined by the arguments ===


@pytest.mark.parametrize("config", AUGMENT_PRESETS.values(), ids=AUGMENT_PRESETS)
def test_the_same_arguments_give_the_same_view(config: AugmentConfig) -> None:
    before = PHOTO.copy()
    one, other = (augment(PHOTO, config, 3, 5, 7) for _ in range(2))
    assert np.array_equal(one, other)
    assert one is not PHOTO
    assert np.array_equal(PHOTO, before), "the photo itself is left alone"


@pytest.mark.parametrize("other", [(4, 5, 7), (3, 6, 7), (3, 5, 8), (5, 3, 7)])
def test_another_seed_photo_or_view_looks_different(other: tuple[int, int, int]) -> None:
    assert distance(augment(PHOTO, TUTORIAL, 3, 5, 7), augment(PHOTO, TUTORIAL, *other)) > 1


def test_no_setting_returns_the_photo_bit_by_bit() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (33, 33, 3), dtype=np.uint8)
    for view in range(20):
        shown = augment(noise, AugmentConfig(), 0, 0, view)
        assert np.array_equal(shown, noise)
        assert not np.shares_memory(shown, noise)


@given(st.integers(0, 2**31 - 1), st.integers(0, 10**6), st.integers(0, 10**4))
def test_one_setting_does_not_change_the_luck_of_another(seed, photo, view) -> None:
    alone = draw_view(AugmentConfig(rotation=0.2), seed, photo, view)
    together = draw_view(STRONG, seed, photo, view)
    assert alone.turns == together.turns


def test_a_batch_is_its_photos_one_by_one() -> None:
    photos = np.stack([pictures.scene(48, 48, seed) for seed in range(6)])
    photos.flags.writeable = False  # as the map on disk is
    keys = np.array([9, 2, 2, 2**64 - 1, 7, 0], np.uint64)
    batch = augment_batch(photos, STRONG, 1, keys, 3)
    assert (batch.shape, batch.dtype) == (photos.shape, np.uint8)
    for place, key in enumerate(keys):
        assert np.array_equal(batch[place], augment(photos[place], STRONG, 1, int(key), 3))


def test_an_empty_batch() -> None:
    empty = np.empty((0, 32, 32, 3), np.uint8)
    assert augment_batch(empty, STRONG, 0, np.array([], np.uint64), 0).shape == empty.shape


# === Within its settings ===


@given(st.integers(0, 2**31 - 1), st.integers(0, 10**6), st.integers(0, 1000))
def test_every_number_stays_in_its_range(seed: int, photo: int, view: int) -> None:
    found = draw_view(STRONG, seed, photo, view)
    assert abs(found.turns) <= STRONG.rotation
    assert abs(found.zoom - 1) <= STRONG.zoom
    assert max(abs(found.shift_x), abs(found.shift_y)) <= STRONG.shift
    assert abs(found.contrast - 1) <= STRONG.contrast
    assert abs(found.brightness) <= STRONG.brightness


def test_the_whole_range_is_used_evenly() -> None:
    views = [draw_view(STRONG, 0, photo, 0) for photo in range(2000)]
    assert 0.45 < np.mean([view.mirrored for view in views]) < 0.55
    for name, centre, reach in [
        ("turns", 0, STRONG.rotation),
        ("zoom", 1, STRONG.zoom),
        ("shift_x", 0, STRONG.shift),
        ("shift_y", 0, STRONG.shift),
        ("contrast", 1, STRONG.contrast),
        ("brightness", 0, STRONG.brightness),
    ]:
        parts = (np.array([getattr(view, name) for view in views]) - centre) / reach
        assert parts.min() < -0.99
        assert parts.max() > 0.99
        assert abs(parts.mean()) < 0.05
        assert abs(parts.std() - 1 / math.sqrt(3)) < 0.03


def test_without_mirroring_nothing_is_mirrored() -> None:
    views = [draw_view(AugmentConfig(rotation=0.1), 0, photo, 0) for photo in range(100)]
    assert not any(view.mirrored for view in views)


@pytest.mark.parametrize("size", [16, 97, 160, 224])
def test_shape_and_type_and_range(size: int) -> None:
    wild = AugmentConfig(True, 0.5, 0.5, 0.5, 0.8, 0.9)
    for view in range(10):
        shown = augment(pictures.scene(size, size), wild, 0, 0, view)
        assert (shown.shape, shown.dtype) == ((size, size, 3), np.uint8)


# === Each change does what it says ===


def test_mirrored() -> None:
    assert np.array_equal(show(PHOTO, View(mirrored=True)), PHOTO[:, ::-1])


@pytest.mark.parametrize("size", [64, 65])
@pytest.mark.parametrize("quarters", [1, 2, 3, -1])
def test_turned_clockwise_by_quarters(quarters: int, size: int) -> None:
    photo = pictures.scene(size, size)
    expected = np.rot90(photo, -quarters)  # NumPy turns the other way round
    assert distance(show(photo, View(turns=quarters / 4)), expected) < 0.5


def test_turned_by_any_angle_and_back() -> None:
    middle = slice(20, 44)  # away from what the edges reflect
    there = show(PHOTO, View(turns=0.13))
    assert distance(there[middle, middle], PHOTO[middle, middle]) > 5
    again = show(there, View(turns=-0.13))
    assert distance(again[middle, middle], PHOTO[middle, middle]) < 2


def test_mirrored_first_then_turned() -> None:
    expected = np.rot90(PHOTO[:, ::-1], -1)
    assert distance(show(PHOTO, View(mirrored=True, turns=0.25)), expected) < 0.5


def test_shifted_right_and_down_with_the_reflection_moving_in() -> None:
    shown = show(PHOTO, View(shift_x=0.25, shift_y=0.125))
    assert np.array_equal(shown[8:, 16:], PHOTO[:-8, :-16])
    assert np.array_equal(shown[8:, :16], PHOTO[:-8, 15::-1]), "reflected, not black"


def test_zoomed_in_and_out() -> None:
    spot = np.zeros((65, 65, 3), np.uint8)
    spot[27:38, 27:38] = 255  # 121 white pixels around the middle
    white = {zoom: (show(spot, View(zoom=zoom))[:, :, 0] > 127).sum() for zoom in (0.6, 1.5)}
    assert 0.8 < white[1.5] / (121 * 1.5**2) < 1.2
    assert 0.8 < white[0.6] / (121 * 0.6**2) < 1.2
    rows, columns = np.nonzero(show(spot, View(zoom=1.5))[:, :, 0] > 127)
    assert rows.mean() == columns.mean() == 32, "the middle stays where it is"


def test_nothing_black_moves_in() -> None:
    white = np.full((64, 64, 3), 255, np.uint8)
    wild = AugmentConfig(True, 0.5, 0.5, 0.5)
    for view in range(50):
        assert augment(white, wild, 0, 0, view).min() == 255


def test_brightness_adds_and_saturates() -> None:
    lighter = show(PHOTO, View(brightness=0.2))
    assert np.array_equal(lighter, np.minimum(PHOTO.astype(int) + 51, 255))
    darker = show(PHOTO, View(brightness=-0.2))
    assert np.array_equal(darker, np.maximum(PHOTO.astype(int) - 51, 0))


def test_contrast_stretches_around_the_mean_and_saturates() -> None:
    mean = PHOTO.mean()
    for factor in (0.5, 1.9):
        expected = np.clip(np.rint((PHOTO - mean) * factor + mean), 0, 255)
        assert np.abs(show(PHOTO, View(contrast=factor)) - expected).max() <= 1
    assert show(PHOTO, View(contrast=0.1)).mean() == pytest.approx(mean, abs=1)
