"""A run as a plain Keras script: the same recipe, to read, to change and to run elsewhere.

`templates/train.txt` holds the parts; a run's script has those that its settings ask for.
"""

from __future__ import annotations

import io
import pprint
import re
import textwrap
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Final

import numpy as np

from pipeline.exporting import run_text
from pipeline.exporting.run_facts import RunFacts
from pipeline.network.head import num_outputs
from pipeline.network.tensors import read_tensors
from pipeline.photos.set_file import folder_names, member
from pipeline.settings.environment import BACKBONE
from pipeline.settings.hyperparameters import BUILT_IN, IMAGENET, NUM_LAYERS, SOLVED
from pipeline.settings.train_config import FINE_TUNING, AugmentConfig, TrainConfig
from pipeline.settings.without_effect import without_effect

SCRIPT_NAME: Final = "train.py"
NUMBERS_NAME: Final = "backbone.npz"
_PARTS: Final = Path(__file__).parent / "templates" / "train.txt"
_NAME_CHARS: Final = 60
_PART: Final = re.compile(r"^#: (\w+)\n", re.MULTILINE)


def write(facts: RunFacts, path: Path) -> None:
    """Write the script; as a zip, with its numbers, where it starts from the built-in network."""
    text = script(facts)
    if facts.config.weights != BUILT_IN:
        path.write_text(text, encoding="utf-8")
        return
    tensors, _ = read_tensors(BACKBONE)
    numbers = io.BytesIO()
    np.savez(numbers, **tensors)  # type: ignore[arg-type]  # names of arrays, not of options
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member(SCRIPT_NAME), text, zipfile.ZIP_DEFLATED)
        archive.writestr(member(NUMBERS_NAME), numbers.getvalue(), zipfile.ZIP_DEFLATED)


def script(facts: RunFacts) -> str:
    """The script's text."""
    parts, values = _parts(), _values(facts)
    chosen = [
        Template(parts[name]).substitute(values).strip("\n") for name in _wanted(facts.config)
    ]
    # A part that begins with blank lines begins with a definition.
    text = "\n\n".join(chosen)
    return re.sub(r"\n{2,}(?=def |class |# ===.*\ndef )", "\n\n\n", text) + "\n"


@cache
def _parts() -> dict[str, str]:
    """The parts of the template, by name."""
    _, *found = _PART.split(_PARTS.read_text(encoding="utf-8"))
    return dict(zip(found[::2], found[1::2], strict=True))


def _wanted(config: TrainConfig) -> Iterator[str]:
    """Names of the parts that a run's script has, in order."""
    tunes, solved = config.fine_tune_epochs > 0, config.head == SOLVED
    yield "start"
    if _is_augmented(config):
        yield "augmentation"
    yield {IMAGENET: "imagenet", BUILT_IN: "built_in"}.get(config.weights, "nothing")
    yield "model"
    if tunes or not solved:
        yield "compile"
    yield "solved" if solved else "stepped"
    if tunes and solved:
        yield "threshold"
    if tunes:
        yield "fine_tuning"
    if tunes or not solved:
        yield "best"
    yield "end"


def _is_augmented(config: TrainConfig) -> bool:
    return config.augment != AugmentConfig() and _counts(config, "augment")


def _counts(config: TrainConfig, setting: str) -> bool:
    return setting not in without_effect(config.to_json())


def _values(facts: RunFacts) -> dict[str, Any]:
    """What stands in the gaps of the parts."""
    config = facts.config
    two = len(facts.classes) == 2
    averaging = config.weight_averaging and _counts(config, "weight_averaging")
    return {
        "settings": _settings(facts),
        "label_mode": "binary" if two else "int",
        "augmentation": "\n".join(f"        {layer}," for layer in _layers(config.augment)),
        "augmented": "augmentation(inputs)" if _is_augmented(config) else "inputs",
        "outputs": num_outputs(len(facts.classes)),
        "logits": "above 0 means the second class" if two else "the highest one is the answer",
        "loss": "BinaryCrossentropy" if two else "SparseCategoricalCrossentropy",
        "accuracy": (
            'BinaryAccuracy(threshold=0.0, name="accuracy")'
            if two
            else 'SparseCategoricalAccuracy(name="accuracy")'
        ),
        "averaged": ", averaged=False" if averaging else "",
        "use_average": ", use_ema=averaged, ema_momentum=0.99" if averaging else "",
        "average": ", averaged=True" if averaging else "",
        "callbacks": _callbacks(config, averaging=False),
        "tuning_callbacks": _callbacks(config, averaging),
    }


def _callbacks(config: TrainConfig, averaging: bool) -> str:
    """What watches a phase; the average has to be in place before the best epoch is kept."""
    every = [
        "keras.callbacks.SwapEMAWeights(swap_on_epoch=True)" if averaging else "",
        "best",
        'keras.callbacks.EarlyStopping("val_loss", patience=5)' if config.early_stopping else "",
    ]
    wanted = [one for one in every if one]
    if len(wanted) == 1:
        return f"[{wanted[0]}]"
    lines = "".join(f"        {one},\n" for one in wanted)
    return f"[\n{lines}    ]"


def _settings(facts: RunFacts) -> str:
    """The constants at the top, with what they mean."""
    config = facts.config
    solved, tunes = config.head == SOLVED, config.fine_tune_epochs > 0
    lines = [
        f"RUN = {facts.name[:_NAME_CHARS]!r}  # {facts.id}",
        textwrap.fill(
            f"In PawTune: {run_text.verdict(facts)}",
            98,
            initial_indent="# ",
            subsequent_indent="# ",
        ),
        f"CLASSES = {_listed(folder_names(facts.classes))}  # folders, in the order of the answers",
        f"IMAGE_SIZE = {config.image_size_px}  # pixels",
        f"BATCH_SIZE = {config.batch_size}  # photos between two steps",
        f"ALPHA = {config.alpha}  # width of the network",
        f"DROPOUT = {config.dropout}  # share of the features hidden in each step of training",
        f"SEED = {config.seed}",
    ]
    if not solved:
        lines += [
            f"EPOCHS = {config.epochs}  # of phase 1",
            f"LEARNING_RATE = {config.learning_rate}",
        ]
    if tunes:
        lines += [
            f"FINE_TUNE_EPOCHS = {config.fine_tune_epochs}  # of phase 2",
            f"FINE_TUNE_AT = {config.fine_tune_at}  # of {NUM_LAYERS}; layers from here on learn",
            f"FINE_TUNE_LEARNING_RATE = {config.phase_learning_rates[FINE_TUNING]:.10g}",
        ]
    return "\n".join(lines)


def _listed(names: tuple[str, ...]) -> str:
    """A list of texts as Python has it, in lines that fit."""
    return pprint.pformat(list(names), width=60, compact=True)


def _layers(augment: AugmentConfig) -> list[str]:
    """Keras's layers for the same changes, in the order in which PawTune makes them."""
    layers = []
    if augment.horizontal_flip:
        layers.append('keras.layers.RandomFlip("horizontal")')
    if augment.rotation:
        layers.append(f'keras.layers.RandomRotation({augment.rotation}, fill_mode="reflect")')
    if augment.zoom:
        layers.append(f'keras.layers.RandomZoom({augment.zoom}, fill_mode="reflect")')
    if augment.shift:
        layers.append(
            f'keras.layers.RandomTranslation({augment.shift}, {augment.shift}, fill_mode="reflect")'
        )
    if augment.contrast:
        layers.append(f"keras.layers.RandomContrast({augment.contrast}, value_range=(0, 255))")
    if augment.brightness:
        layers.append(f"keras.layers.RandomBrightness({augment.brightness}, value_range=(0, 255))")
    return layers
