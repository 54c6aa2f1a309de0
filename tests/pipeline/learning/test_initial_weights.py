"""What a backbone starts with: the published numbers, or random ones that can learn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.files.atomic import sha256_of
from pipeline.learning.initial_weights import RANDOM_START, random_tensors, starting_tensors
from pipeline.network.imagenet_weights import weights_file
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import FEATURE_MAP, LitertNetwork
from pipeline.progress import silent
from pipeline.settings.train_config import TrainConfig

SMALL = TrainConfig(alpha=0.35, image_size_px=96, weights="none")


@pytest.fixture(scope="module")
def photos() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (16, 96, 96, 3), np.uint8)


def feature_map(tensors: dict[str, np.ndarray], photos: np.ndarray) -> np.ndarray:
    content = litert_file(tensors, 0.35, 96, pooled=False, feature_map=True)
    return LitertNetwork(content).run(photos, [FEATURE_MAP])[0]


def test_a_random_backbone_keeps_its_scale(photos: np.ndarray) -> None:
    tensors = random_tensors(SMALL, photos)
    assert 0.1 < feature_map(tensors, photos).std() < 10
    # Without the statistics of photos there would be nothing left to learn from.
    for name, values in tensors.items():
        if name.endswith("moving_mean"):
            tensors[name] = np.zeros_like(values)
        if name.endswith("moving_variance"):
            tensors[name] = np.ones_like(values)
    assert feature_map(tensors, photos).std() < 1e-6


def test_the_statistics_are_those_of_the_photos(photos: np.ndarray) -> None:
    """LiteRT, another engine, finds the last normalization's output centred."""
    tensors = random_tensors(SMALL, photos)
    tensors["Conv_1_bn/beta"] = np.full(1280, 3, np.float32)  # away from the bend at 0 and at 6
    tensors["Conv_1_bn/gamma"] = np.full(1280, 0.1, np.float32)
    last = feature_map(tensors, photos)
    np.testing.assert_allclose(last.mean(axis=(0, 1, 2)), 3, atol=1e-3)
    np.testing.assert_allclose(last.std(axis=(0, 1, 2)), 0.1, atol=2e-3)


def test_the_seed_decides(photos: np.ndarray) -> None:
    first, again = random_tensors(SMALL, photos), random_tensors(SMALL, photos)
    other = random_tensors(TrainConfig(alpha=0.35, image_size_px=96, seed=1), photos)
    for name, values in first.items():
        np.testing.assert_array_equal(values, again[name])
    assert not np.array_equal(first["Conv1/kernel"], other["Conv1/kernel"])


def test_a_random_start_is_kept_for_a_run_that_goes_on(photos: np.ndarray, tmp_path: Path) -> None:
    first = starting_tensors(SMALL, tmp_path, photos, silent)
    assert first.sha256 == sha256_of(tmp_path / RANDOM_START)
    again = starting_tensors(SMALL, tmp_path, photos[::-1].copy(), silent)
    assert again.sha256 == first.sha256
    for name, values in first.tensors.items():
        np.testing.assert_array_equal(values, again.tensors[name])


def test_imagenet_s_numbers_come_from_the_published_file(
    photos: np.ndarray, tmp_path: Path, imagenet: Path
) -> None:
    config = TrainConfig(alpha=0.35, image_size_px=96)
    start = starting_tensors(config, tmp_path, photos, silent)
    assert start.sha256 == sha256_of(weights_file(0.35, 96, include_top=False, report=silent))
    assert len(start.tensors) == 260
    assert list(tmp_path.iterdir()) == []
