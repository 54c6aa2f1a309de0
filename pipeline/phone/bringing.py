"""Photos from a phone: into the boxes of the computer's page, or into a photo set by an import."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from pipeline.api.classify import photos_of
from pipeline.api.multipart import Part
from pipeline.api.refused import Refused
from pipeline.classify import sorted_folders
from pipeline.classify.sorted_folders import Sorted
from pipeline.errors import PawTuneError, PhotoError
from pipeline.jobs.queue import Jobs
from pipeline.phone.goal import Goal
from pipeline.phone.inbox import Came, Inbox
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.incoming import Incoming
from pipeline.settings import mode
from pipeline.wording import phone_text
from pipeline.workspace.home import Workspace
from pipeline.workspace.new_upload import new_upload
from pipeline.workspace.photo_set_rows import as_rows

MOST_PHOTOS: Final = 2_000  # of one link


class Bringing:
    """Takes photos in. Thread-safe.

    Args:
        workspace: Gives the workspace.
        decoder: Gives a decoder that works.
        inbox: Where photos for the boxes wait.
    """

    def __init__(
        self, workspace: Callable[[], Workspace], decoder: Callable[[], Decoder], inbox: Inbox
    ) -> None:
        self._workspace = workspace
        self._decoder = decoder
        self._inbox = inbox
        self._lock = threading.Lock()
        self._files: dict[str, list[str]] = {}  # of each import, by the job's id
        self.received = 0

    @property
    def jobs(self) -> tuple[str, ...]:
        """Ids of the imports that were begun, the oldest first."""
        with self._lock:
            return tuple(self._files)

    def bring(self, goal: Goal, class_id: str, parts: Sequence[Part]) -> dict[str, Any]:
        """Take photos of one class.

        Args:
            goal: Where they go.
            class_id: One of its classes.
            parts: The photos.

        Returns:
            How many were `received` and `accepted`, and the `rejected` with reasons; where an
            import tells of the others, its `job`.

        Raises:
            Refused: If the link has brought all that it may.
            PawTuneError: If they cannot be saved, or cannot be imported now.
        """
        with self._lock:
            if self.received + len(parts) > MOST_PHOTOS:
                raise Refused(413, phone_text.too_many(MOST_PHOTOS))
            self.received += len(parts)
        coming = photos_of(parts, mode.current().limits)
        if goal.into is None:
            return self._into_boxes(class_id, coming)
        return self._into_set(goal, class_id, coming)

    def account(self, job_id: str) -> dict[str, Any]:
        """What came of an import that this link began, as `bring` tells it, and if it `finished`.

        Raises:
            Refused: If it began no such import.
        """
        with self._lock:
            names = self._files.get(job_id)
        if names is None:
            raise Refused(404, phone_text.OVER)
        jobs = Jobs(self._workspace())
        jobs.settle()
        job = jobs.get(job_id)
        if not job.finished:
            return {"finished": False}
        if "received" in job.result:
            told = {key: job.result[key] for key in ("received", "accepted", "rejected")}
            return {"finished": True, **told}
        return {"finished": True, **_none([PhotoError(one, job.error or "") for one in names])}

    def _into_boxes(self, class_id: str, coming: Sequence[Incoming | PhotoError]) -> dict[str, Any]:
        """Look at the photos, and let those that can be used wait for the page."""
        usable: list[Sorted] = []
        rejected: list[PhotoError] = []
        for photo, found in self._decoder().stream(coming):
            if isinstance(found, PhotoError):
                rejected.append(found)
            else:
                usable.append(Sorted("", photo.name, photo.read()))
        if usable:
            with new_upload(self._workspace()) as new:
                sorted_folders.write(new.path, usable)
            photos = tuple((one.name, len(one.data)) for one in usable)
            self._inbox.put(Came(class_id, new.target, photos))
        return {**_none(rejected), "received": len(coming), "accepted": len(usable)}

    def _into_set(
        self, goal: Goal, class_id: str, coming: Sequence[Incoming | PhotoError]
    ) -> dict[str, Any]:
        """Begin an import of the photos, which says what came of them."""
        rejected = [one for one in coming if isinstance(one, PhotoError)]
        sent = [one for one in coming if not isinstance(one, PhotoError)]
        if not sent:
            return _none(rejected)
        workspace = self._workspace()
        with new_upload(workspace) as new:
            sorted_folders.write(new.path, (Sorted("", one.name, one.read()) for one in sent))
        wishes: Mapping[str, Any] = {"into": goal.into, "label": class_id}
        try:
            job = Jobs(workspace).submit_import(str(new.target), goal.name, **wishes)
        except PawTuneError:
            new.target.unlink(missing_ok=True)
            raise
        with self._lock:
            self._files[job.id] = [one.name for one in sent]
        return {**_none(rejected), "job": job.id}


def _none(rejected: Sequence[PhotoError]) -> dict[str, Any]:
    """The account of files of which none can be used."""
    return {"received": len(rejected), "accepted": 0, "rejected": as_rows(rejected)}
