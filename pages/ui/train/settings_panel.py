"""The left side of the bench: presets, settings and Start."""

from __future__ import annotations

from pages.ui.parts import further, setting_controls
from pages.ui.train import presets, start
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run


def show(row: PhotoSetRow, earlier: Run | None) -> TrainConfig:
    """Draw all settings of the next training.

    Args:
        row: The chosen photo set.
        earlier: The run that the training starts from, or None.

    Returns:
        What they stand at.
    """
    config = setting_controls.train_config(further.fixed(earlier))
    if earlier is not None:
        further.note(earlier, row, config)
    presets.choose(config, row.split_sizes)
    start.before_the_start(row, config, earlier)
    return config
