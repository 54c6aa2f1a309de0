"""Line 9: folders whose names are not those that a run has learned, on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.__main__ import main
from pipeline.workspace.home import open_workspace
from pipeline.workspace.run import Run
from tests.pages.conftest import finished_run
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture
def colours(own_home: Path, tmp_path: Path) -> Run:
    """A run that has learned blue and red."""
    workspace = open_workspace(own_home)
    return finished_run(workspace, add_photo_set(workspace, class_folders(tmp_path / "learned")))


def evaluate(
    capsys: pytest.CaptureFixture[str], run: Run, folder: Path, *options: str
) -> dict[str, Any]:
    main(["evaluate", "--run", run.id, str(folder), *options, "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_what_is_suggested_can_be_typed_and_then_all_photos_count(
    capsys: pytest.CaptureFixture[str], colours: Run, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "asked", 6, ("Blues", "the_reds", "kettle"))
    (folder / "the_reds").rename(folder / "REDS")
    first = evaluate(capsys, colours, folder)
    assert (first["received"], first["photos"], first["rejected"]) == (18, 0, [])
    assert {one["class"]: one["photos"] for one in first["unknown"]} == {
        "Blues": 6,
        "REDS": 6,
        "kettle": 6,
    }
    maps = [one["map"] for one in first["unknown"] if one["map"]]
    assert sorted(maps) == ["Blues=blue", "REDS=red"]
    typed = [word for one in maps for word in ("--map", one)]
    second = evaluate(capsys, colours, folder, *typed)
    assert (second["received"], second["photos"]) == (18, 12)
    assert second["confusion"] == [[6, 0], [0, 6]]
    (unknown,) = second["unknown"]
    assert (unknown["class"], unknown["suggestion"]) == ("kettle", None)


def test_a_class_that_is_none_is_told_before_any_photo_is_read(
    capsys: pytest.CaptureFixture[str], colours: Run, tmp_path: Path
) -> None:
    answer = evaluate(capsys, colours, tmp_path / "not there", "--map", "Blues=green")
    assert "The run has learned red and blue. Received: 'Blues=green'" in answer["error"]
