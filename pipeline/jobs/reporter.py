"""How a worker tells the database where it is, and hears a Stop."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import select, update

from pipeline.errors import Overtaken, Stopped, WorkspaceError
from pipeline.jobs import dispatch
from pipeline.jobs.job import PACKING_LANE
from pipeline.progress import Stage, Step, Unit
from pipeline.workspace.clock import Now
from pipeline.workspace.home import Workspace
from pipeline.workspace.states import AT_WORK
from pipeline.workspace.tables import JobRecord

log = logging.getLogger("pawtune.worker")
WRITE_EVERY_S: Final = 0.4
AFTER_FAILURE_S: Final = 60.0  # each write that fails has kept the work waiting for a while
LISTEN_EVERY_S: Final = 0.5
BEAT_EVERY_S: Final = 10.0  # see `liveness.SILENT_S`
TimeLeft = Callable[[Stage, float | None], float | None]
SPEED_OVER_S: Final = 8.0  # speed is that of the last seconds, so that it follows the truth


class Reporter:
    """A `Report` that writes to a job's row, not too often, and raises on Stop.

    A thread of its own listens for Stop, so that it is acknowledged even while the
    worker is inside a library call.
    """

    def __init__(
        self,
        workspace: Workspace,
        job_id: str,
        limit_s: float | None = None,
        give_way: Callable[[], object] = lambda: None,
    ) -> None:
        """Begin to report and to listen.

        Args:
            workspace: Where the job's row is.
            job_id: Of the job.
            limit_s: Seconds after which it is stopped as if somebody had asked for it.
            give_way: Called when other work shall be the quicker from then on.
        """
        self._workspace, self._job_id, self._give_way = workspace, job_id, give_way
        self._until = math.inf if limit_s is None else time.monotonic() + limit_s
        self._stop, self._closed = threading.Event(), threading.Event()
        self._lost: Overtaken | None = None
        self._deaf, self._has_left, self._waits_for_lane = False, False, False
        self._tells_the_whole = True
        self._time_left: TimeLeft | None = None
        self._stage, self._written_at = Stage(Step.STARTING), -math.inf
        self._silent_until, self._beat_at = -math.inf, time.monotonic()
        self._points: deque[tuple[float, float]] = deque()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: Unit = ""
    ) -> None:
        """See `pipeline.progress.Report`."""
        speed = self._speed(stage, done)
        columns: dict[str, Any] = {"done": done, "total": total, "unit": unit, "speed": speed}
        if total:  # a stage of unknown length says nothing about the job as a whole
            if self._tells_the_whole:
                columns["fraction"] = min(1.0, done / total)
            columns["seconds_left"] = (total - done) / speed if speed else None
        if self._time_left is not None:
            columns["seconds_left"] = self._time_left(stage, columns.get("seconds_left"))
        self.tell(stage, **columns)

    def tell(self, stage: Stage, **columns: Any) -> None:
        """Write `columns` of the job's row, at once for a new stage, else throttled.

        A row that cannot be written is no reason to end the work: it is told of later, or not.

        Raises:
            Stopped: If somebody pressed Stop.
        """
        now = time.monotonic()
        due = stage != self._stage or now - self._written_at >= WRITE_EVERY_S
        if due and now >= self._silent_until:
            self._stage, self._written_at = stage, now
            try:
                self._write(dataclasses.asdict(stage) | columns)
            except WorkspaceError as error:
                log.warning("The progress could not be written: %s", error)
                self._silent_until = time.monotonic() + AFTER_FAILURE_S
                self._written_at = -math.inf
        self.check()

    def check(self) -> None:
        """Raise if somebody pressed Stop.

        Raises:
            Stopped: If so.
            Overtaken: If this work was given to another process.
        """
        if self._lost is not None:
            raise self._lost
        if self._stop.is_set() and not self._deaf:
            raise Stopped("Stopped.")

    def finish_in_peace(self) -> None:
        """From here on Stop no longer interrupts: what was learned is being kept."""
        self._deaf = True

    def leave_lane(self) -> None:
        """From here on the next training may learn: this one has learned all it will.

        One at a time packs beside those in their lanes. Where another one still does, this one
        keeps its own lane, and so the next one waiting, until that has ended.
        """
        if self._has_left:
            return
        self._waits_for_lane = self._has_left = True
        self._give_way()
        with contextlib.suppress(WorkspaceError, OSError):  # the listener tries again
            self._leave_lane()

    def leave_the_whole(self, time_left: TimeLeft | None = None) -> None:
        """From here on `tell` alone says how far the whole job is, and a stage only itself.

        Args:
            time_left: Told of each stage and the seconds that it still takes alone; gives those
                of the whole job. Where there is none, a stage's own are told.
        """
        self._tells_the_whole, self._time_left = False, time_left

    def close(self) -> None:
        """End the listening thread."""
        self._closed.set()
        self._listener.join()

    def _speed(self, stage: Stage, done: float) -> float | None:
        now = time.monotonic()
        if stage != self._stage or (self._points and done < self._points[-1][1]):
            self._points.clear()
        self._points.append((now, done))
        while len(self._points) > 2 and now - self._points[0][0] > SPEED_OVER_S:
            self._points.popleft()
        since, first = self._points[0]
        return (done - first) / (now - since) if now - since > 1.0 and done > first else None

    def _write(self, columns: dict[str, Any]) -> None:
        self._beat_at = time.monotonic()
        columns = {**columns, "heartbeat_at": Now()}
        with self._workspace.database.writing(alone=False) as session:
            session.execute(update(JobRecord).where(JobRecord.id == self._job_id).values(columns))

    def _listen(self) -> None:
        heard = False
        while not self._closed.wait(LISTEN_EVERY_S):
            try:
                heard = heard or self._has_heard()
                if time.monotonic() - self._beat_at >= BEAT_EVERY_S:
                    self._write({})
                if self._waits_for_lane:
                    self._leave_lane()
            except Overtaken as lost:
                self._lost = lost
                return
            except (WorkspaceError, OSError):  # it will be free again
                continue

    def _leave_lane(self) -> None:
        """Go to the lane of those that pack, unless somebody is there; start who waited."""
        others = select(JobRecord.id).where(
            JobRecord.lane == PACKING_LANE,
            JobRecord.state.in_(AT_WORK),
            JobRecord.id != self._job_id,
        )
        with self._workspace.database.writing() as session:
            if session.scalars(others).first() is not None:
                return
            mine = update(JobRecord).where(JobRecord.id == self._job_id)
            session.execute(mine.values(lane=PACKING_LANE))
        dispatch.settle(self._workspace)
        self._waits_for_lane = False

    def _has_heard(self) -> bool:
        """Hear a Stop, and say so in the job's row; whether both is done."""
        asked = select(JobRecord.stop_requested_at).where(JobRecord.id == self._job_id)
        with self._workspace.database.reading() as session:
            requested = session.scalar(asked)
        if requested is None and time.monotonic() < self._until:
            return False
        self._stop.set()
        since = Now() if requested is None else requested
        self._write({"stopping": True, "stop_requested_at": since})
        return True
