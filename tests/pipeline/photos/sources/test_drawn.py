"""Drawn pets: the same every time, evenly made, and not to be told apart by a cheap trick."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import SourceError
from pipeline.photos.sources import drawn

pytestmark = pytest.mark.slow  # paints many pictures

SMALL_PX = 48  # enough for colours and positions, and quickly painted


def pixels(data: bytes) -> NDArray[np.uint8]:
    """A file's picture, (h, w, 3) uint8 RGB in [0, 255]."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert("RGB"))


def thumbnails(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """8 x 8 colour thumbnails, (N, 192) in [0, 1]."""
    size = (8, 8)
    small = [Image.fromarray(p).resize(size, Image.Resampling.BOX) for p in pictures]
    return np.stack([np.asarray(p, dtype=np.float64).ravel() / 255 for p in small])


def colour_figures(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """What each picture's colours are like without its shapes, (N, 55)."""
    flat = pictures.reshape(len(pictures), -1, 3) / 255.0
    steps = np.abs(np.diff(pictures.astype(np.float64), axis=2)).mean(axis=(1, 2, 3)) / 255
    histograms = [
        np.concatenate([np.histogram(p[:, c], 16, (0, 1))[0] for c in range(3)]) / len(p)
        for p in flat
    ]
    return np.column_stack([flat.mean(axis=1), flat.std(axis=1), steps, np.stack(histograms)])


def accuracy_of_a_line(
    features: NDArray[np.float64],
    labels: NDArray[np.bool_],
    test_features: NDArray[np.float64],
    test_labels: NDArray[np.bool_],
) -> float:
    """Test accuracy of a logistic regression found by gradient descent."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    x, y = (features - mean) / spread, labels.astype(np.float64)
    weights, bias, decay = np.zeros(x.shape[1]), 0.0, 0.05
    step = 1 / (np.linalg.norm(x, 2) ** 2 / (4 * len(x)) + decay)
    for _ in range(400):
        error = 1 / (1 + np.exp(-(x @ weights + bias))) - y
        weights -= step * (x.T @ error / len(x) + decay * weights)
        bias -= error.mean()
    guessed = ((test_features - mean) / spread) @ weights + bias > 0
    return float(np.mean(guessed == test_labels))


Labelled = tuple[NDArray[np.uint8], NDArray[np.bool_]]


@pytest.fixture(scope="module")
def small_set() -> dict[str, Labelled]:
    """{"training", "test"}: pictures (N, 48, 48, 3) and whether each is a dog."""
    photos = list(drawn.photos(0, 300, 0, 200, SMALL_PX))
    return {
        split: (
            np.stack([pixels(photo.read()) for photo in photos if photo.split == split]),
            np.array([photo.class_name == "Dog" for photo in photos if photo.split == split]),
        )
        for split in ("training", "test")
    }


def test_default_set_has_half_of_each_class_in_every_split() -> None:
    photos = list(drawn.photos())
    counts = Counter((photo.split, photo.class_name) for photo in photos)
    assert counts == {
        ("training", "Cat"): 240,
        ("training", "Dog"): 240,
        ("validation", "Cat"): 80,
        ("validation", "Dog"): 80,
        ("test", "Cat"): 80,
        ("test", "Dog"): 80,
    }
    assert len({photo.name for photo in photos}) == 800
    assert photos[0].name == "training/cat/cat-0001.jpg"


def test_an_odd_number_differs_by_one_at_most() -> None:
    counts = Counter(photo.class_name for photo in drawn.photos(0, 7, 0, 0))
    assert sorted(counts.values()) == [3, 4]


def test_nothing_is_painted_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Image.Image:
        raise AssertionError("painted too early")

    monkeypatch.setattr(drawn, "paint", refuse)
    photos = list(drawn.photos())
    with pytest.raises(AssertionError, match="too early"):
        photos[0].read()


def test_reading_twice_gives_the_same_bytes() -> None:
    for first, second in zip(drawn.photos(3, 4, 2, 2), drawn.photos(3, 4, 2, 2), strict=True):
        data = first.read()
        assert data == first.read() == second.read()


def test_a_photo_does_not_depend_on_how_many_there_are() -> None:
    few = {photo.name: photo.read() for photo in drawn.photos(5, 2, 2, 2, SMALL_PX)}
    many = {photo.name: photo for photo in drawn.photos(5, 12, 6, 4, SMALL_PX)}
    assert few == {name: many[name].read() for name in few}


def test_all_photos_differ_across_splits_classes_and_seeds() -> None:
    hashes = [
        hashlib.sha256(photo.read()).hexdigest()
        for seed in (0, 1)
        for photo in drawn.photos(seed, 20, 10, 10, SMALL_PX)
    ]
    assert len(set(hashes)) == 80


@pytest.mark.parametrize("side", [32, 96, 192, 301])
def test_photos_are_square_rgb_of_the_size_asked_for(side: int) -> None:
    for photo in drawn.photos(0, 2, 0, 0, side):
        with Image.open(io.BytesIO(photo.read())) as picture:
            assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (side, side))


def test_the_same_seed_shows_the_same_scene_at_every_size() -> None:
    large = drawn.paint("cat", 11, 192).resize((24, 24), Image.Resampling.BOX)
    small = drawn.paint("cat", 11, 96).resize((24, 24), Image.Resampling.BOX)
    other = drawn.paint("cat", 12, 96).resize((24, 24), Image.Resampling.BOX)

    def distance(picture: Image.Image) -> float:
        return float(np.abs(np.asarray(large, np.float64) - np.asarray(picture)).mean())

    assert distance(small) < 8 < distance(other)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"training": -1}, "training photos must be 0 or more. Received: -1."),
        ({"test": -5}, "test photos must be 0 or more. Received: -5."),
        ({"image_size_px": 8}, "32 to 1024 pixels wide. Received: 8."),
        ({"image_size_px": 5000}, "32 to 1024 pixels wide. Received: 5000."),
    ],
)
def test_impossible_numbers_are_refused_at_once(arguments: dict[str, int], words: str) -> None:
    with pytest.raises(SourceError, match=words):
        drawn.photos(**arguments)


def test_other_animals_are_refused() -> None:
    with pytest.raises(SourceError, match="Received: 'horse'"):
        drawn.paint("horse")


def test_the_classes_share_their_colours(small_set: dict[str, Labelled]) -> None:
    pictures, is_dog = small_set["training"]
    means = pictures.mean(axis=(1, 2))  # (N, 3)
    spreads = pictures.std(axis=(1, 2, 3))  # (N,)
    for figure in (*means.T, spreads):
        cats, dogs = figure[~is_dog], figure[is_dog]
        error = np.hypot(cats.std() / len(cats) ** 0.5, dogs.std() / len(dogs) ** 0.5)
        assert abs(cats.mean() - dogs.mean()) < 3 * error
        assert 0.75 < cats.std() / dogs.std() < 1.33


@pytest.mark.parametrize("look", [thumbnails, colour_figures])
def test_a_cheap_trick_does_not_tell_the_classes_apart(small_set, look) -> None:
    (pictures, labels), (test_pictures, test_labels) = small_set["training"], small_set["test"]
    accuracy = accuracy_of_a_line(look(pictures), labels, look(test_pictures), test_labels)
    assert accuracy < 0.65


@pytest.mark.parametrize("look", [thumbnails, colour_figures])
def test_the_same_trick_finds_a_cue_where_there_is_one(small_set, look) -> None:
    """Without this, the test above could pass because its classifier learns nothing."""

    def warmer_dogs(pictures: NDArray[np.uint8], is_dog: NDArray[np.bool_]) -> NDArray[np.uint8]:
        warmth = np.where(is_dog[:, None, None, None], (40, 0, -40), 0)
        return np.clip(pictures + warmth, 0, 255).astype(np.uint8)

    (pictures, labels), (test_pictures, test_labels) = small_set["training"], small_set["test"]
    pictures, test_pictures = warmer_dogs(pictures, labels), warmer_dogs(test_pictures, test_labels)
    accuracy = accuracy_of_a_line(look(pictures), labels, look(test_pictures), test_labels)
    assert accuracy > 0.85


@pytest.mark.slow
def test_imagenet_features_tell_the_classes_apart(shared: Path) -> None:
    """Worth learning: the frozen network sees most of it, and leaves something to gain."""
    import keras

    weights = (
        shared / "keras/models/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_160_no_top.h5"
    )
    backbone = keras.applications.MobileNetV2(
        input_shape=(160, 160, 3), include_top=False, pooling="avg", weights=str(weights)
    )
    features, labels = {}, {}
    for split, count in (("training", 400), ("test", 160)):
        photos = list(drawn.photos(0, **{"training": 0, "validation": 0, "test": 0, split: count}))
        pictures = [Image.fromarray(pixels(photo.read())).resize((160, 160)) for photo in photos]
        batch = np.stack([np.asarray(p, dtype=np.float32) for p in pictures]) / 127.5 - 1
        features[split] = backbone.predict(batch, verbose=0)
        labels[split] = np.array([photo.class_name == "Dog" for photo in photos])
    accuracy = accuracy_of_a_line(
        features["training"], labels["training"], features["test"], labels["test"]
    )
    assert 0.85 < accuracy < 0.99
