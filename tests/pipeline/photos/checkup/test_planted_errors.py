"""Wrong labels float up: 5 % are planted, looked for by loss, mended; the network learns no worse.

"Mended" is what a careful person does: look through the first tenth of the photos by loss and set
those labels right that are wrong, here of training photos alone. What came of it is counted
against the right labels of the test photos, over several seeds: one test has too few photos.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluation import photo_ranking
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import Relabel
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

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
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


def labelled(workspace: Workspace, row: PhotoSetRow, wanted: dict[str, str]) -> PhotoSetRow:
    """A version of the set whose photos carry these labels."""
    photo_set = PhotoSets(workspace).open(row.id)
    changed = [
        (index, wanted[photo.sha256])
        for index, photo in enumerate(photo_set.photos)
        if photo_set.classes[photo.class_index] != wanted[photo.sha256]
    ]
    return Versions(workspace).edit(row.id, Relabel(tuple(changed)))


def mislabelled(
    workspace: Workspace, row: PhotoSetRow, truth: dict[str, str], seed: int
) -> Mislabelled:
    """Give 1 photo in 20 another class's name, and the right one to all others."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(sorted(truth), round(PLANTED * len(truth)), replace=False).tolist()
    other = dict(zip(row.classes, row.classes[::-1], strict=True))
    wanted = truth | {one: other[truth[one]] for one in chosen}
    return Mislabelled(workspace, labelled(workspace, row, wanted), truth, set(chosen))


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


def right(found: Mislabelled, run: Run) -> int:
    """How many test photos it calls as they should be labelled, whatever the set says."""
    answers = Runs(found.workspace).predictions(run.id)
    photos = PhotoSets(found.workspace).open(run.photo_set_id).photos
    called = [run.classes[index] for index in answers.called.tolist()]
    truth = [found.truth[photos[index].sha256] for index in answers.photo_indices.tolist()]
    return sum(a == b for a, b in zip(called, truth, strict=True))


def mend_training_labels(found: Mislabelled, before: Run) -> tuple[PhotoSetRow, int]:
    """Set right what was found among the training photos; the set, and how many were found.

    The labels of the test photos stay as wrong as they are: mending these would raise the score on
    them whether or not the network had learned anything from it.
    """
    photo_set, suspects = looked_at(found, before)
    wrong = [i for i in suspects if photo_set.photos[i].sha256 in found.planted]
    names, labels = photo_set.classes, {}
    for index, photo in enumerate(photo_set.photos):
        learned = photo.split == "training" and index in wrong
        labels[photo.sha256] = found.truth[photo.sha256] if learned else names[photo.class_index]
    return labelled(found.workspace, found.row, labels), len(wrong)


def planted_errors_are_found_and_mended(
    workspace: Workspace, source: str, config: TrainConfig, seeds: range
) -> None:
    done(workspace, Jobs(workspace).submit_import(source).id)
    row = PhotoSets(workspace).list()[0]
    photo_set = PhotoSets(workspace).open(row.id)
    truth = {photo.sha256: photo_set.classes[photo.class_index] for photo in photo_set.photos}
    caught, was, became, tested = [], [], [], 0
    for seed in seeds:
        found = mislabelled(workspace, row, truth, seed)
        before = train(workspace, found.row, config)
        row, number = mend_training_labels(found, before)
        after = train(workspace, row, config)
        assert before.test and after.test
        assert after.test["photos"] == before.test["photos"]
        tested += int(after.test["photos"])
        caught.append(number)
        was.append(right(found, before))
        became.append(right(found, after))
    planted = round(PLANTED * len(truth))
    print(
        f"{len(truth)} photos, {len(seeds)} seeds: {caught} of {planted} planted errors among the "
        f"first tenth by loss. Test photos called as they should be labelled: {was} before, "
        f"{became} after mending training labels; {sum(was)} and {sum(became)} of {tested} in all."
    )
    assert min(caught) >= 0.8 * planted
    # So few wrong labels hardly hurt what is learned: 391 instead of 388 of 400 answers about real
    # photos, 468 instead of 467 of 480 about drawn ones. No worse is what can be promised.
    assert sum(became) >= sum(was)


def test_among_drawn_pets(own_home: Path) -> None:
    planted_errors_are_found_and_mended(open_workspace(own_home), DRAWN_PETS, FIRST, range(2))


@pytest.mark.acceptance
def test_among_real_photos(own_home: Path, shared: Path, imagenet: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(shared / "photos" / "pet_images_180px.zip") as archive:
        for name in archive.namelist():
            kind, _, file = name.removeprefix("PetImages/").partition("/")
            if file.endswith(".jpg") and 0 < int(file.removesuffix(".jpg")) <= EACH:
                target = tmp_path / "pets" / kind / file
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    planted_errors_are_found_and_mended(
        open_workspace(own_home), str(tmp_path / "pets"), PRESETS[QUICK].config, range(5)
    )
