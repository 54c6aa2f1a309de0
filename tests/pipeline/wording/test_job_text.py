"""What a job does, in words: a sentence for each stage, made in one place."""

from __future__ import annotations

import re

import pytest

from pipeline.progress import Stage, Step
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING
from pipeline.wording import job_text
from pipeline.wording.job_text import doing, plainly, stage_in_words


@pytest.mark.parametrize("step", Step)
def test_every_step_has_a_sentence(step: Step) -> None:
    said = stage_in_words(Stage(step, "a thing", FEATURE_EXTRACTION, 3, 10))
    assert said[0].isupper()
    assert "{" not in said
    assert not said.endswith(".")


def test_no_two_steps_say_the_same() -> None:
    said = list(job_text._SAID.values())
    assert len(set(said)) == len(said) == len(Step)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (
            Stage(Step.LEARNING, phase=FINE_TUNING, epoch=12, epochs=20),
            "Fine-tuning, epoch 12 of 20",
        ),
        (Stage(Step.LOOKING, "validation"), "Computing features of the validation photos"),
        (
            Stage(Step.LOOKING_AT_VIEW, epoch=2, epochs=4),
            "Computing features, view 2 of 4",
        ),
        (Stage(Step.DOWNLOADING, "{phase}.zip"), "Downloading {phase}.zip"),
    ],
)
def test_sentences(stage: Stage, said: str) -> None:
    assert stage_in_words(stage) == said


def test_a_finished_sentence_of_an_earlier_version_is_left_alone() -> None:
    assert doing(None, "Epoch 3 of 10") == "Epoch 3 of 10"
    assert doing(None, "") == "Starting"
    assert doing(Stage(Step.PACKING), "Epoch 3 of 10") == "Saving the model"


FIELD = re.compile("epoch|feature|fine-tuning|head|model|validation|tensorflow", re.IGNORECASE)


@pytest.mark.parametrize(
    "step",
    [
        Step.STARTING,
        Step.STARTING_TENSORFLOW,
        Step.LOOKING,
        Step.LOOKING_AT_VIEW,
        Step.LEARNING,
        Step.PREPARING_FINE_TUNING,
        Step.SOLVING,
        Step.CROSS_VALIDATING,
        Step.PACKING,
        Step.SCORING,
    ],
)
def test_who_trains_for_the_first_time_reads_no_term_of_the_field(step: Step) -> None:
    said = plainly(Stage(step, "training", FINE_TUNING, 3, 10), "")
    assert said[0].isupper()
    assert not FIELD.search(said)
    assert "{" not in said


def test_what_has_no_plainer_word_is_said_as_everywhere() -> None:
    assert plainly(Stage(Step.DOWNLOADING, "cats.zip"), "") == "Downloading cats.zip"
    assert plainly(None, "What an earlier version wrote") == "What an earlier version wrote"


@pytest.mark.parametrize(
    ("ahead", "seconds", "said"),
    [
        (0, None, "Starting"),
        (0, 30.0, "Starting"),
        (1, None, "Waiting for 1 job before it; starts by itself."),
        (1, 0.2, "Waiting for 1 job before it, about 1 s; starts by itself."),
        (3, 200.0, "Waiting for 3 jobs before it, about 3 min; starts by itself."),
    ],
)
def test_who_waits_is_told_for_how_long(ahead: int, seconds: float | None, said: str) -> None:
    assert job_text.waiting(ahead, seconds) == said
