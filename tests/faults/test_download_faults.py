"""Networks, hosts and disks that fail, and what is left and said each time (fault F9)."""

from __future__ import annotations

import builtins
import errno
import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipeline.errors import DownloadError, Stopped
from pipeline.files.download import download
from pipeline.progress import Stage, silent
from tests.loopback import Loopback, Reply, only_loopback

pytestmark = pytest.mark.slow  # real servers that hang

DATA = os.urandom(2**20)
SHA256 = hashlib.sha256(DATA).hexdigest()
HALF = len(DATA) // 2
PART = ["set.zip.part", "set.zip.part.json"]
FIREWALL_PAGE = b"<!DOCTYPE html><html><body>Please sign in</body></html>"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch):
    only_loopback(monkeypatch)
    monkeypatch.delenv("PAWTUNE_MIRROR")
    monkeypatch.setattr("pipeline.files.download_tries._PAUSE_S", 0)
    with Loopback() as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "downloads" / "set.zip"


def leftovers(target: Path) -> list[str]:
    return sorted(entry.name for entry in target.parent.iterdir() if entry.suffix != ".lock")


def fails(server: Loopback, target: Path, sentence: str, **options: object) -> None:
    """The download must end with `sentence`, which is for people."""
    with pytest.raises(DownloadError, match=sentence) as failure:
        download([server.url("/set.zip")], target, silent, **options)
    assert "Traceback" not in str(failure.value)
    assert "again" in str(failure.value)


# === The network ===


def test_without_a_network_it_says_so_at_once(server: Loopback, target: Path):
    urls = ["https://one.example/set.zip", "https://two.example/set.zip"]
    with pytest.raises(DownloadError, match=r"No connection to two\.example\. Check the internet"):
        download(urls, target, silent)
    assert leftovers(target) == []


def test_a_look_up_that_hangs_does_not_hang_the_download(
    server: Loopback, target: Path, monkeypatch: pytest.MonkeyPatch
):
    let_go = threading.Event()

    def hang(*_: object, **__: object) -> None:
        let_go.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "no answer")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    urls = [f"https://{number}.example/set.zip" for number in range(5)]
    with pytest.raises(DownloadError, match="No connection to"):
        download(urls, target, silent, connect_timeout_s=0.3, read_timeout_s=0.6)
    let_go.set()  # only now: the download did not wait for it
    assert leftovers(target) == []


def test_nobody_listens(server: Loopback, target: Path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/set.zip"
        with pytest.raises(DownloadError, match=r"No connection to 127\.0\.0\.1"):
            download([url], target, silent)
    assert leftovers(target) == []


def test_a_host_that_accepts_and_says_nothing(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, hold_first=True))
    fails(server, target, "No connection to|broke off", connect_timeout_s=0.3, read_timeout_s=0.5)
    assert leftovers(target) == []


def test_what_is_no_tls_is_not_trusted(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA))
    url = server.url("/set.zip").replace("http:", "https:")
    with pytest.raises(DownloadError, match=r"secure connection to .* could not be set up"):
        download([url], target, silent)
    assert leftovers(target) == []


@pytest.mark.parametrize("reset", [False, True])
def test_broken_off_at_half_it_goes_on_from_there(server: Loopback, target: Path, reset: bool):
    server.serve("/set.zip", Reply(DATA, cut_after=HALF, reset=reset), Reply(DATA))
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert target.read_bytes() == DATA
    assert leftovers(target) == ["set.zip"]
    start = int(server.requests[1].headers["Range"].removeprefix("bytes=").removesuffix("-"))
    assert 0 < start <= HALF
    assert server.requests[1].headers["If-Range"] == Reply(DATA).etag


def test_gone_silent_at_half_it_goes_on_from_there(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, hold_after=HALF), Reply(DATA))
    download([server.url("/set.zip")], target, silent, sha256=SHA256, read_timeout_s=0.5)
    assert target.read_bytes() == DATA
    assert "Range" in server.requests[1].headers


def test_gone_silent_for_good(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, hold_after=HALF))
    fails(server, target, r"The connection to 127\.0\.0\.1 broke off", read_timeout_s=0.3)
    assert leftovers(target) == PART


def test_a_host_that_hangs_up_is_called_again(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(hang_up=True), Reply(DATA))
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert target.read_bytes() == DATA
    server.serve("/set.zip", Reply(hang_up=True))
    target.unlink()
    fails(server, target, "broke off before")
    assert leftovers(target) == []


def test_broken_off_for_good_keeps_what_a_later_call_goes_on_from(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, cut_after=HALF))
    fails(server, target, r"127\.0\.0\.1 broke off before set\.zip was whole")
    assert leftovers(target) == PART
    server.serve("/set.zip", Reply(DATA))
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert target.read_bytes() == DATA
    assert "Range" in server.requests[-1].headers
    assert leftovers(target) == ["set.zip"]


def test_where_the_host_cannot_go_on_nothing_is_kept(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, cut_after=HALF, ranges=False))
    fails(server, target, "broke off")
    assert leftovers(target) == []
    assert len(server.requests) == 3  # a few tries, not for ever
    server.serve("/set.zip", Reply(DATA, cut_after=HALF, ranges=False), Reply(DATA, ranges=False))
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert all("Range" not in request.headers for request in server.requests)


def test_a_new_version_in_between_starts_clean(server: Loopback, target: Path):
    newer = os.urandom(len(DATA))
    server.serve("/set.zip", Reply(DATA, cut_after=HALF), Reply(newer))
    download([server.url("/set.zip")], target, silent)
    assert target.read_bytes() == newer


def test_a_long_way_in_many_pieces_arrives(server: Loopback, target: Path):
    data = os.urandom(12 * 2**20)
    pieces = [Reply(data, cut_after=end * 2**20 + 2**16) for end in range(2, 12, 2)]
    server.serve("/set.zip", *pieces, Reply(data))
    download([server.url("/set.zip")], target, silent, size=len(data))
    assert target.read_bytes() == data
    assert len(server.requests) == len(pieces) + 1


def test_the_part_outlives_an_address_without_a_connection(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, cut_after=HALF))
    urls = [server.url("/set.zip"), "https://other.example/set.zip"]
    with pytest.raises(DownloadError, match=r"No connection to other\.example"):
        download(urls, target, silent)
    assert leftovers(target) == PART


# === The host ===


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_file_that_is_gone(server: Loopback, target: Path, status: int):
    server.serve("/set.zip", Reply(b"no", status=status))
    fails(server, target, rf"127\.0\.0\.1 does not give out set\.zip \(answer {status}\)")
    assert leftovers(target) == []
    assert len(server.requests) == 1


def test_a_busy_host_is_asked_again(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(status=503), Reply(status=429), Reply(DATA))
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert target.read_bytes() == DATA


def test_a_host_that_stays_busy(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(status=503))
    fails(server, target, r"busy or out of order \(answer 503\)")
    assert leftovers(target) == []
    assert len(server.requests) == 3


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/zip"])
def test_a_web_page_instead_of_the_file(server: Loopback, target: Path, kind: str):
    server.serve("/set.zip", Reply(FIREWALL_PAGE, headers={"Content-Type": kind}))
    fails(server, target, r"sent a web page instead of set\.zip\. .* sign in")
    assert leftovers(target) == []


def test_a_web_page_in_the_middle_does_not_spoil_the_part(server: Loopback, target: Path):
    page = Reply(FIREWALL_PAGE, headers={"Content-Type": "text/html"})
    server.serve("/set.zip", Reply(DATA, cut_after=HALF), page, Reply(DATA))
    fails(server, target, "web page")
    assert leftovers(target) == PART
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert "Range" in server.requests[-1].headers
    assert target.read_bytes() == DATA


def test_a_wrong_size_is_refused_before_it_is_fetched(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA))
    fails(server, target, r"has 1,048,576 bytes instead of 1,048,577", size=len(DATA) + 1)
    assert leftovers(target) == []


def test_a_length_that_lies_short(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, headers={"Content-Length": str(HALF)}, ranges=False))
    fails(server, target, "bytes instead of", size=len(DATA))
    fails(server, target, "checksum", sha256=SHA256)
    assert leftovers(target) == []


def test_a_length_that_lies_long(server: Loopback, target: Path):
    lie = Reply(DATA, headers={"Content-Length": str(2 * len(DATA))}, cut_after=len(DATA))
    server.serve("/set.zip", lie)
    fails(server, target, "broke off")
    assert not target.exists()


def test_a_wrong_hash_leaves_nothing(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(os.urandom(len(DATA))))
    fails(server, target, r"not the right file: set\.zip has another checksum", sha256=SHA256)
    assert leftovers(target) == []


def test_a_check_that_fails_leaves_nothing(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA))
    fails(server, target, r"set\.zip is no zip file\.", check=lambda path: "is no zip file")
    assert leftovers(target) == []


def test_two_halves_that_do_not_fit_are_fetched_clean(server: Loopback, target: Path):
    other = Reply(os.urandom(len(DATA)), cut_after=HALF, headers={"ETag": Reply(DATA).etag})
    server.serve("/set.zip", other, Reply(DATA))  # the tag lies: half of another file
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert target.read_bytes() == DATA
    assert "Range" not in server.requests[-1].headers


def test_a_part_longer_than_the_host_knows_is_dropped(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, cut_after=HALF), Reply(status=416), Reply(DATA))
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert target.read_bytes() == DATA


def test_a_redirect_without_end(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(status=302, headers={"Location": "/set.zip"}))
    fails(server, target, "127.0.0.1")
    assert leftovers(target) == []


# === Stop, and the disk ===


def stops_when_half_is_there(
    stage: Stage, done: float = 0, total: float | None = None, unit=""
) -> None:
    if done >= HALF - 2**16:
        raise Stopped("Stopped.")


def test_stop_works_while_the_host_is_silent(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, hold_after=HALF), Reply(DATA))
    with pytest.raises(Stopped):
        download([server.url("/set.zip")], target, stops_when_half_is_there)
    assert leftovers(target) == PART
    download([server.url("/set.zip")], target, silent, sha256=SHA256)
    assert "Range" in server.requests[-1].headers
    assert target.read_bytes() == DATA


def test_stop_works_before_the_host_answers(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, hold_first=True))

    def stop(*_: object, **__: object) -> None:
        raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        download([server.url("/set.zip")], target, stop)
    assert leftovers(target) == []


def test_the_disk_fills_up_on_the_way(
    server: Loopback, target: Path, monkeypatch: pytest.MonkeyPatch
):
    server.serve("/set.zip", Reply(DATA))
    opened = Path.open

    class Full:
        def __init__(self, stream: builtins.object) -> None:
            self.stream = stream

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.stream.close()

        def write(self, piece: bytes) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def full(path: Path, mode: str = "r", *values, **options):
        stream = opened(path, mode, *values, **options)
        return Full(stream) if path.suffix == ".part" and "a" in mode else stream

    monkeypatch.setattr(Path, "open", full)
    fails(server, target, r"The disk is full: set\.zip does not fit into .*Make room")
    assert leftovers(target) == []


def test_a_folder_that_cannot_be(server: Loopback, tmp_path: Path):
    (tmp_path / "downloads").write_text("a file where the folder should be")
    target = tmp_path / "downloads" / "set.zip"
    fails(server, target, r"set\.zip cannot be kept in .*Check that the folder can be written to")


def test_killed_half_way_it_goes_on_afterwards(server: Loopback, target: Path):
    server.serve("/set.zip", Reply(DATA, hold_after=HALF), Reply(DATA))
    script = (
        "import sys; from pathlib import Path; from pipeline.files.download import download\n"
        "def report(stage, done=0, total=None, unit=''):\n"
        f"    if done >= {HALF - 2**16}: print('half', flush=True)\n"
        "download([sys.argv[1]], Path(sys.argv[2]), report)\n"
    )
    command = [sys.executable, "-c", script, server.url("/set.zip"), str(target)]
    environment = {**os.environ, "NO_PROXY": "*"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"half\n"
        child.send_signal(signal.SIGKILL)
    assert not target.exists()
    download([server.url("/set.zip")], target, silent, sha256=SHA256)  # its lock died with it
    assert target.read_bytes() == DATA
    assert leftovers(target) == ["set.zip"]
