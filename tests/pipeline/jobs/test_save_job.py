"""A photo set is saved by a job, or by the command."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.errors import PhotoSetError
from pipeline.files.atomic import STAGING_MARK
from pipeline.jobs import save_job
from pipeline.jobs.queue import Jobs
from pipeline.progress import silent
from pipeline.workspace import exports_folder, startup
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.tables import JobRecord
from tests.workspaces import add_photo_set, class_folders, finished

pytestmark = pytest.mark.thorough


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "home")


class TestJobAndCommand:
    def test_the_command(self, capsys, own_home: Path, tmp_path: Path) -> None:
        row = add_photo_set(open_workspace(own_home), class_folders(tmp_path / "photos", 3))
        target = tmp_path / "out" / "set.zip"
        code = main(["save-set", "--photo-set", row.id, "--output", str(target), "--json"])
        answer = json.loads(capsys.readouterr().out)
        assert (code, answer) == (
            0,
            {
                "photo_set": row.id,
                "file": str(target),
                "bytes": target.stat().st_size,
                "photos": 6,
            },
        )

    @pytest.mark.parametrize(
        ("where", "words"), [("home/pawtune.sqlite", "its own work"), ("out", "is a folder")]
    )
    def test_the_command_writes_over_nothing_of_ours(
        self, capsys, own_home: Path, tmp_path: Path, where: str, words: str
    ) -> None:
        row = add_photo_set(open_workspace(own_home), class_folders(tmp_path / "photos", 3))
        (tmp_path / "out").mkdir()
        output = str(tmp_path / where)
        assert main(["save-set", "--photo-set", row.id, "--output", output, "--json"]) == 1
        assert words in json.loads(capsys.readouterr().out)["error"]
        assert examine(open_workspace(own_home))["healthy"]

    def test_the_job_leaves_a_file_for_a_day(self, own_home: Path, tmp_path: Path) -> None:
        workspace = open_workspace(own_home)
        row = add_photo_set(workspace, class_folders(tmp_path / "photos", 3))
        job = finished(workspace, Jobs(workspace).submit_save(row.id).id)
        assert (job.state, job.error) == ("done", None)
        saved = workspace.exports_folder / job.result["file"]
        assert saved.name.startswith(row.id)
        assert job.result == {
            "photo_set": row.id,
            "file": saved.name,
            "bytes": saved.stat().st_size,
            "photos": 6,
        }
        assert examine(workspace)["healthy"]
        startup.start(own_home)
        assert saved.exists()
        old = time.time() - exports_folder.KEPT_S - 60
        os.utime(saved, (old, old))
        startup.start(own_home)
        assert not saved.exists()

    def test_an_export_goes_with_its_set(self, workspace: Workspace, tmp_path: Path) -> None:
        row = add_photo_set(workspace, class_folders(tmp_path / "photos", 3))
        job = JobRecord(id="job-1", kind="save", request={"photo_set": row.id})
        save_job.export_photo_set(workspace, job, silent)  # type: ignore[arg-type]
        assert len(list(workspace.exports_folder.iterdir())) == 1
        PhotoSets(workspace).delete(row.id)
        assert list(workspace.exports_folder.iterdir()) == []

    def test_a_set_that_is_not_there(self, workspace: Workspace) -> None:
        with pytest.raises(PhotoSetError, match="no such photo set"):
            Jobs(workspace).submit_save("0123456789abcdef")
        assert not any(STAGING_MARK in entry.name for entry in workspace.home.rglob("*"))
