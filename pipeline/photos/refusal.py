"""Why what came is not enough for a photo set, with everything that came accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.config import LIMITS
from pipeline.errors import PhotoError, PhotoSetError
from pipeline.photos import class_names
from pipeline.photos.receiving import Received

_MOST_NAMED: Final = 8  # classes or files that one message names


def check_enough(received: Received) -> None:
    """Refuse what a network cannot learn from.

    Raises:
        PhotoSetError: If nothing came, if there are fewer than two classes, or if a class
            has too few usable photos. The message lists what came.
    """
    usable = Counter(class_names.key(one.class_name) for one in received.arrivals)
    small = [key for key in sorted(usable) if usable[key] < LIMITS.photos_per_class]
    if not received.files:
        problem = (
            "No photos were found. Choose a folder or zip that holds one folder of photos "
            "for each class."
        )
    elif not usable:
        problem = "None of these files can be used."
    elif len(usable) < 2:
        problem = (
            f"All usable photos show one class, {received.spelling[next(iter(usable))]}, and "
            "a network learns to tell classes apart. Add photos of a second class."
        )
    elif small:
        named = _listed([received.spelling[key] for key in small])
        verb = "has" if len(small) == 1 else "have"
        problem = (
            f"Each class needs at least {LIMITS.photos_per_class} usable photos, and "
            f"{named} {verb} fewer. Add photos, or leave such a class out."
        )
    else:
        return
    raise PhotoSetError(" ".join([problem, *_account(received, usable)]))


def _account(received: Received, usable: Counter[str]) -> list[str]:
    """What came, class by class, and why files were left out."""
    sentences = []
    if received.class_sizes:
        classes = [
            f"{received.spelling[key]} {usable[key]} of {size} usable"
            for key, size in sorted(received.class_sizes.items())
        ]
        sentences.append(f"Received {_files(received.files)}: {_listed(classes)}.")
    if received.rejected:
        reasons = _listed([f"{_short(one)} ({one.reason})" for one in received.rejected])
        sentences.append(f"Left out: {reasons}.")
    return sentences


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _short(error: PhotoError) -> str:
    return error.name if len(error.name) <= 80 else f"...{error.name[-77:]}"


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        shown.append(f"and {len(names) - _MOST_NAMED} more")
    return ", ".join(shown)
