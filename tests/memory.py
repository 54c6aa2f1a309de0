"""How much memory processes have held at most, where the kernel tells; Linux does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.photos.decoding.decoder import Decoder


@contextmanager
def growth() -> Iterator[list[int]]:
    """Tells afterwards, as the list's only value, by how many bytes this process grew at most.

    The kernel's high-water mark is set back first; where that is not possible, it is 0.
    """
    grown = [0]
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        yield grown
        return
    before = own_bytes()
    yield grown
    grown[0] = own_bytes() - before


def own_bytes() -> int:
    """The most that this process has held; `getrusage` would count its parent's in, too."""
    return _most_bytes("self")


def child_bytes(decoder: Decoder) -> list[int]:
    """The most that each decoding process has ever held."""
    return [_most_bytes(str(child._process.pid)) for child in decoder._children]


def children_most_bytes(decoder: Decoder) -> int:
    """The most that any of them has; 0 where nobody knows."""
    return max(child_bytes(decoder))


def _most_bytes(pid: str) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:  # another system, or it has just ended
        return 0
    lines = [line for line in status.split("\n") if line.startswith("VmHWM:")]
    return 1024 * int(lines[0].split()[1]) if lines else 0
