"""How long a training that waits should take once it begins: who is behind it may ask."""

from __future__ import annotations

from sqlalchemy.orm import Session

from pipeline.network.training_time import training_seconds
from pipeline.photos.splits import SPLITS
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace import machine_speed
from pipeline.workspace.tables import PhotoSetRecord, RunRecord


def expected_s(session: Session, run: RunRecord) -> float | None:
    """Seconds from its first epoch to its score, with nothing kept; None where none was timed.

    Args:
        session: The transaction that queues it.
        run: A new one, which has learned nothing yet.
    """
    config = TrainConfig.from_json(run.config)
    measured = machine_speed.measured(session, config)
    photo_set = session.get(PhotoSetRecord, run.photo_set_id)
    if measured is None or photo_set is None:
        return None
    training, validation, test = (sum(photo_set.splits.get(s, {}).values()) for s in SPLITS)
    return training_seconds(config, training, validation, test, measured)
