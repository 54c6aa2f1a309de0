"""Training further: the way to it from a run, and what a training that is set up starts from."""

from __future__ import annotations

import streamlit as st

from pages.ui import frame, markdown, stores
from pages.ui.parts import setting_controls
from pages.ui.parts.setting_controls import FURTHER_FROM
from pipeline.errors import RunError
from pipeline.jobs.further import FOLLOWS, can_start_another, has_stock_layers
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import further_text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run


def start_of(run: Run) -> str | None:
    """Id of the run that a training like this one has to start from; None: from no run."""
    return run.started_from.run if run.started_from else None


def button(run: Run) -> None:
    """Leads to the Train page, with this run as the start; nothing where it left no network."""
    if can_start_another(run) and st.button(
        "Train further",
        key="runs_further",
        icon=":material/moving:",
        help="Opens the Train page for a new run that starts where this one ended: on new photos "
        "of its set, or with more epochs. This run stays as it is.",
    ):
        with frame.guard():
            newest = stores.versions().newest(run.photo_set_id)
            told = f"the run {markdown.literal(run.name)}"
            setting_controls.take_train_config(run.config, told, further_from=run.id)
            st.switch_page("pages/train.py", query_params={"set": newest})


def told(run: Run) -> None:
    """Which run it started from, on the run's own page."""
    start = run.started_from
    if start is not None:
        said = further_text.taken_over(run.config, start.keeps_head)
        more = f" {further_text.NOT_JUDGED}" if start.has_seen else ""
        st.caption(
            f":material/moving: Started from the network of **{markdown.literal(start.name)}**. "
            f"{said}{more}"
        )


def chosen() -> Run | None:
    """The run that the next training starts from; what follows from it is set.

    To be called before the controls are drawn.
    """
    run_id = st.session_state.get(FURTHER_FROM)
    if run_id is None:
        return None
    try:
        run = stores.runs().get(run_id)
    except RunError:
        run = None
    if run is None or not can_start_another(run):
        drop()
        st.warning(
            "The run to start from is gone. The next training starts from the pretrained weights "
            "under More settings.",
            icon=":material/link_off:",
        )
        return None
    for name in FOLLOWS:
        st.session_state[f"train_{name}"] = getattr(run.config, name)
    return run


def is_chosen() -> bool:
    """Whether there is such a run; to be called once the controls are drawn."""
    return st.session_state.get(FURTHER_FROM) is not None


def fixed(run: Run | None) -> dict[str, str]:
    """Settings that follow from the run to start from, each with the reason."""
    return {} if run is None else dict.fromkeys(FOLLOWS, further_text.FIXED)


def note(run: Run, row: PhotoSetRow, config: TrainConfig) -> None:
    """Says what the next training starts from, with the way to drop it."""
    said = further_text.taken_over(config, run.classes == row.classes, has_stock_layers(run))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/moving: **Starts from {markdown.literal(run.name)}**. {said}",
            width="content",
        )
        st.button(
            "Do not start from it",
            key="train_further_drop",
            icon=":material/link_off:",
            help="The training then starts from the pretrained weights under More settings.",
            on_click=drop,
        )


def drop() -> None:
    """Let the next training start from what its settings say."""
    st.session_state.pop(FURTHER_FROM, None)
