"""Whoever asks kept features something asks here."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any, Final

from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.answers import ANSWERS
from pipeline.tuning.material import Material, decisive
from pipeline.workspace.home import Workspace

_MOST_MATERIALS: Final = 4  # kept mapped; each some 10 MB for each view of 2,000 photos


class Helpers:
    """Answers questions about the photo sets of a workspace; any thread may ask."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._materials: OrderedDict[tuple[str, TrainConfig], Material] = OrderedDict()

    def ask(
        self, whose: str | None, kind: str, photo_set_id: str, config: TrainConfig, **more: Any
    ) -> Any:
        """Ask, and wait for the answer.

        Args:
            whose: Which visitor asks; None on one's own computer. Whether he may see the set is
                for the caller to know.
            kind: One of `ANSWERS`.
            photo_set_id: The photos.
            config: The settings.
            **more: What else the question says.

        Raises:
            NotReady: If features are missing; see `Jobs.prepare`.
            PawTuneError: From the answer's function.
        """
        with self._lock:
            return ANSWERS[kind](self._material(photo_set_id, config), config, **more)

    def _material(self, photo_set_id: str, config: TrainConfig) -> Material:
        key = photo_set_id, decisive(config)
        if key not in self._materials:
            self._materials[key] = Material(self._workspace, photo_set_id, config)
        self._materials.move_to_end(key)
        while len(self._materials) > _MOST_MATERIALS:
            self._materials.popitem(last=False)
        return self._materials[key]
