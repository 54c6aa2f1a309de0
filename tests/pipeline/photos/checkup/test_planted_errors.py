"""Wrong labels float up: 5 % are planted, looked for by loss, mended; the score rises.

"Mended" is what a careful person does: look through the first tenth of the photos by loss and set
those labels right that are wrong. Nobody else's labels are touched.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluation import photo_ranking
from pipeline.jobs.queue import Jobs
from pipeline.photos.editing import Relabel
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.sources.opened import DRAWN_PETS
from pipeline.settings.presets import FIRST, PRESETS, QUICK
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.versions import Versions
from tests.workspaces import finished

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PLANTED = 0.05  # share of all labels
LOOKED_AT = 0.10  # share of all photos, those with the highest loss
EACH = 400  # real photos of a class


@dataclass
class Mislabelled:
    """A set with planted errors.

    Attributes:
        truth: SHA-256 of every photo, and its right label.
        planted: Of those that were labelled wrong.
    """

    workspace: Workspace
    row: PhotoSetRow
    truth: dict[str, str]
    planted: set[str]


def done(workspace: Workspace, job_id: str) -> dict[str, object]:
    job = finished(workspace, job_id, 400)
    assert job.state == "done", job.error
    return dict(job.result)


def mislabelled(workspace: Workspace, source: str) -> Mislabelled:
    """Bring photos, then give 1 in 20 another class's name."""
    done(workspace, Jobs(workspace).submit_import(source).id)
    row = PhotoSets(workspace).list()[0]
    photo_set = PhotoSets(workspace).open(row.id)
    rng = np.random.default_rng(7)
    count = round(PLANTED * len(photo_set.photos))
    chosen = rng.choice(len(photo_set.photos), count, replace=False).tolist()
    names = photo_set.classes
    wrong = [(i, names[1 - photo_set.photos[i].class_index]) for i in chosen]
    truth = {photo.sha256: names[photo.class_index] for photo in photo_set.photos}
    planted = {photo_set.photos[i].sha256 for i in chosen}
    made = Versions(workspace).edit(row.id, Relabel(tuple(sorted(wrong))))
    return Mislabelled(workspace, made, truth, planted)


def train(workspace: Workspace, row: PhotoSetRow, config: TrainConfig) -> Run:
    job = Jobs(workspace).submit_train(row.id, config)
    done(workspace, job.id)
    assert job.run_id is not None
    return Runs(workspace).get(job.run_id)


def looked_at(found: Mislabelled, run: Run) -> tuple[PhotoSet, list[int]]:
    """The first tenth of all photos by loss, as the Evaluate page sorts them."""
    workspace = found.workspace
    done(workspace, Jobs(workspace).submit_evaluate(run.id, found.row.id).id)
    answers = Runs(workspace).evaluation(run.id, found.row.id)
    assert answers is not None
    order = photo_ranking.by_loss(answers.truth, answers.probabilities)
    first = order[: round(LOOKED_AT * len(order))]
    return PhotoSets(workspace).open(found.row.id), answers.photo_indices[first].tolist()


def right(found: Mislabelled, run: Run) -> float:
    """Accuracy on the test photos against their right labels, whatever the set says."""
    answers = Runs(found.workspace).predictions(run.id)
    photos = PhotoSets(found.workspace).open(run.photo_set_id).photos
    called = [run.classes[index] for index in answers.called.tolist()]
    truth = [found.truth[photos[index].sha256] for index in answers.photo_indices.tolist()]
    return float(np.mean([a == b for a, b in zip(called, truth, strict=True)]))


def planted_errors_are_found_and_mended(
    workspace: Workspace, source: str, config: TrainConfig
) -> None:
    found = mislabelled(workspace, source)
    before = train(workspace, found.row, config)
    photo_set, suspects = looked_at(found, before)

    wrong = [i for i in suspects if photo_set.photos[i].sha256 in found.planted]
    assert len(wrong) >= 0.8 * len(found.planted)
    mended = tuple(sorted((i, found.truth[photo_set.photos[i].sha256]) for i in wrong))
    row = Versions(workspace).edit(found.row.id, Relabel(mended))
    after = train(workspace, row, config)
    assert before.test and after.test
    print(
        f"{len(found.truth)} photos: {len(wrong)} of {len(found.planted)} planted errors among the "
        f"first {len(suspects)} by loss. Test accuracy on {after.test['photos']} photos "
        f"{before.test['accuracy']:.4f} -> {after.test['accuracy']:.4f}; against the right labels "
        f"{right(found, before):.4f} -> {right(found, after):.4f}."
    )
    assert after.test["photos"] == before.test["photos"]
    assert after.test["accuracy"] > before.test["accuracy"]


def test_among_drawn_pets(own_home: Path) -> None:
    planted_errors_are_found_and_mended(open_workspace(own_home), DRAWN_PETS, FIRST)


def test_among_real_photos(own_home: Path, shared: Path, imagenet: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(shared / "photos" / "pet_images_180px.zip") as archive:
        for name in archive.namelist():
            kind, _, file = name.removeprefix("PetImages/").partition("/")
            if file.endswith(".jpg") and 0 < int(file.removesuffix(".jpg")) <= EACH:
                target = tmp_path / "pets" / kind / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    planted_errors_are_found_and_mended(
        open_workspace(own_home), str(tmp_path / "pets"), PRESETS[QUICK].config
    )
