"""What the coach reads in the end of a curve, and between the phases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.coach.curve_rules import LEARNED, less_by_heart, slower
from pipeline.coach.curves import (
    CLEAR,
    LAST,
    Advice,
    Course,
    Points,
    accuracy_noise,
    loss_text,
    mean,
    val_accuracy_of,
)
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.train_config import FINE_TUNING, AugmentConfig
from pipeline.wording.numbers import percent

WINDOW: Final = 6  # epochs: what one sees as the end of a curve
FEWEST_EPOCHS: Final = 4  # three fall one after the other in one of six curves by chance
# Fall of the loss over the later half of the window, and as a share of it: less is levelling off.
VISIBLE: Final = 0.02
SHARE: Final = 0.1


def more_epochs(course: Course) -> Advice | None:
    """Validation loss falls to the end of the last phase."""
    config, points = course.config, course.tuned or course.head
    name = "fine_tune_epochs" if course.tuned else "epochs"
    planned = getattr(config, name)
    if len(points) < planned or not still_falling(course, points[-WINDOW:]):
        return None  # fewer: somebody stopped it, or `early_stopping` did
    first, last = points[-WINDOW:][0], points[-1]
    says = "It was still getting better when its epochs were over. More of them may bring more."
    evidence = (
        f"Validation loss fell from {loss_text(first.val_loss)} in {course.name(first)} to "
        f"{loss_text(last.val_loss)} in {course.name(last)} and had not levelled off."
    )
    said = Advice(says, evidence, epochs=(first.epoch, last.epoch))
    more = min(int(TRAIN[name].high or 0), max(2 * planned, planned + 5))
    button = f"{more} {'fine-tuning epochs' if course.tuned else 'epochs'}"
    return course.with_button(said, button, **{name: more})


def still_falling(course: Course, window: Points) -> bool:
    """Whether the loss still falls at the end of a window of epochs."""
    losses = [point.val_loss for point in window]
    if len(losses) < FEWEST_EPOCHS or not course.can_be_judged:
        return False
    if (1 - val_accuracy_of(window[-LAST:])) * course.validation < 2:
        return False  # with one photo wrong, nothing can be gained that anybody would see
    middle, last = losses[len(losses) // 2], losses[-1]
    risen = sum(early <= late for place, early in enumerate(losses) for late in losses[place + 1 :])
    # Of 15 pairs of six epochs, noise has at most one in wrong order in one of 120 curves.
    return middle - last > max(VISIBLE, SHARE * middle) and risen <= (len(losses) == WINDOW)


@dataclass(frozen=True, slots=True)
class Gain:
    """What fine-tuning did to validation accuracy.

    Attributes:
        before: At the end of the first phase, 0 to 1.
        after: At the end of fine-tuning.
        difference: By how much it rose at least: of the last epochs, and of the last three.
        noise: Standard error of a difference of two such accuracies.
    """

    before: float
    after: float
    difference: float
    noise: float

    @property
    def is_clear(self) -> bool:
        """Whether it is more than the luck of the validation photos."""
        return abs(self.difference) > CLEAR * self.noise


def fine_tuning_gain(course: Course) -> Gain | None:
    """What fine-tuning brought or cost; None where there is nothing to compare."""
    first, second = course.first_phase, course.tuned
    if not first or len(second) < 2 or not course.can_be_judged:
        return None
    before, after = first[-1].val_accuracy, second[-1].val_accuracy
    single = after - before
    both = val_accuracy_of(second[-LAST:]) - val_accuracy_of(first[-LAST:])
    difference = min(single, both, key=abs) if single * both > 0 else 0.0
    return Gain(before, after, difference, accuracy_noise(before, after, course.validation))


def head_might_have_gained(course: Course) -> bool:
    """Whether the head alone might have got better, too, so that fine-tuning's share is unknown.

    So it is where its curve had not levelled off, or was too short to tell.
    """
    head = course.head
    return bool(head) and (len(head) < FEWEST_EPOCHS or still_falling(course, head[-WINDOW:]))


GAIN_WORTH_A_WORD: Final = 0.05  # the tutorial's own gain of three points is the ordinary thing


def fine_tuning_lost(course: Course) -> Advice | None:
    """Fine-tuning lost, by more than noise."""
    gain = fine_tuning_gain(course)
    if gain is None or not gain.is_clear or gain.difference > 0:
        return None
    # A solver's training loss is of photos as they are, and no match for fine-tuning's.
    was = mean([point.loss for point in course.head[-LAST:] or course.tuned[:1]])
    if mean([point.loss for point in course.tuned[-LAST:]]) < LEARNED * was:
        says = (
            "Fine-tuning learned the training photos by heart and made the network worse on "
            "others. The best epoch was kept."
        )
        return less_by_heart(course, _of_fine_tuning(course, says, gain), FINE_TUNING)
    says = (
        "Fine-tuning made the network worse, on training photos as well: its steps are too large, "
        "and it forgot what it knew. The best epoch was kept."
    )
    return slower(course, _of_fine_tuning(course, says, gain), FINE_TUNING, 10)


def fine_tuning_gained(course: Course) -> Advice | None:
    """Fine-tuning gained much, by more than noise."""
    gain = fine_tuning_gain(course)
    if gain is None or not gain.is_clear or gain.difference < GAIN_WORTH_A_WORD:
        return None
    says = "Fine-tuning made the difference: the released layers learned to see your classes."
    if head_might_have_gained(course):
        says = (
            "The second phase brought much. How much of it fine-tuning did, nobody can tell: the "
            "head alone might have got better, too."
        )
    return _of_fine_tuning(course, says, gain)


def _of_fine_tuning(course: Course, says: str, gain: Gain) -> Advice:
    evidence = (
        f"Validation accuracy went from {percent(gain.before)} before fine-tuning to "
        f"{percent(gain.after)}; up to {100 * CLEAR * gain.noise:.1f} points could be luck."
    )
    return Advice(says, evidence, epochs=(course.tuned[0].epoch, course.tuned[-1].epoch))


ABOVE: Final = 0.03  # a smaller gap between the two curves does not strike anybody


def validation_above(course: Course) -> Advice | None:
    """Validation ends clearly above training, as dropout and augmentation make it."""
    points, config = (course.tuned or course.head)[-LAST:], course.config
    if not points or not course.can_be_judged:
        return None
    if config.dropout == 0 and config.augment == AugmentConfig():
        return None  # nothing made training harder, so that it is not known why
    trained = mean([point.accuracy for point in points])
    photos = sum(course.photos.get("training", {}).values())
    noise = accuracy_noise(val_accuracy_of(points), trained, course.validation, photos)
    if val_accuracy_of(points) - trained < max(ABOVE, CLEAR * noise):
        return None
    says = (
        "Validation is better than training, and that is as it should be: training photos are "
        "made harder by augmentation and dropout, and are counted while it is still learning."
    )
    evidence = (
        f"In the end {percent(val_accuracy_of(points))} of the validation photos were predicted "
        f"correctly, and {percent(trained)} of the training photos."
    )
    return Advice(says, evidence, epochs=(points[0].epoch, points[-1].epoch))
