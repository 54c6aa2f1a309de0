"""What the kernel takes from a decoding process: network, programs, new files, your files.

Linux alone has it. `seccomp` refuses calls, `landlock` hides files; where a kernel has one of them,
or neither, the process works with what there is, and the doctor says what is missing.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Final

from pipeline.photos.decoding import landlock, seccomp

_PROJECT: Final = Path(__file__).resolve().parents[3]
# What libraries look for when they are loaded, or when the first file needs them.
_SYSTEM: Final = ("/usr", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/nix/store")
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/proc/self")


def enter() -> None:
    """Shut this process in, for good, with its later threads; to be called while it has but one.

    What the kernel does not have is left out: limits on memory, files and time hold without.
    """
    if sys.platform != "linux":
        return
    landlock.hide_all_but(_readable())  # first: it needs a call that seccomp then refuses
    seccomp.refuse_calls(platform.machine())


def missing() -> tuple[str, ...]:
    """What this kernel does not do for a decoding process, in sentences; usually nothing."""
    if sys.platform != "linux":
        return ("This system has no sandbox for the process that opens photos; its limits hold.",)
    found = []
    if not seccomp.is_there(platform.machine()):
        found.append(
            "This kernel has no seccomp: the process that opens photos could use the network."
        )
    if not landlock.is_there():
        found.append(
            "This kernel has no Landlock: the process that opens photos could read other files."
        )
    return tuple(found)


def _readable() -> list[Path]:
    """Where Python and its libraries lie; pictures come through a pipe."""
    ours = [Path(entry) for entry in sys.path if entry and Path(entry).resolve() != _PROJECT]
    homes = [Path(sys.prefix), Path(sys.base_prefix), Path(sys.exec_prefix), _PROJECT / "pipeline"]
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="surrogateescape")
    loaded = {Path(line[line.index("/") :]).parent for line in maps.splitlines() if ".so" in line}
    return [*ours, *homes, *loaded, *map(Path, (*_SYSTEM, *_DEVICES))]
