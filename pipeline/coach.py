"""The coach: reads a run and says at most three things, each with evidence and one change.

It speaks where numbers stand out of their noise. Where they cannot decide between two causes it
says so, or it is silent; of a good run there is nothing to say. The rules are in `coach_rules`
and `coach_phases`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pipeline.errors import SettingError
from pipeline.evaluation.metrics import wilson_interval
from pipeline.settings.hyperparameters import SOLVED, TRAIN
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.wording.numbers import accuracy_sentence

MOST: Final = 3  # pieces of advice: more are not followed
_NOTES: Final = ("fine_tuning_gained", "validation_above")  # nothing is wrong
_NOT_ENOUGH: Final = ("rate_too_low", "stuck", "more_epochs")
# The most important first; behind each what it makes needless, or would contradict.
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "rate_too_high": ("fine_tuning_lost", "overfitting", *_NOT_ENOUGH, *_NOTES),
    "from_nothing": ("fine_tuning_lost", "overfitting", *_NOT_ENOUGH, *_NOTES),
    "fine_tuning_lost": ("overfitting", *_NOT_ENOUGH),
    "overfitting": _NOT_ENOUGH,
    "rate_too_low": ("more_epochs",),
    "stuck": ("more_epochs",),
    "class_never_called": (),
    "more_epochs": (),
    "few_test_photos": (),
    "fine_tuning_gained": (),
    "validation_above": (),
}
# With fewer validation photos one photo is more than five points: the curves say nothing.
FEWEST_TO_JUDGE: Final = 20
LAST: Final = 3  # epochs: one alone may be luck, more reach back to where it was still learning


class Point(Protocol):
    """What the coach reads of an epoch, or of a solver's step; `workspace.run.Epoch` is one."""

    @property
    def phase(self) -> str:
        """One of `PHASES`."""

    @property
    def epoch(self) -> int:
        """Its number, from 1, counted over both phases."""

    @property
    def loss(self) -> float:
        """On the training photos; see `learning_curve.EpochScores`, as for all that follow."""

    @property
    def accuracy(self) -> float:
        """On the training photos, 0 to 1."""

    @property
    def val_loss(self) -> float:
        """On the validation photos."""

    @property
    def val_accuracy(self) -> float:
        """On the validation photos, 0 to 1."""


Points = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to say about a run. All of it is plain text: class names are people's own.

    Attributes:
        kind: What it is about, one of `KINDS`; at most once in a run.
        says: A few plain sentences for people who do not program.
        evidence: What can be seen in the curves or the test, with its numbers.
        change: New values of `TrainConfig`, by name, for the next run; None where no setting helps.
        button: What the button that trains with this change says; empty without a change.
        epochs: First and last number of the points that a chart may mark, or None.
    """

    kind: str
    says: str
    evidence: str
    change: Mapping[str, Any] | None = None
    button: str = ""
    epochs: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """What is known of a run; its fields are what `advice` takes."""

    config: TrainConfig
    points: Points
    photos: Mapping[str, Mapping[str, int]]
    confusion: Sequence[Sequence[int]] = ()
    initial: Mapping[str, float] | None = None

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
        return [] if self.config.head == SOLVED else self.first_phase

    @property
    def tuned(self) -> Points:
        """The epochs of fine-tuning."""
        return [point for point in self.points if point.phase != FEATURE_EXTRACTION]

    def name(self, point: Point) -> str:
        """What a point is called; behind a solved head the epochs are counted anew."""
        if self.config.head != SOLVED:
            return f"epoch {point.epoch}"
        return f"fine-tuning epoch {point.epoch - len(self.first_phase)}"

    def with_button(self, advice: Advice, button: str, **change: Any) -> Advice:
        """The advice with a change, where that is allowed and makes a difference."""
        try:
            if dataclasses.replace(self.config, **change) == self.config:
                return advice
        except SettingError:
            return advice
        return dataclasses.replace(advice, change=change, button=f"Train again with {button}")

    def with_rate(self, advice: Advice, phase: str, rate: float) -> Advice:
        """The advice with another learning rate of a phase."""
        rate = float(f"{rate:.1g}")
        if rate < (TRAIN["learning_rate"].low or 0.0):
            return advice
        text = f"{rate:.12f}".rstrip("0")  # without powers of ten
        if phase == FEATURE_EXTRACTION:
            return self.with_button(advice, f"learning rate {text}", learning_rate=rate)
        button = f"learning rate {text} in fine-tuning"
        return self.with_button(advice, button, fine_tune_learning_rate=rate)


def _scores(point: Point) -> tuple[float, ...]:
    return point.loss, point.accuracy, point.val_loss, point.val_accuracy


def mean(values: Sequence[float]) -> float:
    """Mean of at least one value."""
    return math.fsum(values) / len(values)


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


def loss_noise(loss: float, photos: int) -> float:
    """Standard error of a mean loss over so many photos.

    The losses of single photos spread by about the root of their mean: by 0.4 to 1.5 times that
    in 25 recorded runs with test losses of 0.03 to 0.6, and by 0.9 times in the middle.
    """
    return math.sqrt(max(loss, 0.0) / max(1, photos))


def advice(
    config: TrainConfig,
    points: Points,
    photos: Mapping[str, Mapping[str, int]],
    confusion: Sequence[Sequence[int]] = (),
    initial: Mapping[str, float] | None = None,
) -> tuple[Advice, ...]:
    """What to say about a finished run: at most three things, the most important first.

    Args:
        config: What was asked for.
        points: The curves, in order, over both phases.
        photos: Number of photos, by split (`training`, `validation`, `test`) and class.
        confusion: `(C, C)` counts of the test in the order of classes, row = what a photo is,
            column = what it was called; empty where there was no test.
        initial: `loss` and `accuracy` of the untrained head on the validation photos, if known.
    """
    from pipeline import coach_phases  # its rules need what is above

    course = Course(config, tuple(points), photos, confusion, initial)
    rules = (*coach_phases.RULES, class_never_called, few_test_photos)
    found = {said.kind: said for rule in rules if (said := rule(course)) is not None}
    for kind, needless in KINDS.items():
        if kind in found:
            found = {other: said for other, said in found.items() if other not in needless}
    return tuple(found[kind] for kind in KINDS if kind in found)[:MOST]


FEWEST_OF_A_CLASS: Final = 5  # test photos; of fewer, none called right is easily chance
HARDLY_EVER: Final = 0.1  # of as many calls as the class has photos
FEW_FOR_A_CLASS: Final = 0.5  # of the training photos that a class has on average


def class_never_called(course: Course) -> Advice | None:
    """A class that the network hardly ever answers, though the test has photos of it."""
    counts = course.photos.get("training", {})
    names, matrix = list(counts), [list(row) for row in course.confusion]
    if len(names) < 2 or [len(row) for row in matrix] != [len(names)] * len(names):
        return None
    called = [sum(column) for column in zip(*matrix, strict=True)]
    ignored = [
        place
        for place, row in enumerate(matrix)
        if sum(row) >= FEWEST_OF_A_CLASS and called[place] <= HARDLY_EVER * sum(row)
    ]
    if not ignored:
        return None
    place = max(ignored, key=lambda place: sum(matrix[place]))
    name, row, photos = names[place], matrix[place], sum(called)
    others = [other for other in range(len(row)) if other != place]
    instead = max(others, key=row.__getitem__)
    more = f" (and {len(ignored) - 1} more)" if len(ignored) > 1 else ""
    says = f"The network hardly ever answers “{name}”{more}. "
    right = sum(matrix[place][place] for place in range(len(matrix)))
    if counts[name] < FEW_FOR_A_CLASS * sum(counts.values()) / len(counts):
        says += f"It learned from only {counts[name]:,} photos of it: add more."
    elif wilson_interval(right, photos)[0] <= max(map(sum, matrix)) / photos:
        says += "It does not tell the classes apart yet."
    else:
        says += "Look whether its photos show what sets it apart, and lie in the right class."
    evidence = (
        f"Of {sum(row):,} test photos of “{name}”, {row[place]:,} were called so and "
        f"{row[instead]:,} “{names[instead]}”; of all {photos:,}, {called[place]:,} were called so."
    )
    return Advice("class_never_called", says, evidence)


WIDE: Final = 0.1  # to the farther end of the interval: "about 85 %" may then be 75 or 95


def few_test_photos(course: Course) -> Advice | None:
    """So few test photos that nobody knows how good the network is."""
    photos = sum(map(sum, course.confusion))
    right = sum(row[place] for place, row in enumerate(course.confusion) if place < len(row))
    if photos < 1 or not 0 <= right <= photos:
        return None
    low, high = wilson_interval(right, photos)
    if max(right / photos - low, high - right / photos) <= WIDE:
        return None
    says = "How good this network is, so few test photos cannot tell. Add photos of every class."
    evidence = (
        f"The test says {accuracy_sentence(right, photos)}: with others like them, anything "
        f"from {100 * low:.0f} to {100 * high:.0f} % may come out."
    )
    return Advice("few_test_photos", says, evidence)
