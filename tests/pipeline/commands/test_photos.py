"""Photo sets by the command line: the same work as the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.workspace.home import open_workspace
from tests.pages.conftest import finished_run
from tests.pipeline.commands.conftest import run
from tests.workspaces import add_photo_set, class_folders

pytestmark = pytest.mark.thorough


def test_import_says_what_came_and_what_did_not(capsys, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "photos")
    (folder / "red" / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    code, answer = run(capsys, "import", folder, "--name", "Colours")
    assert code == 0
    keys = {"photo_set", "name", "classes", "received", "accepted", "rejected", "splits", "notes"}
    assert set(answer) == keys
    assert answer["classes"] == ["blue", "red"]
    assert (answer["received"], answer["accepted"]) == (41, 40)
    assert [entry["name"] for entry in answer["rejected"]] == ["red/broken.jpg"]
    assert answer["splits"] == {"training": 32, "validation": 4, "test": 4}
    again = run(capsys, "import", folder)[1]
    assert again["photo_set"] == answer["photo_set"], "the same photos are the same set"
    listed = run(capsys, "photo-sets")[1]["photo_sets"]
    assert [entry["photo_set"] for entry in listed] == [answer["photo_set"]]


def test_a_dry_run_tells_how_files_would_be_understood(capsys, tmp_path: Path) -> None:
    folder = class_folders(tmp_path / "pets" / "training_set", photos=6)
    class_folders(tmp_path / "pets" / "test_set", photos=2)
    code, answer = run(capsys, "import", folder.parent, "--dry-run")
    assert code == 0
    assert (answer["reading"], answer["files"]) == ("splits", 16)
    assert answer["classes"] == {"blue": 8, "red": 8}
    assert [one["reading"] for one in answer["others"]] == ["classes"]
    assert run(capsys, "photo-sets")[1] == {"photo_sets": []}, "nothing is kept"
    other = run(capsys, "import", folder.parent, "--reading", "classes", "--dry-run")[1]
    assert set(other["classes"]) == {"test_set", "training_set"}
    imported = run(capsys, "import", folder.parent, "--reading", "none")[1]
    assert imported["classes"] == ["unlabelled"]


def test_a_sealed_test_is_opened_once(capsys, own_home: Path, tmp_path: Path) -> None:
    workspace = open_workspace(own_home)
    row = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    assert run(capsys, "seal", "--photo-set", row.id)[1]["runs_before"] == 0
    first, second = (finished_run(workspace, row, name) for name in ("One", "Two"))
    listed = {one["run"]: one for one in run(capsys, "runs")[1]["runs"]}
    for one in (first, second):
        assert listed[one.id]["test"] is None and listed[one.id]["sealed"]
    code, answer = run(capsys, "open-test", "--run", first.id)
    assert code == 0 and answer["test"]["photos"] == 4
    code, answer = run(capsys, "open-test", "--run", second.id)
    assert code == 1 and "opened once already" in answer["error"]
