"""Sets of many classes or of odd names, each with a finished run that mixes some of them up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.evaluation.predictions import Predictions, write_predictions
from pipeline.evaluation.run_score import score
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS, Runs, find
from tests.workspaces import add_photo_set, add_run, jpeg


def numbered(count: int) -> list[str]:
    """So many names of classes that differ late, as those of birds and cars do."""
    return [f"Kind of thing with a long name, number {place:03}" for place in range(count)]


def set_of(
    workspace: Workspace, folder: Path, names: Sequence[str], photos: int = 10
) -> PhotoSetRow:
    """A set of small photos, each class around a colour of its own, through the real import."""
    colours = np.random.default_rng(0).integers(40, 216, (len(names), 3))
    for place, (name, colour) in enumerate(zip(names, colours.tolist(), strict=True)):
        (folder / name).mkdir(parents=True)
        for index in range(photos):
            seed = photos * place + index
            (folder / name / f"{index}.jpg").write_bytes(jpeg(tuple(colour), seed))
    return add_photo_set(workspace, folder, f"{len(names)} classes")


def run_on(workspace: Workspace, row: PhotoSetRow) -> Run:
    """A run whose answers about the test photos are right four times of five."""
    run = add_run(workspace, row.id, f"Run on {row.name}")
    photo_set = PhotoSets(workspace).open(row.id)
    found = answers(photo_set, photo_set.indices("test"))
    write_predictions(run.folder / PREDICTIONS, found)
    with workspace.database.writing() as session:
        record = find(session, run.id)
        record.can_answer, record.test = True, score(found)
        workspace.keep_files(session, run.id, run.folder)
    return Runs(workspace).get(run.id)


def answers(photo_set: PhotoSet, asked: np.ndarray) -> Predictions:
    """What such a run says about photos: every fifth is called as the class behind its own."""
    classes = len(photo_set.classes)
    truth = photo_set.labels()[asked]
    called = np.where(np.arange(len(truth)) % 5 == 0, (truth + 1) % classes, truth)
    shares = np.full((len(truth), classes), 0.2 / classes, np.float32)
    shares[np.arange(len(truth)), called] += 0.8
    return Predictions(asked, truth, shares)
