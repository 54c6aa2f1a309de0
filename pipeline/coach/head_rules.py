"""What the coach reads in a run that ended far from good: each rule with its thresholds."""

from __future__ import annotations

import math
from typing import Final

from pipeline.coach.curve_rules import HIGHEST_USUAL_RATE
from pipeline.coach.curves import LAST, Advice, Course, Points, loss_text, mean, val_accuracy_of
from pipeline.settings.hyperparameters import IMAGENET, NOTHING, SOLVED, TRAIN
from pipeline.settings.train_config import FEATURE_EXTRACTION
from pipeline.wording.numbers import percent

# From `TRAIN`'s words on what is usual.
LOWEST_USUAL_RATE: Final = 3e-5
TUTORIAL_RATE: Final = 1e-4
FALL: Final = 0.15  # of the loss in a whole phase: less looks flat
FAR: Final = 0.5  # of the way from guessing to all right


def from_nothing(course: Course) -> Advice | None:
    """Far from good in the end, from a network that knew nothing."""
    evidence = _far_from_good(course)
    if not evidence or course.config.weights != NOTHING:
        return None
    says = (
        "The network started from random weights, and these photos have not taught it to see. With "
        "what it knows from the photos of ImageNet it begins far ahead."
    )
    return course.with_button(Advice(says, evidence), "ImageNet's knowledge", weights=IMAGENET)


def stuck(course: Course) -> Advice | None:
    """Far from good in the end, though the head's steps were large enough, or it was solved."""
    evidence = _far_from_good(course)
    if not evidence or course.config.weights == NOTHING:
        return None
    if course.config.head == SOLVED:
        says = (
            "The head is the best there is for what the frozen network sees, and that is not "
            "enough. Fine-tuning lets the network look closer; more photos may help, too."
        )
        return None if course.tuned else _release(course, Advice(says, evidence))
    if not _is_flat(course.head) or not _has_large_steps(course):
        return None
    says = (
        "The head stands still, far from good. Either the frozen network does not see what "
        "sets the classes apart, or photos lie in wrong classes; these curves cannot tell."
    )
    return _release(course, _of_flat_head(course, says, evidence))


def rate_too_low(course: Course) -> Advice | None:
    """Far from good in the end, and the head hardly moved, with small steps."""
    evidence = _far_from_good(course)
    if not evidence or course.config.weights == NOTHING:
        return None
    if not _is_flat(course.head) or _has_large_steps(course):
        return None
    rate = course.config.learning_rate
    says = "The head hardly moved: the learning rate is too low for so few steps."
    if rate >= LOWEST_USUAL_RATE:
        says = (
            "The head hardly moved. Either the learning rate is too low, or the frozen network "
            "does not see what sets the classes apart; these curves cannot tell. A higher rate can."
        )
    said = _of_flat_head(course, says, evidence)
    rate = min(HIGHEST_USUAL_RATE, max(TUTORIAL_RATE, 10 * rate))
    return course.with_rate(said, FEATURE_EXTRACTION, rate)


def _far_from_good(course: Course) -> str:
    """What shows that a run ended far from good; nothing where it did not, or may not have."""
    if not course.points or not course.can_be_judged:
        return ""
    accuracy = val_accuracy_of(course.points[-LAST:])
    guessed = max(course.photos["validation"].values()) / course.validation
    if accuracy > guessed + FAR * (1 - guessed):
        return ""
    return (
        f"{percent(accuracy)} of the validation photos were predicted correctly in the end; always "
        f"naming the most frequent class gives {percent(guessed)}."
    )


def _is_flat(points: Points) -> bool:
    """Whether neither training nor validation loss fell to speak of over enough epochs."""
    if len(points) < LAST:
        return False
    first, late = points[0], points[-2:]
    return all(
        mean(ends) >= (1 - FALL) * start
        for start, ends in (
            (first.loss, [point.loss for point in late]),
            (first.val_loss, [point.val_loss for point in late]),
        )
    )


def _has_large_steps(course: Course) -> bool:
    """Whether the head learned with a high rate, or came far in its first epoch."""
    far = (1 - FALL) * _untrained_loss(course)
    rate, reached = course.config.learning_rate, course.head[-1].val_loss
    return rate >= HIGHEST_USUAL_RATE or (math.isfinite(far) and reached < far)


def _untrained_loss(course: Course) -> float:
    """Validation loss before training; NaN where it is not known."""
    return (course.initial or {}).get("loss", math.nan)


def _of_flat_head(course: Course, says: str, evidence: str) -> Advice:
    first, last, before = course.head[0], course.head[-1], _untrained_loss(course)
    since = "at the start"
    if not math.isfinite(before):
        before, since = first.val_loss, f"in {course.name(first)}"
    evidence = (
        f"Validation loss was {loss_text(before)} {since} and {loss_text(last.val_loss)} in "
        f"{course.name(last)}. {evidence}"
    )
    return Advice(says, evidence, epochs=(first.epoch, last.epoch))


def _release(course: Course, said: Advice) -> Advice:
    """With fine-tuning, if there was none: then the network may learn to look closer."""
    if course.config.fine_tune_epochs:
        return said
    epochs = TRAIN["fine_tune_epochs"].default
    return course.with_button(said, f"{epochs} epochs of fine-tuning", fine_tune_epochs=epochs)
