"""What a backup's zip may hold: the database, and the files of photo sets and runs."""

from __future__ import annotations

import re
from typing import Final

from pipeline.photos.set_file import safe_name

DATABASE_NAME: Final = "pawtune.sqlite"
DATABASE_BYTES: Final = 512 * 2**20  # at most
MOST_FILES: Final = 200_000
PHOTO_SETS: Final = "photo_sets"
RUNS: Final = "runs"
# What the id of a photo set or run can be, and so the name of its folder.
IDS: Final = {PHOTO_SETS: r"[0-9a-f]{16}", RUNS: r"[a-z]{1,8}-[0-9a-f]{1,30}"}
_FOLDERS: Final = {PHOTO_SETS: 0, RUNS: 2}  # so many within a set's or a run's own
_PLAIN: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


def is_allowed(path: str) -> bool:
    """Whether a backup may hold a file of this path: one of a photo set or of a run."""
    kind, _, rest = path.partition("/")
    owner, *names = rest.split("/")
    return (
        kind in IDS
        and re.fullmatch(IDS[kind], owner) is not None
        and 1 <= len(names) <= 1 + _FOLDERS[kind]
        and all(_PLAIN.fullmatch(name) and safe_name(name) == name for name in names)
    )


def owner_of(path: str) -> str:
    """Id of the photo set or run that a file belongs to."""
    return path.split("/")[1]
