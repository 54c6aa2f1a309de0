"""Where in a photo a class is seen: exact sums, plain stretching, matplotlib's colours."""

from __future__ import annotations

import numpy as np
import plotly.colors
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline.classify.heatmap import (
    class_activation,
    colours,
    normalised,
    overlay,
    whereabouts,
)
from pipeline.evaluation.metrics import probabilities
from pipeline.network.head import Head

# Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color
# vision deficiency", severity 1, on linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "green": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "blue": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# No deadline: a busy machine is no failure.
brief = settings(max_examples=60, deadline=None)
heats = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, max_side=9),
    elements=st.floats(-50, 50, width=32, allow_subnormal=False),
)


def head(classes: int, features: int = 1280) -> Head:
    rng = np.random.default_rng(classes)
    outputs = 1 if classes == 2 else classes
    kernel = rng.normal(0, 0.1, (features, outputs)).astype(np.float32)
    return Head(kernel, rng.normal(0, 1, outputs).astype(np.float32))


def leads(logits: np.ndarray) -> np.ndarray:
    """By how much each class's logit is ahead of the others' on average."""
    if len(logits) == 1:  # it speaks for class 1 and against class 0
        return np.array([-logits[0], logits[0]])
    return np.array([one - np.delete(logits, at).mean() for at, one in enumerate(logits)])


def at(row: int, column: int, side: int = 7) -> np.ndarray:
    heat = np.zeros((side, side), np.float32)
    heat[row, column] = 2.0
    return heat


# === The map ===


@pytest.mark.parametrize("classes", [2, 3, 40])
@pytest.mark.parametrize("size", [(5, 5), (7, 4), (1, 1)])
def test_the_map_averages_to_the_lead_over_the_others(classes: int, size: tuple[int, int]) -> None:
    feature_map = np.random.default_rng(1).uniform(0, 6, (*size, 1280)).astype(np.float32)
    layer = head(classes)
    pooled = feature_map.mean(axis=(0, 1))[np.newaxis]
    expected = leads(layer.logits(pooled)[0].astype(np.float64))
    from_bias = leads(layer.bias.astype(np.float64))
    for index in range(classes):
        heat = class_activation(feature_map, layer.kernel, index)
        assert heat.shape == size
        assert heat.dtype == np.float32
        found = heat.mean(dtype=np.float64) + from_bias[index]
        assert found == pytest.approx(expected[index], rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("classes", [3, 40])
def test_what_all_classes_get_alike_changes_no_map_and_no_word(classes: int) -> None:
    """Nor does it change any answer: softmax sees differences of logits alone."""
    rng = np.random.default_rng(5)
    feature_map = rng.uniform(0, 6, (7, 7, 1280)).astype(np.float32)
    layer = head(classes)
    common = rng.normal(0, 0.5, (1280, 1)).astype(np.float32)
    other = Head(layer.kernel + common, layer.bias + np.float32(3))
    pooled = feature_map.mean(axis=(0, 1))[np.newaxis]
    same = probabilities(layer.logits(pooled))
    np.testing.assert_allclose(probabilities(other.logits(pooled)), same, atol=1e-4)
    for index in range(classes):
        before = class_activation(feature_map, layer.kernel, index)
        after = class_activation(feature_map, other.kernel, index)
        np.testing.assert_allclose(after, before, atol=1e-3)
        assert whereabouts(after) == whereabouts(before)
        painted = [
            overlay(np.zeros((70, 70, 3), np.uint8), normalised(one), 1.0)
            for one in (before, after)
        ]
        assert np.abs(painted[0].astype(int) - painted[1]).max() <= 1


def test_with_two_classes_one_logit_or_two_give_the_same_map() -> None:
    feature_map = np.random.default_rng(6).uniform(0, 6, (3, 3, 1280)).astype(np.float32)
    two = np.random.default_rng(7).normal(0, 0.1, (1280, 2)).astype(np.float32)
    one = two[:, 1:] - two[:, :1]
    for index in range(2):
        np.testing.assert_allclose(
            class_activation(feature_map, two, index),
            class_activation(feature_map, one, index),
            atol=1e-4,
        )


def test_one_cell_by_hand() -> None:
    feature_map = np.array([[[1, 2], [0, 0]]], np.float32)  # (1, 2, 2)
    kernel = np.array([[3], [-1]], np.float32)
    assert class_activation(feature_map, kernel, 1).tolist() == [[1.0, 0.0]]
    assert class_activation(feature_map, kernel, 0).tolist() == [[-1.0, 0.0]]


@pytest.mark.parametrize(("classes", "index"), [(2, 2), (3, 3), (3, -1)])
def test_a_class_that_is_not_there_is_refused(classes: int, index: int) -> None:
    with pytest.raises(ValueError, match=f"There are {classes} classes. Received: {index}"):
        class_activation(np.ones((2, 2, 8), np.float32), head(classes, 8).kernel, index)


@brief
@given(heats)
def test_normalised_maps_lie_between_0_and_1(heat: np.ndarray) -> None:
    found = normalised(heat)
    assert found.dtype == np.float32
    assert found.shape == heat.shape
    assert found.min() >= 0
    assert found.max() == (1.0 if heat.max() > 0 else 0.0)
    assert (found[heat <= 0] == 0).all()


def test_the_largest_value_of_a_map_becomes_1() -> None:
    assert normalised(np.array([[-1.0, 2.0]])).tolist() == [[0.0, 1.0]]
    assert normalised(np.array([[8.0, 4.0]])).tolist() == [[1.0, 0.5]]
    assert not normalised(np.array([[-8.0, -4.0]])).any()


# === The picture ===


def along(cells: np.ndarray, pixels: int) -> np.ndarray:
    """Values between the centres of cells on straight lines, and beyond the last ones level."""
    places = (np.arange(pixels) + 0.5) * len(cells) / pixels - 0.5
    return np.interp(places, np.arange(len(cells)), cells)


@pytest.mark.parametrize("size", [(96, 96), (61, 130), (3, 4), (1024, 700)])
def test_the_map_is_stretched_in_straight_lines(size: tuple[int, int]) -> None:
    heat = np.random.default_rng(2).random((5, 7)).astype(np.float32)
    rows = np.apply_along_axis(along, 0, heat.astype(np.float64), size[0])
    plain = np.apply_along_axis(along, 1, rows, size[1])
    shown = overlay(np.zeros((*size, 3), np.uint8), heat, 1.0)
    assert np.abs(shown - np.rint(colours(plain))).max() <= 1
    assert np.mean(shown != np.rint(colours(plain))) < 1e-3


def test_strength_goes_from_the_photo_to_the_map() -> None:
    photo = np.random.default_rng(3).integers(0, 256, (40, 30, 3)).astype(np.uint8)
    heat = np.random.default_rng(4).random((3, 3)).astype(np.float32)
    assert np.array_equal(overlay(photo, heat, 0.0), photo)
    alone = overlay(np.zeros_like(photo), heat, 1.0)
    assert np.array_equal(overlay(photo, heat, 1.0), alone)
    half = (photo.astype(float) + alone) / 2
    assert np.abs(overlay(photo, heat, 0.5) - half).max() <= 1
    assert overlay(photo, heat).dtype == np.uint8


def test_the_colours_are_infernos() -> None:
    """Plotly's table of ten, made from matplotlib's 256."""
    hexes = plotly.colors.sequential.Inferno
    expected = np.array([plotly.colors.hex_to_rgb(one) for one in hexes])
    found = colours(np.linspace(0, 1, len(hexes)))
    assert np.abs(found - expected).max() < 13
    assert found[0].tolist() == expected[0].tolist()
    assert found[-1].tolist() == expected[-1].tolist()


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_more_heat_is_lighter_for_every_eye(blindness: str) -> None:
    shown = colours(np.linspace(0, 1, 256)) / 255
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ BLINDNESS[blindness].T, 0, 1)
    luminance = seen @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(luminance) > 0).all()
    lightness = 116 * np.cbrt(luminance) - 16  # CIE 1976, above the darkest
    assert lightness[-1] - lightness[0] > 90


# === The words ===


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (0, 0, "mostly the top left"),
        (0, 3, "mostly the top middle"),
        (3, 0, "mostly the middle left"),
        (3, 3, "mostly the middle"),
        (6, 6, "mostly the bottom right"),
    ],
)
def test_one_warm_cell_is_found(row: int, column: int, words: str) -> None:
    assert whereabouts(at(row, column)) == words


@pytest.mark.parametrize(
    ("heat", "words"),
    [
        (at(0, 0) + at(6, 6), "mostly the top left and the bottom right"),
        (at(0, 0) + at(0, 6) + at(3, 3), "mostly the top left, the top right and the middle"),
        (np.eye(3)[[0, 0, 0]].T, "mostly the top"),
        (np.eye(3)[[2, 2, 2]].T, "mostly the bottom"),
        (np.eye(3)[[1, 1, 1]].T, "mostly the middle, from left to right"),
        (np.eye(3)[[0, 0, 0]], "mostly the left side"),
        (np.eye(3)[[1, 1, 1]], "mostly the middle, from top to bottom"),
        (np.ones((7, 7)), "all over the photo"),
        (np.ones((1, 1)), "all over the photo"),
        (np.ones((3, 3)) + at(2, 1, 3), "spread out, strongest in the bottom middle"),
        (np.zeros((5, 5)), "nowhere: nothing in the photo speaks for it"),
        (-np.ones((5, 5)), "nowhere: nothing in the photo speaks for it"),
        (at(0, 0) - 0.01, "mostly the top left"),
    ],
)
def test_the_place_in_words(heat: np.ndarray, words: str) -> None:
    assert whereabouts(heat) == words


@brief
@given(heats)
def test_there_are_words_for_every_map(heat: np.ndarray) -> None:
    words, mirrored = whereabouts(heat), whereabouts(heat[:, ::-1])
    assert words.split()[0] in {"mostly", "spread", "all", "nowhere:"}
    assert words.startswith("nowhere") == (heat.max() <= 0)
    assert words.split()[0] == mirrored.split()[0]
    assert words == whereabouts(heat.astype(np.float64) * 0.5)  # float32 would lose the faintest
