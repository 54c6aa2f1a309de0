"""What the coach reads in one curve: each rule with its thresholds and their reasons.

A rule looks at a `Course` and gives an `Advice`, or None. Those that compare curves are in
`phase_rules`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

from pipeline.coach.curves import (
    CLEAR,
    LAST,
    Advice,
    Course,
    Points,
    accuracy_noise,
    loss_noise,
    loss_text,
    mean,
    val_accuracy_of,
    val_loss_of,
)
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.hyperparameters import FRESH_VIEWS
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    AugmentConfig,
)
from pipeline.settings.without_effect import without_effect
from pipeline.wording.numbers import percent

VERY_CLEAR: Final = 3.0  # where the worst of many epochs is picked
HIGHEST_USUAL_RATE: Final = 1e-3  # from `TRAIN`'s words on what is usual
VARIED_VIEWS: Final = 8
FEW_RELEASED: Final = 130
STRONG_DROPOUT: Final = 0.5
# Untrained heads had up to 2.1 times the loss of guessing. At four times it, the steps have thrown
# the network to where it is sure and wrong.
OVERSHOT: Final = 4.0
HOP: Final = 1.5  # times the loss of the epochs before and after: one sees it in the curve


def rate_too_high(course: Course) -> Advice | None:
    """The training loss stopped being a number or is far above guessing, or the curve hops."""
    for points in (course.head, course.tuned):
        wrong = [_wrong_loss(course, point, place == 0) for place, point in enumerate(points)]
        for point, evidence in zip(points, wrong, strict=True):
            if evidence:
                says = (
                    "The learning rate is too high: the steps are so large that the network jumps "
                    "over what it looks for."
                )
                said = Advice(says, evidence, epochs=(point.epoch, points[-1].epoch))
                return slower(course, said, point.phase, 10)
    if not course.can_be_judged:
        return None
    return _hopping(course, course.tuned) or _hopping(course, course.head)


def _wrong_loss(course: Course, point: Epoch, is_first: bool) -> str:
    """What is wrong with an epoch's training loss; nothing where it may be as it is."""
    name, guessed = course.name(point), math.log(max(1, len(course.photos.get("training", {}))))
    if not math.isfinite(point.loss):
        return f"In {name} the training loss is no number any more."
    # The first epoch of a phase may start high: the head, or what is released, is new to it.
    if is_first or not guessed or point.loss <= OVERSHOT * guessed:
        return ""
    return (
        f"In {name} the training loss is {loss_text(point.loss)}; chance costs "
        f"{loss_text(guessed)}."
    )


def slower(course: Course, said: Advice, phase: str, times: float) -> Advice:
    """With a rate so many times smaller, and never above what is usual."""
    phase = phase if phase == FEATURE_EXTRACTION else FINE_TUNING
    rate = course.config.phase_learning_rates[phase] / times
    return course.with_rate(said, phase, min(rate, HIGHEST_USUAL_RATE))


def _hopping(course: Course, points: Points) -> Advice | None:
    """Single epochs that fell far back, though the one before and the one after were good."""
    trios = list(zip(points[1:], points[2:], points[3:], strict=False))
    hops = [trio for trio in trios if _is_hop(course, trio)]
    if not hops:
        return None
    before, worst, _ = hops[0]
    evidence = (
        f"In {course.name(worst)} validation accuracy fell from {percent(before.val_accuracy)} "
        f"to {percent(worst.val_accuracy)}, and was back in the next."
    )
    says = "The curves hop: the last few steps of an epoch decide how good it looks. "
    config = course.config
    averaging = worst.phase != FEATURE_EXTRACTION and not config.weight_averaging
    averaging = averaging and "weight_averaging" not in without_effect(config.to_json())
    says += "Averaging over many steps makes it steady." if averaging else "Smaller steps help."
    said = Advice(says, evidence, epochs=(worst.epoch, hops[-1][1].epoch))
    if averaging:
        return course.with_button(said, "weight averaging", weight_averaging=True)
    return slower(course, said, worst.phase, 3)


def _is_hop(course: Course, trio: Points) -> bool:
    before, here, after = trio
    return here.val_loss > HOP * (before.val_loss + after.val_loss) / 2 and all(
        other.val_accuracy - here.val_accuracy
        > VERY_CLEAR * accuracy_noise(other.val_accuracy, here.val_accuracy, course.validation)
        for other in (before, after)
    )


LEARNED: Final = 0.9  # of the training loss: below, training got better while validation did not


def overfitting(course: Course) -> Advice | None:
    """In the last phase, validation gets worse to its end while training gets better."""
    points = course.tuned or course.head
    best = _turn(course, points)
    if best is None:
        return None
    end = points[-1]
    says = (
        f"Since {course.name(best)} the network learns the training photos by heart (overfitting) "
        "and gets worse on others. The best epoch was kept; more varied photos may carry further."
    )
    evidence = (
        f"From {course.name(best)} to {course.name(end)}, training loss fell from "
        f"{loss_text(best.loss)} to {loss_text(end.loss)} while validation loss rose from "
        f"{loss_text(best.val_loss)} to {loss_text(end.val_loss)}."
    )
    return less_by_heart(course, Advice(says, evidence, epochs=(best.epoch, end.epoch)), best.phase)


def _turn(course: Course, points: Points) -> Epoch | None:
    """The epoch from which on validation gets worse and training better, if any."""
    losses = [point.val_loss for point in points]
    if len(losses) <= LAST or not course.can_be_judged:
        return None
    # Three epochs together, because the best single one is also the luckiest.
    trios = [points[max(0, place - 1) : place + 2] for place in range(len(points) - LAST)]
    start, end = min(trios, key=val_loss_of), points[-LAST:]
    low, ends = val_loss_of(start), sorted(losses[-LAST:])
    noise = max(loss_noise(low, course.validation), _raggedness(losses))
    if ends[1] - low < CLEAR * math.sqrt(2) * noise or ends[0] - low < noise:
        return None
    best = min(start, key=lambda point: point.val_loss)
    trained, ended = mean([point.loss for point in start]), mean([point.loss for point in end])
    if ended > LEARNED * trained or end[-1].loss > LEARNED * best.loss:
        return None
    # A network that only gets too sure of right answers has a higher loss, too; `calibration`
    # mends that in the end.
    was, became = val_accuracy_of(start), val_accuracy_of(end)
    return best if became - was <= accuracy_noise(was, became, course.validation) / 2 else None


def _raggedness(losses: Sequence[float]) -> float:
    """Standard deviation of an epoch's loss around the course of the curve."""
    off = sorted(
        abs(here - (before + after) / 2)
        for before, here, after in zip(losses, losses[1:], losses[2:], strict=False)
    )
    # 1.48 makes a deviation of a median; around the middle of two others it is larger by root 1.5.
    return 1.48 * off[len(off) // 2] / math.sqrt(1.5) if off else 0.0


def less_by_heart(course: Course, said: Advice, phase: str) -> Advice:
    """With the mildest change that is left: more variety first, then less freedom."""
    config = course.config
    if config.augment == AugmentConfig():
        # Not mirrored: nobody but its owner knows whether left and right mean something.
        mild = dataclasses.replace(AUGMENT_PRESETS["mild"], horizontal_flip=False)
        return course.with_button(said, "photos turned and moved a little", augment=mild)
    if FRESH_VIEWS < config.views < VARIED_VIEWS:
        views = 2 * VARIED_VIEWS
        return course.with_button(said, f"{views} views of each photo", views=views)
    if phase != FEATURE_EXTRACTION and config.fine_tune_at < FEW_RELEASED:
        button = f"layers from {FEW_RELEASED} on released"
        return course.with_button(said, button, fine_tune_at=FEW_RELEASED)
    dropout = max(config.dropout, STRONG_DROPOUT)
    return course.with_button(said, f"dropout {dropout:g}", dropout=dropout)
