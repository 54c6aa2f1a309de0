"""Photos in zips, honest, odd, damaged and hostile (bad inputs 42 to 62)."""

from __future__ import annotations

import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PhotoError, SourceError
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.archive import open_archive
from pipeline.settings.limits import LIMITS
from tests.file_sets import PHOTO, SMALL, TWO, Change, found, items_of, make_zip, rejected


def patch(**values: int) -> Change:
    """Lie in the directory about the first entry."""

    def change(archive: zipfile.ZipFile) -> None:
        for name, value in values.items():
            setattr(archive.filelist[0], name, value)

    return change


def add(info: zipfile.ZipInfo, data: bytes, **options: int) -> Change:
    """One more entry of an unusual kind."""
    return lambda archive: archive.writestr(info, data, **options)


class TestZip:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "pets.zip"

    def refused(self, path: Path, sentence: str, limits=LIMITS) -> None:
        with pytest.raises(SourceError, match=sentence) as error, open_archive(path, limits=limits):
            pass
        assert str(error.value).startswith("pets.zip ")

    def test_gives_the_bytes_one_by_one(self, path: Path):
        make_zip(path, {"cats/1.jpg": PHOTO, "dogs/1.jpg": PHOTO[::-1]})
        with open_archive(path) as opened:
            assert (opened.title, opened.total) == ("pets", 2)
            assert [item.read() for item in opened.photos] == [PHOTO, PHOTO[::-1]]

    def test_photos_can_be_read_later_and_in_any_order(self, path: Path):
        make_zip(path, {"cats/1.jpg": PHOTO, "dogs/1.jpg": PHOTO[::-1]})
        with open_archive(path) as opened:
            cat, dog = opened.photos
            assert dog.read() == PHOTO[::-1]
            assert cat.read() == PHOTO

    def test_nothing_is_written_anywhere(self, path: Path, tmp_path: Path):
        canary = tmp_path.parent / "canary.jpg"
        canary.write_bytes(b"canary")
        make_zip(path, {**TWO, "../canary.jpg": PHOTO, f"{tmp_path}/new/evil.jpg": PHOTO})
        before = sorted(tmp_path.rglob("*"))
        items_of(path)
        assert sorted(tmp_path.rglob("*")) == before
        assert canary.read_bytes() == b"canary"

    def test_twins_are_both_kept(self, path: Path):
        with pytest.warns(UserWarning, match="Duplicate name"):
            twin = zipfile.ZipInfo("cats/1.jpg")
            make_zip(path, TWO, add(twin, PHOTO[::-1]))
        with open_archive(path) as opened:
            photos = [item.read() for item in opened.photos]
        assert photos == [PHOTO, PHOTO[::-1], PHOTO]

    @pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFBLK, stat.S_IFCHR])
    def test_links_and_devices(self, path: Path, mode: int):
        info = zipfile.ZipInfo("cats/link.jpg")
        info.external_attr = (mode | 0o777) << 16
        make_zip(path, TWO, add(info, b"/etc/passwd"))
        assert "link or a device" in rejected(path)["cats/link.jpg"]
        assert len(found(path)) == 2

    def test_a_bomb_is_not_unpacked(self, path: Path):
        make_zip(path, {**TWO, "cats/bomb.jpg": bytes(2_000_000)})
        assert "hundred times its size" in rejected(path)["cats/bomb.jpg"]

    def test_a_bomb_that_lies_about_its_size_costs_no_memory(self, path: Path):
        make_zip(path, {"cats/bomb.jpg": bytes(50_000_000), **TWO}, patch(file_size=1000))
        tracemalloc.start()
        try:
            assert "damaged inside the zip" in rejected(path)["cats/bomb.jpg"]
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 5_000_000

    def test_entries_that_overlap(self, path: Path):
        def share(archive: zipfile.ZipFile) -> None:
            for entry in archive.filelist[1:]:
                entry.header_offset = archive.filelist[0].header_offset

        make_zip(path, {f"cats/{number}.jpg": PHOTO for number in range(9)} | TWO, share)
        self.refused(path, "entries overlap")

    def test_entries_that_quote_each_other(self, path: Path):
        make_zip(path, TWO, lambda archive: patch(compress_size=250)(archive))
        self.refused(path, "entries overlap")

    @pytest.mark.parametrize("size", [len(PHOTO) - 1, len(PHOTO) + 1])
    def test_a_size_that_lies(self, path: Path, size: int):
        make_zip(path, TWO, patch(file_size=size))
        assert "damaged inside the zip" in rejected(path)["cats/1.jpg"]
        assert set(found(path)) == {"dogs/1.jpg"}

    def test_a_checksum_that_is_wrong(self, path: Path):
        make_zip(path, TWO, patch(CRC=1))
        assert "damaged inside the zip" in rejected(path)["cats/1.jpg"]

    def test_a_name_that_differs_in_the_directory(self, path: Path):
        make_zip(path, TWO)
        path.write_bytes(path.read_bytes().replace(b"cats/1.jpg", b"cats/2.jpg", 1))
        assert "damaged inside the zip" in rejected(path)["cats/1.jpg"]

    def test_a_large_entry(self, path: Path):
        make_zip(path, {**TWO, "cats/big.jpg": os.urandom(1001)})
        assert "the most is" in rejected(path, SMALL)["cats/big.jpg"]

    def test_the_sum_of_all_entries(self, path: Path):
        make_zip(path, {f"cats/{number}.jpg": os.urandom(900) for number in range(12)})
        self.refused(path, "unpacks to more than", SMALL)

    def test_the_budget_counts_real_bytes_too(self, path: Path):
        make_zip(path, {f"cats/{number}.jpg": os.urandom(900) for number in range(10)})
        with open_archive(path, limits=SMALL) as opened:
            photos = list(opened.photos)
            with pytest.raises(SourceError, match="unpacks to more than"):
                for photo in photos * 2:
                    photo.read()

    @pytest.mark.parametrize("name", ["cats/more.zip", "cats/more.RAR", "more.7z"])
    def test_an_archive_in_the_archive(self, path: Path, name: str):
        make_zip(path, {**TWO, name: b"PK\x03\x04"})
        assert "Unpack the inner one first" in rejected(path)[name]

    def test_nothing_but_an_archive_in_the_archive(self, path: Path):
        make_zip(path, {"pets.zip": b"PK\x03\x04"})
        self.refused(path, r"holds only another archive, pets\.zip\. Unpack it")

    def test_a_password(self, path: Path):
        make_zip(path, TWO, patch(flag_bits=1))
        self.refused(path, "protected by a password")

    @pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_rare_ways_of_packing(self, path: Path, method: int):
        make_zip(path, TWO, add(zipfile.ZipInfo("cats/2.jpg"), PHOTO, compress_type=method))
        assert "packed in a rare way" in rejected(path)["cats/2.jpg"]

    def test_too_many_entries(self, path: Path):
        make_zip(path, {f"cats/{number}.jpg": PHOTO for number in range(51)})
        self.refused(path, "more than 50 files", SMALL)

    def test_a_directory_that_lies_about_its_number(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        entry = b"PK\x01\x02" + bytes(42)
        directory = entry * 100_000
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), 4, 0)
        path.write_bytes(b"PK\x03\x04" + directory + end)
        monkeypatch.setattr(zipfile, "ZipFile", None)  # whose reading of it takes seconds
        self.refused(path, "more than 50,000 files")

    def test_a_directory_of_gigabytes(self, path: Path):
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, 2**31, 4, 0)
        with path.open("wb") as stream:
            stream.write(b"PK\x03\x04")
            stream.seek(2**31 + 4)  # takes no space
            stream.write(end)
        self.refused(path, "more than 50,000 files")

    def test_sixty_four_bit_zips(self, path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
        make_zip(path, TWO)
        assert b"PK\x06\x06" in path.read_bytes()
        assert len(found(path)) == 2
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 10)
        make_zip(path, {f"cats/{number}.jpg": PHOTO for number in range(51)})
        self.refused(path, "more than 50 files", SMALL)

    @pytest.mark.parametrize(
        ("start", "what"),
        [
            (b"Rar!\x1a\x07\x01\x00", "is a RAR archive, not a zip"),
            (b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive"),
            (b"\x1f\x8b\x08", "is a gzip or tar.gz archive"),
            (b"cats/1.jpg".ljust(257, b"\x00") + b"ustar\x0000", "is a tar archive"),
            (PHOTO, "is a single photo"),
            (b"<!doctype html><html>", "is not a zip file, but a web page"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is not a zip file, but an office document"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", "is a single video. Choose the folder or zip around"),
            (b"\x1a\x45\xdf\xa3", "is a single video"),
            (bytes(range(200, 256)), "is not a zip file, whatever its name says"),
            (b"PK\x07\x08PK\x03\x04", "in several pieces"),
        ],
    )
    def test_other_things_called_zip(self, path: Path, start: bytes, what: str):
        path.write_bytes(start)
        self.refused(path, what)

    def test_a_photo_with_a_zip_behind_it_is_a_photo(self, path: Path):
        make_zip(path, TWO)
        path.write_bytes(PHOTO + path.read_bytes())
        assert zipfile.is_zipfile(path)
        self.refused(path, "single photo")

    def test_an_empty_file(self, path: Path):
        path.write_bytes(b"")
        self.refused(path, "is an empty file")

    def test_an_empty_zip(self, path: Path):
        make_zip(path, {})
        self.refused(path, r"is empty\. Put the photos")

    def test_cut_at_any_point_it_says_so(self, path: Path):
        make_zip(path, TWO)
        whole = path.read_bytes()
        for end in range(4, len(whole), 7):
            path.write_bytes(whole[:end])
            self.refused(path, "is damaged or incomplete: .* Download or copy it again")

    def test_damaged_in_the_middle_the_rest_is_kept(self, path: Path):
        make_zip(path, {"cats/1.jpg": os.urandom(500), **TWO, "dogs/2.jpg": PHOTO})
        data = bytearray(path.read_bytes())
        data[100:200] = bytes(100)
        path.write_bytes(data)
        assert set(rejected(path)) == {"cats/1.jpg"}
        assert set(found(path)) == {"dogs/1.jpg", "dogs/2.jpg"}

    @given(data=st.data())
    def test_garbled_anywhere_only_plain_errors_come_out(
        self, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
    ):
        path = tmp_path_factory.mktemp("garbled") / "pets.zip"
        make_zip(path, {**TWO, "cats/2.jpg": os.urandom(300)})
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 8))):
            at = data.draw(st.integers(0, len(content) - 1))
            content[at] = data.draw(st.integers(0, 255))
        path.write_bytes(content)
        try:
            items = items_of(path)
        except SourceError:
            return
        assert all(isinstance(item, Incoming | PhotoError) for item in items)

    def test_utf8_names_without_the_mark_are_read_right(self, path: Path):
        make_zip(path, {"K__tzchen/1.jpg": PHOTO, "dogs/1.jpg": PHOTO})
        path.write_bytes(path.read_bytes().replace(b"K__tzchen", "Kätzchen".encode()))
        assert found(path)["Kätzchen/1.jpg"] == (None, "Kätzchen")

    def test_old_names_in_cp437_are_read_right(self, path: Path):
        make_zip(path, {"K_tzchen/1.jpg": PHOTO, "dogs/1.jpg": PHOTO})
        path.write_bytes(path.read_bytes().replace(b"K_tzchen", "Kätzchen".encode("cp437")))
        assert found(path)["Kätzchen/1.jpg"] == (None, "Kätzchen")

    def test_empty_folders_are_not_counted(self, path: Path):
        make_zip(path, {**TWO, "birds/": b""})
        assert len(items_of(path)) == 2
