"""What a preparation for tuning is asked for, and which of them still count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pipeline.errors import NotReady
from pipeline.network.imagenet_weights import weights_are_here
from pipeline.settings.hyperparameters import IMAGENET, NOTHING
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning import material
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.states import ACTIVE
from pipeline.workspace.tables import JobRecord

KIND: Final = "prepare"
_TAIL: Final = ("head", "views", "epochs", "fine_tune_epochs", "fine_tune_at")
_REMEMBERED: Final = 20  # jobs of a visitor that are looked through


def request(workspace: Workspace, row: PhotoSetRow, config: TrainConfig) -> dict[str, Any] | None:
    """What a job has to make; None where everything is there.

    Returns:
        `photo_set`, the `config` with all that concerns the head as usual, what is `needed`, and
        how many `photos` that is, each view counted: equal for what needs the same. Besides, what
        decides which results `fine_tuning` will ask for: they come of the same look at the photos.

    Raises:
        NotReady: If the network is none that could look at photos before a training.
        PhotoSetError: If the set is damaged.
    """
    if config.weights == NOTHING:
        raise NotReady(
            "A network that starts from random weights is drawn anew for each training, so "
            "nothing can be "
            "tried at once. Press Start, or choose other pretrained weights."
        )
    photo_set = PhotoSets(workspace).open(row.id)
    needed = material.needed(config)
    known = config.weights != IMAGENET or weights_are_here(config.alpha, config.image_size_px)
    if known and not material.missing(workspace, photo_set, config, needed):
        return None
    sizes = {split: len(photo_set.indices(split)) for split, _ in needed}
    return {
        "photo_set": row.id,
        "config": material.decisive(config).to_json(),
        "needed": [list(one) for one in needed],
        "photos": sum(sizes[split] for split, _ in needed),
        "fine_tuning": {name: value for name, value in config.to_json().items() if name in _TAIL},
    }


def earlier(session: Session, visitor: str | None, asked: dict[str, Any]) -> JobRecord | None:
    """The newest job that was asked for the very same; one that is done has lost what it made."""
    for record in _newest(session, visitor, asked["photo_set"]):
        if {**record.request, "fine_tuning": asked["fine_tuning"]} == asked:
            return None if record.state == "done" else record
    return None


def outdated(session: Session, visitor: str | None, photo_set_id: str) -> Iterator[JobRecord]:
    """Those for the same set that nobody waits for once another is asked for."""
    for record in _newest(session, visitor, photo_set_id):
        if record.state in ACTIVE:
            yield record


def _newest(session: Session, visitor: str | None, photo_set_id: str) -> list[JobRecord]:
    of_set: ColumnElement[bool] = JobRecord.request["photo_set"].as_string() == photo_set_id
    mine = JobRecord.visitor == visitor  # "IS NULL" for None
    order = select(JobRecord).where(JobRecord.kind == KIND, mine, of_set)
    return list(session.scalars(order.order_by(JobRecord.number.desc()).limit(_REMEMBERED)))
