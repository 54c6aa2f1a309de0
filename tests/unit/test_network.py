"""The network is what the tutorial describes, and each phase changes what it may."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.architecture import count_parameters
from pipeline.config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.errors import RunError
from pipeline.progress import silent

pytestmark = pytest.mark.slow
SMALL = TrainConfig(alpha=0.35, image_size_px=96, weights="none")


@pytest.fixture(scope="module")
def network():
    from pipeline.learning.network import build_network

    return build_network(SMALL, 2, None)


@pytest.fixture(scope="module")
def photos() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (16, 96, 96, 3), np.uint8)


def trainable(network) -> int:
    return sum(int(np.prod(weight.shape)) for weight in network.model.trainable_weights)


@pytest.mark.parametrize("num_classes", [2, 3])
def test_each_phase_releases_what_was_announced(num_classes: int) -> None:
    import keras

    from pipeline.learning.network import build_network, set_phase

    network = build_network(SMALL, num_classes, None)
    normalizing = [
        layer
        for layer in network.backbone.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert len(normalizing) == 52
    for fine_tune_at in (0, 100, 153, 154):
        config = replace(SMALL, fine_tune_at=fine_tune_at, learning_rate=1e-3)
        count = count_parameters(config, num_classes)
        assert network.model.count_params() == count.total
        for phase in (FEATURE_EXTRACTION, FINE_TUNING, FEATURE_EXTRACTION):
            set_phase(network, phase, config)
            assert trainable(network) == count.trainable[phase]
            rate = float(network.model.optimizer.learning_rate)
            assert rate == pytest.approx(config.phase_learning_rates[phase])
            assert not any(layer.trainable for layer in normalizing)


def test_the_tutorials_numbers(imagenet: Path) -> None:
    from pipeline.learning.network import build_network
    from pipeline.learning.weights import weights_file

    weights = weights_file(1.0, 160, include_top=False, report=silent)
    network = build_network(TrainConfig(), 2, weights)
    assert network.backbone.count_params() == 2_257_984
    assert network.model.count_params() == 2_257_984 + 1_281
    assert len(network.backbone.layers) == 154
    assert network.backbone.output_shape == (None, 5, 5, 1280)
    assert network.model.output_shape == (None, 1)


def test_rescaling_is_part_of_the_model(network, photos) -> None:
    rescaled = photos.astype(np.float32) / 127.5 - 1
    features = np.asarray(network.backbone(rescaled)).mean(axis=(1, 2))
    kernel, bias = network.head.get_weights()
    np.testing.assert_allclose(network.logits(photos), features @ kernel + bias, rtol=1e-3)


def test_answers_never_drop_features(photos) -> None:
    from pipeline.learning.network import build_network

    network = build_network(replace(SMALL, dropout=0.8), 2, None)
    np.testing.assert_array_equal(network.logits(photos), network.logits(photos))


def test_a_random_backbone_keeps_its_scale_once_calibrated(photos) -> None:
    from pipeline.learning.network import build_network, calibrate

    network = build_network(SMALL, 2, None)
    rescaled = photos.astype(np.float32) / 127.5 - 1
    assert np.asarray(network.backbone(rescaled)).std() < 1e-6  # nothing to learn from
    calibrate(network, photos)
    assert 0.1 < np.asarray(network.backbone(rescaled)).std() < 10
    assert trainable(network) == count_parameters(SMALL, 2).trainable[FEATURE_EXTRACTION]


def test_weights_come_back_bit_by_bit(network, photos, tmp_path: Path) -> None:
    from pipeline.learning.network import build_network, load_weights, save_weights

    path = tmp_path / "weights.safetensors"
    save_weights(network, path)
    other = build_network(SMALL, 2, None)
    assert not np.array_equal(other.logits(photos), network.logits(photos))
    load_weights(other, path)
    np.testing.assert_array_equal(other.logits(photos), network.logits(photos))
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_the_names_in_the_file_are_the_layers(network, tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    from pipeline.learning.network import save_weights

    save_weights(network, tmp_path / "weights.safetensors")
    tensors = load_file(tmp_path / "weights.safetensors")
    assert len(tensors) == 260 + 2
    assert tensors["head/kernel"].shape == (1280, 1)
    assert tensors["Conv1/kernel"].shape == (3, 3, 3, 16)
    assert tensors["bn_Conv1/moving_variance"].shape == (16,)


@pytest.mark.parametrize("damage", ["cut", "empty", "missing", "another network"])
def test_a_damaged_file_of_weights_is_refused(network, tmp_path: Path, damage: str) -> None:
    from pipeline.learning.network import build_network, load_weights, save_weights

    path = tmp_path / "weights.safetensors"
    three = build_network(SMALL, 3, None)
    save_weights(three if damage == "another network" else network, path)
    if damage in ("cut", "empty"):
        path.write_bytes(path.read_bytes()[: 100_000 if damage == "cut" else 0])
    if damage == "missing":
        path.unlink()
    before = network.head.get_weights()[0]
    with pytest.raises(RunError, match=r"weights\.safetensors .* Train the run again\."):
        load_weights(network, path)
    np.testing.assert_array_equal(network.head.get_weights()[0], before)


def test_a_file_of_another_width_is_refused(imagenet: Path) -> None:
    from pipeline.learning.network import build_network
    from pipeline.learning.weights import weights_file

    weights = weights_file(1.0, 160, include_top=False, report=silent)
    with pytest.raises(RunError, match="does not fit"):
        build_network(TrainConfig(alpha=0.35), 2, weights)
