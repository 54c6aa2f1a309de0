"""What a piece of work is doing, in words: the one place where its stages become sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.progress import Stage, Step
from pipeline.wording.numbers import PHASE_NAMES, duration, plural

_SAID: Final[Mapping[Step, str]] = {
    Step.STARTING: "Starting",
    Step.LEARNING: "{phase}, epoch {epoch} of {epochs}",
    Step.PREPARING_FINE_TUNING: "Preparing fine-tuning",
    Step.SOLVING: "Computing the best head",
    Step.TRYING_SETTINGS: "Trying settings, run {epoch} of {epochs}",
    Step.TRYING_SEEDS: "Training the best again with other seeds",
    Step.CROSS_VALIDATING: "Judging every photo by a head that has not seen it",
    Step.TRYING_SIZES: "Learning from fewer photos, to see what more would bring",
    Step.LOOKING: "Computing features of the {about} photos",
    Step.LOOKING_AT_VIEW: "Computing features, view {epoch} of {epochs}",
    Step.LOOKING_TO_TUNE: "Computing features, so that settings can be tried at once",
    Step.COMPARING_PHOTOS: "Computing features of the training photos",
    Step.DRAWING_MAP: "Finding neighbourhoods",
    Step.PACKING: "Saving the model",
    Step.SCORING: "Scoring the test photos",
    Step.ASKING: "Evaluating photos",
    Step.DOWNLOADING: "Downloading {about}",
    Step.CHECKING: "Checking {about}",
    Step.TRYING_AGAIN: "Trying again: {about}",
    Step.WAITING_FOR_FILE: "Waiting for {about}, which is being fetched already",
    Step.WAITING_FOR_JOB: "Waiting for another job",
    Step.WAITING_FOR_PHOTOS: "Waiting for another job that prepares the same photos",
    Step.SEARCHING_FOLDER: "Looking through {about}",
    Step.LOADING_LIBRARY: "Loading {about}",
    Step.PREPARING_SET: "Preparing {about}",
    Step.READING_PHOTOS: "Reading photos",
    Step.KEEPING_PHOTOS: "Keeping photos",
    Step.PREPARING_PHOTOS: "Preparing photos",
    Step.SAVING_PHOTOS: "Saving photos",
    Step.SEARCHING_NETWORK: "Looking at what is there",
    Step.READING_NETWORK: "Reading the original network",
    Step.KEEPING_NETWORK: "Keeping the files",
    Step.NETWORK_READY: "Ready",
    Step.PREPARING_NETWORK: "Preparing the network",
    Step.TIMING_DECODING: "Timing decoding",
    Step.TIMING_AUGMENTATION: "Timing augmentation",
    Step.TIMING_FROZEN_LAYERS: "Timing the frozen layers",
    Step.TIMING_HEAD: "Timing the head",
    Step.TIMING_FINE_TUNING: "Timing fine-tuning",
    Step.TIMING_VALIDATION: "Timing validation",
    Step.READING_RUN: "Reading the run",
    Step.STARTING_TENSORFLOW: "Starting TensorFlow",
    Step.WRITING_NETWORK: "Writing the network",
    Step.COMPARING_ANSWERS: "Comparing the answers",
    Step.CONVERTING_NETWORK: "Writing the network and comparing the answers",
    Step.MEASURING_RANGES: "Seeing how large the network's numbers get",
    Step.WRITING_SCRIPT: "Writing the script",
    Step.DRAWING_REPORT: "Drawing the report",
    Step.BACKING_UP: "Backing up",
    Step.RESTORING: "Restoring",
}

# The same for who trains for the first time, in no term of the field.
_PLAINLY: Final[Mapping[Step, str]] = {
    Step.LEARNING: "Learning, round {epoch} of {epochs}",
    Step.PREPARING_FINE_TUNING: "Getting ready to look closer",
    Step.SOLVING: "Learning",
    Step.CROSS_VALIDATING: "Testing it on photos that it has not seen",
    Step.LOOKING: "Looking at the photos",
    Step.LOOKING_AT_VIEW: "Looking at the photos turned and zoomed: {epoch} of {epochs}",
    Step.PACKING: "Keeping what it has learned",
    Step.SCORING: "Testing it on photos that it has not seen",
    Step.READING_PHOTOS: "Looking through the photos",
    Step.STARTING_TENSORFLOW: "Starting",
}


def stage_in_words(stage: Stage) -> str:
    """`Fine-tuning, epoch 12 of 20`, `Downloading cats_and_dogs.zip`."""
    return _SAID[stage.step].format(
        about=stage.about,
        phase=PHASE_NAMES.get(stage.phase, stage.phase),
        epoch=stage.epoch,
        epochs=stage.epochs,
    )


def plainly(stage: Stage | None, sentence: str) -> str:
    """The same as `doing`, without a term of the field where there is another word."""
    if stage is None or stage.step not in _PLAINLY:
        return doing(stage, sentence)
    return _PLAINLY[stage.step].format(epoch=stage.epoch, epochs=stage.epochs)


def waiting(ahead: int, seconds: float | None) -> str:
    """`Waiting for 2 jobs before it, about 3 min; starts by itself.`, or that it starts.

    Args:
        ahead: How many jobs come before it.
        seconds: Until they have ended; None where nobody knows.
    """
    if not ahead:
        return stage_in_words(Stage(Step.STARTING))
    how_long = "" if seconds is None else f", about {duration(max(1.0, seconds))}"
    return f"Waiting for {plural(ahead, 'job')} before it{how_long}; starts by itself."


def doing(stage: Stage | None, sentence: str) -> str:
    """What a job does, in words.

    Args:
        stage: Where it is; None where it has not told.
        sentence: What a worker of an earlier version has written down, in words already.
    """
    return stage_in_words(stage or Stage(Step.STARTING)) if stage or not sentence else sentence
