"""What systems and clouds leave among photos: folders of their own, and files that stand in.

Thumbnails of a NAS and what lies in a recycle bin are photos, but not those that somebody chose.
They are left out, and counted. A file that stands in for a photo is rejected by its name, with
what brings the photo here; its folder counts as if the photo were there.
"""

from __future__ import annotations

import errno
import re
from collections import Counter
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import lru_cache
from string import ascii_lowercase
from typing import Final, NamedTuple

from pipeline.errors import PhotoError, Why
from pipeline.photos.decoding import stand_ins
from pipeline.photos.sources.layout import Parts, is_clutter
from pipeline.wording import source_notes


class System(StrEnum):
    """Whose folder it is that nobody meant to bring."""

    THUMBNAILS = "thumbnails"
    NAS_THUMBNAILS = "nas_thumbnails"
    BIN = "bin"
    SNAPSHOTS = "snapshots"
    WINDOWS = "windows"
    LINUX = "linux"
    MAC = "mac"
    CHECKPOINTS = "checkpoints"
    ORIGINALS = "originals"
    HIDDEN = "hidden"


# What Synology keeps at the top of a volume.
_OF_NAS: Final = """
    @tmp @appdata @appconf @apphome @apptemp @appstore @appshare @database @download @quarantine
    @synologydrive @s2s @sharesnap @snapmirror @userpreference @img_bkp_cache @autoupdate"""
_SYSTEMS: Final[dict[str, System]] = {
    **dict.fromkeys(_OF_NAS.split(), System.HIDDEN),
    "@eadir": System.NAS_THUMBNAILS,
    "@__thumb": System.NAS_THUMBNAILS,
    ".@__thumb": System.NAS_THUMBNAILS,
    ".wdmc": System.NAS_THUMBNAILS,
    ".thumbnails": System.THUMBNAILS,
    ".thumbs": System.THUMBNAILS,
    ".comments": System.THUMBNAILS,
    "#recycle": System.BIN,
    "@recycle": System.BIN,
    "$recycle.bin": System.BIN,
    ".recycle": System.BIN,
    ".trash": System.BIN,
    ".trashed": System.BIN,
    ".trashes": System.BIN,
    "network trash folder": System.BIN,
    "#snapshot": System.SNAPSHOTS,
    "~snapshot": System.SNAPSHOTS,
    ".snapshot": System.SNAPSHOTS,
    ".snapshots": System.SNAPSHOTS,
    ".zfs": System.SNAPSHOTS,
    "@recently-snapshot": System.SNAPSHOTS,
    "@gmt-snapshot": System.SNAPSHOTS,
    "system volume information": System.WINDOWS,
    "$extend": System.WINDOWS,
    "lost+found": System.LINUX,
    "__macosx": System.MAC,
    ".appledouble": System.MAC,
    ".documentrevisions-v100": System.MAC,
    ".fseventsd": System.MAC,
    ".spotlight-v100": System.MAC,
    ".temporaryitems": System.MAC,
    ".ipynb_checkpoints": System.CHECKPOINTS,
    ".picasaoriginals": System.ORIGINALS,
    "ipod photo cache": System.THUMBNAILS,
    "@sharebin": System.BIN,
    "_macosx": System.MAC,
    "_gsdata_": System.ORIGINALS,
    "_vti_cnf": System.WINDOWS,
    "$av_asw": System.WINDOWS,
    "__pycache__": System.HIDDEN,
    "@snapshot": System.SNAPSHOTS,
    "config.msi": System.WINDOWS,
    "msocache": System.WINDOWS,
    "lost.dir": System.LINUX,
    "temporary items": System.MAC,
}
_PATTERNS: Final = (  # Linux has a bin for each user; Windows numbers what it has found
    (re.compile(r"\.trash-\d+"), System.BIN),
    (re.compile(r"found\.\d{3}"), System.WINDOWS),
    (re.compile(r"\$(windows\.~\w\w|winreagent|sysreset|getcurrent)"), System.WINDOWS),
    (re.compile(r".+\.lrdata"), System.THUMBNAILS),  # Lightroom's
    (re.compile(r".+\.(photoslibrary|photolibrary|aplibrary)"), System.MAC),
)

_TRASHED: Final = re.compile(r"(\.trashed)-\d+-.+", re.IGNORECASE)  # beside photos, on Android

# What a program of a cloud adds to the name of a photo that it has not fetched.
_STAND_INS: Final = (
    (re.compile(r"\.(.+)\.icloud", re.IGNORECASE), stand_ins.ICLOUD),
    (re.compile(r"(.+)\.(?:nextcloud|owncloud)", re.IGNORECASE), stand_ins.CLOUD_FOLDER),
    (re.compile(r"(.+\.\w{3,5})\.(?:cloud|rsls[a-z]?)", re.IGNORECASE), stand_ins.CLOUD_FOLDER),
    (re.compile(r"(.+)\.dvc", re.IGNORECASE), stand_ins.DVC),
)
_STAND_IN_ENDINGS: Final = (
    *(".icloud", ".nextcloud", ".owncloud", ".cloud", ".dvc"),
    *(f".rsls{kind}" for kind in ("", *ascii_lowercase)),
)
# Windows' own errors about files in a cloud; a Mac says that it would wait for ever.
_CLOUD_ERRORS: Final = range(358, 405)


class StandIn(NamedTuple):
    """The name of the photo that a file stands in for, and why it cannot be used."""

    name: str
    why: Why


class LeftOut(NamedTuple):
    """Files that were left out with a folder.

    Attributes:
        folder: Its name as it was found; there may be many of it.
        system: Whose it is.
        files: How many there are in all of them.
        more: Whether there are more, which nobody has counted.
    """

    folder: str
    system: System
    files: int
    more: bool = False


@lru_cache(maxsize=4096)  # of folders, which come again with every file
def system_of(folder: str) -> System | None:
    """Whose folder it is, or None for one that somebody may have made.

    Args:
        folder: Its name.
    """
    folded = folder.casefold().strip()
    if folder == "RECYCLER":  # Windows XP's; in other letters it may be a class
        return System.BIN
    for pattern, system in _PATTERNS:
        if pattern.fullmatch(folded):
            return system
    return _SYSTEMS.get(folded) or (System.HIDDEN if is_clutter(folder) else None)


def stand_in(name: str) -> StandIn | None:
    """What a file of this name stands in for, where its name says so."""
    if not name.casefold().endswith(_STAND_IN_ENDINGS):
        return None
    for pattern, why in _STAND_INS:
        if found := pattern.fullmatch(name):
            return StandIn(found[1], why)
    return None


def stood_for(parts: Parts) -> Parts:
    """Where the photo would lie that a file stands in for; where the file lies, for any other."""
    found = stand_in(parts[-1])
    return (*parts[:-1], found.name) if found else parts


def read_of_stand_in(name: str, file_name: str) -> Callable[[], bytes] | None:
    """How such a file is read: never, with the reason; None for any other file.

    Args:
        name: As its owner knows it, with the folders on the way.
        file_name: Without them.
    """
    found = stand_in(file_name)
    if found is None:
        return None

    def refuse() -> bytes:
        raise PhotoError(name, *found.why)

    return refuse


def is_in_cloud(error: OSError) -> bool:
    """Whether a file could not be read because a cloud has not brought it."""
    return error.errno == errno.EDEADLK or getattr(error, "winerror", None) in _CLOUD_ERRORS


class Leftovers:
    """Counts what is left out while a source is looked through."""

    def __init__(self) -> None:
        self._files: Counter[str] = Counter()
        self._more: set[str] = set()

    def is_left_out(self, parts: Parts) -> bool:
        """Whether a file is no part of what somebody chose; counts it where a folder says so.

        Args:
            parts: The folders on the way, then the file's own name.
        """
        for folder in parts[:-1]:
            if system_of(folder) is not None:
                self.add(folder, 1)
                return True
        if trashed := _TRASHED.fullmatch(parts[-1]):
            self.add(trashed[1], 1)
            return True
        return stand_in(parts[-1]) is None and is_clutter(parts[-1])

    def add(self, folder: str, files: int, more: bool = False) -> None:
        """Count files of a folder that is left out as a whole."""
        self._files[folder] += files
        if more:
            self._more.add(folder)

    def found(self) -> tuple[LeftOut, ...]:
        """What was left out, folder by folder name."""
        return tuple(
            LeftOut(folder, system_of(folder) or System.HIDDEN, files, folder in self._more)
            for folder, files in sorted(self._files.items())
            if files
        )


def notes(found: Iterable[LeftOut]) -> tuple[str, ...]:
    """What the owner is told, one sentence for each folder name."""
    return tuple(
        source_notes.left_out(one.folder, one.files, one.system, one.more) for one in found
    )
