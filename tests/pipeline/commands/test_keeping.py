"""The doctor by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.commands.conftest import run
from tests.workspaces import class_folders

pytestmark = pytest.mark.thorough


def test_doctor_and_runs_of_a_fresh_workspace(capsys) -> None:
    assert run(capsys, "runs") == (0, {"runs": []})
    code, answer = run(capsys, "doctor")
    assert (code, answer["healthy"], answer["problems"]) == (0, True, [])


def test_doctor_fails_when_something_is_damaged(capsys, tmp_path: Path, own_home: Path) -> None:
    run(capsys, "import", class_folders(tmp_path / "photos"))
    pack = next(own_home.rglob("*.pack"))
    pack.write_bytes(pack.read_bytes()[:-1])
    code, answer = run(capsys, "doctor")
    assert code == 1
    assert any(pack.name in problem for problem in answer["problems"])
