"""The doctor sees what is missing, changed or a stranger's."""

from __future__ import annotations

import pytest

from pipeline.photos.decoding import sandbox
from pipeline.workspace.doctor import examine
from tests.workspaces import add_run


@pytest.mark.parametrize("damage", ["missing", "changed", "stranger"])
def test_the_doctor_sees(workspace, photo_set, damage: str) -> None:
    run = add_run(workspace, photo_set.id)
    assert examine(workspace) == {
        "healthy": True,
        "problems": [],
        "files": 7,
        "photo_sets": 1,
        "runs": 1,
        "jobs": 1,
        "leftovers": 0,
        "notes": list(sandbox.missing()),
    }
    pack = next(workspace.photo_sets_folder.rglob("*.pack"))
    if damage == "missing":
        (run.folder / "predictions.npz").unlink()
    elif damage == "changed":
        data = bytearray(pack.read_bytes())
        data[len(data) // 2] ^= 1
        pack.write_bytes(data)
    else:
        (workspace.runs_folder / "run-unknown").mkdir()
    found = examine(workspace)
    assert not found["healthy"]
    expected = {"missing": "is missing", "changed": "damaged", "stranger": "belongs to nothing"}
    assert any(expected[damage] in problem for problem in found["problems"])
