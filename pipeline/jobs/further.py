"""Training further: a new run that starts where an earlier one ended."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from sqlalchemy.orm import Session

from pipeline.errors import RunError
from pipeline.network.names import NETWORK_FILE
from pipeline.network.started_from import (
    STARTED_FROM_FILE,
    Seen,
    StartedFrom,
    read_start,
    write_start,
)
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings.hyperparameters import NUM_LAYERS
from pipeline.settings.train_config import FINE_TUNING, TrainConfig
from pipeline.wording.numbers import photos
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs

# What a network is made for, and so what another start from it cannot change.
FOLLOWS: Final = ("weights", "alpha", "image_size_px")


def following(config: TrainConfig, earlier: Run | None) -> TrainConfig:
    """Settings with what follows from the run that a training starts from, if from any."""
    if earlier is None:
        return config
    return dataclasses.replace(config, **{name: getattr(earlier.config, name) for name in FOLLOWS})


def expect_own(session: Session, runs: Runs, run_id: str | None) -> Run | None:
    """The run to start from, in the caller's transaction; None where there shall be none.

    Raises:
        RunError: If this visitor has no such run, it is everybody's, or it left no network.
    """
    if run_id is None:
        return None
    run = runs.get(run_id)
    if run.is_example:
        raise RunError(
            "The example's numbers did not come with PawTune, so no training can start from it. "
            "Train a network of your own first."
        )
    runs.find_own(session, run_id)
    if not can_start_another(run):
        raise RunError(
            f"{run.name} has no finished network to start from. Train it to the end first."
        )
    return run


def can_start_another(run: Run) -> bool:
    """Whether it left a network that a training of whoever asks can start from."""
    possible = run.can_answer and run.is_own and not run.is_example
    return possible and (run.results / NETWORK_FILE).exists()


def has_stock_layers(run: Run) -> bool:
    """Whether all layers but its last are still those of the network that it began with itself."""
    return run.started_from is None and not _is_tuned(run)


def _is_tuned(run: Run) -> bool:
    is_of_tuning = run.kept is not None and run.kept.phase == FINE_TUNING
    return is_of_tuning and run.config.fine_tune_at < NUM_LAYERS


def hand_over(
    workspace: Workspace, earlier: Run | None, photo_set_id: str, new_run_id: str
) -> dict[str, Any] | None:
    """Put a run's network into the folder of a new one, if it starts from one.

    Args:
        workspace: Where both lie.
        earlier: The run to start from.
        photo_set_id: What the new run learns from.
        new_run_id: Id of the new run.

    Returns:
        See `StartedFrom.to_json`; None without a run to start from.

    Raises:
        PhotoSetError: If the photos of the earlier run are damaged.
        RunError: If its network is, or it has learned from test photos of the new set.
    """
    if earlier is None:
        return None
    seen = _seen(workspace, earlier)
    photo_set = PhotoSet.open(workspace.photo_sets_folder / photo_set_id)
    now = {split: _hashes(photo_set, split) for split in ("training", "validation", "test")}
    if spoilt := len(now["test"] & seen.photos):
        raise RunError(
            f"{earlier.name} has learned from {photos(spoilt)} that would test the new run, so the "
            "test would flatter it. Choose a version of the set where they are no test photos, or "
            "train without starting from that run."
        )
    folder = workspace.runs_folder / new_run_id
    folder.mkdir(parents=True)
    sha256 = write_start(folder / STARTED_FROM_FILE, earlier.results / NETWORK_FILE, seen)
    met = not seen.photos.isdisjoint(set.union(*now.values()))
    same = earlier.classes == photo_set.classes
    return StartedFrom(earlier.id, earlier.name, sha256, same, seen.tuned and met).to_json()


def _seen(workspace: Workspace, run: Run) -> Seen:
    """What a run, and those that it started from, have learned from."""
    photo_set = PhotoSet.open(workspace.photo_sets_folder / run.photo_set_id)
    learned = _hashes(photo_set, "training") | _hashes(photo_set, "validation")
    tuned = _is_tuned(run)
    if run.started_from is None:
        return Seen(learned, tuned)
    _, before = read_start(run.folder / STARTED_FROM_FILE, run.started_from.sha256)
    return Seen(learned | before.photos, tuned or before.tuned)


def _hashes(photo_set: PhotoSet, split: str) -> set[str]:
    return {photo_set.photos[index].sha256 for index in photo_set.indices(split)}
