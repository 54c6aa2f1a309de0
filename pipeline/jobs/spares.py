"""Spare workers: processes that have imported everything and wait for a training, one each.

A training has a process of its own, as ever; it is only started before anybody asks for it. A
spare holds the lock of a file from its first moment to its last, as every worker does, and taking
it is renaming that file to the job's: there is no moment without a lock, and of several who would
take it one succeeds. What a spare does meanwhile is told in `spare_worker`.

At most one waits in a workspace, and only while somebody looks at the Train page of his own
server, whose child it is. Windows cannot rename an open file: there, none is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from pipeline.files import locks
from pipeline.settings import mode
from pipeline.settings.environment import keeps_spares
from pipeline.workspace.home import Workspace

IDLE_S: Final = 600.0  # without anybody who looks at Train
LEAST_BYTES: Final = 3 * 2**29  # of memory that are left to others, or it ends
PROJECT: Final = Path(__file__).resolve().parents[2]
_TO_START_BYTES: Final = 2 * LEAST_BYTES
_AFTER_TAKING_S: Final = 2.0  # the training that took one has the processors to itself first
_AFTER_DEATH_S: Final = 60.0  # one that ended badly is not followed by another one at once
_STARTING: Final = "starting-"
# Set by libraries while they are imported, or by a shell for itself: they tell workers nothing.
_PASSED_OVER: Final = (
    *("CRC32C_SW_MODE", "ENABLE_RUNTIME_UPTIME_TELEMETRY", "HDF5_PLUGIN_PATH", "KERAS_BACKEND"),
    *("KMP_DUPLICATE_LIB_OK", "LD_LIBRARY_PATH", "TF2_BEHAVIOR", "TF_CPP_MIN_LOG_LEVEL"),
    *("TPU_ML_PLATFORM", "TPU_ML_PLATFORM_VERSION"),
    *("_", "COLUMNS", "LINES", "OLDPWD", "PWD", "SHLVL"),
)
_READY: Final = re.compile(r"ready-(\d+)-([0-9a-f]{16})-([0-9a-f]{16})")


@dataclass
class _Kept:
    """What this process does for one workspace."""

    until: float = 0.0  # monotonic; nobody has looked for so long afterwards that none is kept
    not_before: float = 0.0  # monotonic
    latest: subprocess.Popen[bytes] | None = None  # of those started here, until it is taken


_kept: dict[Path, _Kept] = {}
_children: list[subprocess.Popen[bytes]] = []  # kept only so that they can be reaped


def folder(workspace: Workspace) -> Path:
    """Where the files of spares are."""
    return workspace.jobs_folder / "spares"


def ready_name(pid: int, code: str, environment: str) -> str:
    """What the file of a spare is called that may be taken."""
    return f"ready-{pid}-{code}-{environment}"


def want(workspace: Workspace) -> None:
    """Keep a spare from now on, for as long as it is asked for again and again."""
    if sys.platform == "win32" or mode.is_demo() or not keeps_spares():
        return
    _kept.setdefault(workspace.home, _Kept()).until = time.monotonic() + IDLE_S
    for path in folder(workspace).glob("ready-*"):
        with contextlib.suppress(OSError):  # it was taken, or has ended
            os.utime(path)  # which is how it hears of it


def replenish(workspace: Workspace, environment: Mapping[str, str]) -> None:
    """Start a spare where one is wanted and none lives; only one dispatcher at a time may.

    Args:
        workspace: Whose.
        environment: What a worker that is started now would get.
    """
    kept, now = _kept.get(workspace.home), time.monotonic()
    if kept is None or not kept.not_before <= now < kept.until:
        return
    if kept.latest is not None and kept.latest.poll():  # it ended, and not well
        kept.latest, kept.not_before = None, now + _AFTER_DEATH_S
        return
    if _living(workspace) or psutil.virtual_memory().available < _TO_START_BYTES:
        return
    with contextlib.suppress(OSError):  # a full disk; then work waits for its worker, as ever
        kept.latest = _start(workspace, environment)
        _children[:] = [child for child in _children if child.poll() is None] + [kept.latest]


def take(workspace: Workspace, lock: Path, environment: Mapping[str, str]) -> int | None:
    """Give the lock of a job to a spare; only one dispatcher at a time may.

    Args:
        workspace: Whose.
        lock: The job's lock, to be held by its worker.
        environment: What the worker would get if it were started now; a spare that was started
            with another one is left to whom it serves, one of other code ends.

    Returns:
        The spare's process; None where there is none for this.
    """
    if mode.is_demo():
        return None
    code, mine = code_mark(), environment_mark(environment)
    for path in _living(workspace):
        ready = _READY.fullmatch(path.name)
        if ready is None:
            continue
        pid, its_code, its_environment = ready.groups()
        if its_code != code or _is_dying(int(pid)):
            path.unlink(missing_ok=True)
            continue
        if its_environment != mine or locks.is_handed_down(lock):
            continue
        with contextlib.suppress(FileNotFoundError):  # it has just ended by itself
            path.rename(lock)
            if kept := _kept.get(workspace.home):
                kept.latest, kept.not_before = None, time.monotonic() + _AFTER_TAKING_S
            if locks.is_handed_down(lock):
                return int(pid)
            lock.unlink(missing_ok=True)  # it was killed in between
    return None


def code_mark() -> str:
    """Another text for other code: PawTune's, or what is installed beside it."""
    told = [sys.executable, sys.version, str(_changed(Path(sysconfig.get_path("purelib"))))]
    for path in sorted((PROJECT / "pipeline").rglob("*.py")):
        told += [str(path), str(_changed(path))]
    return _mark(told)


def environment_mark(environment: Mapping[str, str]) -> str:
    """Another text for other variables, each of which may change what a worker does."""
    told = sorted(environment.items())
    return _mark([f"{name}={value}" for name, value in told if name not in _PASSED_OVER])


def _mark(told: list[str]) -> str:
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # it is being replaced
        return 0


def _living(workspace: Workspace) -> list[Path]:
    """The files of spares that live; those of dead ones are removed."""
    living = []
    for path in folder(workspace).glob("*-*"):
        if locks.is_handed_down(path) is False:
            path.unlink(missing_ok=True)
        else:  # None: it has got another name since
            living.append(path)
    return living


def _is_dying(pid: int) -> bool:
    """Whether a process was killed, though its threads may hold its lock a moment longer."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    return True


def _start(workspace: Workspace, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    folder(workspace).mkdir(exist_ok=True)
    path = folder(workspace) / f"{_STARTING}{secrets.token_hex(5)}"
    marks = (code_mark(), environment_mark(environment))
    log = workspace.jobs_folder / "spare.log"  # of the latest, until it is taken
    with log.open("wb") as told, locks.handed_down(path) as held:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "pipeline.jobs.spare_worker"),
                *(str(path), *map(str, held), str(os.getpid()), *marks),
            ],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            pass_fds=held,
            start_new_session=True,  # once taken it outlives the server that started it
        )
