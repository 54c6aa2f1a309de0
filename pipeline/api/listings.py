"""What there is: runs and photo sets, as the command line lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anyio

from pipeline.api import schemas
from pipeline.api.operations import Asked, Operation
from pipeline.api.refused import Refused
from pipeline.errors import RunError
from pipeline.workspace.home import Workspace


def operations(workspace: Callable[[], Workspace]) -> list[Operation]:
    """What can be asked about runs and photo sets.

    Args:
        workspace: Gives the workspace; called for each request, from any thread.
    """

    def runs(visitor: str | None) -> Mapping[str, Any]:
        from pipeline.jobs.queue import Jobs
        from pipeline.workspace.runs import Runs
        from pipeline.workspace.told import run_told

        opened = workspace()
        Jobs(opened, visitor).settle()  # what died is no longer said to run
        return {"runs": [run_told(run) for run in Runs(opened, visitor).list()]}

    def run(visitor: str | None, run_id: str) -> Mapping[str, Any]:
        from pipeline.workspace.runs import Runs
        from pipeline.workspace.told import run_told

        try:
            found = Runs(workspace(), visitor).get(run_id)
        except RunError as error:
            raise Refused(404, str(error)) from error
        return {**found.to_json(), **run_told(found)}

    def photo_sets(visitor: str | None) -> Mapping[str, Any]:
        from pipeline.workspace.photo_sets import PhotoSets
        from pipeline.workspace.told import photo_set_told

        return {
            "photo_sets": [photo_set_told(row) for row in PhotoSets(workspace(), visitor).list()]
        }

    async def answer_runs(asked: Asked) -> Mapping[str, Any]:
        return await anyio.to_thread.run_sync(runs, asked.visitor)

    async def answer_run(asked: Asked) -> Mapping[str, Any]:
        return await anyio.to_thread.run_sync(run, asked.visitor, asked.path["id"])

    async def answer_photo_sets(asked: Asked) -> Mapping[str, Any]:
        return await anyio.to_thread.run_sync(photo_sets, asked.visitor)

    return [
        Operation("GET", "/runs", "runs", "All runs, newest first.", answer_runs, schemas.RUNS),
        Operation(
            "GET",
            "/runs/{id}",
            "run",
            "Everything that is known of one run.",
            answer_run,
            schemas.RUN,
            refuses=(404,),
        ),
        Operation(
            "GET",
            "/photo-sets",
            "photo_sets",
            "All photo sets.",
            answer_photo_sets,
            schemas.PHOTO_SETS,
        ),
    ]
