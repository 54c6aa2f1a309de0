"""A disk that takes nothing more is its own error, wherever it is noticed."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest

from pipeline.errors import CacheFull, DiskFullError, RunError, WorkspaceError
from pipeline.files import disk_errors
from pipeline.files.disk_errors import expect_free, plain_disk_errors, plain_file_errors

FULL = (errno.ENOSPC, errno.EDQUOT)
LOCKED = (errno.EROFS, errno.EACCES, errno.EPERM)


@pytest.mark.parametrize("code", FULL)
def test_a_full_disk_is_told_apart_from_a_photo_set(tmp_path: Path, code: int) -> None:
    with pytest.raises(DiskFullError, match="is full"), plain_disk_errors(tmp_path):
        raise OSError(code, "full")
    with pytest.raises(CacheFull, match="is full"), plain_disk_errors(tmp_path, CacheFull):
        raise OSError(code, "full")
    with (
        pytest.raises(DiskFullError, match="is full"),
        plain_file_errors(tmp_path / "run.zip", RunError),
    ):
        raise OSError(code, "full")


@pytest.mark.parametrize("code", LOCKED)
def test_a_disk_that_may_not_be_written_is_not_full(tmp_path: Path, code: int) -> None:
    with pytest.raises(WorkspaceError, match="cannot write") as caught, plain_disk_errors(tmp_path):
        raise OSError(code, "locked")
    assert not isinstance(caught.value, DiskFullError)
    with (
        pytest.raises(RunError, match="cannot be written"),
        plain_file_errors(tmp_path / "run.zip", RunError),
    ):
        raise OSError(code, "locked")


def test_other_errors_of_the_system_stay_what_they_are(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), plain_disk_errors(tmp_path):
        raise FileNotFoundError(errno.ENOENT, "gone")


def test_too_little_room_is_a_full_disk_before_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=3 * 2**20)
    monkeypatch.setattr(disk_errors.shutil, "disk_usage", lambda _: usage)
    expect_free(tmp_path, 2**20, "Keeping the photos")
    with pytest.raises(DiskFullError, match=r"Keeping the photos takes 3\.1 MB"):
        expect_free(tmp_path, 3 * 2**20, "Keeping the photos")


def test_a_disk_that_fails_is_no_bug_of_ours(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="reports an error"), plain_disk_errors(tmp_path):
        raise OSError(errno.EIO, "Input/output error")
