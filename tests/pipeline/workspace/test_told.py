"""Runs and photo sets as plain JSON: the same for the command line and for other programs."""

from __future__ import annotations

import json
from pathlib import Path

from pipeline.workspace.home import open_workspace
from pipeline.workspace.told import photo_set_told, run_told
from tests.pipeline.commands.conftest import run
from tests.workspaces import add_photo_set, add_run, class_folders


def test_the_command_line_lists_what_is_told(capsys, tmp_path: Path, own_home: Path) -> None:
    workspace = open_workspace(own_home)
    photo_set = add_photo_set(workspace, class_folders(tmp_path / "photos"))
    made = add_run(workspace, photo_set.id)
    told = json.loads(json.dumps(run_told(made)))
    assert run(capsys, "runs") == (0, {"runs": [told]})
    assert (told["classes"], told["can_answer"]) == (["blue", "red"], False)
    assert run(capsys, "photo-sets") == (0, {"photo_sets": [photo_set_told(photo_set)]})
