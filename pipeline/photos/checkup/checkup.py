"""The check-up of a photo set before training: what to mend, and how good it is as it stands.

The points that a finding costs are rules of thumb, so that people see what weighs most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.accuracy_interval import (
    accuracy_interval,
    after_cross_validation,
    witnesses,
)
from pipeline.evaluation.run_score import CROSS_VALIDATED_BELOW
from pipeline.photos import near_duplicates
from pipeline.photos.checkup import (
    class_sizes,
    duplicates,
    giveaways,
    leaks,
    looks,
    readiness,
    told_apart,
)
from pipeline.photos.checkup.findings import (
    ADD_PHOTOS,
    LABEL_ALL,
    LABEL_THEM,
    Finding,
    Mend,
    of_classes,
    take_out,
)
from pipeline.photos.photo_edits import MovePhotos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import with_clips
from pipeline.wording.numbers import photos, plural

USUAL_ACCURACY: Final = 0.9


@dataclass(frozen=True, slots=True)
class Judges:
    """The photos that will judge a computed head: all of a small set, or the test photos.

    Attributes:
        photos: How many.
        scenes: How many different scenes they show; None where nobody knows.
        evidence: How many independent photos would tell as much, see `accuracy_interval.witnesses`.
        are_all: Whether these are all photos, each judged by a network that had not seen it.
        without_test: Whether they are all but the test photos, which are sealed.
    """

    photos: int
    scenes: int | None
    evidence: float
    are_all: bool
    without_test: bool = False


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a check-up found.

    Attributes:
        findings: The worst first.
        score: 0 (nothing to train on) to 100 (nothing to mend).
        test_photos: How many test photos there are.
        judges: The photos that will judge a computed head.
    """

    findings: tuple[Finding, ...]
    score: int
    test_photos: int
    judges: Judges

    @property
    def ready(self) -> bool:
        """Whether the set can be trained on."""
        return all(finding.level != "stops" for finding in self.findings)

    @property
    def usual_interval(self) -> tuple[float, float] | None:
        """The 95 % interval of a score with nine of ten right; None where nothing judges."""
        photos = self.judges.photos
        if not photos:
            return None
        return accuracy_interval(USUAL_ACCURACY * photos, photos, self.judges.evidence)


def check(photo_set: PhotoSet, num_rejected: int = 0, is_sealed: bool = False) -> Checkup:
    """Look a photo set over.

    Args:
        photo_set: The set.
        num_rejected: Files that could not be used when it was brought in.
        is_sealed: Whether its test photos are sealed. They are looked over like all others, as no
            network is asked about them; but they stay the test, and judge nothing else.
    """
    prints = photo_set.fingerprints()
    lookalikes = None if prints is None else near_duplicates.lookalikes(prints)
    alike = None if lookalikes is None else lookalikes.groups
    clips = [photo.clip for photo in photo_set.photos]
    groups = None if alike is None else with_clips(alike, clips)
    findings = [
        *_labels(photo_set),
        *class_sizes.findings(photo_set, groups, is_sealed),
        *duplicates.findings(photo_set, alike),
        *leaks.findings(photo_set, prints, lookalikes, is_sealed),
        *looks.findings(photo_set),
        *giveaways.findings(photo_set),
        *told_apart.findings(photo_set, groups),
        *_remarks(photo_set, num_rejected),
    ]
    order = ("stops", "mend", "know")
    findings.sort(key=lambda one: (order.index(one.level), -one.points))
    stopped = any(finding.level == "stops" for finding in findings)
    score = max(0, 100 - sum(finding.points for finding in findings))
    tests = len(photo_set.indices("test"))
    judges = _judges(photo_set, groups, is_sealed)
    return Checkup(tuple(findings), min(score, 20) if stopped else score, tests, judges)


def _judges(photo_set: PhotoSet, groups: NDArray[np.int64] | None, is_sealed: bool) -> Judges:
    are_all = len(photo_set.photos) < CROSS_VALIDATED_BELOW
    names = [name for name in photo_set.classes if not readiness.is_unlabelled(name)]
    asked = np.array(of_classes(photo_set, names), np.int64)
    without_test = are_all and is_sealed
    if not are_all:
        asked = photo_set.indices("test")
    elif is_sealed:
        asked = np.setdiff1d(asked, photo_set.indices("test"))
    if not len(asked):
        return Judges(0, 0, 0.0, are_all, without_test)
    scenes = None if groups is None else groups[asked]
    # Which will be right nobody knows: photos of one scene are taken to be answered alike.
    told = witnesses(np.ones(len(asked), np.bool_), scenes)
    if are_all:
        told = after_cross_validation(told, len(names))
    seen = None if scenes is None else len(np.unique(scenes))
    return Judges(len(asked), seen, told, are_all, without_test)


def _labels(photo_set: PhotoSet) -> Iterator[Finding]:
    """Photos that nobody has said yet what they show."""
    for name in photo_set.classes:
        chosen = of_classes(photo_set, [name]) if readiness.is_unlabelled(name) else ()
        if chosen:
            others = [other for other in photo_set.classes if other != name]
            mends = [Mend(f"All are {other}", MovePhotos(chosen, other)) for other in others[:6]]
            yield Finding(
                "stops",
                f"{photos(len(chosen))} without a label",
                "They were not in a class folder, so nothing says what they show. Choose a label "
                "for "
                "all of them here, or pick some in the gallery and label those.",
                points=30,
                photos=chosen,
                mends=(
                    LABEL_ALL,
                    LABEL_THEM,
                    *mends,
                    *take_out(photo_set, chosen, "Take them out"),
                ),
            )


def _remarks(photo_set: PhotoSet, num_rejected: int) -> Iterator[Finding]:
    turned = photo_set.content.where(lambda photo: bool(photo.origin and photo.origin.turned))
    if turned:
        yield Finding(
            "know",
            f"{photos(len(turned))} turned upright",
            "Phones store photos lying on their side with a note how to turn them. PawTune has "
            "done it; other programs may show them sideways. Nothing to do.",
            photos=turned,
        )
    if num_rejected:
        yield Finding(
            "know",
            f"{plural(num_rejected, 'file')} could not be used",
            "They are listed with the reason and with what to do. Mend them and add them again; "
            "what is in the set already is not taken twice.",
            mends=(Mend("Show the list", place="rejected"), ADD_PHOTOS),
        )
