"""The converted network gives Keras's numbers, in batches of any size."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from pipeline.config import FINE_TUNING, TrainConfig
from pipeline.errors import RunError
from pipeline.litert import LitertNetwork
from pipeline.progress import silent
from pipeline.scores import probabilities

pytestmark = pytest.mark.slow
OUTPUTS = ["logits", "feature_map", "pooled"]


def keras_outputs(network, photos):
    """Logits, last map and its average, step by step through the parts of the network."""
    feature_map = np.asarray(network.backbone(photos / np.float32(127.5) - 1, training=False))
    pooled = feature_map.mean(axis=(1, 2), dtype=np.float64).astype(np.float32)
    logits = np.asarray(network.model(photos, training=False))
    return logits, feature_map, pooled


@pytest.fixture(scope="module")
def real_photos(shared):
    """100 real photos, half of each class, `(100, 160, 160, 3)` uint8."""
    photos = []
    with zipfile.ZipFile(shared / "photos" / "cats_and_dogs_filtered.zip") as archive:
        for kind in ("cats", "dogs"):
            names = sorted(
                name
                for name in archive.namelist()
                if f"validation/{kind}/" in name and name.endswith(".jpg")
            )
            for name in names[:50]:
                with Image.open(io.BytesIO(archive.read(name))) as photo:
                    photos.append(np.asarray(photo.convert("RGB").resize((160, 160))))
    return np.stack(photos)


@pytest.mark.parametrize("num_classes", [2, 3])
def test_imagenets_weights_on_real_photos(imagenet, real_photos, num_classes):
    from pipeline.learning.convert import to_litert
    from pipeline.learning.network import build_network
    from pipeline.learning.weights import weights_file

    config = TrainConfig(dropout=0.8)
    weights = weights_file(1.0, 160, include_top=False, report=silent)
    network = build_network(config, num_classes, weights)
    # Spreads the answers from near 0 to near 1, as a trained head does.
    network.head.set_weights([5 * network.head.get_weights()[0], network.head.get_weights()[1]])

    converted = LitertNetwork(to_litert(network))

    expected = keras_outputs(network, real_photos.astype(np.float32))
    received = converted.run(real_photos, OUTPUTS)
    assert np.ptp(probabilities(expected[0])[:, 0]) > 0.5
    assert np.abs(probabilities(received[0]) - probabilities(expected[0])).max() < 1e-4
    for name, values, wanted in zip(OUTPUTS, received, expected, strict=True):
        assert values.shape == wanted.shape
        assert np.abs(values - wanted).max() < 1e-3 * np.abs(wanted).max(), name
    (alone,) = converted.run(real_photos[57:58], ["logits"])
    assert alone[0] == pytest.approx(received[0][57], abs=1e-4)


@pytest.mark.parametrize(("alpha", "size", "num_classes"), [(0.35, 96, 2), (1.4, 128, 5)])
def test_random_weights_of_other_networks(alpha, size, num_classes):
    from pipeline.learning.convert import to_litert
    from pipeline.learning.network import build_network, set_phase

    config = TrainConfig(alpha=alpha, image_size_px=size, weights="none", fine_tune_at=0)
    network = build_network(config, num_classes, None)
    set_phase(network, FINE_TUNING, config)  # nothing of a phase may show in the answers
    photos = np.random.default_rng(1).integers(0, 256, (13, size, size, 3)).astype(np.float32)
    before = keras_outputs(network, photos)

    received = LitertNetwork(to_litert(network)).run(photos, OUTPUTS)

    for values, wanted in zip(received, before, strict=True):
        assert np.abs(values - wanted).max() < 1e-3 * np.abs(wanted).max()
    for after, wanted in zip(keras_outputs(network, photos), before, strict=True):
        assert (after == wanted).all()  # converting changed nothing in the network


def test_a_conversion_that_goes_wrong_is_refused(monkeypatch):
    import keras

    from pipeline.learning import convert

    def small(value):
        photos = keras.Input((96, 96, 3))
        feature_map = keras.layers.AveragePooling2D(48)(photos)
        kernel = keras.initializers.Constant(value)
        return keras.Model(
            photos, keras.layers.Conv2D(4, 1, kernel_initializer=kernel)(feature_map)
        )

    content = convert.to_litert_backbone(small(0.5))
    assert LitertNetwork(content).outputs == {"feature_map": (2, 2, 4)}
    monkeypatch.setattr(convert, "LitertNetwork", lambda _: LitertNetwork(content))
    for other in (5.0, float("nan")):
        with pytest.raises(RunError, match="gives other feature_map"):
            convert.to_litert_backbone(small(other))
