"""How long a training will take, from batches timed on this computer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

import streamlit as st

from pages.ui import frame, markdown, resources, stores
from pipeline.jobs.job import Job
from pipeline.network.training_time import training_seconds, training_time
from pipeline.photos.splits import SPLITS
from pipeline.settings.train_config import TrainConfig
from pipeline.wording import numbers
from pipeline.workspace.states import JobState

MINE: Final = "train_timing_job"  # session: the measurement that this page asked for
_NETWORK: Final = ("alpha", "image_size_px")  # what speed depends on


def about(config: TrainConfig, sizes: Mapping[str, int]) -> float | None:
    """Seconds that a training will take on this computer; None while nothing was measured.

    Args:
        config: The training's settings.
        sizes: Photos in each split.
    """
    measured = _measured(config)
    return None if measured is None else _seconds(config, sizes, measured)


def learning(config: TrainConfig, sizes: Mapping[str, int]) -> float | None:
    """The same for one of many tries: its epochs alone, on features that are kept.

    Args:
        config: See `about`.
        sizes: See there.
    """
    measured = _measured(config)
    if measured is None:
        return None
    training, validation, test = (sizes.get(split, 0) for split in SPLITS)
    parts = training_time(config, training, validation, test, measured, cached=True)
    return parts.head + parts.fine_tuning


def _measured(config: TrainConfig) -> Mapping[str, Any] | None:
    """What was timed for this network; at most two seconds old, "nothing" is asked again."""
    of_network = tuple(getattr(config, name) for name in _NETWORK)
    kept = _kept(str(stores.workspace().home), of_network, config)
    return stores.timings().get(config) if kept is None else kept


@st.cache_data(ttl=resources.LIST_SECONDS, max_entries=64, show_spinner=False)
def _kept(
    home: str, of_network: tuple[float, int], _config: TrainConfig
) -> Mapping[str, Any] | None:
    return stores.timings().get(_config)


def _seconds(
    config: TrainConfig, sizes: Mapping[str, int], measured: Mapping[str, Any], cached: bool = False
) -> float:
    training, validation, test = (sizes.get(split, 0) for split in SPLITS)
    return training_seconds(config, training, validation, test, measured, cached)


def estimate(config: TrainConfig, sizes: Mapping[str, int], is_kept: bool) -> None:
    """A sentence with the time; where nothing was measured yet, measuring starts by itself.

    Args:
        config: The training's settings.
        sizes: Photos in each split.
        is_kept: Whether what the frozen layers make of the photos is there already.
    """
    measured = _measured(config)
    if measured is not None:
        again = f"**{numbers.duration(_seconds(config, sizes, measured, cached=True))}**"
        first = f"**{numbers.duration(_seconds(config, sizes, measured))}**"
        told = f"{again}." if is_kept else f"{first}; {again} once features are kept."
        st.caption(
            f":material/timer: About {told}",
            help="From a few batches that were timed here. Other work at the same time makes "
            "it longer. What the frozen layers make of the photos is kept: change the learning "
            "rate, dropout or epochs, and the next training finds it ready.",
        )
        return
    if any(job.kind == "train" for job in stores.jobs().active()):
        st.caption(":material/timer: The time can be measured when the running training has ended.")
        return
    job = _measurement(config)
    if job.state in (JobState.FAILED, JobState.INTERRUPTED, JobState.STOPPED):
        reason = markdown.literal(job.error or "The measurement ended early.")
        st.caption(f":material/timer: The time could not be measured. {reason}")
    else:
        _measuring(job.id)


def start_training(
    photo_set_id: str, config: TrainConfig, name: str | None, further_from: str | None = None
) -> NoReturn:
    """Queue a training, before which measuring gives way, and go where one watches it.

    Args:
        photo_set_id: The photos.
        config: The settings.
        name: What to call the run.
        further_from: Id of the run whose network it starts from.
    """
    give_way()
    job = stores.jobs().submit_train(photo_set_id, config, name, further_from)
    resources.forget_lists()
    st.switch_page("pages/train.py", query_params={"run": job.run_id or ""})


def give_way() -> None:
    """Stop measuring, because a training shall start now."""
    queue = stores.jobs()
    for job in queue.active():
        if job.kind == "timing":
            queue.stop(job.id)


def _measurement(config: TrainConfig) -> Job:
    """The measurement for this network; it is asked for where nobody has done so yet."""
    queue = stores.jobs()
    mine = st.session_state.get(MINE)
    for job in queue.active():
        if job.kind == "timing" and _same(job, config):
            return job
        if job.id == mine:  # the slider has moved on
            queue.stop(job.id)
    latest = queue.latest("timing")
    if latest is not None and latest.state == JobState.FAILED and _same(latest, config):
        return latest
    job = queue.submit_timing(config)
    st.session_state[MINE] = job.id
    return job


def _same(job: Job, config: TrainConfig) -> bool:
    asked = job.request.get("config", {})
    return all(asked.get(name) == getattr(config, name) for name in _NETWORK)


def _measuring(job_id: str) -> None:
    @st.fragment(run_every="1s")
    @frame.guard()
    def wait() -> None:
        stores.jobs().settle()
        if stores.jobs().get(job_id).finished:
            st.rerun()
        st.caption(":material/timer: Measuring speed …")

    wait()
