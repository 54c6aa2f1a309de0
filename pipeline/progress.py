"""How long work tells what it is doing and hears that it should stop.

What is told is data; `wording.job_text` makes the sentence, where somebody reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, Protocol

Unit = Literal["", "photos", "files", "bytes", "batches"]


class Step(StrEnum):
    """What a piece of work is doing; the database keeps the values."""

    STARTING = "starting"
    LEARNING = "learning"
    PREPARING_FINE_TUNING = "preparing_fine_tuning"
    SOLVING = "solving"
    TRYING_SETTINGS = "trying_settings"
    TRYING_SEEDS = "trying_seeds"
    CROSS_VALIDATING = "cross_validating"
    TRYING_SIZES = "trying_sizes"
    LOOKING = "looking"
    LOOKING_AT_VIEW = "looking_at_view"
    LOOKING_TO_TUNE = "looking_to_tune"
    COMPARING_PHOTOS = "comparing_photos"
    DRAWING_MAP = "drawing_map"
    PACKING = "packing"
    SCORING = "scoring"
    ASKING = "asking"
    DOWNLOADING = "downloading"
    CHECKING = "checking"
    TRYING_AGAIN = "trying_again"
    WAITING_FOR_FILE = "waiting_for_file"
    WAITING_FOR_JOB = "waiting_for_job"
    WAITING_FOR_PHOTOS = "waiting_for_photos"
    SEARCHING_FOLDER = "searching_folder"
    LOADING_LIBRARY = "loading_library"
    PREPARING_SET = "preparing_set"
    READING_PHOTOS = "reading_photos"
    KEEPING_PHOTOS = "keeping_photos"
    PREPARING_PHOTOS = "preparing_photos"
    SAVING_PHOTOS = "saving_photos"
    SEARCHING_NETWORK = "searching_network"
    READING_NETWORK = "reading_network"
    KEEPING_NETWORK = "keeping_network"
    NETWORK_READY = "network_ready"
    PREPARING_NETWORK = "preparing_network"
    TIMING_DECODING = "timing_decoding"
    TIMING_AUGMENTATION = "timing_augmentation"
    TIMING_FROZEN_LAYERS = "timing_frozen_layers"
    TIMING_HEAD = "timing_head"
    TIMING_FINE_TUNING = "timing_fine_tuning"
    TIMING_VALIDATION = "timing_validation"
    READING_RUN = "reading_run"
    STARTING_TENSORFLOW = "starting_tensorflow"
    WRITING_NETWORK = "writing_network"
    COMPARING_ANSWERS = "comparing_answers"
    CONVERTING_NETWORK = "converting_network"
    MEASURING_RANGES = "measuring_ranges"
    WRITING_SCRIPT = "writing_script"
    DRAWING_REPORT = "drawing_report"
    BACKING_UP = "backing_up"
    RESTORING = "restoring"


# Of a training: all is learned, and what it has learned is made to answer.
PACKING_STEPS: Final = (Step.PACKING, Step.SCORING)
# Of a training: it is asked about photos that it has not seen.
TESTING_STEPS: Final = (Step.CROSS_VALIDATING, Step.SCORING)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a piece of work is; another stage is another value.

    Attributes:
        step: What it is doing.
        about: The file, folder, set or split that it does it with; "" where there is but one.
        phase: Of a training that learns: one of `config.PHASES`; else "".
        epoch: Which epoch is learned, or which view of the photos is drawn, from 1; 0 for none.
        epochs: The last one of them.
    """

    step: Step
    about: str = ""
    phase: str = ""
    epoch: int = 0
    epochs: int = 0


class Report(Protocol):
    """What long work calls while it works; the worker's writes to the database."""

    def __call__(
        self, stage: Stage, done: float = 0, total: float | None = None, unit: Unit = ""
    ) -> None:
        """Tell where the work is.

        Args:
            stage: What is being done.
            done: How much of it is done, in `unit`.
            total: How much there is in all, in `unit`; None when nobody knows.
            unit: What is counted, or empty.

        Raises:
            Stopped: If somebody pressed Stop. Call often: several times a second.
        """


def silent(stage: Stage, done: float = 0, total: float | None = None, unit: Unit = "") -> None:
    """A `Report` for callers who do not listen."""
