"""Why nothing came of an import, with everything that came accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pipeline.errors import NothingUsable, PhotoError
from pipeline.photos.receiving import Received

_MOST_NAMED: Final = 8  # classes or files that one message names


def check_any(received: Received) -> None:
    """Refuse an import that no photo came of.

    Raises:
        NothingUsable: If nothing came, or nothing of it can be used.
    """
    if not received.files:
        problem = (
            "No photos were found. Choose a folder or zip that holds one folder of photos "
            "for each class."
        )
    elif not received.arrivals:
        problem = "None of these files can be used."
    else:
        return
    text = " ".join([problem, *_account(received, Counter())])
    raise NothingUsable(text, tuple(received.rejected))


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
