"""The part of a file that has arrived so far, and which version of the file it belongs to."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pipeline.files.atomic import sync_file, sync_folder, write_atomically


class _About(msgspec.Struct, frozen=True):
    """What a part is part of."""

    url: str = ""
    validator: str = ""
    total: int | None = None


class Part:
    """`NAME.part` beside the target `NAME`, with `NAME.part.json` telling what it is part of.

    Attributes:
        path: The part itself; whoever fetches writes it.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._about = target.with_name(target.name + ".part.json")
        self.path = target.with_name(target.name + ".part")

    @property
    def validator(self) -> str:
        """The host's mark of the version, for the header `If-Range`; empty when it gave none."""
        return self._noted().validator

    @property
    def total(self) -> int | None:
        """Bytes of the whole file, where the host told."""
        return self._noted().total

    def resume(self, address: str) -> int:
        """How many bytes from `address` are here to go on from; 0 for a clean start."""
        have = self.path.stat().st_size if self.path.is_file() else 0
        fits = self.total is None or have <= self.total
        same = self._noted().url == address
        return have if fits and same and self.validator else 0

    def begin(self, address: str, validator: str, total: int | None) -> None:
        """Forget what was there, from whatever address, and note what is about to come."""
        self.discard()
        write_atomically(self._about, msgspec.json.encode(_About(address, validator, total)))

    def finish(self) -> None:
        """Give the part the target's name; it is whole."""
        sync_file(self.path)
        self.path.replace(self._target)
        self._about.unlink(missing_ok=True)
        sync_folder(self._target.parent)

    def discard(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)

    def _noted(self) -> _About:
        try:
            return msgspec.json.decode(self._about.read_bytes(), type=_About)
        except (OSError, ValueError, RecursionError):
            return _About()  # lost or garbled: the part then counts as of no use
