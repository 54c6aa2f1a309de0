"""What the coach reads in the answers about validation photos: rules, thresholds, reasons."""

from __future__ import annotations

from typing import Final

from pipeline.coach.curves import Advice, Course
from pipeline.evaluation.accuracy_interval import accuracy_interval
from pipeline.settings.hyperparameters import BALANCED
from pipeline.wording import numbers

FEWEST_OF_A_CLASS: Final = 5  # validation photos; of fewer, hardly any predicted so is chance
FEWEST_NEVER_CALLED: Final = 3  # of fewer, even none is easily chance
HARDLY_EVER: Final = 0.1  # of as many calls as the class has photos
FEW_FOR_A_CLASS: Final = 0.5  # of the training photos that a class has on average


def class_never_called(course: Course) -> Advice | None:
    """A class that the network hardly ever answers, though it was asked about photos of it."""
    counts = course.photos.get("training", {})
    names, matrix = list(counts), [list(row) for row in course.confusion]
    if len(names) < 2 or [len(row) for row in matrix] != [len(names)] * len(names):
        return None
    called = [sum(column) for column in zip(*matrix, strict=True)]
    ignored = [
        place
        for place, row in enumerate(matrix)
        if (sum(row) >= FEWEST_OF_A_CLASS and called[place] <= HARDLY_EVER * sum(row))
        or (sum(row) >= FEWEST_NEVER_CALLED and not called[place])
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
    is_rare = counts[name] < FEW_FOR_A_CLASS * sum(counts.values()) / len(counts)
    if is_rare:
        says += f"It learned from only {counts[name]:,} photos of it: add more."
    elif accuracy_interval(right, photos)[0] <= max(map(sum, matrix)) / photos:
        says += "It does not tell the classes apart yet."
    else:
        says += "Look whether its photos show what sets it apart, and lie in the right class."
    evidence = (
        f"Of {sum(row):,} {_asked(course)}s of “{name}”, {row[place]:,} were predicted as "
        f"such and {row[instead]:,} as “{names[instead]}”; of all {photos:,}, {called[place]:,} "
        "were "
        "predicted as such."
    )
    said = Advice(says, evidence)
    return course.with_button(said, "class weights", class_weight=BALANCED) if is_rare else said


WIDE: Final = 0.1  # to the farther end of the interval: "about 85 %" may then be 75 or 95


def few_test_photos(course: Course) -> Advice | None:
    """So few photos to judge by that nobody will know how good the network is."""
    photos = course.judging
    asked = sum(map(sum, course.confusion))
    right = sum(row[place] for place, row in enumerate(course.confusion) if place < len(row))
    if photos < 1 or asked < 1 or not 0 <= right <= asked:
        return None
    low, high = accuracy_interval(right / asked * photos, photos)
    if max(right / asked - low, high - right / asked) <= WIDE:
        return None
    judge = "photo" if course.by_folds else "test photo"
    says = f"How good this network is, so few {judge}s cannot tell. Add photos of every class."
    evidence = (
        f"{numbers.percent(right / asked)} of {numbers.plural(asked, _asked(course))} were "
        f"predicted correctly. If it is the same on {numbers.plural(photos, judge)}, that will "
        f"tell {numbers.interval(low, high)} %. {numbers.MEANING}"
    )
    return Advice(says, evidence)


def _asked(course: Course) -> str:
    """What the photos of `Course.confusion` are called."""
    return "photo" if course.by_folds else "validation photo"
