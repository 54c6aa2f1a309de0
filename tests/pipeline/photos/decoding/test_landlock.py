"""Files that a process does not see any more; each try in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.photos.decoding import landlock
from tests.conftest import REPOSITORY

needs_landlock = pytest.mark.skipif(not landlock.is_there(), reason="this kernel has no Landlock")

TRY = """
import sys
from pathlib import Path
from pipeline.photos.decoding import landlock
shown, hidden = Path(sys.argv[1]), Path(sys.argv[2])
assert landlock.hide_all_but([shown, shown / "not there"])
print((shown / "a").read_text())
for what in (
    lambda: (hidden / "a").read_text(),
    lambda: [*hidden.iterdir()],
    lambda: (shown / "a").write_text("other"),
    lambda: (shown / "b").write_text("new"),
    lambda: (shown / "a").unlink(),
):
    try:
        what()
    except PermissionError:
        print("refused")
"""


@needs_landlock
def test_a_process_reads_where_it_may_and_writes_nowhere(tmp_path: Path) -> None:
    shown, hidden = tmp_path / "shown", tmp_path / "hidden"
    for folder in (shown, hidden):
        folder.mkdir()
        (folder / "a").write_text("told")
    done = subprocess.run(
        [sys.executable, "-c", TRY, shown, hidden],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["told", *["refused"] * 5]
    assert [entry.name for entry in shown.iterdir()] == ["a"]


def test_without_it_nothing_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object) -> int:
        raise OSError

    monkeypatch.setattr("pipeline.photos.decoding.system_calls.call", refuse)
    assert not landlock.is_there()
    assert not landlock.hide_all_but([tmp_path])
    assert [*tmp_path.iterdir()] == []
