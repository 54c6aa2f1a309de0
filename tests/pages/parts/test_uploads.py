"""What was uploaded is kept under our own names, and what was said of it stays data."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pages.ui.parts import uploads
from pipeline.errors import DiskFullError
from pipeline.workspace.home import Workspace
from tests.workspaces import jpeg


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("cat/1.jpg", jpeg((200, 60, 40)))
    return packed.getvalue()


class Uploaded(io.BytesIO):
    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name, self.size = name, len(data)


def test_names_of_an_uploaded_folder_stay_data(tmp_path: Path) -> None:
    files = [
        Uploaded("set/cat/1.jpg", b"one"),
        Uploaded("../../outside.jpg", b"two"),
        Uploaded("/etc/passwd", b"three"),
    ]
    target = tmp_path / "packed.zip"
    uploads.pack(files, target)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["packed.zip"]
    with zipfile.ZipFile(target) as archive:
        assert [archive.read(entry) for entry in archive.infolist()] == [b"one", b"two", b"three"]


def test_zips_and_photos_dropped_together_are_imported_each(workspace: Workspace) -> None:
    files = [
        Uploaded("one.zip", zipped()),
        Uploaded("a.jpg", jpeg((1, 2, 3))),
        Uploaded("b.jpg", jpeg((3, 2, 1))),
    ]
    kept = uploads.keep(files)
    assert [title for _, title in kept] == ["one", "My photos"]
    with zipfile.ZipFile(kept[1][0]) as archive:
        assert archive.namelist() == ["a.jpg", "b.jpg"]


def test_a_full_disk_is_a_sentence(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(DiskFullError, match=r"could not be saved .*Free some space"):
        uploads.keep([Uploaded("one.zip", zipped())])
    assert list(workspace.uploads_folder.iterdir()) == []
