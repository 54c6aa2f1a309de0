"""Files that wait for their import."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pages.ui.photos.waiting_files import WaitingFile
from pipeline.errors import PhotoError


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A zip with two files of one name."""
    path = tmp_path / "kept.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.jpg", b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.jpg", b"second")
    return path


def test_a_file_is_found_by_its_place(kept: Path) -> None:
    assert WaitingFile("a.jpg", kept, 1, 6).read() == b"second"


@pytest.mark.parametrize("place", [0, 7])
def test_a_file_that_is_gone_says_so(kept: Path, place: int) -> None:
    if not place:
        kept.unlink()
    with pytest.raises(PhotoError, match="Drop it again"):
        WaitingFile("a.jpg", kept, place, 6).read()
