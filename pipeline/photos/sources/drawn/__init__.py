"""Drawn pets: a photo set of cats and dogs that needs no download.

Every picture is painted by the code of this folder when it is asked for, in a few
hundredths of a second, and depends on nothing but the seed, the split, the class and
its number. Colours, coats, poses, backgrounds, light and hiding objects are drawn by lot
from the same lists for both classes; what tells cats from dogs is the animal's shape.
"""

from __future__ import annotations

import functools
import io
import random
from collections.abc import Iterator

from PIL import Image

from pipeline.errors import SourceError
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.drawn.body import box_of, paint_pet
from pipeline.photos.sources.drawn.colours import INK
from pipeline.photos.sources.drawn.front import Head, paint_front
from pipeline.photos.sources.drawn.light import develop
from pipeline.photos.sources.drawn.pen import Pen
from pipeline.photos.sources.drawn.pet import KINDS, Pet, any_pet
from pipeline.photos.sources.drawn.scene import paint_scene
from pipeline.photos.splits import SPLITS

__all__ = ["KINDS", "paint", "photos"]

_SUPERSAMPLING = 2  # painted this much larger, then scaled down for soft edges
_SMALLEST_PX, _LARGEST_PX = 32, 1024
_HIDDEN_SHARE = 0.25  # how many animals have something in front of them


def _check_size(image_size_px: int) -> None:
    if not _SMALLEST_PX <= image_size_px <= _LARGEST_PX:
        raise SourceError(
            f"Drawn pets can be {_SMALLEST_PX} to {_LARGEST_PX} pixels wide. "
            f"Received: {image_size_px!r}."
        )


def _place(pet: Pet, floor: float, rng: random.Random) -> tuple[float, float, float]:
    """Middle of the head (x, y) and its radius, in sides of the picture."""
    left, top, right, bottom = box_of(pet)
    wanted = rng.uniform(0.62, 1.0)
    size = min(wanted / (bottom - top), wanted / (right - left) * 1.08)
    if pet.pose == "portrait":
        return 0.5 + rng.uniform(-0.12, 0.12), 1 - bottom * size + rng.uniform(-0.02, 0.1), size
    spare = 1 - (right - left) * size
    x = 0.5 - (left + right) / 2 * size + rng.uniform(-0.5, 0.5) * max(spare, 0.1)
    lowest = max(floor + 0.06, (bottom - top) * size - 0.04)
    feet = rng.uniform(lowest, max(lowest, 0.98))
    return x, feet - bottom * size, size


def paint(kind: str, seed: int | str = 0, image_size_px: int = 192) -> Image.Image:
    """Paint one animal in a scene.

    Args:
        kind: "cat" or "dog".
        seed: The same seed always gives the same picture.
        image_size_px: Side of the square picture in pixels, 32 to 1024.

    Returns:
        RGB picture of (image_size_px, image_size_px).

    Raises:
        SourceError: If there is no such kind, or the size is outside its range.
    """
    if kind not in KINDS:
        raise SourceError(f"Drawn pets are cats and dogs; choose one of these. Received: {kind!r}.")
    _check_size(image_size_px)
    rng = random.Random(f"drawn pet {kind} {seed}")
    side = image_size_px * _SUPERSAMPLING
    picture = Image.new("RGB", (side, side))
    pen = Pen.over(picture)
    floor = paint_scene(pen, rng)
    pet = any_pet(kind, rng)
    x, y, size = _place(pet, floor, rng)
    left, _, right, bottom = box_of(pet)
    middle, feet = x + (left + right) / 2 * size, y + bottom * size
    flipped = rng.random() < 0.5
    if flipped:
        x, middle = 1 - x, 1 - middle
    if pet.pose != "portrait":
        pen.glow(middle, feet - 0.01, (right - left) * size * 0.6, 0.05, INK, 0.45)
    paint_pet(pen.placed(x, y, size, rng.gauss(0, 3), flipped), pet, rng)
    if rng.random() < _HIDDEN_SHARE:
        faces = (-1 if flipped else 1) if pet.profile else 0
        paint_front(pen, rng, Head(x, y, size, faces), feet)
    return develop(picture, image_size_px, rng)


def _jpeg(kind: str, seed: str, image_size_px: int) -> bytes:
    file = io.BytesIO()
    paint(kind, seed, image_size_px).save(file, "JPEG", quality=95, subsampling=0)
    return file.getvalue()


def photos(
    seed: int = 0,
    training: int = 480,
    validation: int = 160,
    test: int = 160,
    image_size_px: int = 192,
) -> Iterator[Incoming]:
    """The photo set: cats and dogs in turn, so that each class has half of every split.

    Args:
        seed: Another seed gives other pictures.
        training: Number of training photos.
        validation: Number of validation photos.
        test: Number of test photos.
        image_size_px: Side of the square pictures in pixels, 32 to 1024.

    Returns:
        The photos; `read` paints one and returns a JPEG file, the same at every call.

    Raises:
        SourceError: If a number is negative, or the size is outside its range.
    """
    counts = dict(zip(SPLITS, (training, validation, test), strict=True))
    for split, count in counts.items():
        if count < 0:
            raise SourceError(
                f"The number of {split} photos must be 0 or more. Received: {count!r}."
            )
    _check_size(image_size_px)
    return (
        _photo(seed, split, k, image_size_px)
        for split, count in counts.items()
        for k in range(count)
    )


def _photo(seed: int, split: str, index: int, image_size_px: int) -> Incoming:
    kind, number = KINDS[index % len(KINDS)], index // len(KINDS) + 1
    return Incoming(
        name=f"{split}/{kind}/{kind}-{number:04d}.jpg",
        class_name=kind.capitalize(),  # as the example that comes along calls its classes
        split=split,
        read=functools.partial(_jpeg, kind, f"{seed}/{split}/{number}", image_size_px),
    )
