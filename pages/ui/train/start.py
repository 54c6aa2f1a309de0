"""Start, the name of the run, and what one should know before; further down, the plan in full."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pages.ui.parts import fit_for_training, further, time_estimate
from pipeline.jobs.further import has_stock_layers
from pipeline.settings.hyperparameters import BUILT_IN, NOTHING, NUM_LAYERS, SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.wording import score_text, settings_text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run


def show(row: PhotoSetRow, config: TrainConfig, earlier: Run | None, pressed: bool) -> None:
    """The button, and what stands in the way.

    Args:
        row: The photo set.
        config: The settings.
        earlier: The run to start from, or None.
        pressed: Whether something else already said that it shall start.
    """
    with st.container(key="train_start_row"):
        with st.container(horizontal=True, key="train_start_buttons"):
            name = st.text_input(
                "Name of the run",
                key="train_name",
                label_visibility="collapsed",
                max_chars=120,
                placeholder="Name (optional)",
                help="How you will find the run again; it can be changed later.",
            )
            pressed |= st.button(
                "Start training",
                key="train_start",
                type="primary",
                icon=":material/play_arrow:",
                width="stretch",
                disabled=bool(row.missing),
                help="Runs in the background: you may leave this page, or close the browser.",
            )
        if pressed:
            _start(row, config, name, earlier)
    for problem in row.missing:
        st.warning(markdown.literal(problem), icon=":material/block:")
    if row.missing:
        fit_for_training.button(row)
        frame.link("Photos", "Mend it on Photos")
    for remark in remarks(config, row.split_sizes.get("training", 0), earlier is not None):
        st.caption(f":material/info: {remark}")


def plan(row: PhotoSetRow, config: TrainConfig, earlier: Run | None) -> None:
    """What will be trained, on which photos, and which of them will judge it.

    Args:
        row: The photo set.
        config: The settings.
        earlier: The run to start from, or None.
    """
    with st.expander("What will be trained", icon=":material/checklist:"):
        in_turns = earlier is None or has_stock_layers(earlier)
        is_sealed = stores.seals().of(row.id) is not None
        st.markdown(score_text.planned(config, row.split_sizes, in_turns, is_sealed))
        st.markdown(settings_text.training_photos(config))
        st.markdown(settings_text.head(config.head, config.fine_tune_epochs))
        if uneven := settings_text.class_weight(config, row.splits["training"]):
            st.markdown(markdown.literal(uneven))
        frame.link("Augment", "Change augmentation")


def remarks(config: TrainConfig, training: int, further: bool = False) -> list[str]:
    """What is allowed but perhaps not meant.

    Args:
        config: The settings.
        training: How many training photos there are.
        further: Whether it starts from an earlier run.
    """
    found = [one] if (one := settings_text.one_batch(config, training)) else []
    if config.fine_tune_epochs and config.fine_tune_at >= NUM_LAYERS:
        found.append("With nothing released, the second phase only goes on training the head.")
    if config.weights == NOTHING and not further:
        found.append("With random weights, the frozen network extracts no useful features yet.")
    if config.weights == BUILT_IN and not further:
        found.append(
            "It starts from PawTune's own small network: no download, quicker, and less accurate "
            "than with ImageNet's knowledge, above all on things that are no pets."
        )
    rates = config.phase_learning_rates
    stepped = config.fine_tune_epochs and config.head != SOLVED
    if stepped and rates[FINE_TUNING] > rates[FEATURE_EXTRACTION]:
        found.append("Fine-tuning with a higher rate than before may undo what was learned.")
    return found


def _start(row: PhotoSetRow, config: TrainConfig, name: str, earlier: Run | None) -> None:
    time_estimate.give_way()
    start_from = earlier.id if earlier else None
    job = stores.jobs().submit_train(row.id, config, name.strip() or None, start_from)
    further.drop()
    resources.forget_lists()
    st.query_params["run"] = job.run_id or ""
    st.rerun()
