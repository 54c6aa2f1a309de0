"""The curves of a run as TensorBoard's event files, written without TensorBoard or TensorFlow.

Tags and folders are those of Keras's own TensorBoard callback. The records go straight to the file:
tensorboardX's own `SummaryWriter` would put the machine's name and the present time into it, and
keep a thread and a queue until Python ends.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from tensorboardX import RecordWriter
from tensorboardX.proto.event_pb2 import Event
from tensorboardX.proto.summary_pb2 import Summary

from pipeline.evaluation.learning_curve import Epoch
from pipeline.files.atomic import staged_folder

TRAINING: Final = "train"
VALIDATION: Final = "validation"


def write_events(run_folder: Path, points: Sequence[Epoch], began: datetime) -> None:
    """Write `train/` and `validation/` into a run's folder; earlier ones are replaced.

    Args:
        run_folder: Where; must exist.
        points: The run's curves, in order.
        began: When the training began, from which the points' times are counted.
    """
    for folder, prefix in ((TRAINING, ""), (VALIDATION, "val_")):
        target = run_folder / folder
        with staged_folder(target) as staging:
            name = f"events.out.tfevents.{int(began.timestamp())}.pawtune"
            with closing(RecordWriter(str(staging / name))) as writer:
                for event in _events(points, prefix, began.timestamp()):
                    writer.write(event.SerializeToString())
            with suppress(FileNotFoundError):
                shutil.rmtree(target)


def _events(points: Sequence[Epoch], prefix: str, began: float) -> Iterator[Event]:
    now = began
    yield Event(wall_time=now, file_version="brain.Event:2")
    for point in points:
        now += point.seconds
        for measure in ("loss", "accuracy"):
            score = Summary.Value(
                tag=f"epoch_{measure}", simple_value=getattr(point, f"{prefix}{measure}")
            )
            yield Event(wall_time=now, step=point.epoch, summary=Summary(value=[score]))
