"""How fast this machine is, as measured; kept for the time estimate."""

from __future__ import annotations

from typing import Any

from pipeline.config import TrainConfig
from pipeline.workspace.database import TimingRecord
from pipeline.workspace.home import Workspace


class Timings:
    """The timed batches of one workspace, one measurement per width and image size."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def get(self, config: TrainConfig) -> dict[str, Any] | None:
        """What was measured for the network of `config`, or None."""
        with self._workspace.database.reading() as session:
            record = session.get(TimingRecord, _key(config))
            return dict(record.measured) if record else None

    def keep(self, config: TrainConfig, measured: dict[str, Any]) -> None:
        """Keep a measurement in place of an older one."""
        with self._workspace.database.writing() as session:
            session.merge(TimingRecord(key=_key(config), measured=measured))


def _key(config: TrainConfig) -> str:
    return f"mobilenet_v2-{config.alpha}-{config.image_size_px}-{config.batch_size}"
