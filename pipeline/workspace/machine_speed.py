"""How fast this machine is, as measured; kept for the time estimate."""

from __future__ import annotations

import hashlib
import math
import platform
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.parallel import processors
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.tables import TimingRecord

# To be changed with the meaning of what is measured: older measurements are then passed over.
_KIND: Final = "lean"


class Timings:
    """The timed batches of one workspace on this machine, one per width and image size."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def get(self, config: TrainConfig) -> dict[str, Any] | None:
        """What was measured for the network of `config`, or for the one nearest to it.

        `network.training_time` scales the one to the other. None where nothing was measured.
        """
        with self._workspace.database.reading() as session:
            return measured(session, config)

    def keep(self, config: TrainConfig, measured: Mapping[str, Any]) -> None:
        """Keep a measurement in place of an older one."""
        with self._workspace.database.writing() as session:
            session.merge(TimingRecord(key=_key(config), measured=dict(measured)))


def measured(session: Session, config: TrainConfig) -> dict[str, Any] | None:
    """The same within a transaction; see `Timings.get`."""
    mine = select(TimingRecord).where(TimingRecord.key.startswith(_machine()))
    found = [dict(record.measured) for record in session.scalars(mine)]
    return min(found, key=lambda one: _distance(config, one), default=None)


def _key(config: TrainConfig) -> str:
    return f"{_machine()}{config.alpha}-{config.image_size_px}"


def _machine() -> str:
    """How keys begin: a workspace may move to another machine, and each has its own speed."""
    words = f"{platform.node()} {platform.machine()} {processors()}"
    return f"{_KIND}-{hashlib.sha256(words.encode()).hexdigest()[:12]}-"


def _distance(config: TrainConfig, measured: Mapping[str, Any]) -> float:
    """How much must be scaled from one network to the other, in powers of e."""
    wider = abs(math.log(config.alpha / measured["alpha"]))
    larger = abs(math.log(config.image_size_px / measured["image_size_px"]))
    return 2 * larger + wider
