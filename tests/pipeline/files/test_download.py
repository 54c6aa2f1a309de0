"""Downloads that go well, and what makes them so."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import DownloadError
from pipeline.files.download import download
from pipeline.progress import Stage, Step, silent
from tests.loopback import Loopback, Reply, only_loopback

DATA = bytes(range(256)) * 4096  # 1 MB
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    only_loopback(monkeypatch)
    monkeypatch.delenv("PAWTUNE_MIRROR")
    with Loopback() as server:
        yield server


def leftovers(folder: Path) -> list[str]:
    """What lies there, but for the lock: it must stay to be one."""
    return sorted(entry.name for entry in folder.iterdir() if entry.suffix != ".lock")


def test_fetches_a_whole_file_and_leaves_nothing_else(server: Loopback, tmp_path: Path):
    server.serve("/set.zip", Reply(DATA))
    target = tmp_path / "new" / "set.zip"
    url = server.url("/set.zip")
    assert download([url], target, silent, size=len(DATA), sha256=SHA256) == target
    assert target.read_bytes() == DATA
    assert leftovers(target.parent) == ["set.zip"]


def test_tells_the_progress_in_bytes(server: Loopback, tmp_path: Path):
    half = len(DATA) // 2
    server.serve("/set.zip", Reply(DATA, hold_after=half))
    told = []

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        told.append((stage, done, total, unit))
        if total is not None and done > half - 2**16:  # all that the server has sent so far
            server.release()

    download([server.url("/set.zip")], tmp_path / "set.zip", report)
    amounts = [done for stage, done, total, _ in told if total]
    assert amounts == sorted(amounts)
    assert any(0 < amount < len(DATA) for amount in amounts)
    assert told[-1][2:] == (len(DATA), "bytes")
    assert {stage for stage, *_ in told} == {Stage(Step.DOWNLOADING, "set.zip")}


def test_a_whole_file_is_used_without_a_request(server: Loopback, tmp_path: Path):
    target = tmp_path / "set.zip"
    target.write_bytes(DATA)
    download([server.url("/set.zip")], target, silent, size=len(DATA), sha256=SHA256)
    assert server.requests == []


@pytest.mark.parametrize(
    "right",
    [
        {"size": len(DATA)},
        {"sha256": SHA256},
        {"check": lambda path: None if path.stat().st_size == len(DATA) else "is too short"},
    ],
)
def test_a_damaged_file_is_fetched_again(server: Loopback, tmp_path: Path, right: dict):
    server.serve("/set.zip", Reply(DATA))
    target = tmp_path / "set.zip"
    target.write_bytes(DATA[: len(DATA) * 6 // 10])
    download([server.url("/set.zip")], target, silent, **right)
    assert target.read_bytes() == DATA


def test_the_second_address_is_tried_when_the_first_has_nothing(server: Loopback, tmp_path: Path):
    server.serve("/b/set.zip", Reply(DATA))
    target = tmp_path / "set.zip"
    download([server.url("/a/set.zip"), server.url("/b/set.zip")], target, silent)
    assert target.read_bytes() == DATA
    assert [request.path for request in server.requests] == ["/a/set.zip", "/b/set.zip"]


def test_follows_a_redirect(server: Loopback, tmp_path: Path):
    server.serve("/old", Reply(status=302, headers={"Location": "/new"}))
    server.serve("/new", Reply(DATA))
    target = tmp_path / "set.zip"
    download([server.url("/old")], target, silent)
    assert target.read_bytes() == DATA


def test_the_mirror_takes_the_place_of_every_address(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PAWTUNE_MIRROR", server.url("/mirror"))
    urls = ["https://one.invalid/deep/set.zip", "https://two.invalid/set.zip?x=1"]
    server.serve("/mirror/set.zip", Reply(DATA))
    download(urls, tmp_path / "set.zip", silent)
    assert [request.path for request in server.requests] == ["/mirror/set.zip"]


def test_a_file_without_an_announced_length_is_fetched(server: Loopback, tmp_path: Path):
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(DATA), DATA)
    # Sent as it stands: the headers say how to read it. No length means that 0 is wrong, too.
    headers = {"Transfer-Encoding": "chunked", "Content-Length": ""}
    server.serve("/set.zip", Reply(chunked, headers=headers, ranges=False))
    target = tmp_path / "set.zip"
    download([server.url("/set.zip")], target, silent, size=len(DATA))
    assert target.read_bytes() == DATA


def test_two_at_once_fetch_once(server: Loopback, tmp_path: Path):
    server.serve("/set.zip", Reply(DATA, hold_after=1000))
    target = tmp_path / "set.zip"
    waiting = threading.Event()

    def report(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        if stage == Stage(Step.WAITING_FOR_FILE, "set.zip"):
            waiting.set()
            server.release()

    with ThreadPoolExecutor(2) as pool:
        tries = [
            pool.submit(download, [server.url("/set.zip")], target, report, size=len(DATA))
            for _ in range(2)
        ]
        assert [one.result() for one in tries] == [target, target]
    assert waiting.is_set()
    assert len(server.requests) == 1
    assert target.read_bytes() == DATA


def test_too_little_disk_space_is_said_before_anything_is_written(
    server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    server.serve("/set.zip", Reply(DATA))
    free = len(DATA) * 11 // 10
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": free}))
    with pytest.raises(DownloadError, match=r"needs 1\.3 MB .*1\.2 MB are free.*Make room"):
        download([server.url("/set.zip")], tmp_path / "set.zip", silent)
    assert leftovers(tmp_path) == []
