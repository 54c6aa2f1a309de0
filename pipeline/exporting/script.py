"""A run as a plain Keras script: the same recipe, to read, to change and to run elsewhere."""

from __future__ import annotations

import io
import pprint
import textwrap
import zipfile
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.exporting import run_text
from pipeline.exporting.rendering import rendered
from pipeline.exporting.run_facts import RunFacts
from pipeline.network.head import num_outputs
from pipeline.network.imagenet_weights import published_for_px
from pipeline.network.tensors import read_tensors
from pipeline.photos.set_file import folder_names, member
from pipeline.settings.environment import BACKBONE
from pipeline.settings.hyperparameters import BALANCED, BUILT_IN, NUM_LAYERS, SOLVED
from pipeline.settings.train_config import FINE_TUNING, AugmentConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording.names import short

SCRIPT_NAME: Final = "train.py"
NUMBERS_NAME: Final = "backbone.npz"
_NAME_CHARS: Final = 60


def write(facts: RunFacts, path: Path) -> None:
    """Write the script; as a zip, with its numbers, where it starts from the built-in network."""
    text = script(facts)
    if facts.config.weights != BUILT_IN:
        path.write_text(text, encoding="utf-8")
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member(SCRIPT_NAME), text, zipfile.ZIP_DEFLATED)
        archive.writestr(member(NUMBERS_NAME), built_in_numbers(), zipfile.ZIP_DEFLATED)


def built_in_numbers() -> bytes:
    """The numbers of the built-in network as NumPy's `.npz`, by "layer/weight"."""
    tensors, _ = read_tensors(BACKBONE)
    numbers = io.BytesIO()
    np.savez(numbers, **tensors)  # type: ignore[arg-type]  # names of arrays, not of options
    return numbers.getvalue()


def script(facts: RunFacts, is_notebook: bool = False) -> str:
    """The script's text: what `templates/train.txt` has for the run's settings.

    Args:
        facts: Of the run.
        is_notebook: Whether it is to be cut into cells, see `notebook`: it finds its photos and
            numbers in another way.
    """
    config = facts.config
    idle = without_effect(config.to_json())
    result = textwrap.wrap(f"In PawTune: {run_text.verdict(facts)}", 96)
    return rendered(
        "train.txt",
        notebook=is_notebook,
        run_id=facts.id,
        name=repr(short(facts.name, _NAME_CHARS)),
        result="\n".join(f"# {line}" for line in result),
        classes=pprint.pformat(list(folder_names(facts.classes)), width=60, compact=True),
        two=len(facts.classes) == 2,
        outputs=num_outputs(len(facts.classes)),
        config=config,
        published=published_for_px(config.alpha, config.image_size_px) == config.image_size_px,
        num_layers=NUM_LAYERS,
        solved=config.head == SOLVED,
        balanced=config.class_weight == BALANCED,
        tunes=config.fine_tune_epochs > 0,
        augments=config.augment != AugmentConfig() and "augment" not in idle,
        averages=config.weight_averaging and "weight_averaging" not in idle,
        tuning_rate=f"{config.phase_learning_rates[FINE_TUNING]:.10g}",
    )
