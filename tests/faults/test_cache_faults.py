"""The cache among processes that are killed, and on disks that are full or write-protected."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import CacheFull, WorkspaceError
from pipeline.files.atomic import STAGING_MARK
from pipeline.files.cache import Cache, Wanted
from pipeline.files.cache_folder import CacheFolder
from pipeline.workspace import startup
from tests.conftest import REPOSITORY
from tests.workspaces import wait_for

pytestmark = pytest.mark.slow  # real processes that are killed
KB = 1000
PRELUDE = """
import os, random, signal, sys, time
from pathlib import Path
from pipeline.files.cache import Cache, Wanted
folder = Path(sys.argv[1])
cache = Cache(folder, 10_000)
def fill(size):
    return lambda path: path.write_bytes(bytes(size)) and None
"""
# What a process did when it was killed.
HALF_MADE = """
def make(paths):
    paths["a"].write_bytes(bytes(2_000))
    os.kill(os.getpid(), signal.SIGKILL)
cache.files([Wanted("a", 6_000), Wanted("b", 3_000)], make)
"""
IN_USE = """
lease = cache.file("a", fill(6_000), 6_000)
os.kill(os.getpid(), signal.SIGKILL)
"""


def start(script: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PRELUDE + script, str(folder), *arguments]
    return subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def killed(script: str, folder: Path) -> None:
    with start(script, folder) as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


def locks(folder: Path) -> list[str]:
    return [path.name for path in (folder / "locks").iterdir() if path.suffix]


def staged(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(STAGING_MARK)]


def put(cache: Cache, key: str, size: int) -> None:
    cache.file(key, lambda path: path.write_bytes(bytes(size)) and None, size).release()


# === Killed processes ===


def test_what_a_killed_process_was_making_is_made_by_the_next(tmp_path: Path) -> None:
    killed(HALF_MADE, tmp_path)
    assert len(staged(tmp_path)) == 1
    assert len(locks(tmp_path)) == 2
    cache = Cache(tmp_path, 10 * KB)
    assert cache.entries() == []
    put(cache, "a", 6 * KB)
    assert staged(tmp_path) == locks(tmp_path) == []


def test_what_a_killed_process_used_can_go(tmp_path: Path) -> None:
    killed(IN_USE, tmp_path)
    cache = Cache(tmp_path, 10 * KB)
    assert len(locks(tmp_path)) == 1
    assert not cache.entries()[0].in_use
    put(cache, "b", 7 * KB)
    assert [entry.key for entry in cache.entries()] == ["b"]
    assert locks(tmp_path) == []


def test_what_another_process_uses_stays(tmp_path: Path) -> None:
    script = 'lease = cache.file("a", fill(6_000), 6_000); print("go", flush=True); input()'
    with start(script, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        cache = Cache(tmp_path, 10 * KB)
        assert cache.entries()[0].in_use
        assert cache.clear() == 0
        with pytest.raises(CacheFull, match="work in progress uses"):
            put(cache, "b", 7 * KB)
        process.communicate("\n", timeout=60)
    put(cache, "b", 7 * KB)


def test_who_waits_for_a_process_that_is_killed_goes_on(tmp_path: Path) -> None:
    script = """
def make(path):
    print("go", flush=True)
    input()
cache.file("a", make, 6_000)
"""
    with start(script, tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"

        def waiting(*_: object) -> None:
            process.kill()

        with Cache(tmp_path, 10 * KB).file(
            "a", lambda path: path.write_bytes(bytes(6 * KB)) and None, 6 * KB, report=waiting
        ) as lease:
            assert lease.path.stat().st_size == 6 * KB
    assert staged(tmp_path) == locks(tmp_path) == []


def test_the_start_of_the_app_sweeps(own_home: Path) -> None:
    workspace, _ = startup.start(own_home)
    killed(HALF_MADE, workspace.cache_folder)
    killed(IN_USE.replace('"a"', '"c"'), workspace.cache_folder)
    workspace.database.close()
    workspace, _ = startup.start(own_home)
    assert staged(workspace.cache_folder) == locks(workspace.cache_folder) == []
    assert (workspace.cache_folder / "c").is_file()


CROWD = """
rng = random.Random(int(sys.argv[2]))
making = folder.parent / "making"
for turn in range(40):
    name = rng.choice("abcdef")
    size = 1_000 * (1 + "abcdef".index(name))
    def make(path):
        alone = making / name
        alone.mkdir()  # fails if somebody else makes the same
        path.write_bytes(name.encode() * size)
        if rng.random() < 0.05:
            alone.rmdir()
            os.kill(os.getpid(), signal.SIGKILL)
        alone.rmdir()
    while True:
        try:
            lease = cache.file(name, make, size)
            break
        except CacheFull:
            os.sched_yield()  # the others hold all the room
    with lease:
        for _ in range(50):  # in use for a while
            assert lease.path.read_bytes() == name.encode() * size
print("done")
"""


def test_a_crowd_that_is_killed_now_and_then(tmp_path: Path) -> None:
    """No file is made twice at once, none disappears in use, and the limit holds."""
    (tmp_path / "making").mkdir()
    folder = tmp_path / "cache"
    cache = Cache(folder, 10 * KB)
    script = "from pipeline.errors import CacheFull\n" + CROWD
    crowd = [start(script, folder, str(seed)) for seed in range(4)]
    largest = 0

    def ended() -> bool:
        nonlocal largest
        with cache._folder.looking() as standing:
            largest = max(largest, standing.fixed_bytes + standing.idle_bytes)
        return all(process.poll() is not None for process in crowd)

    wait_for(ended, "the end of the crowd", 120)
    for process in crowd:
        output, _ = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL)
        assert (output == "done\n") == (process.returncode == 0)
    assert KB < largest <= 10 * KB
    cache.sweep()
    assert staged(folder) == locks(folder) == []
    cache.clear()
    assert sum(entry.bytes for entry in cache.entries()) == 0


ROWS = """
import hashlib
import numpy as np
from pipeline.errors import CacheFull
from pipeline.files.row_file import Table, recipe_of
from pipeline.files.row_store import RowStore
rng = random.Random(int(sys.argv[2]))
table = Table("pooled", recipe_of(of=1), (4,), np.int64)
key = lambda number: hashlib.sha256(str(number).encode()).digest()
store = RowStore(cache)
ours = 100 + int(sys.argv[2])  # nobody else asks for it, but their files may take it along
for turn in range(60):
    numbers = rng.sample(range(1, 80), rng.randrange(1, 40))
    def make(appends, missing):
        for at in missing:
            appends[table](np.full((1, 4), numbers[at]))
            if rng.random() < 0.002:
                os.kill(os.getpid(), signal.SIGKILL)
    if rng.random() < 0.3:
        store.forget(lambda: [key(ours)])  # as if the last set with this photo was deleted
    elif rng.random() < 0.5:
        numbers.append(ours)  # and it was imported again
    try:
        rows = store.rows([table], [key(number) for number in numbers], str(turn), make)
    except CacheFull:
        continue
    assert (np.array(rows) == np.array(numbers)[:, np.newaxis]).all(), numbers
print("done")
"""


def test_a_crowd_that_asks_for_rows_gets_the_right_ones(tmp_path: Path) -> None:
    """Files are made, merged into others and removed, and makers die; no row is ever wrong."""
    crowd = [start(ROWS, tmp_path, str(seed)) for seed in range(4)]
    for process in crowd:
        output, _ = process.communicate(timeout=240)
        assert process.returncode in (0, -signal.SIGKILL)
        assert (output == "done\n") == (process.returncode == 0)
    cache = Cache(tmp_path, 10 * KB)
    cache.sweep()
    assert staged(tmp_path) == locks(tmp_path) == []
    assert sum(entry.bytes for entry in cache.entries()) <= 10 * KB


# === Bad disks ===


@pytest.mark.parametrize("seed", range(4))
def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path, seed: int) -> None:
    cache = Cache(tmp_path, 10 * KB)
    put(cache, "old", KB)

    def make(paths) -> None:
        paths["a"].write_bytes(bytes(random.Random(seed).randrange(KB)))
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(CacheFull, match=r"disk that holds .* is full"):
        cache.files([Wanted("a", KB), Wanted("b", KB)], make)
    assert [entry.key for entry in cache.entries()] == ["old"]
    assert staged(tmp_path) == locks(tmp_path) == []
    put(cache, "a", KB)


def test_a_disk_that_fills_up_at_the_last_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path, 10 * KB)

    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.files.atomic.sync_file", full)
        with pytest.raises(CacheFull):
            put(cache, "a", KB)
    assert cache.entries() == []
    assert staged(tmp_path) == locks(tmp_path) == []


def test_a_write_protected_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path, 10 * KB)
    put(cache, "a", KB)

    def protected(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(CacheFolder, "alone", protected)
    with pytest.raises(WorkspaceError, match="cannot write there"):
        put(cache, "b", KB)
    with pytest.raises(WorkspaceError):
        cache.clear()
    assert not cache.room_for(1)
    assert [(entry.key, entry.in_use) for entry in cache.entries()] == [("a", False)]
    monkeypatch.setenv("PAWTUNE_HOME", str(tmp_path / "home"))
    workspace, _ = startup.start()  # browsing still works
    assert workspace.home == tmp_path / "home"


def test_files_that_the_system_does_not_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows keeps a file that somebody without a lease has open."""
    cache = Cache(tmp_path, 10 * KB)
    put(cache, "open", 4 * KB)
    os.utime(tmp_path / "open", (0, 0))
    put(cache, "closed", 4 * KB)
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == "open":
            raise PermissionError(errno.EACCES, "in use")
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    put(cache, "new", 4 * KB)
    assert {entry.key for entry in cache.entries()} == {"open", "new"}
    assert cache.clear() == 4 * KB
