"""Files that wait for their import."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec

from pages.ui import stores, visitor
from pages.ui.photos import waiting_files
from pages.ui.photos.new_set import NewSet
from pages.ui.photos.waiting_files import Reader, WaitingFile
from pipeline.errors import PhotoError, QuotaError, SourceError
from pipeline.settings import mode
from pipeline.workspace.home import Workspace
from tests.pipeline.workspace.test_visitors import ANNA, BEN


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
    with Reader() as reader:
        assert reader.read(WaitingFile("a.jpg", kept, 1, 6)) == b"second"


@pytest.mark.parametrize("place", [0, 7])
def test_a_file_that_is_gone_says_so(kept: Path, place: int) -> None:
    if not place:
        kept.unlink()
    with Reader() as reader, pytest.raises(PhotoError, match="Drop it again"):
        reader.read(WaitingFile("a.jpg", kept, place, 6))


def test_a_zip_is_opened_once_for_all_of_its_files(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening it reads its whole directory, which is long where it has many files."""
    other = tmp_path / "other.zip"
    other.write_bytes(kept.read_bytes())
    opened: list[Path] = []

    class Counted(zipfile.ZipFile):
        def __init__(self, path: Path) -> None:
            opened.append(path)
            super().__init__(path)

    monkeypatch.setattr(zipfile, "ZipFile", Counted)
    with Reader() as reader:
        found = [
            reader.read(WaitingFile("a.jpg", path, place, 6))
            for path in (kept, other, kept)
            for place in (0, 1)
        ]
    assert found == [b"first", b"second"] * 3
    assert opened == [kept, other, kept]


def upload(name: str, data: bytes) -> UploadedFile:
    return UploadedFile(UploadedFileRec("1", name, "", data), FileURLs())


def zipped(name: str, *files: tuple[str, bytes]) -> UploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files:
            archive.writestr(path, data)
    return upload(name, out.getvalue())


def test_what_several_zips_unpack_to_counts_together(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def expect_room(num_bytes: int, _photos: int = 0) -> None:
        if num_bytes > 150_000:
            raise QuotaError("Bring fewer photos.")

    monkeypatch.setattr(stores, "expect_room_for_upload", expect_room)
    each = [zipped(f"{place}.zip", ("a.jpg", bytes(100_000))) for place in range(2)]
    assert len(waiting_files.keep(each[:1])) == 1
    before = list(workspace.uploads_folder.iterdir())
    with pytest.raises(QuotaError):
        waiting_files.keep(each)
    assert list(workspace.uploads_folder.iterdir()) == before


def test_a_zip_that_cannot_be_read_leaves_nothing_of_the_others(workspace: Workspace) -> None:
    good = zipped("good.zip", ("a.jpg", b"photo"))
    torn = upload("torn.zip", zipped("torn.zip", ("a.jpg", b"photo")).getvalue()[:-30])
    with pytest.raises(SourceError, match=r"torn\.zip"):
        waiting_files.keep([good, torn])
    assert list(workspace.uploads_folder.iterdir()) == []


@pytest.mark.parametrize("is_zip", [True, False])
def test_so_many_photos_wait_at_a_time(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, is_zip: bool
) -> None:
    """Small ones need little room on the disk, and each is looked at and kept in mind."""
    monkeypatch.setattr(mode, "DEMO", replace(mode.DEMO, visitor_photos=3))
    monkeypatch.setattr(visitor, "visitor", lambda: ANNA)
    files = [("a.jpg", b"1"), ("b.jpg", b"2")]
    two = [zipped("two.zip", *files)] if is_zip else [upload(*file) for file in files]
    waiting_files.keep(two)
    before = list(workspace.uploads_folder.iterdir())
    with pytest.raises(QuotaError, match="4 photos"):
        waiting_files.keep(two)
    assert list(workspace.uploads_folder.iterdir()) == before


def test_frames_of_the_camera_wait_like_files_and_count_like_them(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mode, "DEMO", replace(mode.DEMO, visitor_photos=3))
    monkeypatch.setattr(visitor, "visitor", lambda: ANNA)
    frames = [("1.jpg", b"one"), ("2.jpg", b"two")]
    waiting = waiting_files.keep_frames(frames, "0" * 16)
    with Reader() as reader:
        assert [reader.read(one) for one in waiting] == [b"one", b"two"]
    assert [(one.name, one.clip) for one in waiting] == [("1.jpg", "0" * 16), ("2.jpg", "0" * 16)]
    before = list(workspace.uploads_folder.iterdir())
    with pytest.raises(QuotaError, match="4 photos"):
        waiting_files.keep_frames(frames, "1" * 16)
    assert list(workspace.uploads_folder.iterdir()) == before


def test_what_waits_counts_for_all_windows_of_a_visitor_and_for_nobody_else(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second window, or the page loaded anew, begins with no boxes of its own."""
    monkeypatch.setattr(mode, "DEMO", replace(mode.DEMO, visitor_photos=3))
    two = [upload("a.jpg", b"1"), upload("b.jpg", b"2")]

    def drop(who: str) -> None:
        monkeypatch.setattr(visitor, "visitor", lambda: who)
        made = NewSet()  # each time as a window of its own has it
        made.drop(two, 1)

    drop(ANNA)
    with pytest.raises(QuotaError, match="4 photos"):
        drop(ANNA)
    drop(BEN)
    for path in workspace.uploads_folder.iterdir():  # let go of, or swept
        path.unlink()
    drop(ANNA)


def test_two_windows_at_once_do_not_both_take_what_is_left(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mode, "DEMO", replace(mode.DEMO, visitor_photos=9))
    monkeypatch.setattr(visitor, "visitor", lambda: ANNA)

    def drop(_window: int) -> bool:
        try:
            waiting_files.keep([upload("a.jpg", b"1"), upload("b.jpg", b"2")])
        except QuotaError:
            return False
        return True

    with ThreadPoolExecutor(12) as windows:
        assert sum(windows.map(drop, range(12))) == 4
