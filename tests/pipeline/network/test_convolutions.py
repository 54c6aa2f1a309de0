"""The 52 convolutions stand for the 154 layers, and the cut lies where it may."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.network.convolutions import (
    DEPTHWISE,
    FULL,
    POINTWISE,
    convolutions,
    frozen_convolutions,
)
from pipeline.network.mobilenet_v2 import backbone_layers, count_parameters, num_features
from pipeline.settings.hyperparameters import NUM_LAYERS
from pipeline.settings.train_config import FINE_TUNING, TrainConfig
from tests.random_network import random_tensors


@pytest.mark.parametrize(("alpha", "size"), [(1.0, 160), (0.35, 96), (1.4, 224)])
def test_every_layer_belongs_to_one_convolution(alpha: float, size: int) -> None:
    layers, every = backbone_layers(alpha, size), convolutions(alpha, size)
    assert len(every) == 52
    assert every[-1].last == NUM_LAYERS - 1
    for before, conv in zip((None, *every), every, strict=False):
        # Padding alone lies between two of them.
        between = layers[(before.last + 1 if before else 0) : conv.first]
        assert {layer.kind for layer in between} <= {"InputLayer", "ZeroPadding2D"}
        assert layers[conv.first].name == conv.name
        assert layers[conv.first + 1].name == conv.normalization
        assert conv.output_shape == layers[conv.last].output_shape
        kinds = [layer.kind for layer in layers[conv.first : conv.last + 1]]
        assert conv.relu6 == ("ReLU" in kinds)
        assert (conv.adds is not None) == ("Add" in kinds)
    assert [conv.kind for conv in every[:4]] == [FULL, DEPTHWISE, POINTWISE, POINTWISE]
    assert sum(conv.stride == 2 for conv in every) == 5  # 224 -> 7
    assert sum(conv.adds is not None for conv in every) == 10


def test_an_addition_takes_the_end_of_the_block_before() -> None:
    every = convolutions(1.0, 160)
    for conv in every:
        if conv.adds is not None:
            added = every[conv.adds]
            assert added.ends_block
            assert added.output_shape == conv.output_shape


@pytest.mark.parametrize(
    ("fine_tune_at", "end"),
    [
        (0, None),
        (16, None),
        (40, "block_3_project"),
        (98, "block_10_project"),
        (100, "block_10_project"),
        (116, "block_12_project"),
        (153, "block_16_project"),
        (154, "Conv_1"),
    ],
)
def test_the_cut_is_the_last_end_of_a_block_that_stays_frozen(
    fine_tune_at: int, end: str | None
) -> None:
    cut = frozen_convolutions(1.0, 160, fine_tune_at)
    every = convolutions(1.0, 160)
    assert (every[cut - 1].name if cut else None) == end
    assert all(conv.last < fine_tune_at for conv in every[:cut])


@pytest.mark.parametrize("alpha", [0.35, 1.0, 1.4])
@pytest.mark.parametrize("size", [96, 160, 224])
def test_no_cut_takes_more_room_than_the_photo(alpha: float, size: int) -> None:
    cuts = [frozen_convolutions(alpha, size, at) for at in range(NUM_LAYERS + 1)]
    assert cuts == sorted(cuts)
    for cut in set(cuts) - {0, 52}:
        kept = convolutions(alpha, size)[cut - 1]
        assert kept.ends_block
        assert 2 * np.prod(kept.output_shape) <= 3 * size**2


@pytest.mark.parametrize("fine_tune_at", [0, 60, 100, 130, 153, 154])
def test_what_is_released_is_what_was_announced(fine_tune_at: int) -> None:
    tensors = random_tensors(0.35)
    config = replace(TrainConfig(alpha=0.35, image_size_px=96), fine_tune_at=fine_tune_at)
    released = sum(
        tensors[f"{conv.name}/kernel"].size
        for conv in convolutions(0.35, 96)
        if conv.first >= fine_tune_at
    )
    head = num_features(0.35) + 1
    assert released + head == count_parameters(config, 2).trainable[FINE_TUNING]
