"""The nearest training photos: against a plain search, few of each class, computed once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.neighbors import NearestNeighbors

from pipeline.classify import similar_photos
from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.classify.novelty import of_length_one
from pipeline.classify.similar_photos import Seen
from pipeline.files.cache import Cache
from pipeline.photos.decoding.decode import square
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources import open_source
from pipeline.progress import Stage, silent
from pipeline.settings.train_config import TrainConfig
from tests.toy_litert import SIDE_PX, colour_network
from tests.workspaces import class_folders


def features(count: int, seed: int, width: int = 40) -> np.ndarray:
    """As after a ReLU: nothing below 0, many zeros."""
    return np.maximum(np.random.default_rng(seed).normal(0.2, 1, (count, width)), 0)


def seen_of(values: np.ndarray) -> Seen:
    unit = of_length_one(values).astype(np.float16)
    return Seen(np.arange(len(values)) * 3 + 1, unit)


def test_the_nearest_are_those_of_a_plain_search() -> None:
    known, asked = features(300, 1), features(25, 2)
    seen = seen_of(known)
    search = NearestNeighbors(n_neighbors=3, metric="cosine", algorithm="brute")
    distances, order = search.fit(seen.features.astype(np.float64)).kneighbors(asked)
    for kept in (seen, seen.at_hand()):
        found = kept.nearest(asked, 3)
        assert [[one.index for one in row] for row in found] == (order * 3 + 1).tolist()
        shares = np.array([[one.share for one in row] for row in found])
        np.testing.assert_allclose(shares, 1 - distances, atol=2e-3)
        assert (np.diff(shares, axis=1) <= 0).all()


def test_a_photo_is_wholly_like_itself_however_strong() -> None:
    known = features(20, 3)
    (found,) = seen_of(known).nearest(known[7:8] * 50, 1)
    assert found[0].index == 22
    assert found[0].share == pytest.approx(1, abs=1e-3)
    assert found[0].share <= 1


def test_a_photo_in_which_nothing_is_seen_is_like_none() -> None:
    (found,) = seen_of(features(5, 4)).nearest(np.zeros((1, 40)), 3)
    assert [one.share for one in found] == [0, 0, 0]


def test_fewer_photos_than_wanted() -> None:
    (found,) = seen_of(features(2, 4)).nearest(features(1, 5), 3)
    assert len(found) == 2


def test_the_usual_number_is_the_average_over_all_pairs() -> None:
    known = features(60, 6)
    pairs = cosine_similarity(known)[np.triu_indices(60, 1)]
    assert seen_of(known).usual() == pytest.approx(pairs.mean(), abs=1e-3)
    assert seen_of(known[:1]).usual() == 1


# === Which photos ===


@dataclass
class Labelled:
    """The part of a photo set that the choice looks at."""

    of_class: np.ndarray
    training: np.ndarray

    def indices(self, split: str) -> np.ndarray:
        assert split == "training"
        return self.training

    def labels(self) -> np.ndarray:
        return self.of_class


def test_of_many_photos_each_class_gives_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar_photos, "MOST_PHOTOS", 90)
    labels = np.repeat([0, 1, 2], [900, 100, 10])
    training = np.flatnonzero(np.arange(1010) % 2)
    found = similar_photos.chosen(Labelled(labels, training))
    assert len(found) == len(set(found.tolist())) == 90
    assert set(found.tolist()) <= set(training.tolist())
    assert (np.diff(found) > 0).all()
    sizes = Counter(labels[found].tolist())
    assert sizes[2] == 5  # all that there are
    assert abs(sizes[0] - sizes[1]) <= 1
    assert similar_photos.chosen(Labelled(labels, training)).tolist() == found.tolist()


def test_of_few_photos_all_are_taken() -> None:
    training = np.array([4, 1, 8])
    labels = np.zeros(9, np.int64)
    assert similar_photos.chosen(Labelled(labels, training)).tolist() == [1, 4, 8]


# === Kept ===


@pytest.fixture
def photo_set(tmp_path: Path) -> PhotoSet:
    folder = class_folders(tmp_path / "colours", photos=45)
    with open_source(str(folder), tmp_path, silent) as opened, Decoder(processes=1) as decoder:
        return import_photos(opened.photos, tmp_path / "sets", decoder, silent).photo_set


@pytest.fixture
def classifier(tmp_path: Path, photo_set: PhotoSet) -> Classifier:
    manifest = {
        "run_id": "run-1",
        "photo_set_id": photo_set.id,
        "classes": ["red", "blue"],
        "image_size_px": SIDE_PX,
        "config": TrainConfig(image_size_px=SIDE_PX).to_json(),
        "versions": {},
        "weights_sha256": None,
    }
    write_bundle(tmp_path / "bundle", colour_network(), manifest)
    return Classifier(read_bundle(tmp_path / "bundle"))


def test_what_is_seen_is_computed_once_and_told_on_the_way(
    tmp_path: Path, photo_set: PhotoSet, classifier: Classifier
) -> None:
    cache, told = Cache(tmp_path / "cache"), []

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        told.append((done, total))

    found = similar_photos.seen(classifier, photo_set, cache, report)
    training = photo_set.indices("training")
    assert found.indices.tolist() == training.tolist()
    assert told[-1] == (len(training), len(training))
    photos = np.stack([square(photo_set.jpeg(int(index)), SIDE_PX) for index in training])
    plain = photos.mean(axis=(1, 2)) / np.linalg.norm(photos.mean(axis=(1, 2)), axis=1)[:, None]
    np.testing.assert_allclose(found.features, plain, atol=1e-3)
    (entry,) = cache.entries()
    assert (entry.kind, entry.owner) == ("seen", photo_set.id)
    told.clear()
    again = similar_photos.seen(classifier, photo_set, cache, report)
    np.testing.assert_array_equal(again.features, found.features)
    assert not told


def test_a_photo_finds_its_own_class(
    tmp_path: Path, photo_set: PhotoSet, classifier: Classifier
) -> None:
    found = similar_photos.seen(classifier, photo_set, Cache(tmp_path / "cache"), silent)
    labels = photo_set.labels()
    for index in photo_set.indices("test"):
        pooled = classifier.pooled(square(photo_set.jpeg(int(index)), SIDE_PX)[np.newaxis])
        assert {int(labels[one.index]) for one in found.nearest(pooled, 3)[0]} == {labels[index]}


def test_what_is_left_early_is_not_kept(
    tmp_path: Path, photo_set: PhotoSet, classifier: Classifier
) -> None:
    class Left(BaseException):
        """As Streamlit raises where somebody leaves a page."""

    def leave(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        raise Left

    cache = Cache(tmp_path / "cache")
    with pytest.raises(Left):
        similar_photos.seen(classifier, photo_set, cache, leave)
    assert not cache.entries()
