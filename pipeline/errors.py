"""Everything that can go wrong in a way a person can act on.

    PawTuneError
    ├── SettingError       a setting outside its range
    ├── PhotoError         one file that cannot be used; the rest goes on
    ├── SourceError        a folder, zip or data set that cannot be imported at all
    ├── DownloadError      something could not be fetched
    ├── PhotoSetError      a photo set is missing, damaged or too small
    │   └── NothingUsable  no photo came of an import
    ├── RunError           a run is missing, damaged or not finished
    ├── JobError           a job could not be queued, started or stopped, or has failed
    ├── NotReady           features to tune with were not computed yet
    ├── QuotaError         a visitor of the demo would have more than allowed
    ├── WorkspaceError     the folder that holds everything cannot be read or written
    │   ├── DiskFullError  the disk takes nothing more
    │   └── CacheFull      no room for photos and results prepared for training
    ├── Overtaken          a worker whose work was given to another; nobody waits for it
    └── Stopped            somebody pressed Stop; not a failure

Pages catch `PawTuneError` alone. Anything else is a bug and stays a traceback.
Every message is one plain sentence or two: what is wrong, with what, what to do next.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Why(NamedTuple):
    """Why a file cannot be used.

    Attributes:
        reason: What is wrong with it: one plain sentence without its name.
        advice: What to do: one plain sentence, or "" where there is nothing but to leave it out.
    """

    reason: str
    advice: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, self))


class PawTuneError(Exception):
    """The base of every error that a page shows as a sentence."""


class SettingError(PawTuneError):
    """A setting is outside its range; the message ends with what was received."""


class PhotoError(PawTuneError):
    """One file cannot be used.

    Attributes:
        name: The file's name as its owner knows it.
        why: What is wrong with it, and what to do.
    """

    def __init__(self, name: str, reason: str, advice: str = "") -> None:
        self.name = name
        self.why = Why(reason, advice)
        super().__init__(f"{name}: {self.why}")


class SourceError(PawTuneError):
    """A folder, zip or data set cannot be imported at all."""


class DownloadError(PawTuneError):
    """A file could not be fetched; nothing half-made was left behind."""


class PhotoSetError(PawTuneError):
    """A photo set is missing, damaged, or cannot be trained on."""


class NothingUsable(PhotoSetError):  # noqa: N818 - it describes what came
    """No photo came of an import.

    Attributes:
        rejected: Why each of the files cannot be used.
    """

    def __init__(self, message: str, rejected: tuple[PhotoError, ...]) -> None:
        super().__init__(message)
        self.rejected = rejected


class RunError(PawTuneError):
    """A run is missing, damaged, or has nothing that could answer."""


class JobError(PawTuneError):
    """A job could not be queued, started or stopped, or has failed.

    Attributes:
        told: What there is to know besides the message, as plain data, such as `rejected`.
    """

    def __init__(self, message: str, told: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.told = dict(told or {})


class NotReady(PawTuneError):  # noqa: N818 - it describes the features
    """What the frozen layers make of the photos was not computed yet, and is needed."""


class QuotaError(PawTuneError):
    """A visitor of the demo, or all of them together, would have more than allowed."""


class WorkspaceError(PawTuneError):
    """The workspace cannot be read or written: full, read-only, or busy for too long."""


class DiskFullError(WorkspaceError):
    """The disk takes nothing more; what was there is as before."""


class CacheFull(WorkspaceError):  # noqa: N818 - it describes the cache
    """There is no room for what is prepared for training, and none can be made."""


class Overtaken(PawTuneError):  # noqa: N818 - it describes the worker
    """A worker's attempt at a job does not count any more: what it writes is refused."""


class Stopped(PawTuneError):  # noqa: N818 - it is a wish that was granted, no error
    """Somebody pressed Stop; what was learned so far is kept."""
