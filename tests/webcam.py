"""What a webcam sees: many frames of one place."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw

from tests.pipeline.photos.test_near_duplicates import scene


def frames(place: int, thing: int | None, count: int) -> list[bytes]:
    """What a webcam sees of one place, with a thing that is moved about in it, as JPEG."""
    random = np.random.default_rng(1000 * place + (thing or 0))
    made = []
    for _ in range(count):
        photo = scene(place).resize((320, 240))
        if thing is not None:
            x, y = random.integers(100, 130, 2).tolist()
            box = (x, y, x + 24, y + 24)
            draw = ImageDraw.Draw(photo)
            (draw.ellipse if thing else draw.rectangle)(box, fill=(200, 60, 40))
        noise = random.normal(0, 4, (240, 320, 3))
        pixels = np.clip(np.asarray(photo) + noise, 0, 255).astype(np.uint8)
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG", quality=90)
        made.append(out.getvalue())
    return made
