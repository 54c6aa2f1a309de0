"""The landscape: scores over learning rate, dropout or number of photos and the epochs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from pages.ui.charts import figure
from pages.ui.charts import landscape as chart
from pages.ui.charts.landscape import ACCURACY, LOSS, Mark
from pages.ui.parts import setting_controls
from pages.ui.train import asked
from pages.ui.train.panel import Panel
from pipeline.errors import NotReady
from pipeline.evaluation.landscape import Axis, Landscape
from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED, STEPPED
from pipeline.settings.presets import PRESETS, TUTORIAL
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.tuning.landscape import EPOCHS, TRIED
from pipeline.wording import landscape_text
from pipeline.workspace.photo_sets import PhotoSetRow

PANEL: Final = Panel(
    "train_landscape",
    "Landscape",
    ":material/landscape:",
    "Shows validation accuracy for many learning rates at once, and where they are too high or too "
    "low. Takes a second or two.",
)
_EXTENTS: Final = "train_landscape_extents"  # session: of each set and axis, epochs and more
_MAP: Final = "train_landscape_map"
_LAST: Final = "train_landscape_last"  # session: the cell that was clicked last
_MEASURES: Final = {ACCURACY: "Accuracy", LOSS: "Loss"}
_USUAL: Final = PRESETS[TUTORIAL].config
# What no column depends on.
_ANY: Final = TrainConfig()


def show(row: PhotoSetRow, config: TrainConfig) -> None:
    """Draw it, where it was asked for.

    Args:
        row: The photos.
        config: Where the settings stand.
    """
    if not PANEL.is_open:
        st.session_state[_EXTENTS] = {}
        return
    with st.container(border=True, key="landscape"):
        axis, measure = _choose()
        if config.head == SOLVED:
            st.caption(landscape_text.OF_STEPS)
        place = st.container()
        try:
            found = _found(row, config, axis)
        except NotReady as reason:
            place.info(str(reason), icon=":material/hourglass_top:")
            return
        with place:
            if found is None:
                st.caption(":material/hourglass_top: Teaching a head for each column ...")
            else:
                _draw(found, config, measure)


def _choose() -> tuple[Axis, str]:
    """What is tried, and what is drawn of it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        axis = st.segmented_control(
            "Landscape",
            list(Axis),
            default=Axis.LEARNING_RATE,
            format_func=landscape_text.NAMES.__getitem__,
            key="train_landscape_axis",
            required=True,
        )
        measure = st.segmented_control(
            "Colour",
            list(_MEASURES),
            default=ACCURACY,
            format_func=_MEASURES.__getitem__,
            key="train_landscape_measure",
            required=True,
        )
        st.space("stretch")
        PANEL.close_button()
    return Axis(axis), measure


def _found(row: PhotoSetRow, config: TrainConfig, axis: Axis) -> Landscape | None:
    """The landscape; None while it is computed."""
    extents = st.session_state.setdefault(_EXTENTS, {})
    epochs, more = extents.get((row.id, axis), (EPOCHS, {}))
    own = None if axis == Axis.SIZE or config.head == SOLVED else getattr(config, axis)
    if own not in (None, *TRIED[axis]):
        more = {"also": own}
    # It never shrinks below the pointer: a click on a cell changes what is set.
    extents[row.id, axis] = epochs, more = max(epochs, config.epochs), more
    found: Landscape | None = asked.answer(
        "landscape", row.id, _decisive(config, axis), axis=axis.value, epochs=epochs, **more
    )
    return found


def _decisive(config: TrainConfig, axis: Axis) -> TrainConfig:
    """The settings with those as usual that no column depends on."""
    same = ["fine_tune_epochs", "fine_tune_at", "fine_tune_learning_rate"]
    same += ["weight_averaging", "early_stopping"]
    if axis != Axis.SIZE:
        same.append(axis.value)
    usual = {name: getattr(_ANY, name) for name in same}
    # Of the epochs that are set it matters alone which views are there.
    views = 1 if config.head == SOLVED else config.views
    epochs = config.epochs if views == FRESH_VIEWS else min(config.epochs, views)
    return replace(config, epochs=epochs, **usual)


def _draw(found: Landscape, config: TrainConfig, measure: str) -> None:
    yours, usual = _marks(found, config)
    figure.draw(
        chart.figure(found, measure, yours, usual),
        chart.table(found, measure),
        key=_MAP,
        alt=chart.describe(found, measure),
        on_select=lambda: _clicked(found, config),
        selection_mode="points",
    )
    st.markdown(" ".join(landscape_text.sentences(found)))
    st.caption("Click a cell to set the controls to it.")


def _marks(found: Landscape, config: TrainConfig) -> tuple[Mark | None, Mark | None]:
    """Where the settings and the tutorial's stand."""
    if found.axis == Axis.SIZE:
        yours = Mark("yours", found.values[-1], config.epochs)
        return (None if config.head == SOLVED else yours), None
    yours, usual = (
        Mark(name, getattr(settings, found.axis), settings.epochs)
        for name, settings in (("yours", config), ("tutorial", _USUAL))
    )
    return (None if config.head == SOLVED else yours), usual


def _clicked(found: Landscape, config: TrainConfig) -> None:
    """Take what the cell stands for; a click on the one that was clicked before counts, too."""
    event: Any = st.session_state.get(_MAP)
    points = event.selection.points if event else []
    place = int(points[0]["point_index"]) if points else st.session_state.get(_LAST)
    st.session_state[_LAST] = place
    if place is not None:
        take(found, config, *chart.cells(found)[place])


def take(found: Landscape, config: TrainConfig, column: int, epoch: int) -> None:
    """Put the controls to a cell.

    Args:
        found: The landscape.
        config: Where the settings stood.
        column: Of the cell.
        epoch: Of the cell, from 1.
    """
    changes: dict[str, Any] = {"epochs": epoch}
    if found.axis != Axis.SIZE:
        changes[found.axis] = found.values[column]
    if config.head == SOLVED:
        changes |= {"head": STEPPED, "augment": AUGMENT_PRESETS["none"]}
    state = st.session_state
    setting_controls.take_train_config(
        replace(config, **changes),
        state.get(setting_controls.STARTED_FROM, TUTORIAL),
        state.get(setting_controls.FURTHER_FROM),
    )
