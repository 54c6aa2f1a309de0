"""Files of the same name, of no known length, and those that are one packed file."""

from __future__ import annotations

import gzip
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.errors import DownloadError
from pipeline.photos.sources.tfds_downloads import fetched_by_us
from pipeline.progress import silent
from tests.loopback import Loopback, Reply
from tests.pipeline.photos.sources.tfds_layouts import packed


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PAWTUNE_MIRROR")
    with Loopback() as server:
        yield server


@pytest.fixture
def manager(tmp_path: Path):
    builder = SimpleNamespace(name="toys", url_infos=None, MANUAL_DOWNLOAD_INSTRUCTIONS=None)
    with fetched_by_us(builder, tmp_path, "Toys", silent):
        yield builder._make_download_manager(None, SimpleNamespace(manual_dir=None))


def test_two_files_of_one_name_stay_two(server, manager):
    server.serve("/a/train.zip", Reply(packed({"1.txt": b"a"})))
    server.serve("/b/train.zip", Reply(packed({"1.txt": b"b"})))
    found = manager.download_and_extract(
        {"a": server.url("/a/train.zip"), "b": server.url("/b/train.zip")}
    )
    assert [(found[key] / "1.txt").read_bytes() for key in "ab"] == [b"a", b"b"]


def test_one_packed_file(server, manager):
    server.serve("/labels.gz", Reply(gzip.compress(b"1 2 3")))
    assert manager.download_and_extract(server.url("/labels.gz")).read_bytes() == b"1 2 3"


def test_a_plain_file_is_not_unpacked(server, manager):
    server.serve("/list.txt", Reply(b"cat\ndog\n"))
    assert manager.extract(manager.download([server.url("/list.txt")]))[0].read_bytes()


def test_names_that_lead_out_of_the_folder_are_left_out(server, manager, tmp_path: Path):
    server.serve("/evil.zip", Reply(packed({"../../evil.txt": b"x", "good.txt": b"y"})))
    root = manager.download_and_extract(server.url("/evil.zip"))
    assert [path.name for path in Path(root).rglob("*")] == ["good.txt"]
    assert not list(tmp_path.rglob("evil.txt"))


def test_what_is_not_there_is_one_sentence(server, manager):
    with pytest.raises(DownloadError, match=r"does not give out gone.zip"):
        manager.download(server.url("/gone.zip"))
