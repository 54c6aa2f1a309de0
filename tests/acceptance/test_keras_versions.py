"""A run's `.keras` file in other versions of Keras: each opens it, and gives the same logits.

Needs a registry of Python packages. Each version is installed into a folder of its own, and takes
TensorFlow from here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.exporting import keras_network
from pipeline.exporting.labels import labels
from pipeline.network.head import Head
from pipeline.network.mobilenet_v2 import num_features
from pipeline.network.tensors import read_tensors
from pipeline.settings.environment import BACKBONE
from pipeline.settings.hyperparameters import BUILT_IN_ALPHA
from pipeline.settings.train_config import TrainConfig

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of Keras, about NumPy
]
VERSIONS = "3.4.1 3.5.0 3.6.0 3.7.0 3.8.0 3.9.2 3.10.0 3.11.3 3.12.1 3.13.2 3.14.1 3.15.1"
SIDE_PX = 96
ASK = """
import json, sys
import keras, numpy as np
photos = np.load(sys.argv[1])
logits = []
for path in sys.argv[2:]:
    model = keras.models.load_model(path, compile=False)
    logits.append(np.asarray(model.predict(photos, verbose=0)).tolist())
print(json.dumps({"version": keras.__version__, "logits": logits}))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Photos, and two networks: the built-in one with a head for two classes, and for three."""
    folder = tmp_path_factory.mktemp("networks")
    rng = np.random.default_rng(3)
    np.save(folder / "photos.npy", rng.uniform(0, 255, (5, SIDE_PX, SIDE_PX, 3)).astype("f4"))
    tensors, _ = read_tensors(BACKBONE)
    config = TrainConfig(alpha=BUILT_IN_ALPHA, image_size_px=SIDE_PX)
    paths = [folder / "photos.npy"]
    for outputs in (1, 3):
        model = keras_network.build(config, outputs, 1.4)
        kernel = rng.normal(size=(num_features(BUILT_IN_ALPHA), outputs)).astype("f4")
        keras_network.fill(model, tensors, Head(kernel, np.zeros(outputs, "f4")))
        paths.append(folder / f"{outputs}.keras")
        names = [f"class {number}" for number in range(max(2, outputs))]
        keras_network.write(model, paths[-1], labels(names, SIDE_PX, 1.0))
    return paths


def asked(files: list[Path], installed: Path | None = None) -> dict[str, Any]:
    """What a Keras says about the photos: its version, and the logits of each network."""
    path = os.pathsep.join(filter(None, [str(installed or ""), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-c", ASK, *map(str, files)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr[-1500:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def expected(files: list[Path]) -> list[Any]:
    logits = asked(files)["logits"]
    assert [len(one[0]) for one in logits] == [1, 3]
    assert all(np.std(one, axis=0).min() > 1e-3 for one in logits), "they tell photos apart"
    return logits


@pytest.mark.parametrize("version", VERSIONS.split())
def test_another_version_opens_it(
    files: list[Path], expected: list[Any], tmp_path: Path, version: str
) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--retries", "1"]
    done = subprocess.run(
        [*command, "--target", str(tmp_path), f"keras=={version}"], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"needs a registry of Python packages: {done.stderr.strip()[-200:]}")
    found = asked(files, tmp_path)
    assert found["version"] == version
    for logits, wanted in zip(found["logits"], expected, strict=True):
        np.testing.assert_allclose(logits, wanted, rtol=1e-4, atol=1e-4)
