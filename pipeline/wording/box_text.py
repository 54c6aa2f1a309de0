"""Boxes of a photo set in the making, in words: how many photos, what to do, what it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pipeline.settings.limits import LIMITS
from pipeline.wording import numbers, text

GOOD_FOR_A_TRY: Final = 10  # photos of a class
BETTER: Final = 20
PLENTY: Final = 50

WORDS: Final[Mapping[str, str]] = {
    "empty": "Drop photos, a folder or a zip here, or paste them",
    "empty_pile": "Drop photos here to sort them one by one, or a folder with one folder for each "
    "box",
    "drop_more": "Drop more here",
    "remove": "Take {name} out",
    "open": "{name}: move it or take it out",
    "move": "Move to {title}",
    "remove_it": "Take it out",
    "close": "Close",
}
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_MARKS: Final[Mapping[str, str]] = {
    "twin": "The same picture as {other}: counted once",
    "elsewhere": "The same picture is in {title}: one of the two is wrong",
    "near": "Looks nearly like {other}",
}


def photos_of(title: str | None) -> str:
    """The name of a box's list of photos; of the pile's for None."""
    return "Photos without a label" if title is None else f"Photos of {title}"


def more(count: int) -> str:
    """What stands below pictures of which not all are shown."""
    return f"and {numbers.plural(count, 'more photo')}"


def mark(kind: str, other: str, title: str) -> str:
    """What a mark on a photo means.

    Args:
        kind: As `box_marks.Kind`, but for photos that cannot be used.
        other: Name of the photo that it is like.
        title: What that one's box is called; empty for the photos without a label.
    """
    return _MARKS[kind].format(other=other, title=title or "the photos without a label")


def advice(usable: int, near: int, rejected: int, unseen: int) -> str:
    """What stands below a box.

    Args:
        usable: Photos that count.
        near: Those of them that look nearly like another one.
        rejected: Files that cannot be used.
        unseen: Files that nobody has looked at yet.
    """
    if not usable and unseen:
        return f"{numbers.photos(unseen)} on the way"
    if not usable and not rejected:
        return f"Needs {LIMITS.photos_per_class} photos, {BETTER} are better"
    said = [f"**{usable:,}**{_enough(usable)}"]
    if near:
        said.append(f"{numbers.plural(near, 'near copy', 'near copies')}: vary place and light")
    if rejected:
        said.append(f"{numbers.plural(rejected, 'file')} cannot be used")
    return " · ".join(said)


def _enough(usable: int) -> str:
    if usable < LIMITS.photos_per_class:
        return f": {LIMITS.photos_per_class - usable} more needed"
    if usable < GOOD_FOR_A_TRY:
        return f": enough to try, {BETTER} are better"
    if usable < BETTER:
        return f": good for a try, {BETTER} are better"
    return ": good" if usable < PLENTY else ": plenty"


class Short(NamedTuple):
    """A box with too few photos.

    Attributes:
        place: Which one it is, from 1.
        name: What it is called; empty while nobody has said, though a name may be typed already.
        photos: How many of its photos count.
    """

    place: int
    name: str
    photos: int

    @property
    def called(self) -> str:
        """`Rex`, or `the second box`."""
        is_far = self.place > len(_ORDINALS)
        return self.name or (
            f"box {self.place}" if is_far else f"the {_ORDINALS[self.place - 1]} box"
        )


def missing(trainable: int, short: Sequence[Short]) -> str:
    """What keeps boxes from being trained on; empty for nothing.

    Args:
        trainable: How many boxes have enough photos.
        short: The others.
    """
    if trainable >= 2:
        return ""
    need = LIMITS.photos_per_class
    nearest = sorted(short, key=lambda one: -one.photos)[: 2 - trainable]
    if not nearest:
        return f"A second class is missing: add a box, and {need} photos."
    wanted = [f"{need - one.photos} {'of' if one.name else 'in'} {one.called}" for one in nearest]
    more = "" if trainable + len(nearest) >= 2 else " And add a second box."
    return f"Still needed: {text.joined(wanted)}.{more}"


def left_out(short: Sequence[Short], pile: int) -> str:
    """What is not learned this time though it is here; empty for nothing.

    Args:
        short: Boxes with some photos, but too few.
        pile: Photos without a label.
    """
    said = []
    if short:
        few = "has too few photos and stays" if len(short) == 1 else "have too few photos and stay"
        boxes = text.joined([one.called for one in short])
        said.append(f"{boxes[:1].upper()}{boxes[1:]} {few} here.")
    if pile:
        waits = numbers.plural(pile, "photo waits", "photos wait")
        said.append(f"{waits} for a label.")
    return " ".join(said)


def set_name(titles: Sequence[str]) -> str:
    """What a set of these classes is called: `Mia and Rex`."""
    return text.some(titles, 3)


def knows(classes: Sequence[str], score: Mapping[str, float]) -> str:
    """What a network has learned, in a line: `Knows Mia from Rex: 22 of 24`.

    Args:
        classes: Their names.
        score: See `run_score.score`.
    """
    photos = int(score["photos"])
    right = f"{round(score['accuracy'] * photos):,} of {photos:,}"
    if len(classes) == 2:
        return f"Knows {classes[0]} from {classes[1]}: {right}"
    return f"Knows {text.some(classes, 4)} apart: {right}"


def mistake(called: str, label: str) -> str:
    """What stands below a photo that is predicted wrongly."""
    return f"Predicted {called}, labelled {label}"
