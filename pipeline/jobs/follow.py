"""Wait for a job, on the command line."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

from pipeline.errors import JobError, Stopped
from pipeline.jobs.job import Job
from pipeline.jobs.queue import Jobs
from pipeline.wording.job_text import stage_in_words
from pipeline.workspace.states import JobState

LOOK_EVERY_S: Final = 0.1


def follow(
    jobs: Jobs, job: Job, tell: Callable[[str], None] = lambda line: print(line, file=sys.stderr)
) -> Job:
    """Wait for a job's end, telling each new stage; Ctrl-C asks it to stop.

    Raises:
        JobError: If it failed or was cut off.
        Stopped: If it was stopped before it made anything.
    """
    told = None
    while not job.finished:
        try:
            if job.stage is not None and job.stage != told:
                told = job.stage
                tell(stage_in_words(told))
            time.sleep(LOOK_EVERY_S)
            jobs.settle()
        except KeyboardInterrupt:
            tell("Stopping; what was learned so far is kept.")
            jobs.stop(job.id)
        job = jobs.get(job.id)
    if job.state == JobState.STOPPED and not job.result:
        raise Stopped("Stopped before anything was made.")
    if job.state not in (JobState.DONE, JobState.STOPPED):
        raise JobError(job.error or "The work did not end as it should.", job.result)
    return job
