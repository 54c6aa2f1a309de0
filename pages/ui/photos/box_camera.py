"""The camera of a box of a new set: what it takes lies in the box at once, but for near copies."""

from __future__ import annotations

from functools import partial

from pages.ui import resources
from pages.ui.photos import burst_camera
from pages.ui.photos.burst_camera import Shot
from pages.ui.photos.new_set import NewSet
from pipeline.photos import burst
from pipeline.photos.box_marks import Seen
from pipeline.photos.burst import Count


def show(new_set: NewSet, number: int) -> None:
    """Draw the camera of a box.

    Args:
        new_set: What is put together.
        number: The box's.
    """
    burst_camera.show(
        f"new_set_camera_{number}", partial(_take, new_set, number), partial(_undo, new_set)
    )


def _take(new_set: NewSet, number: int, shot: Shot) -> Count:
    if number not in new_set.boxes.titles:
        return Count()  # somebody closed the box meanwhile
    looks = map(new_set.looks.get, new_set.boxes.box(number).photos)
    known = [look.fingerprint for look in looks if isinstance(look, Seen)]
    kept, count = burst.sift(shot.frames, shot.before, known, resources.decoder())
    new_set.grow(kept, number, shot.hold)
    return count


def _undo(new_set: NewSet, hold: str) -> None:
    clip = burst.clip_of(hold)
    taken = [photo for photo in new_set.boxes.photos if new_set.files[photo].clip == clip]
    new_set.change(lambda boxes: boxes.without(taken))
