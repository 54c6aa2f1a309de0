"""The networks that answer programs: opened when first asked, the last few kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from pipeline.api.operations import LATEST
from pipeline.api.refused import Refused
from pipeline.classify.bundle import MANIFEST_FILE, read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.workspace.home import Workspace
from pipeline.workspace.newest_run import newest_answering
from pipeline.workspace.runs import BUNDLE, Runs

_KEPT: Final = 3
_Key = tuple[str, int]  # where it lies, and what changes when another takes its place


class Networks:
    """The networks of a workspace's runs. Thread-safe.

    Args:
        workspace: Gives the workspace; called for each request.
    """

    def __init__(self, workspace: Callable[[], Workspace]) -> None:
        self._workspace = workspace
        self._kept: OrderedDict[_Key, Classifier] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, run_id: str, visitor: str | None) -> tuple[str, Classifier]:
        """A run's id, and its network.

        Args:
            run_id: Of the run, or "latest" for the newest one that can answer.
            visitor: Whose runs are looked at; None looks at all.

        Raises:
            Refused: If this visitor has no such run.
            RunError: If it cannot answer, or is damaged.
        """
        workspace = self._workspace()
        runs = Runs(workspace, visitor)
        try:
            found = newest_answering(workspace, visitor) if run_id == LATEST else run_id
            folder = runs.results_folder(found) / BUNDLE
        except RunError as error:
            raise Refused(404, str(error)) from error
        try:
            key = str(folder), (folder / MANIFEST_FILE).stat().st_mtime_ns
        except OSError:
            key = str(folder), 0  # whoever opens it says why
        with self._lock:
            if key not in self._kept:
                self._kept[key] = Classifier(read_bundle(runs.bundle_folder(found)))
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found, self._kept[key]
