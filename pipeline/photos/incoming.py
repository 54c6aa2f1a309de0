"""What a source hands over: one file, not yet read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file from outside on its way into a photo set.

    Attributes:
        name: The file's name as its owner knows it. Data, never a path.
        class_name: What the owner says the photo shows, as found.
        split: "training", "validation", "test", or None when the source has no splits.
        read: Gives the file's bytes; called once, when its turn has come. May raise
            `PhotoError`, which rejects this file alone.
    """

    name: str
    class_name: str
    split: str | None
    read: Callable[[], bytes]
