"""Studies are kept beside the sets, go along with every change, and are forgotten with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PhotoSetError
from pipeline.photos.class_edits import RenameClass
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.studies import (
    NO_CLASS,
    KnownFeatures,
    Studies,
    Study,
    answers,
    hashes,
    without_test,
)
from pipeline.workspace.versions import Versions
from tests.workspaces import add_photo_set, class_folders

CONFIG = {"weights": "none", "alpha": 0.35, "image_size_px": 96}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    return add_photo_set(workspace, class_folders(tmp_path / "photos", 4))


def studied(workspace: Workspace, row: PhotoSetRow) -> Study:
    """A study of the set that says what the labels say."""
    photo_set = PhotoSets(workspace).open(row.id)
    sha256, shares = hashes(photo_set), np.eye(2, dtype=np.float32)[photo_set.labels()]
    study = Study(sha256, photo_set.classes, shares, shares, {"points": []})
    pooled = np.arange(len(sha256) * 3, dtype=np.float32).reshape(-1, 3)
    Studies(workspace).keep(row.id, study, KnownFeatures(sha256, pooled, CONFIG, "ab"))
    return study


def test_what_is_kept_comes_back(workspace: Workspace, row: PhotoSetRow) -> None:
    study = studied(workspace, row)
    kept, features = Studies(workspace).get(row.id), Studies(workspace).features(row.id)
    assert kept is not None and features is not None
    assert (kept.sha256 == study.sha256).all() and (kept.probabilities == study.probabilities).all()
    assert (kept.classes, kept.sizes, kept.confirmed) == (("blue", "red"), {"points": []}, set())
    assert (features.config, features.weights_sha256) == (CONFIG, "ab")
    rows = features.rows(PhotoSets(workspace).open(row.id))
    assert rows is not None and (rows == features.pooled).all()


@pytest.mark.parametrize("file", ["answers.npz", "features.npz"])
@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no zip", None])
def test_a_damaged_file_is_no_study(
    workspace: Workspace, row: PhotoSetRow, file: str, damage: bytes | None
) -> None:
    studied(workspace, row)
    path = workspace.studies_folder / row.id / file
    path.write_bytes(path.read_bytes()[:-100] if damage is None else damage)
    studies = Studies(workspace)
    assert (studies.get if file == "answers.npz" else studies.features)(row.id) is None


def test_a_new_version_takes_the_study_along(workspace: Workspace, row: PhotoSetRow) -> None:
    studied(workspace, row)
    versions = Versions(workspace)
    moved = versions.edit(row.id, MovePhotos((0,), "red"))
    renamed = versions.edit(moved.id, RenameClass("red", "Red "))
    fewer = versions.edit(renamed.id, RemovePhotos((1,)))
    study = Studies(workspace).get(fewer.id)
    assert study is not None
    said = answers(study, PhotoSets(workspace).open(fewer.id))
    assert said.photos.tolist() == list(range(7))
    assert (said.labels != said.probabilities.argmax(axis=1)).sum() == 1
    other = versions.edit(fewer.id, MovePhotos((2,), "green"))
    said = answers(study, PhotoSets(workspace).open(other.id))
    assert (said.labels == NO_CLASS).sum() == 1


def test_a_confirmation_is_of_this_version_and_those_to_come(
    workspace: Workspace, row: PhotoSetRow
) -> None:
    studied(workspace, row)
    moved = Versions(workspace).edit(row.id, MovePhotos((0,), "red"))
    Versions(workspace).confirm_labels(moved.id, [0, 5])
    before, after = (Studies(workspace).get(one) for one in (row.id, moved.id))
    assert before is not None and after is not None
    assert (len(before.confirmed), len(after.confirmed)) == (0, 2)
    said = answers(after, PhotoSets(workspace).open(moved.id))
    assert np.flatnonzero(said.confirmed).tolist() == [0, 5]
    with pytest.raises(PhotoSetError, match="newer version"):
        Versions(workspace).confirm_labels(row.id, [0])


def test_a_study_is_forgotten_with_its_set(workspace: Workspace, row: PhotoSetRow) -> None:
    studied(workspace, row)
    Versions(workspace).edit(row.id, MovePhotos((0,), "red"))
    assert len(list(workspace.studies_folder.iterdir())) == 2
    newest = PhotoSets(workspace).list()[0]
    Versions(workspace).forget_earlier(newest.id)
    assert [path.name for path in workspace.studies_folder.iterdir()] == [newest.id]
    PhotoSets(workspace).delete(newest.id)
    assert list(workspace.studies_folder.iterdir()) == []


def test_photos_that_came_later_have_no_features(
    workspace: Workspace, row: PhotoSetRow, tmp_path: Path
) -> None:
    studied(workspace, row)
    more = add_photo_set(workspace, class_folders(tmp_path / "more", 5), "More")
    features = Studies(workspace).features(row.id)
    assert features is not None
    assert features.rows(PhotoSets(workspace).open(more.id)) is None


def test_what_is_said_of_sealed_photos_is_taken_out_and_the_curve_with_it(
    workspace: Workspace, row: PhotoSetRow
) -> None:
    studied(workspace, row)
    known, photo_set = Studies(workspace).get(row.id), PhotoSets(workspace).open(row.id)
    assert known is not None
    seen = without_test(replace(known, sizes={"points": []}), photo_set)
    tests = set(photo_set.indices("test").tolist())
    assert tests
    judged = set(answers(known, photo_set).photos.tolist())
    assert set(answers(seen, photo_set).photos.tolist()) == judged - tests
    assert seen.sizes == {}
    later = replace(seen, sizes={"points": []})
    assert without_test(later, photo_set) is later, "they are not in its curve"
