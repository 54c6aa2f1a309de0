"""What the coach reads of a run, and what it says: each thing with evidence and one change.

It speaks where numbers stand out of their noise. Where they cannot decide between two causes it
says so, or it is silent; of a good run there is nothing to say. All rules are in `advice`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import SettingError
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import curve_points

# With fewer validation photos one photo is more than five points: the curves say nothing.
FEWEST_TO_JUDGE: Final = 20
CLEAR: Final = 2.0  # standard errors: by chance alone, one comparison in twenty gets there
LAST: Final = 3  # epochs: one alone may be luck, more reach back to where it was still learning


Points = Sequence[Epoch]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to say about a run. All of it is plain text: class names are people's own.

    Attributes:
        says: A few plain sentences for people who do not program.
        evidence: What can be seen in the curves or the test, with its numbers.
        change: New values of `TrainConfig`, by name, for the next run; None where no setting helps.
        button: What the button that trains with this change says; empty without a change.
        epochs: First and last number of the points that a chart may mark, or None.
        kind: Which of the coach's `RULES` says it; at most once in a run.
    """

    says: str
    evidence: str
    change: Mapping[str, Any] | None = None
    button: str = ""
    epochs: tuple[int, int] | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a run; what all rules look at."""

    config: TrainConfig
    points: Points
    photos: Mapping[str, Mapping[str, int]]
    confusion: Sequence[Sequence[int]] = ()
    initial: Mapping[str, float] | None = None
    by_folds: bool = False

    @property
    def judging(self) -> int:
        """Number of photos that the score comes from."""
        splits = self.photos.values() if self.by_folds else [self.photos.get("test", {})]
        return sum(sum(counts.values()) for counts in splits)

    @property
    def validation(self) -> int:
        """Number of validation photos."""
        return sum(self.photos.get("validation", {}).values())

    @property
    def can_be_judged(self) -> bool:
        """Whether the curves are numbers throughout, of enough validation photos."""
        return self.validation >= FEWEST_TO_JUDGE and all(
            map(math.isfinite, (value for point in self.points for value in _scores(point)))
        )

    @property
    def first_phase(self) -> Points:
        """The epochs of feature extraction, or the solver's steps."""
        return [point for point in self.points if point.phase == FEATURE_EXTRACTION]

    @property
    def head(self) -> Points:
        """The epochs of feature extraction; none where the head was solved."""
        return [] if curve_points.is_solved(self.config) else self.first_phase

    @property
    def tuned(self) -> Points:
        """The epochs of fine-tuning."""
        return [point for point in self.points if point.phase != FEATURE_EXTRACTION]

    def name(self, point: Epoch) -> str:
        """What a point is called; behind a solved head the epochs are counted anew."""
        return curve_points.name(self.config, self.points, point.epoch)

    def with_button(self, said: Advice, button: str, **change: Any) -> Advice:
        """The advice with a change, where that is allowed and makes a difference."""
        try:
            changed = dataclasses.replace(self.config, **change)
        except SettingError:
            return said
        if changed == self.config or change.keys() & without_effect(changed.to_json()):
            return said
        return dataclasses.replace(said, change=change, button=f"Train again with {button}")

    def with_rate(self, said: Advice, phase: str, rate: float) -> Advice:
        """The advice with another learning rate of a phase."""
        rate = float(f"{rate:.1g}")
        if rate < (TRAIN["learning_rate"].low or 0.0):
            return said
        text = f"{rate:.12f}".rstrip("0")  # without powers of ten
        if phase == FEATURE_EXTRACTION:
            return self.with_button(said, f"learning rate {text}", learning_rate=rate)
        button = f"learning rate {text} in fine-tuning"
        return self.with_button(said, button, fine_tune_learning_rate=rate)


def _scores(point: Epoch) -> tuple[float, ...]:
    return point.loss, point.accuracy, point.val_loss, point.val_accuracy


def mean(values: Sequence[float]) -> float:
    """Mean of at least one value."""
    return math.fsum(values) / len(values)


def val_accuracy_of(points: Points) -> float:
    """Mean validation accuracy of some points, 0 to 1."""
    return mean([point.val_accuracy for point in points])


def val_loss_of(points: Points) -> float:
    """Mean validation loss of some points."""
    return mean([point.val_loss for point in points])


def loss_text(value: float) -> str:
    """A loss as people read it in the curves: `24.1`, `0.45`, `0.045`."""
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def accuracy_noise(first: float, second: float, photos: int, photos_of_second: int = 0) -> float:
    """Standard error of the difference of two accuracies.

    As if both erred on unrelated photos. Two epochs err on much the same ones, so that their
    difference is surer than this says: at worst the coach is silent.
    """
    variance = 0.0
    for share, count in ((first, photos), (second, photos_of_second or photos)):
        share = (min(1.0, max(0.0, share)) * count + 1) / (count + 2)  # none wrong is not sure
        variance += share * (1 - share) / max(1, count)
    return math.sqrt(variance)


def tells_apart(first: float, second: float, photos: int) -> bool:
    """Whether two accuracies on the same photos differ by more than the luck of these photos.

    Args:
        first: 0 to 1.
        second: 0 to 1.
        photos: How many; fewer than `FEWEST_TO_JUDGE` tell nothing apart.
    """
    noise = accuracy_noise(first, second, photos)
    return photos >= FEWEST_TO_JUDGE and abs(first - second) > CLEAR * noise


def loss_noise(loss: float, photos: int) -> float:
    """Standard error of a mean loss over so many photos.

    The losses of single photos spread by about the root of their mean: by 0.4 to 1.5 times that
    in 25 recorded runs with test losses of 0.03 to 0.6, and by 0.9 times in the middle.
    """
    return math.sqrt(max(loss, 0.0) / max(1, photos))
