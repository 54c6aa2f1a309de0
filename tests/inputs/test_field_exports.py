"""What strangers do with an export, on machines that others have set up before (rows 10 to 13)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.settings.environment import EXAMPLE_ID
from tests.conftest import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def taken(home: Path, form: str, output: Path, **environment: str) -> dict[str, Any]:
    """The example run as a file, by the command line and a real worker."""
    options = ["--run", EXAMPLE_ID, "--format", form, "--output", str(output), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "export", *options],
        cwd=REPOSITORY,
        env={**os.environ, "PAWTUNE_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == 0, answer
    return answer


@pytest.mark.parametrize(
    "settings",
    [
        {"image_data_format": "channels_first", "backend": "torch", "epsilon": 0.5},
        {"floatx": "float64"},
        {"floatx": "float16"},
    ],
    ids=str,
)
def test_keras_json_of_the_machine_changes_no_export(
    own_home: Path, tmp_path: Path, settings: dict[str, Any]
) -> None:
    """Row 10: it was a bug, a file of double size, or "train the run again"."""
    (tmp_path / "keras").mkdir()
    (tmp_path / "keras/keras.json").write_text(json.dumps(settings))
    answer = taken(own_home, "keras", tmp_path / "run.keras", KERAS_BACKEND="jax")
    assert answer["largest_difference"] < 1e-5
    with zipfile.ZipFile(tmp_path / "run.keras") as archive:
        config = archive.read("config.json").decode()
        labels = json.loads(archive.read("labels.json"))
        weights = archive.getinfo("model.weights.h5").file_size
    assert "channels_first" not in config
    assert "float16" not in config and "float64" not in config
    assert weights < 4 * 2_000_000, "four bytes for each of its numbers"
    assert "input_axes" not in config and "renorm" not in config and "quantization" not in config
    assert labels["classes"] == ["Cat", "Dog"], "row 12"
    assert "above 0 means Dog" in labels["output"]


def test_a_workspace_whose_name_is_a_pattern_gives_a_saved_model(tmp_path: Path) -> None:
    """TensorFlow would look for files that match."""
    home, output = tmp_path / "it's [a] * b?" / "home", tmp_path / "run.zip"
    if os.name == "nt":
        home = tmp_path / "it's [a] b" / "home"
    assert taken(home, "savedmodel", output)["largest_difference"] < 1e-5
    with zipfile.ZipFile(output) as archive:
        labels = json.loads(archive.read("labels.json"))
        assert archive.read("savedmodel/assets.extra/labels.json") == archive.read("labels.json")
    assert labels["classes"] == ["Cat", "Dog"]
    assert not list(home.rglob(".making-*"))
