"""What this machine has told Keras, in `keras.json` or the environment, changes nothing of ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

pytestmark = pytest.mark.slow
SETTINGS = {
    "channels first": {"image_data_format": "channels_first"},
    "half precision": {"floatx": "float16", "epsilon": 0.001},
    "double precision": {"floatx": "float64"},
    "another backend": {"backend": "torch", "floatx": "float32"},
    "what is none": {"floatx": "float128", "epsilon": "small", "image_data_format": "rows"},
}
ENVIRONMENT = {
    "KERAS_BACKEND": "jax",
    "KERAS_MAX_EPOCHS": "many",
    "KERAS_MAX_STEPS_PER_EPOCH": "1",
    "KERAS_NNX_ENABLED": "true",
}
LOOK = """
import json, os
{first}
from pipeline.learning.standard_keras import keras
from keras.src.backend import config
print(json.dumps({{
    "format": keras.config.image_data_format(),
    "floatx": keras.config.floatx(),
    "epsilon": keras.config.epsilon(),
    "backend": keras.config.backend(),
    "limits": [config.max_epochs(), config.max_steps_per_epoch()],
    "home": os.environ["KERAS_HOME"],
}}))
"""


def look(home: Path, first: str = "", **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", LOOK.format(first=first)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        env={**os.environ, "KERAS_HOME": str(home), **environment},
    )
    assert done.returncode == 0, done.stderr[-1500:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


def as_it_comes(home: Path) -> dict[str, object]:
    return {
        "format": "channels_last",
        "floatx": "float32",
        "epsilon": 1e-7,
        "backend": "tensorflow",
        "limits": [None, None],
        "home": str(home),
    }


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_of_this_machine_are_not_ours(tmp_path: Path, name: str) -> None:
    text = json.dumps(SETTINGS[name])
    (tmp_path / "keras.json").write_text(text)
    assert look(tmp_path, **ENVIRONMENT) == as_it_comes(tmp_path)
    assert (tmp_path / "keras.json").read_text() == text, "it is somebody's, and stays"


def test_also_where_somebody_else_imported_keras_first(tmp_path: Path) -> None:
    settings = {"image_data_format": "channels_first", "floatx": "float16", "epsilon": 0.1}
    (tmp_path / "keras.json").write_text(json.dumps(settings))
    assert look(tmp_path, "import keras", KERAS_MAX_STEPS_PER_EPOCH="1") == as_it_comes(tmp_path)
