"""The script that trains the same with Keras alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.exporting import script
from pipeline.exporting.run_facts import RunFacts
from pipeline.settings.hyperparameters import BALANCED, NUM_LAYERS, SOLVED
from pipeline.settings.presets import FIRST, PRESETS
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig, TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from tests.pipeline.exporting.conftest import export, made, unpacked

CONFIGS = {
    **{name: preset.config for name, preset in PRESETS.items()},
    "first": FIRST,
    "strong": TrainConfig(augment=AUGMENT_PRESETS["strong"], early_stopping=True, weights="none"),
    "plain": TrainConfig(augment=AugmentConfig(), fine_tune_epochs=0),
    "uneven": TrainConfig(class_weight=BALANCED),
    "uneven, solved": replace(PRESETS["quick"].config, class_weight=BALANCED),
    "nothing released": TrainConfig(fine_tune_at=NUM_LAYERS, weight_averaging=True),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("classes", [("cat", "dog"), ("a'b", 'c"d\n', "con")])
def test_a_script_has_what_its_run_needs_and_nothing_else(
    facts: RunFacts, tmp_path: Path, name: str, classes: tuple[str, ...]
) -> None:
    config = CONFIGS[name]
    told = replace(facts, config=config, classes=classes, name='"""\n\u202eevil\\')
    text = script.script(told)
    compile(text, "train.py", "exec")
    assert "$" not in text
    assert "\u202e" not in text
    path = tmp_path / "train.py"
    path.write_text(text, encoding="utf-8")
    rules = ["--isolated", "--line-length", "100", "--select", "E,F,W,I"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *rules, str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert ("Phase 2" in text) == (config.fine_tune_epochs > 0)
    assert ("FINE_TUNE_AT" in text) == (config.fine_tune_epochs > 0)
    assert ("L2(strength / 2)" in text) == (config.head == SOLVED)
    assert ("LEARNING_RATE = " in text) == (config.head != SOLVED or config.fine_tune_epochs > 0)
    averaged = "weight_averaging" not in without_effect(config.to_json())
    assert ("SwapEMAWeights" in text) == (config.weight_averaging and averaged)
    assert ("EarlyStopping" in text) == config.early_stopping
    assert ('weights="imagenet"' in text) == (config.weights == "imagenet")
    assert ("BinaryCrossentropy" in text) == (len(classes) == 2)
    assert ("RandomRotation" in text) == (config.augment.rotation > 0)
    assert ("all classes weigh the same" in text) == (config.class_weight == BALANCED)
    assert "keras#20285" in text.replace("keras-team/", "")


@pytest.mark.parametrize(("alpha", "px", "side"), [(1.4, 160, None), (1.4, 224, 1), (1.0, 160, 1)])
def test_a_script_asks_for_weights_that_are_published(
    facts: RunFacts, alpha: float, px: int, side: int | None
) -> None:
    """Width 1.4 has one file; Keras would ask for `..._1.4_160_no_top.h5`, which is not there."""
    config = TrainConfig(alpha=alpha, image_size_px=px)
    asked = "(None, None, 3)" if side is None else "(IMAGE_SIZE, IMAGE_SIZE, 3)"
    assert f"input_shape={asked}, alpha=ALPHA" in script.script(replace(facts, config=config))


@pytest.mark.slow
def test_keras_takes_the_one_file_where_no_size_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the script above relies on."""
    import keras
    from keras.src.applications import mobilenet_v2

    asked = []

    def get_file(name: str, *_: object, **__: object) -> str:
        asked.append(name)
        raise FileNotFoundError

    monkeypatch.setattr(mobilenet_v2.file_utils, "get_file", get_file)
    with pytest.warns(UserWarning, match="224"), pytest.raises(FileNotFoundError):
        keras.applications.MobileNetV2(
            input_shape=(None, None, 3), alpha=1.4, include_top=False, weights="imagenet"
        )
    assert asked == ["mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.4_224_no_top.h5"]


@pytest.mark.parametrize("name", CONFIGS)
def test_a_script_says_where_its_recipe_is_another(facts: RunFacts, name: str) -> None:
    """Four views drawn once are a fifth of the tutorial's work, not the same work done sooner."""
    config = CONFIGS[name]
    idle = without_effect(config.to_json())
    text = script.script(replace(facts, config=config))
    of_fixed_views = config.augment != AugmentConfig() and "augment" not in idle
    assert (f"PawTune drew {config.views} of\neach photo once" in text) == of_fixed_views
    assert "the same result sooner" not in text
    fresh = script.script(replace(facts, config=replace(config, views=0)))
    assert "PawTune drew" not in fresh
    assert len(max(text.split('"""')[1].splitlines(), key=len)) <= 100


def test_a_script_begins_whatever_the_machine_has_told_keras(
    facts: RunFacts, tmp_path: Path
) -> None:
    told = {"backend": "jax", "nnx_enabled": True, "image_data_format": "channels_first"}
    (tmp_path / "keras.json").write_text(json.dumps(told))
    start = script.script(facts).partition("import numpy")[0]
    code = start + "\nprint(keras.backend.backend())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["tensorflow"], done.stderr


def test_a_scripts_folders_are_those_of_a_saved_set(facts: RunFacts) -> None:
    told = replace(facts, classes=("a/b", "a:b", "con"))
    assert "CLASSES = ['a_b', 'a_b-2', '_con']" in script.script(told)


def test_a_script_from_the_built_in_network_brings_its_numbers(
    facts: RunFacts, tmp_path: Path
) -> None:
    script.write(replace(facts, config=FIRST), tmp_path / "script.zip")
    assert unpacked(tmp_path / "script.zip", tmp_path / "taken") == {"train.py", "backbone.npz"}
    with np.load(tmp_path / "taken/backbone.npz", allow_pickle=False) as numbers:
        assert numbers["Conv1/kernel"].shape == (3, 3, 3, 16)
        assert len(numbers.files) == 52 * 5


def test_a_script_is_a_plain_file_otherwise(workspace: Workspace, run: Run) -> None:
    path = made(workspace, export(workspace, run, "script"))
    assert path.suffix == ".py"
    assert path.read_text(encoding="utf-8").startswith('"""Transfer learning with Keras')
