"""The map of a set as a job: drawn once from what a study has seen, whatever becomes of labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import PhotoSetError, Stopped
from pipeline.jobs import map_job
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from pipeline.progress import silent
from pipeline.tuning.photo_map import on_plane
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.studies import KnownFeatures, Studies, Study, hashes
from pipeline.workspace.tables import JobRecord
from pipeline.workspace.versions import Versions
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


@pytest.fixture
def row(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """Twenty-four photos."""
    return add_photo_set(workspace, class_folders(tmp_path / "photos", 12))


@pytest.fixture
def features(workspace: Workspace, row: PhotoSetRow) -> KnownFeatures:
    """What a study has seen in them."""
    members = PhotoSets(workspace).open(row.id)
    pooled = np.random.default_rng(0).random((24, 8), np.float32)
    found = KnownFeatures(hashes(members), pooled, {"alpha": 1.0}, "weights")
    nothing = np.zeros((24, 2), np.float32)
    Studies(workspace).keep(row.id, Study(found.sha256, ("blue", "red"), nothing, nothing), found)
    return found


def draw(workspace: Workspace, row: PhotoSetRow, report: object = silent) -> dict[str, object]:
    job = JobRecord(kind="map", request={"photo_set": row.id}, visitor=None)
    return map_job.draw_map(workspace, job, report)  # type: ignore[arg-type]


def kept(workspace: Workspace, row: PhotoSetRow) -> np.ndarray | None:
    return Studies(workspace).map(PhotoSets(workspace).open(row.id))


def test_a_map_is_kept_and_goes_with_its_set(
    workspace: Workspace, row: PhotoSetRow, features: KnownFeatures
) -> None:
    stamp = Studies(workspace).stamp(row.id)
    assert kept(workspace, row) is None
    assert draw(workspace, row) == {"photo_set": row.id, "photos": 24}
    found = kept(workspace, row)
    assert found is not None and found.shape == (24, 4)
    assert np.array_equal(found[:, 2:], on_plane(features.pooled))
    assert Studies(workspace).stamp(row.id) != stamp
    PhotoSets(workspace).delete(row.id)
    assert not (workspace.studies_folder / row.id).exists()


def test_photos_stay_where_they_are_when_labels_change_or_others_are_taken_out(
    workspace: Workspace, row: PhotoSetRow, features: KnownFeatures
) -> None:
    draw(workspace, row)
    before = kept(workspace, row)
    assert before is not None
    mended = Versions(workspace).edit(row.id, MovePhotos((3,), "red"))
    fewer = Versions(workspace).edit(mended.id, RemovePhotos((0,)))
    after = kept(workspace, fewer)
    assert after is not None and len(after) == 23
    place = dict(zip(hashes(PhotoSets(workspace).open(row.id)).tolist(), before, strict=True))
    for one, where in zip(hashes(PhotoSets(workspace).open(fewer.id)).tolist(), after, strict=True):
        assert np.array_equal(place[one], where)


def test_what_another_network_sees_is_another_map(
    workspace: Workspace, row: PhotoSetRow, features: KnownFeatures
) -> None:
    draw(workspace, row)
    other = replace(features, weights_sha256="other")
    nothing = np.zeros((24, 2), np.float32)
    Studies(workspace).keep(row.id, Study(other.sha256, ("blue", "red"), nothing, nothing), other)
    assert kept(workspace, row) is None


def test_without_a_study_there_is_nothing_to_draw(workspace: Workspace, row: PhotoSetRow) -> None:
    with pytest.raises(PhotoSetError, match="Study the photos first"):
        draw(workspace, row)


def test_what_is_stopped_leaves_nothing(
    workspace: Workspace, row: PhotoSetRow, features: KnownFeatures
) -> None:
    def report(*_: object) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        draw(workspace, row, report)
    assert kept(workspace, row) is None


def test_it_waits_in_a_lane_of_its_own(
    workspace: Workspace, row: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.jobs.dispatch._start_next", lambda _workspace: False)
    jobs = Jobs(workspace)
    jobs.submit_study(row.id)
    job = jobs.submit_map(row.id)
    assert (job.kind, job.position) == ("map", 0)
    assert jobs.submit_map(row.id).id == job.id
