"""The left side of the bench: presets, settings and Start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from pages.ui.parts import further, import_card, late_values, pickers, setting_controls
from pages.ui.train import block_strip, fitting_batch, presets, settings_address, start
from pages.ui.train.typed_settings import show as typed
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.train_config import TrainConfig
from pipeline.settings.without_effect import decided, without_effect
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run

SHOWN: Final = ("head", "learning_rate", "epochs", "dropout", "fine_tune_epochs", "fine_tune_at")
MORE: Final = tuple(name for name in TRAIN if name not in SHOWN)


def photo_set() -> PhotoSetRow | None:
    """The photos to train on; None while there are none, and the way to some."""
    with st.container(horizontal=True, vertical_alignment="center", key="bench_head"):
        st.title("Train", anchor=False, width="content")
        row = pickers.photo_set(named=False)
    if row is None:
        import_card.nothing_yet()
    return row


def take() -> Run | None:
    """Put the controls to what the address and the run to start from ask; before they are drawn.

    Returns:
        The run that the training starts from, or None.
    """
    late_values.hold()
    settings_address.take()
    return further.chosen()  # last: what follows from it cannot be changed


def show(row: PhotoSetRow, earlier: Run | None) -> TrainConfig:
    """Draw all settings of the next training.

    Args:
        row: The chosen photo set.
        earlier: The run that the training starts from, or None.

    Returns:
        What they stand at.
    """
    training = row.split_sizes.get("training", 0)
    with st.container(key="bench_controls"):
        pressed = presets.chips(row.split_sizes, not row.missing)
        fitting_batch.lower(training)
        place = st.container(gap=None)
        config = _controls(further.fixed(earlier), training, len(row.classes))
    settings_address.keep(fitting_batch.asked_for(config))
    with place:
        if earlier is not None:
            further.note(earlier, row, config)
        presets.standing(config, training)
        settings_address.say()
    start.show(row, config, earlier, pressed)
    return config


def _controls(fixed: Mapping[str, str], training: int, num_classes: int) -> TrainConfig:
    """What a loop needs, then the other settings behind a click.

    Args:
        fixed: Settings that cannot be changed at present, each with the reason.
        training: How many training photos there are.
        num_classes: Classes of the photo set.
    """
    chosen = setting_controls.chosen_train_config()
    said = chosen.to_json()
    idle = without_effect(said) | decided(said) | dict(fixed)
    values: dict[str, Any] = {"head": _control("head", idle, named=False)}
    for name in ("learning_rate", "epochs", "dropout", "fine_tune_epochs"):
        values[name] = typed(name, idle.get(name, ""))
    values["fine_tune_at"] = block_strip.show(
        chosen.alpha, num_classes, idle.get("fine_tune_at", "")
    )
    with st.expander("More settings", icon=":material/tune:"):
        for name in MORE:
            values[name] = _control(name, idle)
            if name == "batch_size":
                fitting_batch.say(training)
    augment = setting_controls.chosen_augmentation()
    return TrainConfig.fitting(**values, augment=augment)


def _control(name: str, idle: Mapping[str, str], named: bool = True) -> Any:
    return setting_controls.setting(TRAIN[name], f"train_{name}", idle.get(name, ""), named)
