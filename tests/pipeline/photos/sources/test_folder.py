"""Photos in a folder: links, pipes and files that change are nothing to stumble over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import PhotoError, SourceError, Stopped
from pipeline.photos.sources.folder import open_folder
from pipeline.progress import silent
from tests.file_sets import PHOTO, SMALL, TWO, found, make_folder, rejected


class TestFolder:
    def test_gives_the_bytes_and_counts_before_it_reads(self, tmp_path: Path):
        folder = make_folder(tmp_path / "pets", TWO)
        opened = open_folder(folder, silent)
        assert (opened.title, opened.total) == ("pets", 2)
        assert [item.read() for item in opened.photos] == [PHOTO, PHOTO]

    def test_a_large_file_is_rejected_without_reading_it(self, tmp_path: Path):
        folder = make_folder(tmp_path, TWO)
        with (folder / "cats" / "big.jpg").open("wb") as stream:
            stream.truncate(2**40)  # takes no space, and no memory could hold it
        assert "the most is 30 MB" in rejected(folder)["cats/big.jpg"]

    def test_a_file_that_grew_since_is_rejected(self, tmp_path: Path):
        folder = make_folder(tmp_path, TWO)
        opened = open_folder(folder, silent, SMALL)
        (folder / "cats" / "1.jpg").write_bytes(bytes(1001))
        with pytest.raises(PhotoError, match="the most is"):
            next(opened.photos).read()

    def test_a_file_that_is_gone_is_rejected(self, tmp_path: Path):
        folder = make_folder(tmp_path, TWO)
        opened = open_folder(folder, silent)
        (folder / "cats" / "1.jpg").unlink()
        with pytest.raises(PhotoError, match="could not be read"):
            next(opened.photos).read()

    @pytest.mark.skipif(os.name == "nt", reason="needs the right to make links")
    def test_links_are_not_followed_out_of_the_folder(self, tmp_path: Path):
        outside = make_folder(tmp_path / "outside", {"secret.jpg": b"secret", "more/1.jpg": PHOTO})
        folder = make_folder(tmp_path / "pets", TWO)
        (folder / "cats" / "out.jpg").symlink_to(outside / "secret.jpg")
        (folder / "cats" / "relative.jpg").symlink_to("../../outside/secret.jpg")
        (folder / "birds").symlink_to(outside / "more")
        (folder / "cats" / "nowhere.jpg").symlink_to("gone.jpg")
        (folder / "cats" / "circle.jpg").symlink_to("circle.jpg")
        (folder / "dogs" / "all").symlink_to("..")
        (folder / "dogs" / "good.jpg").symlink_to("../cats/1.jpg")
        reasons = rejected(folder)
        assert set(found(folder)) == {"cats/1.jpg", "dogs/1.jpg", "dogs/good.jpg"}
        assert set(reasons) == {
            "birds",
            "cats/circle.jpg",
            "cats/nowhere.jpg",
            "cats/out.jpg",
            "cats/relative.jpg",
            "dogs/all",
        }
        assert "link to a place outside" in reasons["cats/relative.jpg"]

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
    def test_a_pipe_is_rejected_and_not_waited_for(self, tmp_path: Path):
        folder = make_folder(tmp_path, TWO)
        os.mkfifo(folder / "cats" / "pipe.jpg")
        assert "neither a file nor a folder" in rejected(folder)["cats/pipe.jpg"]

    def test_a_folder_that_cannot_be_opened_is_listed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        folder = make_folder(tmp_path, {**TWO, "birds/1.jpg": PHOTO})
        scan = os.scandir

        def closed(path: Path):
            if Path(path).name == "birds":
                raise PermissionError(13, "Permission denied")
            return scan(path)

        monkeypatch.setattr(os, "scandir", closed)
        assert "cannot be opened (Permission denied)" in rejected(folder)["birds"]

    def test_a_wrong_choice_can_be_stopped(self, tmp_path: Path):
        def stop(*_: object) -> None:
            raise Stopped("Stopped.")

        with pytest.raises(Stopped):
            open_folder(make_folder(tmp_path, TWO), stop)

    def test_an_empty_folder(self, tmp_path: Path):
        with pytest.raises(SourceError, match=r"is empty\. Put the photos of each class"):
            open_folder(tmp_path, silent)
