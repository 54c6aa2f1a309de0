"""Whether the classes can be told apart without a look at what the photos show.

A head that is given the size, the format, the light, the contrast and the mean colour of each
photo, and nothing else, is asked about photos that it has not learned from. What it gets right, a
network may learn as well, and fail where the light is another (Torralba and Efros, "Unbiased Look
at Dataset Bias", CVPR 2011).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.evaluation.accuracy_interval import accuracy_interval, after_cross_validation
from pipeline.heads.folds import assign_folds
from pipeline.heads.logistic_regression import COMPARE, Problem
from pipeline.photos.checkup.findings import ADD_PHOTOS, Finding
from pipeline.photos.decoding.canonical import ORIGIN_FORMATS
from pipeline.photos.decoding.measures import NAMES
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.numbers import percent
from pipeline.wording.text import joined

# Of what always naming the largest class leaves to be gained, so much has to be gained for sure:
# the lower end of the 95 % interval counts. Of PetImages' cats and dogs these traits predict 57 %
# correctly, and one of 245 sets of 20 to 2,000 of them is told of. With all dogs at 0.7 of their
# light and contrast 92 % are predicted correctly, and every set of 100 is told of; at 0.8 six of
# ten are.
_GAINED: Final = 1 / 3
_MOST_PHOTOS: Final = 2000  # that are looked at: enough to be sure to two points
_STRENGTH: Final = 1e-3  # of the penalty; from 1e-4 to 1e-2 the answers are the same
_LEAST: Final = 20  # photos: of fewer, nothing is sure
_MOST_CLASSES: Final = 50  # more are not told apart by so little, and take long
# What may be what the classes differ in, and no giveaway: ripe tomatoes are red.
_HARMLESS: Final = ("mean colour", "brightness")

_Floats = NDArray[np.float32]


def findings(photo_set: PhotoSet, groups: NDArray[np.int64] | None) -> Iterator[Finding]:
    """Tell if the classes can be told apart so, and by what above all.

    Args:
        photo_set: The set.
        groups: `(N,)` equal numbers for photos that look nearly the same; None where nobody knows.
    """
    labels = photo_set.labels()
    traits = _traits(photo_set)
    if not 2 <= len(np.unique(labels)) <= _MOST_CLASSES:
        return
    if groups is None or not traits or len(labels) < _LEAST:
        return
    random = np.random.default_rng(photo_set.content.seed)
    some = np.sort(random.permutation(len(labels))[:_MOST_PHOTOS])
    _, labels = np.unique(labels[some], return_inverse=True)
    traits, groups = {name: trait[some] for name, trait in traits.items()}, groups[some]
    largest = int(np.bincount(labels).argmax())
    named = float(np.mean(labels == largest))
    right = _right(np.concatenate(list(traits.values()), axis=1), labels, groups)
    # Photos that look alike are right or wrong together, so they count as one.
    scenes = len(np.unique(groups))
    witnesses = after_cross_validation(scenes, len(np.unique(labels)))
    if accuracy_interval(right * scenes, scenes, witnesses)[0] < named + _GAINED * (1 - named):
        return
    alone = {name: _right(trait, labels, groups) for name, trait in traits.items()}
    strongest = max(alone, key=alone.__getitem__)
    yield _finding(list(traits), strongest, right, alone[strongest], named)


def _traits(photo_set: PhotoSet) -> dict[str, _Floats]:
    """What is known of each photo, `(N, F)` by its name: as far as photos differ in it."""
    traits = {}
    origins = [photo.origin for photo in photo_set.photos]
    if all(origins):
        sides = np.array([(one.width, one.height) for one in origins if one], np.float64)
        traits["size"] = np.log(np.stack([sides.prod(axis=1), sides[:, 0] / sides[:, 1]], axis=1))
        formats = np.array([ORIGIN_FORMATS.index(one.format) for one in origins if one])
        traits["format"] = np.eye(len(ORIGIN_FORMATS))[formats]
    rows = photo_set.measures()
    if rows is not None:
        measured = dict(zip(NAMES, rows.T.astype(np.float64), strict=True))
        red, green, blue = (measured[name] for name in ("red", "green", "blue"))
        traits["brightness"] = measured["brightness"][:, None]
        traits["contrast"] = measured["contrast"][:, None]
        # Apart from the light: how far the colours are from grey.
        traits["mean colour"] = np.stack([red - green, blue - green, measured["colour"]], axis=1)
    standard = {name: _standard(trait) for name, trait in traits.items()}
    return {name: trait for name, trait in standard.items() if trait.shape[1]}


def _standard(trait: NDArray[np.float64]) -> _Floats:
    """The columns that differ between photos, with mean 0 and deviation 1."""
    deviation = trait.std(axis=0)
    differs = deviation > 1e-9
    found: _Floats = ((trait - trait.mean(axis=0))[:, differs] / deviation[differs]).astype(
        np.float32
    )
    return found


def _right(features: _Floats, labels: NDArray[np.int64], groups: NDArray[np.int64]) -> float:
    """How much of what it has not learned from a head calls right, 0 to 1."""
    folds = assign_folds(labels, groups, seed=0)
    right = 0
    with threadpool_limits(1, user_api="blas"):  # see `solved.solve`
        for fold in range(int(folds.max()) + 1):
            asked = folds == fold
            problem = Problem(features[~asked], labels[~asked], int(labels.max()) + 1)
            start = np.zeros(problem.size)
            vector = problem.optimum(_STRENGTH, start, COMPARE, lambda _: None)
            logits = problem.head(vector).logits(features[asked])
            called = logits.argmax(axis=1) if logits.shape[1] > 1 else (logits[:, 0] > 0)
            right += int((called == labels[asked]).sum())
    return right / len(labels)


def _finding(
    seen: list[str], strongest: str, right: float, alone: float, largest: float
) -> Finding:
    harmless = strongest in _HARMLESS
    return Finding(
        "know" if harmless else "mend",
        f"A giveaway: {strongest} tells the classes apart",
        f"From {strongest} alone, {percent(alone, 0)} of the photos are predicted correctly"
        f"{_all_of_it(seen, right)}; always naming the largest class gives {percent(largest, 0)}. "
        + (
            "If that is the difference between them, all is well. If not, the network may learn it "
            "all the same and fail on other photos: add some of each class, taken in the same way."
            if harmless
            else "The network may learn this instead of what they show, and fail on other photos: "
            "add some of each class, taken in the same way."
        ),
        points=0 if harmless else 10,
        mends=(ADD_PHOTOS,),
    )


def _all_of_it(seen: list[str], right: float) -> str:
    """What one knows by all traits together, where there are several."""
    return f", from {joined(seen)} together {percent(right, 0)}" if len(seen) > 1 else ""
