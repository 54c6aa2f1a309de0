"""Files are whole or not there."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.files.atomic import (
    STAGING_MARK,
    sha256_of,
    staged_file,
    staged_folder,
    sweep_staging,
    write_atomically,
)
from tests.conftest import REPOSITORY


def test_a_file_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "kept.bin"
    write_atomically(target, b"one")
    write_atomically(target, b"two")
    assert target.read_bytes() == b"two"
    assert list(target.parent.iterdir()) == [target]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "kept.bin"
    target.write_bytes(b"old")
    with pytest.raises(OSError, match="full"), staged_file(target) as temporary:
        temporary.write_bytes(b"half")
        raise OSError("full")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_appears_whole_and_never_changes(tmp_path: Path) -> None:
    target = tmp_path / "set"
    for text in ("first", "second"):
        with staged_folder(target) as folder:
            assert not list(folder.iterdir())
            (folder / "a.txt").write_text(text)
    assert (target / "a.txt").read_text() == "first"
    with pytest.raises(ValueError, match="no"), staged_folder(tmp_path / "other"):
        raise ValueError("no")
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_kill_leaves_is_swept(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\nfrom pathlib import Path\n"
        "from pipeline.files.atomic import staged_file, staged_folder\n"
        f"home = Path({str(tmp_path)!r})\n"
        "with staged_folder(home / 'set') as f, staged_file(home / 'x.bin') as t:\n"
        "    (f / 'a').write_text('a'); t.write_text('b')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL
    left = [entry.name for entry in tmp_path.iterdir()]
    assert len(left) == 2
    assert all(name.startswith(STAGING_MARK) for name in left)
    (tmp_path / "kept").write_text("kept")
    assert sweep_staging(tmp_path) == 2
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept"]


def test_checksum(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a").startswith("ba7816bf8f01cfea")
