"""Whether runs were judged by the same photos; who compares numbers has to know.

Two runs that were judged by all photos of their sets are compared on all of them; any two others on
their test photos, which no network has learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pages.ui import resources, stores
from pipeline.errors import PhotoSetError
from pipeline.evaluation.run_score import is_cross_validated, is_without_test
from pipeline.wording import numbers
from pipeline.wording.text import joined
from pipeline.workspace.run import Run

TEST: Final = "test"
VALIDATION: Final = "validation"
ALL: Final = "all"
_UNSEALED: Final = "all but the test"
Labelled = frozenset[tuple[str, str]]  # SHA-256 of a photo, and its label


def judging(a: Run, b: Run) -> str:
    """Which photos two runs are compared on: `ALL` or `TEST`."""
    by_all = (run.score is not None and is_cross_validated(run.score) for run in (a, b))
    return ALL if all(by_all) else TEST


def what(a: Run, b: Run) -> str:
    """The same in words."""
    return "photos" if judging(a, b) == ALL else "test photos"


def same(a: Run, b: Run, split: str | None = None) -> bool:
    """Whether both have the same photos with the same labels, in a split or to be `judging` by."""
    split = split or judging(a, b)
    return _which(a, split) == _which(b, split) or _photos(a, split) == _photos(b, split)


def relabelled(a: Run, b: Run, split: str | None = None) -> int:
    """On how many photos the labels differ where the photos are the same; 0 where they are not."""
    split = split or judging(a, b)
    ones, others = _photos(a, split), _photos(b, split)
    changed = {sha256 for sha256, _ in ones ^ others}
    return 0 if _ids(ones) != _ids(others) else len(changed)


def labels_changed(number: int, photos: str) -> str:
    """What it means for two scores that so many labels of their photos are not the same.

    Args:
        number: Of labels.
        photos: See `what`.
    """
    them = "that one" if number == 1 else f"those {number:,}"
    return (
        f"Same {photos}, {numbers.plural(number, 'label')} changed in between. Part of the "
        f"difference comes from the labels; the comparison leaves {them} out."
    )


def points_apart(run: Run, baseline: Run) -> float | None:
    """Accuracy less the baseline's, in points; None where that would say nothing."""
    by_all = judging(run, baseline) == ALL
    mine, other = (one.cross_validation if by_all else one.test for one in (run, baseline))
    if mine is None or other is None or not same(run, baseline):
        return None
    return numbers.rounded((mine["accuracy"] - other["accuracy"]) * 100)


def warning(first: Run, others: Sequence[Run]) -> str:
    """What must be known before any number is compared, as Markdown; empty if nothing."""
    unlike = [other for other in others if not same(first, other)]
    mended = [(other, relabelled(first, other)) for other in unlike]
    told = [_test_photos(first, other) for other, labels in mended if not labels]
    if told:
        told.insert(
            0,
            f"**Not the same {what(first, unlike[0])}.** Other photos are easier or harder, so "
            "these scores and curves do not tell which network is better.",
        )
    for other, labels in mended:
        if labels:
            whose = f"{_name(other)} against {_name(first)}: " if len(others) > 1 else ""
            told.append(f"{whose}{labels_changed(labels, what(first, other))}")
    return "  \n".join(told) or _validation(first, others)


def _validation(first: Run, others: Sequence[Run]) -> str:
    """What must be known of the curves where the test is the same; empty if nothing."""
    unlike = [other for other in others if not same(first, other, VALIDATION)]
    strays = [_name(other) for other in unlike if not relabelled(first, other, VALIDATION)]
    if strays:
        return (
            f"**Not the same validation photos.** The curves of {joined(strays)} come from "
            f"other photos than those of {_name(first)}. The test photos are the same."
        )
    if unlike:
        names = joined([_name(other) for other in unlike])
        return (
            f"Same validation photos, but {names} had other labels on some of them than "
            f"{_name(first)}. Part of the difference between the curves comes from the labels."
        )
    return ""


def _test_photos(first: Run, other: Run) -> str:
    """How far the photos that judge two runs differ, in a sentence."""
    if first.is_example or other.is_example:
        example, mine = (first, other) if first.is_example else (other, first)
        return f"{_name(example)} came with PawTune and never saw the photos of {_name(mine)}."
    split, photo = judging(first, other), what(first, other)[:-1]
    ones, others = _photos(first, split), _photos(other, split)
    shared = len(_ids(ones) & _ids(others))
    if not shared:
        return f"{_name(other)} and {_name(first)} have no {photo} in common."
    return (
        f"{_name(other)} and {_name(first)} have {numbers.plural(shared, photo)} in common, "
        f"out of {len(others):,} and {len(ones):,}."
    )


def _name(run: Run) -> str:
    return f"*{resources.run_name(run)}*"


def _ids(photos: Labelled) -> set[str]:
    return {sha256 for sha256, _ in photos}


def _which(run: Run, split: str) -> tuple[str, str]:
    """The set and which of its photos; all but those of a test that was sealed, if so judged."""
    is_sealed = split == ALL and is_without_test(run.score)
    return run.photo_set_id, _UNSEALED if is_sealed else split


def _photos(run: Run, split: str) -> Labelled:
    """Photos of a split with their labels; the set's id alone where its photos are gone."""
    try:
        return _labelled(*_which(run, split))
    except PhotoSetError:
        return frozenset({(run.photo_set_id, "")})


@stores.cached_for(stores.expect_photo_set, max_entries=64)
def _labelled(photo_set_id: str, split: str) -> Labelled:
    photo_set = resources.photo_set(photo_set_id)
    return frozenset(
        (photo.sha256, photo_set.classes[photo.class_index])
        for photo in photo_set.photos
        if split in (ALL, photo.split) or (split == _UNSEALED and photo.split != TEST)
    )
