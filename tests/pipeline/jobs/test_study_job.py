"""A study: looked at once, whatever becomes of the labels; wrong ones show before any training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.evaluation.more_photos import SizeCurve, Verdict
from pipeline.features.features import Frozen
from pipeline.features.frozen_pass import FrozenPass
from pipeline.features.study_network import study_network
from pipeline.files.cache import Cache
from pipeline.jobs import study_job
from pipeline.jobs.queue import Jobs
from pipeline.learning.initial_weights import starting_tensors
from pipeline.photos.class_edits import RenameClass
from pipeline.photos.class_names import UNLABELLED
from pipeline.photos.photo_edits import MovePhotos, Relabel
from pipeline.progress import silent
from pipeline.stopwatch import Stopwatch
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.seals import Seals
from pipeline.workspace.studies import Studies, answers
from pipeline.workspace.tables import JobRecord, SealRecord
from pipeline.workspace.versions import Versions
from tests.workspaces import add_photo_set, class_folders, finished

pytestmark = pytest.mark.thorough


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Twelve blue photos, twelve red ones; one blue photo is labelled red."""
    made = add_photo_set(workspace, class_folders(tmp_path / "photos", 12))
    return Versions(workspace).edit(made.id, Relabel(((3, "red"),)))


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many photos the frozen network has seen, pass by pass."""
    seen: list[int] = []
    look = FrozenPass.look

    def counted(self: FrozenPass, indices: np.ndarray, show: object) -> object:
        seen.append(len(indices))
        return look(self, indices, show)

    monkeypatch.setattr(FrozenPass, "look", counted)
    return seen


def study(workspace: Workspace, row: PhotoSetRow) -> dict[str, object]:
    job = JobRecord(kind="study", request={"photo_set": row.id}, visitor=None)
    return study_job.study_photo_set(workspace, job, silent)  # type: ignore[arg-type]


def test_every_photo_is_looked_at_once_whatever_becomes_of_the_labels(
    workspace: Workspace, row: PhotoSetRow, looked_at: list[int]
) -> None:
    assert study(workspace, row) == {"photo_set": row.id, "photos": 24}
    assert sum(looked_at) == 24
    before = Studies(workspace).features(row.id)
    assert before is not None
    looked_at.clear()
    mended = Versions(workspace).edit(row.id, MovePhotos((3, 4), "blue"))
    study(workspace, mended)
    assert looked_at == []
    after = Studies(workspace).features(mended.id)
    assert after is not None
    known = dict(zip(before.sha256.tolist(), before.pooled, strict=True))
    for one, seen in zip(after.sha256.tolist(), after.pooled, strict=True):
        np.testing.assert_array_equal(seen, known[one])


def test_a_training_finds_what_a_study_has_seen(
    workspace: Workspace, row: PhotoSetRow, looked_at: list[int]
) -> None:
    study(workspace, row)
    mended = Versions(workspace).edit(row.id, MovePhotos((3,), "blue"))
    looked_at.clear()
    photo_set = PhotoSets(workspace).open(mended.id)
    config = study_network()
    start = starting_tensors(config, workspace.cache_folder, np.empty((0, 1, 1, 3), "u1"), silent)
    cache = Cache(workspace.cache_folder)
    with Frozen(config, photo_set, cache, {}, start.sha256, 0, Stopwatch(), silent) as frozen:
        kept = frozen.kept("training", None)
    assert kept is not None and len(kept) == len(photo_set.indices("training"))
    assert looked_at == []


def test_the_wrong_label_shows(workspace: Workspace, row: PhotoSetRow) -> None:
    study(workspace, row)
    known = Studies(workspace).get(row.id)
    assert known is not None and known.classes == ("blue", "red")
    photo_set = PhotoSets(workspace).open(row.id)
    said = answers(known, photo_set)
    called = said.probabilities.argmax(axis=1)
    assert np.flatnonzero(called != said.labels).tolist() == [3]
    curve = SizeCurve.from_json(known.sizes)
    assert 18 < curve.points[-1].photos < 20
    assert curve.verdict is not Verdict.HELPS  # all that is called wrong is labelled wrong


def test_sealed_test_photos_are_neither_judged_nor_in_the_curve_until_the_seal_is_opened(
    workspace: Workspace, row: PhotoSetRow
) -> None:
    photo_set = PhotoSets(workspace).open(row.id)
    tests = photo_set.indices("test").tolist()
    Seals(workspace).seal(row.id)
    study(workspace, row)
    assert judged(workspace, row) == sorted({*range(24)} - {*tests})
    known = Studies(workspace).get(row.id)
    assert known is not None
    sealed = SizeCurve.from_json(known.sizes).points[-1].photos
    with workspace.database.writing() as session:
        session.scalars(select(SealRecord)).one().run_id = "run-1"
    study(workspace, row)
    assert judged(workspace, row) == list(range(24))
    known = Studies(workspace).get(row.id)
    assert known is not None
    assert sealed < SizeCurve.from_json(known.sizes).points[-1].photos


def judged(workspace: Workspace, row: PhotoSetRow) -> list[int]:
    known = Studies(workspace).get(row.id)
    assert known is not None
    return answers(known, PhotoSets(workspace).open(row.id)).photos.tolist()


def test_too_few_labels_leave_the_features_alone(workspace: Workspace, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos", 3, ("blue",))
    class_folders(tmp_path / "more", 3, (UNLABELLED,))
    (tmp_path / "more" / UNLABELLED).rename(folder / UNLABELLED)
    row = add_photo_set(workspace, folder)
    study(workspace, row)
    known, features = Studies(workspace).get(row.id), Studies(workspace).features(row.id)
    assert known is not None and features is not None
    assert known.classes == () and known.probabilities.shape == (len(features.pooled), 0)


def test_what_was_confirmed_stays_confirmed(workspace: Workspace, row: PhotoSetRow) -> None:
    study(workspace, row)
    Versions(workspace).confirm_labels(row.id, [3])
    renamed = Versions(workspace).edit(row.id, RenameClass("red", "scarlet"))
    study(workspace, renamed)
    known = Studies(workspace).get(renamed.id)
    assert known is not None and len(known.confirmed) == 1


def test_a_worker_does_it(workspace: Workspace, row: PhotoSetRow) -> None:
    job = finished(workspace, Jobs(workspace).submit_study(row.id).id)
    assert (job.state, job.error) == ("done", None)
    assert Studies(workspace).get(row.id) is not None
