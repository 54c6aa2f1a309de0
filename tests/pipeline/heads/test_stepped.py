from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from pipeline.errors import RunError
from pipeline.heads.stepped import HeadsTrainer, HeadTrainer, draw, score, thin_out
from pipeline.network.head import Head

BATCH = 32


def some_features(photos: int, num_features: int = 40, num_classes: int = 2, seed: int = 1):
    """Noise that leans a different way for each class, 0 to 6 as behind MobileNetV2."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, num_classes, photos)
    centres = random.normal(0.5, 0.4, (num_classes, num_features))
    features = centres[labels] + random.normal(0, 0.8, (photos, num_features))
    return np.clip(features, 0, 6).astype(np.float32), labels


def train(trainer: HeadTrainer, features, labels, steps: int, first: int = 0):
    """Losses of some steps; a step's batch and dropout follow from its number."""
    losses = []
    for step in range(first, first + steps):
        random = np.random.default_rng(step)
        chosen = random.integers(0, len(labels), BATCH)
        losses.append(trainer.step(features[chosen], labels[chosen], random)[0])
    return losses


@pytest.mark.slow
@pytest.mark.parametrize("num_classes", [2, 4])
def test_it_learns_what_keras_learns(num_classes: int) -> None:
    import keras
    import tensorflow as tf

    features, labels = some_features(500, num_classes=num_classes)
    start = Head.initial(features.shape[1], num_classes, seed=3)
    trainer = HeadTrainer(start, learning_rate=1e-3, dropout=0.0)
    ours = train(trainer, features, labels, steps=60)

    dense = keras.layers.Dense(start.kernel.shape[1])
    dense.build((None, features.shape[1]))
    dense.set_weights([start.kernel, start.bias])
    optimizer = keras.optimizers.RMSprop(1e-3)
    if num_classes == 2:
        loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
    else:
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    theirs = []
    for step in range(60):
        chosen = np.random.default_rng(step).integers(0, len(labels), BATCH)
        with tf.GradientTape() as tape:
            loss = loss_of(labels[chosen][:, np.newaxis], dense(features[chosen]))
        gradients = tape.gradient(loss, [weight.value for weight in dense.trainable_weights])
        optimizer.apply(gradients, dense.trainable_weights)
        theirs.append(float(loss))

    np.testing.assert_allclose(ours, theirs, atol=1e-5)
    np.testing.assert_allclose(trainer.head.kernel, dense.get_weights()[0], atol=1e-5)
    np.testing.assert_allclose(trainer.head.bias, dense.get_weights()[1], atol=1e-5)
    assert theirs[-1] < theirs[0]  # there was something to learn


@pytest.mark.slow
@pytest.mark.parametrize("num_classes", [2, 7])
def test_it_starts_within_the_bounds_of_keras(num_classes: int) -> None:
    import keras

    ours = Head.initial(1280, num_classes, seed=0)
    layer = keras.layers.Dense(ours.kernel.shape[1])
    layer.build((None, 1280))
    theirs, bias = layer.get_weights()
    assert ours.kernel.shape == theirs.shape
    assert np.abs(ours.kernel).max() == pytest.approx(np.abs(theirs).max(), rel=0.02)
    assert ours.kernel.std() == pytest.approx(theirs.std(), rel=0.1)
    assert not ours.bias.any() and ours.bias.shape == bias.shape


def test_the_seed_decides_the_start() -> None:
    first, again, other = (Head.initial(64, 3, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.kernel, again.kernel)
    assert (first.kernel != other.kernel).mean() > 0.99


def gradient_of(features, dropout: float, seed: int = 0):
    """The first gradient of a head of zeros with the label 1, from what RMSprop keeps of it."""
    head = Head(np.zeros((features.shape[1], 1), np.float32), np.zeros(1, np.float32))
    trainer = HeadTrainer(head, 1e-3, dropout)
    labels = np.ones(len(features), np.int64)
    trainer.step(features, labels, np.random.default_rng(seed))
    return np.sqrt(trainer.state()["optimizer/0"][:, 0] / 0.1)


@pytest.mark.parametrize("dropout", [0.2, 0.5, 0.8])
def test_dropout_hides_its_share_and_enlarges_the_rest(dropout: float) -> None:
    seen = gradient_of(np.ones((1, 50_000), np.float32), dropout)
    assert np.mean(seen == 0) == pytest.approx(dropout, abs=0.01)
    np.testing.assert_allclose(seen[seen > 0], 0.5 / (1 - dropout), rtol=3e-5)


@pytest.mark.parametrize("num_classes", [2, 4])
def test_a_class_that_weighs_double_is_as_one_with_each_photo_twice(num_classes: int) -> None:
    features, labels = some_features(50, num_classes=num_classes)
    twice = np.repeat(np.arange(50), 1 + (labels == 1))
    weights = np.where(np.arange(num_classes) == 1, 2.0, 1.0)
    weights *= 50 / len(twice)  # 1 in the mean
    start = Head.initial(40, num_classes, 0)
    weighed = HeadTrainer(start, 1e-2, 0.0, weights)
    longer = HeadTrainer(start, 1e-2, 0.0)
    for _ in range(10):
        one, _ = weighed.step(features, labels, np.random.default_rng(0))
        other, _ = longer.step(features[twice], labels[twice], np.random.default_rng(0))
        assert one == pytest.approx(other, rel=1e-4)
    np.testing.assert_allclose(weighed.head.kernel, longer.head.kernel, atol=1e-4)


def test_dropout_hides_other_features_of_each_photo() -> None:
    # With the same ones hidden in all of 64 photos, a fifth would have no gradient.
    assert (gradient_of(np.ones((64, 1000), np.float32), 0.2) > 0).all()


def test_dropout_follows_from_the_generator() -> None:
    ones = np.ones((4, 1000), np.float32)
    np.testing.assert_array_equal(gradient_of(ones, 0.2, seed=7), gradient_of(ones, 0.2, seed=7))
    assert (gradient_of(ones, 0.2, seed=7) != gradient_of(ones, 0.2, seed=8)).any()


def test_the_photos_stay_as_they_are() -> None:
    features, labels = some_features(BATCH)
    before = features.copy()
    HeadTrainer(Head.initial(40, 2, 0), 1e-3, 0.5).step(features, labels, np.random.default_rng(0))
    np.testing.assert_array_equal(features, before)


@pytest.mark.parametrize("num_classes", [2, 5])
def test_going_on_from_a_state_is_as_if_nothing_had_happened(num_classes: int) -> None:
    features, labels = some_features(300, num_classes=num_classes)
    whole = HeadTrainer(Head.initial(40, num_classes, 0), 1e-2, 0.3)
    train(whole, features, labels, steps=20)

    first = HeadTrainer(Head.initial(40, num_classes, 0), 1e-2, 0.3)
    train(first, features, labels, steps=12)
    kept = {**first.head.tensors(), **first.state()}
    train(first, features, labels, steps=3)  # what was kept must not change by this
    second = HeadTrainer(Head.from_tensors(kept), 1e-2, 0.3)
    second.load_state(kept)
    train(second, features, labels, steps=8, first=12)
    np.testing.assert_array_equal(second.head.kernel, whole.head.kernel)
    np.testing.assert_array_equal(second.head.bias, whole.head.bias)


def test_a_head_does_not_change_with_later_steps() -> None:
    features, labels = some_features(100)
    start = Head.initial(40, 2, 0)
    trainer = HeadTrainer(start, 1e-2, 0.0)
    train(trainer, features, labels, steps=2)
    best = trainer.head
    before = best.kernel.copy()
    train(trainer, features, labels, steps=2)
    np.testing.assert_array_equal(best.kernel, before)
    np.testing.assert_array_equal(start.kernel, Head.initial(40, 2, 0).kernel)
    assert (trainer.head.kernel != before).any()


def test_it_counts_what_was_called_right_before_the_step() -> None:
    head = Head(np.array([[1.0], [0.0]], np.float32), np.zeros(1, np.float32))
    features = np.array([[2, 0], [-2, 0], [3, 0], [-1, 0]], np.float32)
    _, right = HeadTrainer(head, 10.0, 0.0).step(
        features, np.array([1, 0, 0, 0]), np.random.default_rng(0)
    )
    assert right == 3


def test_numbers_that_run_away_are_told_not_raised() -> None:
    features = np.full((4, 3), 1e30, np.float32)
    trainer = HeadTrainer(Head.initial(3, 2, 0), 1e30, 0.0)
    losses = [
        trainer.step(features, np.array([0, 1, 0, 1]), np.random.default_rng(0))[0]
        for _ in range(3)
    ]
    assert not np.isfinite(losses[-1])


@pytest.mark.parametrize("num_classes", [2, 5])
def test_the_score_agrees_with_the_loss_of_training(num_classes: int) -> None:
    features, labels = some_features(BATCH, num_classes=num_classes)
    head = Head.initial(40, num_classes, 0)
    loss, accuracy, answers = score(head, features, labels)
    step = HeadTrainer(head, 1e-3, 0.0).step(features, labels, np.random.default_rng(0))
    assert (loss, accuracy * BATCH) == (pytest.approx(step[0], rel=1e-5), pytest.approx(step[1]))
    assert answers.shape == (BATCH, num_classes)


def test_a_large_score_is_the_same_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    features, labels = some_features(50, num_classes=4)
    head = Head.initial(40, 4, 0)
    whole = score(head, features, labels)
    monkeypatch.setattr("pipeline.heads.stepped._BLOCK", 28)
    parts = score(head, features, labels)
    assert parts[:2] == (pytest.approx(whole[0]), whole[1])
    np.testing.assert_allclose(parts[2], whole[2], rtol=1e-5)


def test_numbers_without_a_head_are_refused() -> None:
    good = Head.initial(8, 3, 0).tensors()
    for bad in (
        {},
        {"head/kernel": good["head/kernel"]},
        {**good, "head/bias": np.zeros(2, np.float32)},
        {**good, "head/kernel": np.zeros(8, np.float32)},
    ):
        with pytest.raises(RunError):
            Head.from_tensors(bad)


def test_the_state_of_another_head_is_refused() -> None:
    trainer = HeadTrainer(Head.initial(8, 3, 0), 1e-3, 0.0)
    for bad in ({}, HeadTrainer(Head.initial(8, 4, 0), 1e-3, 0.0).state()):
        with pytest.raises(RunError):
            trainer.load_state(bad)


@pytest.mark.parametrize("module", ["stepped", "solved"])
def test_no_tensorflow_is_imported(module: str) -> None:
    code = (
        f"import sys, pipeline.heads.{module}\n"
        "sys.exit(bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("balanced", [False, True])
@pytest.mark.parametrize("num_classes", [2, 3, 30])
def test_several_heads_get_the_numbers_that_each_would_get_alone(
    num_classes: int, balanced: bool
) -> None:
    features, labels = some_features(120, num_features=1280, num_classes=num_classes)
    weights = np.linspace(0.2, 3, num_classes) if balanced else None
    start = Head.initial(1280, num_classes, 0)
    rates = [1e-5, 1e-3, 1e-1, 3.0]
    together = HeadsTrainer([start] * 4, rates, weights)
    alone = [HeadTrainer(start, rate, 0.3, weights) for rate in rates]
    for first in range(0, 120, 25):  # the last batch is a small one
        chosen = slice(first, first + 25)
        drawn = draw(features[chosen], np.random.default_rng(first))
        thinned = thin_out(features[chosen], 0.3, drawn)
        losses, right = together.step(thinned, labels[chosen])
        each = [
            trainer.step(features[chosen], labels[chosen], np.random.default_rng(first))
            for trainer in alone
        ]
        assert list(zip(losses.tolist(), right.tolist(), strict=True)) == each
    for head, trainer in zip(together.heads, alone, strict=True):
        np.testing.assert_array_equal(head.kernel, trainer.head.kernel)
        np.testing.assert_array_equal(head.bias, trainer.head.bias)


@pytest.mark.parametrize("dropout", [0.05, 0.2, 0.5, 0.8])
def test_as_many_features_are_hidden_as_asked_and_their_sum_stays(dropout: float) -> None:
    features = np.ones((3, 100_001), np.float32)  # no multiple of what is drawn at a time
    drawn = draw(features, np.random.default_rng(1))
    thinned = thin_out(features, dropout, drawn)
    assert np.mean(thinned == 0) == pytest.approx(dropout, abs=0.005)
    assert thinned.mean() == pytest.approx(1, abs=0.01)
    assert len(np.unique(thinned)) == 2
    # The next batch hides others.
    rng = np.random.default_rng(1)
    first, second = (draw(features, rng) for _ in range(2))
    np.testing.assert_array_equal(first, drawn)
    assert np.mean(first == second) < 0.001
