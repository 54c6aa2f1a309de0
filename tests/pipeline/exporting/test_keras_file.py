"""A `.keras` file without what goes without saying: earlier versions of Keras open it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.exporting import keras_file, keras_network
from pipeline.exporting.labels import LABELS, labels
from pipeline.settings.train_config import TrainConfig

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Keras, about NumPy
]
# Options that came after Keras 3.4: any of them, and an earlier version does not open the file.
NEWER = {
    "input_axes",
    "output_axes",
    "renorm",
    "renorm_clipping",
    "renorm_momentum",
    "quantization_config",
    "ragged",
}


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary in Keras's JSON."""
    if isinstance(node, dict):
        yield node
    for inner in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        yield from objects(inner)


@pytest.fixture(scope="module", params=[(0.35, 96, 1), (1.4, 128, 3)], ids=str)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a network with random numbers."""
    alpha, side, outputs = request.param
    path = tmp_path_factory.mktemp("keras") / "run.keras"
    model = keras_network.build(TrainConfig(alpha=alpha, image_size_px=side), outputs, 1.7)
    keras_network.write(model, path, labels([f"class {n}" for n in range(outputs + 1)], side, 1.0))
    return path


def test_no_option_is_said_that_an_earlier_version_does_not_know(written: Path) -> None:
    with zipfile.ZipFile(written) as archive:
        config = json.loads(archive.read(keras_file.CONFIG))
    said = {name for one in objects(config) for name in one}
    assert not said & NEWER
    assert {"momentum", "max_value", "data_format", "trainable"} <= said, "what was chosen stays"


def test_what_the_next_version_adds_is_left_out_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what somebody chose stays, however new it is."""
    import keras

    known = keras_file._LONG_KNOWN - {"use_bias", "synchronized"}
    monkeypatch.setattr(keras_file, "_LONG_KNOWN", known)
    usual = keras.saving.serialize_keras_object(keras.layers.Dense(3, name="head"))
    left = keras_file.without_news(usual)["config"]
    assert "use_bias" not in left and left["units"] == 3
    assert "bias_initializer" in left
    chosen = keras.saving.serialize_keras_object(keras.layers.Dense(3, use_bias=False))
    assert keras_file.without_news(chosen)["config"]["use_bias"] is False


def test_it_opens_to_the_same_network(tmp_path: Path) -> None:
    import keras

    config = TrainConfig(alpha=0.35, image_size_px=96)
    model = keras_network.build(config, 3, 1.7)
    whole, path = tmp_path / "whole.keras", tmp_path / "run.keras"
    model.save(whole)
    keras_network.write(model, path, labels(("a", "b", "c"), 96, 1.0))
    opened, before = (keras.models.load_model(one, compile=False) for one in (path, whole))
    assert opened.get_config() == before.get_config()
    photos = np.random.default_rng(1).uniform(0, 255, (4, 96, 96, 3)).astype(np.float32)
    np.testing.assert_array_equal(
        opened.predict(photos, verbose=0), before.predict(photos, verbose=0)
    )


def test_it_tells_its_classes(tmp_path: Path) -> None:
    told = labels(("кошка", "🐶"), 96, 1.0)
    path = tmp_path / "run.keras"
    model = keras_network.build(TrainConfig(alpha=0.35, image_size_px=96), 1, 1.0)
    keras_network.write(model, path, told)
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read(LABELS)) == told
        assert "above 0 means 🐶" in told["output"]
        assert "metadata.json" in archive.namelist(), "it says which version wrote it"
