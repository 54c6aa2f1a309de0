"""What an import is asked for, as its caller says it and as the queue keeps it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from pipeline.photos.sources.readings import Reading


class Wishes(TypedDict, total=False):
    """What may be said of an import beside its source and its name.

    Attributes:
        data_dir: Where TensorFlow Datasets keeps its sets.
        into: Id of the photo set that the photos join; a new one without.
        label: The class of photos that lie in no class folder.
        code_page: How to read names of which nothing says it; guessed unless given.
        reading: How the files are understood; found out unless given.
        asks: Whether it only tells how, where that is not plain, and waits for an answer.
        frames_per_second: How many pictures of each second of a video are taken; the usual
            number unless given.
    """

    data_dir: Path | None
    into: str | None
    label: str | None
    code_page: str | None
    reading: Reading | None
    asks: bool
    frames_per_second: float | None


def import_request(source: str, name: str | None, wishes: Wishes) -> dict[str, Any]:
    """An import as the queue keeps it: equal wishes are equal."""
    data_dir, reading = wishes.get("data_dir"), wishes.get("reading")
    return {
        "source": source,
        "name": name,
        "data_dir": str(data_dir) if data_dir else None,
        "into": wishes.get("into"),
        "label": wishes.get("label"),
        "code_page": wishes.get("code_page"),
        "reading": str(reading) if reading else None,
        "asks": wishes.get("asks", False),
        "frames_per_second": wishes.get("frames_per_second"),
    }


def again(request: dict[str, Any], reading: Reading, code_page: str | None = None) -> Wishes:
    """The wishes of an import that asked, with the answer."""
    return Wishes(
        into=request["into"],
        label=request["label"],
        code_page=code_page or request.get("code_page"),
        frames_per_second=request.get("frames_per_second"),
        reading=reading,
    )
