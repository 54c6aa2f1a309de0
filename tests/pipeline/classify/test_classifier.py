"""Answers of a run's network, through a real LiteRT file."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from pipeline.classify.bundle import FAMILIAR_FILE, MODEL_FILE, read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.classify.novelty import fit
from pipeline.errors import RunError, Stopped
from pipeline.photos.decoding.decode import square
from pipeline.progress import Stage, Step
from pipeline.settings.train_config import TrainConfig
from tests.toy_litert import SIDE_PX, colour_network


def bundle(folder, classes, litert, side_px=SIDE_PX, familiar=None, **facts):
    config = TrainConfig(image_size_px=side_px)
    manifest = {
        "run_id": "run-1",
        "photo_set_id": "0123456789abcdef",
        "classes": classes,
        "image_size_px": side_px,
        "config": config.to_json(),
        "versions": {},
        "weights_sha256": None,
        **facts,
    }
    write_bundle(folder / "bundle", litert, manifest, familiar)
    return read_bundle(folder / "bundle")


@pytest.fixture
def two(tmp_path):
    return Classifier(bundle(tmp_path, ["red", "blue"], colour_network(2)))


def plain(*colours):
    photos = np.empty((len(colours), SIDE_PX, SIDE_PX, 3), np.uint8)
    photos[:] = np.array(colours, np.uint8)[:, None, None]
    return photos


def test_one_logit_answers_for_two_classes(two):
    photos = plain((200, 0, 180), (180, 0, 200), (90, 0, 90))  # logits -2, 2, 0

    probabilities = two.probabilities(photos)

    high = 1 / (1 + np.exp(-2))
    expected = np.array([[high, 1 - high], [1 - high, high], [0.5, 0.5]])
    assert probabilities == pytest.approx(expected, abs=1e-6)
    assert probabilities.dtype == np.float32
    assert [answer.class_name for answer in two.answers(photos[:2])] == ["red", "blue"]


def test_an_answer_lists_every_class_in_order(tmp_path):
    classifier = Classifier(bundle(tmp_path, ["red", "green", "blue", "none"], colour_network(4)))

    (answer,) = classifier.answers(plain((0, 60, 40)))

    assert list(answer.probabilities) == ["red", "green", "blue", "none"]
    assert answer.class_name == "green"
    assert answer.probability == answer.probabilities["green"] == max(answer.probabilities.values())
    assert sum(answer.probabilities.values()) == pytest.approx(1, abs=1e-6)
    shares = np.exp([0, 6, 4, 0]) / np.exp([0, 6, 4, 0]).sum()
    assert list(answer.probabilities.values()) == pytest.approx(shares, abs=1e-6)


def test_a_photo_of_any_size_is_answered_alone_as_in_a_batch(two):
    stream = io.BytesIO()
    Image.new("RGB", (300, 120), (10, 20, 30)).save(stream, "JPEG", quality=95)

    alone = two.classify(stream.getvalue())

    assert alone.class_name == "blue"
    photo = square(stream.getvalue(), SIDE_PX)
    batch = two.answers(np.stack([photo] * 11))
    assert batch == [alone] * 11


def test_features_are_map_and_average(two):
    feature_map, pooled = two.features(plain((10, 20, 30), (1, 2, 3)))
    assert feature_map.shape == (2, 2, 2, 3)
    assert pooled == pytest.approx(np.array([[10, 20, 30], [1, 2, 3]], float))


def test_the_average_alone(two):
    photos = plain((10, 20, 30), (1, 2, 3))
    np.testing.assert_array_equal(two.pooled(photos), two.features(photos)[1])
    assert two.num_features == 3


def test_whether_it_can_tell_where_it_looked(two, monkeypatch):
    assert two.tells_where

    def missing(name):
        raise ValueError(name)

    monkeypatch.setattr(two._network, "constant", missing)
    assert not two.tells_where


def test_equal_networks_have_one_name(tmp_path, two):
    again = Classifier(bundle(tmp_path / "again", ["cat", "dog"], colour_network(2)))
    other = Classifier(bundle(tmp_path / "other", ["a", "b", "c"], colour_network(3)))
    assert again.sha256 == two.sha256 != other.sha256


def test_many_photos_are_asked_about_a_few_at_a_time(two):
    photos = np.random.default_rng(0).integers(0, 256, (200, SIDE_PX, SIDE_PX, 3), np.uint8)
    indices = np.random.default_rng(1).permutation(200)[:150]
    told = []

    found = two.predictions(photos, indices, indices % 2, lambda *what: told.append(what))

    shares = found.probabilities
    assert found.truth.tolist() == (indices % 2).tolist()
    np.testing.assert_allclose(shares, two.probabilities(photos[indices]), atol=1e-6)
    assert shares.dtype == np.float32
    assert told == [(Stage(Step.ASKING), done, 150, "photos") for done in (0, 64, 128)]
    answers = two.answers_of(photos, indices)
    assert [list(one.probabilities.values()) for one in answers] == pytest.approx(shares)


def test_stop_is_heard_between_two_chunks(two):
    def stop(stage, done, total, unit):
        if done:
            raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        two.predictions(plain(*[(9, 9, 9)] * 65), np.arange(65), np.zeros(65, int), stop)


def test_no_photos_no_answers(two):
    none = np.arange(0)
    assert two.answers_of(plain((0, 0, 0)), none) == []
    assert two.predictions(plain((0, 0, 0)), none, none).probabilities.shape == (0, 2)
    assert two.answers(plain((0, 0, 0))[:0]) == []


def test_many_visitors_at_once(two):
    colours = [(number, 0, 255 - number) for number in range(0, 256, 5)]
    expected = [two.answers(plain(colour))[0] for colour in colours]
    with ThreadPoolExecutor(8) as pool:
        received = list(pool.map(lambda colour: two.answers(plain(colour))[0], colours))
    assert received == expected


@pytest.mark.parametrize(
    ("classes", "litert", "side_px"),
    [
        (["a", "b", "c"], colour_network(2), SIDE_PX),
        (["a", "b"], colour_network(3), SIDE_PX),
        (["a", "b", "c"], colour_network(4), SIDE_PX),
        (["a", "b"], colour_network(2, side_px=128), SIDE_PX),
        (["a", "b"], colour_network(2, answer="something"), SIDE_PX),
    ],
    ids=["one logit for three", "three for two", "four for three", "image size", "output"],
)
def test_a_model_that_does_not_fit_its_manifest_is_refused(tmp_path, classes, litert, side_px):
    with pytest.raises(RunError, match="does not fit"):
        Classifier(bundle(tmp_path, classes, litert, side_px))


def test_a_file_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(RunError, match="cannot be opened"):
        Classifier(bundle(tmp_path, ["a", "b"], b"no network"))


def test_a_deleted_model_is_a_sentence(tmp_path):
    found = bundle(tmp_path, ["a", "b"], colour_network(2))
    (tmp_path / "bundle" / MODEL_FILE).unlink()
    with pytest.raises(RunError, match="missing"):
        Classifier(found)


# === Certainty, and what was never taught ===


def test_logits_are_divided_by_the_temperature(tmp_path):
    classifier = Classifier(bundle(tmp_path, ["red", "blue"], colour_network(2), temperature=4.0))
    share = classifier.probabilities(plain((180, 0, 200)))[0, 1]  # a logit of 2
    assert share == pytest.approx(1 / (1 + np.exp(-0.5)), abs=1e-6)


def reds_and_blues(seed, photos=60):
    rng = np.random.default_rng(seed)
    strong, weak = rng.integers(170, 230, photos), rng.integers(10, 60, photos)
    red = np.arange(photos) % 2 == 0
    return np.stack([np.where(red, strong, weak), weak, np.where(red, weak, strong)], axis=1)


@pytest.fixture
def taught(tmp_path):
    known = fit(reds_and_blues(1))
    return bundle(tmp_path, ["red", "blue"], colour_network(2), familiar=known)


def test_what_was_never_taught_is_neither(taught):
    classifier = Classifier(taught)
    assert classifier.says_neither
    known, strange = classifier.answers(plain((200, 30, 30), (20, 220, 20)))
    assert not known.is_neither
    assert known.strangeness < 1
    assert strange.is_neither
    assert strange.class_name in ("red", "blue")  # the nearest one


def test_a_run_from_before_knows_no_neither(two):
    assert not two.says_neither
    (answer,) = two.answers(plain((20, 220, 20)))
    assert answer.strangeness is None
    assert not answer.is_neither


def test_what_is_familiar_is_sealed_too(taught):
    path = taught.model_path.parent / FAMILIAR_FILE
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(RunError, match=r"familiar\.safetensors has changed"):
        read_bundle(path.parent)
    path.unlink()
    with pytest.raises(RunError, match=r"familiar\.safetensors is missing"):
        read_bundle(path.parent)
