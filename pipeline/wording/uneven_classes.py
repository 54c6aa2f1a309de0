"""What an accuracy hides where classes differ in size: how each class is found, counted alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.wording.numbers import percent, photos


def sentence(test: Mapping[str, float] | None, classes: Sequence[str] = ()) -> str:
    """Balanced accuracy, and the class with the lowest recall; nothing where classes are even.

    Args:
        test: What is kept of a run's test, see `class_scores.uneven_scores`; runs of earlier
            versions have nothing of it.
        classes: Names of the classes, ready for where the sentence will stand; without them the
            class is not named.
    """
    if not test or "balanced_accuracy" not in test:
        return ""
    asked = int(test["worst_photos"])
    found = f"{round(test['worst_recall'] * asked):,} of {photos(asked)}"
    name = f"Lowest recall: {classes[int(test['worst_class'])]}," if classes else "Lowest recall:"
    return (
        "Classes differ in size: with each counting alike it is "
        f"{percent(test['balanced_accuracy'])} (balanced accuracy). {name} {found}."
    )
