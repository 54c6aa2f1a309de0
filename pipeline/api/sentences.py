"""What somebody who asks is told of an error: nothing of this server's folders from far away."""

from __future__ import annotations

import logging
from typing import Final

from starlette.requests import HTTPConnection

from pipeline.api.access import is_near
from pipeline.errors import (
    DiskFullError,
    DownloadError,
    PawTuneError,
    SettingError,
    WorkspaceError,
)

_LOG: Final = logging.getLogger(__name__)
# They speak of what is the owner's: folders, disk, environment.
_OWNERS: Final = (WorkspaceError, DownloadError, SettingError)


def told(error: PawTuneError, request: HTTPConnection) -> str:
    """The error as a sentence for whoever asks."""
    if not isinstance(error, _OWNERS) or is_near(request):
        return str(error)
    _LOG.warning("Somebody could not be answered: %s", error)
    if isinstance(error, DiskFullError):
        return "The server's disk is full. Ask again later."
    if isinstance(error, DownloadError):
        return "The server lacks a file that it could not fetch. Ask again later."
    return "The server cannot do that at the moment. Ask again later."
