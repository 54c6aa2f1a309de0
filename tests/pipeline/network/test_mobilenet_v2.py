"""The table of layers against Keras, and the numbers that pages build on."""

import re

import pytest

from pipeline.errors import SettingError
from pipeline.network.mobilenet_v2 import (
    backbone_layers,
    count_parameters,
    feature_map_side,
    num_features,
    released_share,
)
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig

ALPHAS = TRAIN["alpha"].choices
SIZES = TRAIN["image_size_px"].choices


def test_the_tutorials_backbone_has_its_published_numbers():
    layers = backbone_layers(1.0, 160)

    assert len(layers) == 154
    assert sum(layer.parameters for layer in layers) == 2_257_984
    assert layers[100].name == "block_11_expand_relu"
    assert layers[100].block == "block 11"
    assert layers[-1].name == "out_relu"
    assert layers[-1].output_shape == (5, 5, 1280)
    # What Keras calls trainable leaves out the moving statistics, half of each normalization.
    released = sum(
        layer.parameters // (2 if layer.kind == "BatchNormalization" else 1)
        for layer in layers[100:]
    )
    assert released == 1_861_440


def test_layers_are_numbered_and_blocks_follow_each_other():
    layers = backbone_layers(1.0, 160)

    assert [layer.index for layer in layers] == list(range(154))
    in_order = list(dict.fromkeys(layer.block for layer in layers))
    assert in_order == ["stem", *(f"block {number}" for number in range(1, 17)), "top"]
    for layer in layers:
        number = re.match(r"block_(\d+)_", layer.name)
        assert layer.block == (f"block {number[1]}" if number else layer.block)


def test_multiply_adds_agree_with_the_paper():
    # "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 4: 300 million at 224
    # pixels; their number has the 1.28 million of the top and leaves out normalization.
    layers = backbone_layers(1.0, 224)
    convolutions = sum(layer.multiply_adds for layer in layers if "Conv" in layer.kind)
    assert convolutions + 1_280_000 == pytest.approx(300e6, rel=0.005)

    first = layers[1]
    assert (first.name, first.multiply_adds) == ("Conv1", 112 * 112 * 3 * 3 * 3 * 32)
    depthwise = next(layer for layer in layers if layer.kind == "DepthwiseConv2D")
    assert depthwise.multiply_adds == 112 * 112 * 9 * 32
    assert all(
        layer.multiply_adds == 0
        for layer in layers
        if layer.kind in ("ReLU", "Add", "ZeroPadding2D", "InputLayer")
    )


def test_features_and_maps():
    assert [num_features(alpha) for alpha in ALPHAS] == [1280, 1280, 1280, 1280, 1664, 1792]
    assert [feature_map_side(size) for size in SIZES] == [3, 4, 5, 6, 7]


def test_two_classes_share_one_logit():
    two = count_parameters(TrainConfig(), 2)
    three = count_parameters(TrainConfig(), 3)

    assert two.total == 2_257_984 + 1281
    assert two.trainable[FEATURE_EXTRACTION] == 1281
    assert three.total == 2_257_984 + 3 * 1281
    assert three.trainable[FEATURE_EXTRACTION] == 3 * 1281


def test_fine_tuning_never_counts_batch_normalization():
    frozen = count_parameters(TrainConfig(fine_tune_at=154), 2)
    some = count_parameters(TrainConfig(), 2)
    everything = count_parameters(TrainConfig(fine_tune_at=0), 2)

    assert frozen.trainable[FINE_TUNING] == 1281
    assert some.trainable[FINE_TUNING] == 1_839_616 + 1281
    assert everything.total - everything.trainable[FINE_TUNING] == 4 * sum(
        layer.output_shape[2]
        for layer in backbone_layers(1.0, 160)
        if layer.kind == "BatchNormalization"
    )


def test_what_may_change_is_all_but_batch_normalization():
    """The share is that of the numbers that the page tells of the second phase."""
    for cut in (0, 100, 154):
        count = count_parameters(TrainConfig(fine_tune_at=cut), 2)
        released = count.trainable[FINE_TUNING] - count.trainable[FEATURE_EXTRACTION]
        assert released_share(1.0, cut) == pytest.approx(released / 2_257_984)
    assert released_share(1.0, 154) == 0.0
    assert released_share(1.0, 0) == pytest.approx(2_189_760 / 2_257_984)
    shares = [released_share(0.35, cut) for cut in range(155)]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(("alpha", "size"), [(0.6, 160), (1.0, 161), (1.0, 0)])
def test_unknown_networks_are_refused(alpha, size):
    with pytest.raises(SettingError, match="Received"):
        backbone_layers(alpha, size)
    with pytest.raises(SettingError):
        released_share(1.0, 155)


@pytest.mark.slow
@pytest.mark.parametrize("alpha", ALPHAS)
def test_every_layer_equals_kerass(alpha):
    import keras

    for size in SIZES:
        keras.backend.clear_session()  # Keras counts its input layers; start from the first
        theirs = keras.applications.MobileNetV2(
            input_shape=(size, size, 3), alpha=alpha, include_top=False, weights=None
        )
        assert [
            (layer.name, layer.kind, layer.output_shape, layer.parameters)
            for layer in backbone_layers(alpha, size)
        ] == [
            (layer.name, type(layer).__name__, tuple(layer.output.shape[1:]), layer.count_params())
            for layer in theirs.layers
        ]
