"""The tail learns what Keras would learn, from what the part below the cut made of the photos."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import RunError
from pipeline.network.convolutions import convolutions, frozen_convolutions
from pipeline.network.head import Head
from pipeline.network.tensors import Tensors
from pipeline.settings.train_config import FINE_TUNING, TrainConfig

pytestmark = pytest.mark.slow
SMALL = TrainConfig(alpha=0.35, image_size_px=96, dropout=0.0)
BATCH = 8
PHOTOS = 5 * BATCH + 4  # six batches, the last one smaller


class Keras:
    """The same network as plain Keras has it: the yardstick."""

    def __init__(self, config: TrainConfig, num_classes: int, weights: Path | None) -> None:
        import keras

        keras.utils.set_random_seed(1)
        size = config.image_size_px
        self.backbone = keras.applications.MobileNetV2(
            input_shape=(size, size, 3), alpha=config.alpha, include_top=False, weights=weights
        )
        self.head = keras.layers.Dense(1 if num_classes == 2 else num_classes, name="head")
        photos = keras.Input((size, size, 3))
        x = keras.layers.Rescaling(1 / 127.5, offset=-1)(photos)
        x = keras.layers.GlobalAveragePooling2D()(self.backbone(x))
        self.model = keras.Model(photos, self.head(x))
        self.config, self.num_classes = config, num_classes
        if weights is None:
            self._shake()

    def _shake(self) -> None:
        """Give batch normalization numbers that do something, yet keep the features in scale.

        Most values lie between the bends of ReLU6: on the bends rounding decides, and two
        computations of the same step drift apart.
        """
        import keras

        rng = np.random.default_rng(0)
        layers = [
            layer
            for layer in self.backbone.layers
            if isinstance(layer, keras.layers.BatchNormalization)
        ]
        for layer in layers:
            layer.momentum = 0.0
            layer.gamma.assign(rng.uniform(0.7, 1.3, layer.gamma.shape))
            layer.beta.assign(rng.uniform(2, 4, layer.beta.shape))
        self.backbone(some_photos(self.config)[:16] / 127.5 - 1, training=True)

    def tensors(self) -> Tensors:
        return {name: weight.numpy().copy() for name, weight in self._weights().items()}

    def assign(self, tensors: Tensors) -> None:
        for name, weight in self._weights().items():
            weight.assign(tensors[name])

    def _weights(self) -> dict:
        layers = (*self.backbone.layers, self.head)
        return {
            f"{layer.name}/{weight.name}": weight for layer in layers for weight in layer.weights
        }

    def head_now(self) -> Head:
        return Head.from_tensors(self.tensors())

    def at_cut(self, photos: np.ndarray, cut: int) -> np.ndarray:
        """What the part below the cut makes of photos, float32."""
        import keras

        if cut == 0:
            return photos
        last = convolutions(self.config.alpha, self.config.image_size_px)[cut - 1].last
        below = keras.Model(self.backbone.input, self.backbone.layers[last].output)
        return np.asarray(below(photos / np.float32(127.5) - 1, training=False))

    def logits(self, photos: np.ndarray) -> np.ndarray:
        return np.asarray(self.model(photos, training=False))

    def fit(self, photos: np.ndarray, labels: np.ndarray) -> tuple[float, float, set[str]]:
        """Six steps; loss, accuracy and the names of what may change."""
        import keras

        self.backbone.trainable = True
        for index, layer in enumerate(self.backbone.layers):
            normalizes = isinstance(layer, keras.layers.BatchNormalization)
            layer.trainable = index >= self.config.fine_tune_at and not normalizes
        two = self.num_classes == 2
        self.model.compile(
            optimizer=keras.optimizers.RMSprop(self.config.phase_learning_rates[FINE_TUNING]),
            loss=keras.losses.BinaryCrossentropy(from_logits=True)
            if two
            else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=[
                keras.metrics.BinaryAccuracy(threshold=0, name="accuracy")
                if two
                else keras.metrics.SparseCategoricalAccuracy(name="accuracy")
            ],
            jit_compile=False,
        )
        history = self.model.fit(
            photos, labels[:, np.newaxis], batch_size=BATCH, shuffle=False, verbose=0
        ).history
        trainable = {id(weight) for weight in self.model.trainable_weights}
        names = {name for name, weight in self._weights().items() if id(weight) in trainable}
        return history["loss"][0], history["accuracy"][0], names


def some_photos(config: TrainConfig) -> np.ndarray:
    """Noisy patches of colour: noise alone gives the same features for every photo."""
    rng = np.random.default_rng(5)
    side = config.image_size_px
    patches = rng.integers(0, 200, (PHOTOS, 4, 4, 3), np.uint8)
    large = patches.repeat(side // 4, axis=1).repeat(side // 4, axis=2)
    return large + rng.integers(0, 56, large.shape, np.uint8)


def some_labels(num_classes: int) -> np.ndarray:
    return np.random.default_rng(6).integers(0, num_classes, PHOTOS)


def make_tail(
    keras: Keras,
    config: TrainConfig,
    tensors: Tensors | None = None,
    class_weights: np.ndarray | None = None,
):
    from pipeline.learning.tail import Tail

    cut = frozen_convolutions(config.alpha, config.image_size_px, config.fine_tune_at)
    start = keras.tensors() if tensors is None else tensors
    head = Head.from_tensors(start)
    return Tail(start, head, config, keras.num_classes, cut, class_weights), cut


def teach(tail, inputs: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    for start in range(0, len(inputs), BATCH):
        tail.step(inputs[start : start + BATCH], labels[start : start + BATCH])
    return tail.read_scores()


# The whole network has so many bends of ReLU6 that rounding decides on some of them.
@pytest.mark.parametrize(
    ("fine_tune_at", "num_classes", "cut", "share"),
    [(100, 2, 33, 0.01), (130, 2, 42, 0.01), (60, 3, 18, 0.01), (0, 2, 0, 0.1), (152, 2, 51, 0.01)],
)
def test_it_takes_the_steps_that_keras_takes(
    fine_tune_at: int, num_classes: int, cut: int, share: float
) -> None:
    config = replace(SMALL, fine_tune_at=fine_tune_at)
    keras = Keras(config, num_classes, None)
    photos, labels = some_photos(config), some_labels(num_classes)
    before = keras.tensors()
    tail, found = make_tail(keras, config)
    assert found == cut
    inputs = keras.at_cut(photos, cut)
    np.testing.assert_allclose(tail.logits(inputs), keras.logits(photos), atol=1e-4)

    tail.start_epoch(0, 0)
    loss, accuracy = teach(tail, inputs, labels)
    keras_loss, keras_accuracy, released = keras.fit(photos, labels)

    assert loss == pytest.approx(keras_loss, abs=share * 1e-3)
    assert accuracy == pytest.approx(keras_accuracy, abs=1e-6)
    learned, expected = tail.tensors(), keras.tensors()
    assert set(learned) == released
    for name, tensor in learned.items():
        moved = np.abs(expected[name] - before[name])
        apart = np.abs(expected[name] - tensor)
        assert 2e-5 < moved.max() < 1e-3, name  # so 1 % is less than 1e-5
        # Not quite all weights: a few hang on values at a bend alone.
        assert np.quantile(apart, 0.95) < share * np.quantile(moved, 0.95), name
    joined = {**before, **learned}
    for name in set(before) - released:
        np.testing.assert_array_equal(joined[name], expected[name], err_msg=name)


@pytest.mark.parametrize(
    ("kind", "tolerance"), [(np.float32, 1e-4), (np.float16, 1e-3)], ids=["float32", "float16"]
)
@pytest.mark.parametrize("weights", ["imagenet", "random"])
def test_joined_to_the_backbone_it_answers_the_same(
    request: pytest.FixtureRequest, weights: str, kind: type, tolerance: float
) -> None:
    config, file = SMALL, None
    if weights == "imagenet":
        models = request.getfixturevalue("imagenet") / "models"
        config = replace(SMALL, alpha=1.0, image_size_px=160)
        file = next(models.glob("mobilenet_v2_weights_*_1.0_160_no_top.h5"))
    keras = Keras(config, 2, file)
    photos, labels = some_photos(config), some_labels(2)
    tail, cut = make_tail(keras, config)
    inputs = keras.at_cut(photos, cut).astype(kind)
    tail.start_epoch(0, 0)
    teach(tail, inputs, labels)

    keras.assign({**keras.tensors(), **tail.tensors()})
    expected = keras.logits(photos)
    assert np.ptp(expected) > 0.1  # the answers do differ from photo to photo
    np.testing.assert_allclose(tail.logits(inputs), expected, atol=tolerance)


@pytest.fixture(scope="module")
def keras() -> Keras:
    return Keras(SMALL, 3, None)


@pytest.fixture(scope="module")
def inputs(keras: Keras) -> np.ndarray:
    return keras.at_cut(some_photos(SMALL), 33).astype(np.float16)


@pytest.mark.parametrize("averaging", [False, True])
def test_a_resumed_training_goes_on_as_if_nothing_had_happened(
    keras: Keras, inputs: np.ndarray, averaging: bool
) -> None:
    config = replace(SMALL, dropout=0.5, weight_averaging=averaging)
    labels = some_labels(3)
    straight, _ = make_tail(keras, config)
    straight.start_epoch(3, 10)
    teach(straight, inputs, labels)
    kept, remembered = straight.tensors(), straight.optimizer_tensors()
    straight.start_epoch(3, 11)
    expected = teach(straight, inputs, labels)

    resumed, _ = make_tail(keras, config)
    resumed.assign({**kept, **remembered})
    resumed.assign_optimizer({**kept, **remembered})
    resumed.start_epoch(3, 11)
    assert teach(resumed, inputs, labels) == pytest.approx(expected, rel=1e-6)
    for name, tensor in straight.tensors().items():
        np.testing.assert_allclose(resumed.tensors()[name], tensor, atol=1e-6, err_msg=name)


def test_averaged_weights_follow_the_steps_from_afar(keras: Keras, inputs: np.ndarray) -> None:
    labels = some_labels(3)
    plain, _ = make_tail(keras, SMALL)
    averaging, _ = make_tail(keras, replace(SMALL, weight_averaging=True))
    start, expected = plain.tensors(), plain.tensors()
    for first in range(0, PHOTOS, BATCH):
        batch = slice(first, first + BATCH)
        for tail in (plain, averaging):
            tail.step(inputs[batch], labels[batch])
        for name, now in plain.tensors().items():
            expected[name] = 0.99 * expected[name] + 0.01 * now
    for name, average in averaging.tensors().items():
        np.testing.assert_allclose(average, expected[name], atol=1e-6, err_msg=name)
        assert not np.array_equal(average, start[name]), name
    # Learning goes on from the numbers of the moment, answers come from the average.
    np.testing.assert_allclose(averaging.logits(inputs), plain.logits(inputs), atol=1e-4)
    plain.assign(averaging.tensors())
    with averaging.averaged():
        np.testing.assert_allclose(averaging.logits(inputs), plain.logits(inputs), atol=1e-5)


def test_seed_and_epoch_alone_decide_what_dropout_hides(keras: Keras, inputs: np.ndarray) -> None:
    tail, _ = make_tail(keras, replace(SMALL, dropout=0.5, learning_rate=1e-6))
    labels = some_labels(3)
    start, optimizer = tail.tensors(), tail.optimizer_tensors()

    def loss_of(seed: int, epoch: int) -> float:
        tail.assign(start)
        tail.assign_optimizer(optimizer)
        tail.start_epoch(seed, epoch)
        return teach(tail, inputs, labels)[0]

    first = loss_of(7, 10)
    assert loss_of(7, 10) == pytest.approx(first, rel=1e-6)
    others = [loss_of(7, 11), loss_of(8, 10), loss_of(10, 7)]
    assert min(abs(other - first) for other in others) > 1e-4
    # Steps of one epoch differ, too: the same batch twice gives two losses.
    tail.start_epoch(7, 10)
    losses = []
    for _ in range(2):
        tail.step(inputs[:BATCH], labels[:BATCH])
        losses.append(tail.read_scores()[0])
    assert abs(losses[0] - losses[1]) > 1e-3


def test_dropout_hides_nothing_from_the_answers(keras: Keras, inputs: np.ndarray) -> None:
    with_dropout, _ = make_tail(keras, replace(SMALL, dropout=0.8))
    without, _ = make_tail(keras, SMALL)
    np.testing.assert_array_equal(with_dropout.logits(inputs), without.logits(inputs))


@pytest.mark.parametrize("num_classes", [2, 3])
def test_a_class_that_weighs_double_is_as_one_with_each_photo_twice(num_classes: int) -> None:
    keras = Keras(SMALL, num_classes, None)
    labels = some_labels(num_classes)[:BATCH]
    twice = np.repeat(np.arange(BATCH), 1 + (labels == 1))
    weights = np.where(np.arange(num_classes) == 1, 2.0, 1.0) * BATCH / len(twice)
    weighed, cut = make_tail(keras, SMALL, class_weights=weights)
    longer, _ = make_tail(keras, SMALL)
    inputs = keras.at_cut(some_photos(SMALL)[:BATCH], cut)
    weighed.step(inputs, labels)
    longer.step(inputs[twice], labels[twice])
    assert weighed.read_scores()[0] == pytest.approx(longer.read_scores()[0], rel=1e-4)
    for (name, one), other in zip(
        weighed.optimizer_tensors().items(), longer.optimizer_tensors().values(), strict=True
    ):
        # Squared gradients: rounding decides on a few that hang on values at a bend alone.
        apart = np.abs(one - other)
        assert np.quantile(apart, 0.95) < 0.02 * np.quantile(other, 0.95), name


def test_the_scores_begin_anew_after_each_reading(keras: Keras, inputs: np.ndarray) -> None:
    tail, _ = make_tail(keras, SMALL)
    labels = tail.logits(inputs).argmax(axis=1)
    tail.start_epoch(0, 0)
    tail.step(inputs[:1], labels[:1])
    assert tail.read_scores()[1] == 1.0
    tail.step(inputs[:3], (labels[:3] + 1) % 3)
    assert tail.read_scores()[1] < 0.5
    assert np.isnan(tail.read_scores()).all()


def test_numbers_that_ran_away_show_in_the_loss(keras: Keras, inputs: np.ndarray) -> None:
    tail, _ = make_tail(keras, SMALL)
    tail.start_epoch(0, 0)
    tail.assign({**tail.tensors(), "head/bias": np.full(3, np.inf, np.float32)})
    tail.step(inputs, some_labels(3))
    assert not np.isfinite(tail.read_scores()[0])


def test_numbers_of_another_network_are_refused(keras: Keras) -> None:
    tail, _ = make_tail(keras, SMALL)
    start, optimizer = tail.tensors(), tail.optimizer_tensors()
    with pytest.raises(RunError, match="Train the run again"):
        tail.assign({**start, "head/bias": np.zeros(5, np.float32)})
    del optimizer["optimizer/0"]
    with pytest.raises(RunError, match="Train the run again"):
        tail.assign_optimizer(optimizer)
    for name, tensor in tail.tensors().items():
        np.testing.assert_array_equal(tensor, start[name])


def test_a_lack_of_memory_is_called_so(
    keras: Keras, inputs: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    tail, _ = make_tail(keras, SMALL)

    def full(*_: object) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "out of memory")

    monkeypatch.setattr(tail, "_compiled_step", full)
    with pytest.raises(MemoryError):
        tail.step(inputs, some_labels(3))


def test_keras_is_not_loaded_unasked_and_can_still_be_had() -> None:
    program = (
        "import sys, pipeline.learning.tail as tail\n"
        "assert not {'keras', 'pandas'} & set(sys.modules)\n"
        "import keras\n"
        "assert keras.ops.add(tail.tf.ones(1), 1).numpy() == 2\n"
        "assert tail.tf.keras.layers.Dense is keras.layers.Dense\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
