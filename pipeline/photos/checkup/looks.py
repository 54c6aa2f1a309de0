"""Findings about photos in which there is little to see, and classes that have them above all.

The shares below are of the 17,999 cats and dogs of Kaggle's PetImages at 180 px, where between 0.05
and 0.2 % are called one of these things, and of 500 of them that were made so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.accuracy_interval import accuracy_interval
from pipeline.photos.checkup.findings import ADD_PHOTOS, Finding, take_out
from pipeline.photos.decoding.measures import DETAIL_STEPS, NAMES
from pipeline.photos.photo_notes import PhotoNote, from_kept
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording.numbers import percent, photos

SMALL_PX: Final = 64  # longest side: below, there is little to see at the network's size
# Detail, see `measures`: 0.1 % of all pets have less, 95 % of those that were blurred with a
# radius of 2 pixels, and 99 % at 3. At 0.022 black cats would be among them.
BLURRY: Final = 0.020
# Mean grey level: 0.2 % of all pets have less, and 98 % of those made five times as dark.
DARK: Final = 40
# Grey levels from the darkest to the brightest 2 %: 0.05 % of all pets have fewer, all of those
# with a fifth of their contrast, and 90 % of those with 0.3 of it.
WASHED_OUT: Final = 70
# Mean grey levels and contrast of photos in which nobody sees anything: one of 6,000 pets is so,
# and every photo of 10 bits that a program has saved as one of 16.
BLACK: Final = 12
WHITE: Final = 243
FAINT: Final = 40
# Grey levels between the channels: 0.1 % of all pets have fewer, most of them without any.
COLOURLESS: Final = 3
# Longer side by the shorter one. Telephones take up to 2.2; panoramas and cut-outs are longer.
ODD: Final = 2.5
_FEW: Final = 0.01  # of a set: that many are among any photos, and some of them wrongly
_USUAL: Final = 0.5  # of a set: what more are is how these photos are, and no fault
_APART: Final = 0.3  # between a class's share and that of the others, to be a giveaway
_POINTS: Final = 10


class Look(NamedTuple):
    """One way in which photos may be poor.

    Attributes:
        name: What such a photo is.
        text: Why it matters, and what to do.
        learned: What a network may learn where one class has such photos above all.
        always: Whether it is a fault even if most photos are so.
    """

    name: str
    text: str
    learned: str
    always: bool = False


_BLURRY: Final = Look(
    "blurry",
    "They show hardly any detail: out of focus, shaken, or blown up from a tiny picture. Take them "
    "out unless the photos that you will ask about are like that, too.",
    "the blur",
)
_DARK: Final = Look(
    "dark",
    "There is little to see in them. Brighten them in a photo program, or take them out, unless "
    "the photos that you will ask about are as dark.",
    "the light",
)
_BLACK: Final = Look(
    "nearly black",
    "Nobody can see what they show. Often a program for a camera or a microscope saved them so; "
    "brighten them there, or take them out.",
    "the light",
    always=True,
)
_WHITE: Final = Look(
    "nearly white",
    "Nobody can see what they show. Look at the originals: save them darker, or take them out.",
    "the light",
    always=True,
)
_WASHED_OUT: Final = Look(
    "washed out",
    "Nothing in them is dark and nothing bright: fog, glare, or a faded scan. Take them out unless "
    "the photos that you will ask about are like that, too.",
    "the contrast",
)
_COLOURLESS: Final = Look(
    "without colour",
    "Beside photos in colour they look like another kind of thing. Take them out unless the "
    "photos that you will ask about have no colour either.",
    "the lack of colour",
)
_ODD: Final = Look(
    "very long or narrow",
    f"The network looks at squares, so what they show is squashed to less than {1 / ODD:.1f} of "
    "its width or height. Cut out the part that matters.",
    "the shape of the photos",
)


def findings(photo_set: PhotoSet) -> Iterator[Finding]:
    """Tell of poor photos, and of classes that are known by them."""
    blank = _blank_photos(photo_set)
    yield from _blank(photo_set, blank)
    yield from _small(photo_set)
    for look, found in _looks(photo_set, blank):
        chosen = tuple(np.flatnonzero(found).tolist())
        if 0 < len(chosen) <= (1.0 if look.always else _USUAL) * len(found):
            few = len(chosen) < _FEW * len(found)
            yield _poor(photo_set, f"{photos(len(chosen))} {look.name}", look.text, chosen, few)
        yield from _giveaway(photo_set, look, found)


def _looks(photo_set: PhotoSet, blank: tuple[int, ...]) -> Iterator[tuple[Look, NDArray[np.bool_]]]:
    """Each look, with the photos that have it, `(N,)`; what was not measured is not told."""
    sides = np.array([(photo.width, photo.height) for photo in photo_set.photos])
    yield _ODD, sides.max(axis=1) > ODD * sides.min(axis=1)
    rows = photo_set.measures()
    if rows is None:
        return
    measured = dict(zip(NAMES, rows.T, strict=True))
    empty = np.zeros(len(rows), np.bool_)
    empty[list(blank)] = True
    faint = (measured["contrast"] < FAINT) & ~empty
    black, white = (
        faint & (measured["brightness"] < BLACK),
        faint & (measured["brightness"] > WHITE),
    )
    empty |= black | white  # told once, by what they are
    dark = (measured["brightness"] < DARK) & ~empty
    yield _BLACK, black
    yield _WHITE, white
    yield _BLURRY, (measured["detail"] < BLURRY * DETAIL_STEPS) & ~empty
    yield _DARK, dark
    yield _WASHED_OUT, (measured["contrast"] < WASHED_OUT) & ~dark & ~empty
    yield _COLOURLESS, (measured["colour"] < COLOURLESS) & ~dark & ~empty  # the dark has none


def _giveaway(photo_set: PhotoSet, look: Look, found: NDArray[np.bool_]) -> Iterator[Finding]:
    """The class that most of all has a look, if the others hardly do."""
    labels = photo_set.labels()
    sizes = np.bincount(labels, minlength=len(photo_set.classes))
    counts = np.bincount(labels[found], minlength=len(sizes))
    others, elsewhere = sizes.sum() - sizes, counts.sum() - counts
    with np.errstate(invalid="ignore"):
        apart = np.nan_to_num(counts / sizes - elsewhere / others)
    most = int(apart.argmax())
    # Neither chance, of which few photos have much, nor a shade.
    surely, at_most = (
        accuracy_interval(int(counts[most]), int(sizes[most]))[0],
        accuracy_interval(int(elsewhere[most]), int(others[most]))[1],
    )
    if apart[most] < _APART or surely <= at_most:
        return
    chosen = tuple(np.flatnonzero(found & (labels == most)).tolist())
    mine, theirs = counts[most] / sizes[most], elsewhere[most] / others[most]
    rest = f"those of {photo_set.classes[1 - most]}" if len(sizes) == 2 else "the others"
    yield Finding(
        "mend",
        f"A giveaway: {percent(mine, 0)} of the photos of {photo_set.classes[most]} are "
        f"{look.name}, {percent(theirs, 0)} of {rest}",
        f"The network may learn {look.learned} instead of what the photos show, and fail on yours "
        "from elsewhere. Add photos of each class that were taken in the same way.",
        points=_POINTS,
        photos=chosen,
        mends=(ADD_PHOTOS,),
    )


def _blank(photo_set: PhotoSet, blank: tuple[int, ...]) -> Iterator[Finding]:
    if blank:
        yield _poor(
            photo_set,
            f"{photos(len(blank))} all of one colour",
            "There is nothing to see in a blank picture, so nothing to learn; often it is a "
            "picture that did not load.",
            blank,
        )


def _blank_photos(photo_set: PhotoSet) -> tuple[int, ...]:
    noted = photo_set.content.where(lambda photo: photo.note is not None)
    notes = [from_kept(photo_set.photos[index].note) for index in noted]
    return tuple(index for index, note in zip(noted, notes, strict=True) if PhotoNote.BLANK in note)


def _small(photo_set: PhotoSet) -> Iterator[Finding]:
    origins = [photo.origin for photo in photo_set.photos]
    longest = [max(one.width, one.height) if one else SMALL_PX for one in origins]
    small = tuple(index for index, side in enumerate(longest) if side < SMALL_PX)
    if small:
        yield _poor(
            photo_set,
            f"{photos(len(small))} smaller than {SMALL_PX} pixels",
            "The network looks at photos of 96 pixels and more; smaller ones are blown up and "
            "show little. Bring the originals if you have them.",
            small,
        )


def _poor(
    photo_set: PhotoSet, title: str, text: str, chosen: tuple[int, ...], harmless: bool = False
) -> Finding:
    share = len(chosen) / len(photo_set.photos)
    return Finding(
        "know" if harmless else "mend",
        title,
        text,
        points=0 if harmless else max(1, min(_POINTS, math.ceil(2 * _POINTS * share))),
        photos=chosen,
        mends=take_out(photo_set, chosen, f"Take {photos(len(chosen))} out"),
    )
