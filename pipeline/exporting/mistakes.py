"""The photos that a run was surest about and wrong, small, for a page that loads nothing."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from pipeline.errors import PhotoSetError
from pipeline.evaluation import photo_ranking
from pipeline.exporting.run_facts import RunFacts
from pipeline.photos.photo_set import PhotoSet

MOST: Final = 12
SIDE_PX: Final = 192
_QUALITY: Final = 80


@dataclass(frozen=True, slots=True)
class Mistake:
    """One photo that was predicted wrongly.

    Attributes:
        picture: Its middle, a square of `SIDE_PX`, as an address that holds the JPEG itself.
        actual: Its class.
        predicted: The class that it was taken for.
        share: Probability of that class, 0 to 1.
    """

    picture: str
    actual: str
    predicted: str
    share: float


def surest(facts: RunFacts, photo_set: PhotoSet | None) -> list[Mistake]:
    """The surest mistakes about the photos that judge the run, the surest first.

    Args:
        facts: Of the run; its answers are those of its first score, so a sealed test is not there.
        photo_set: The run's photos; None, or one that is damaged, gives none.
    """
    indices, truth, shares = facts.photo_indices, facts.truth, facts.probabilities
    if photo_set is None or indices is None or truth is None or shares is None:
        return []
    chosen = photo_ranking.surest_mistakes(truth, shares)[:MOST]
    try:
        pictures = [_small(photo_set.jpeg(int(indices[place]))) for place in chosen]
    except PhotoSetError:
        return []
    called = shares.argmax(axis=1)
    return [
        Mistake(
            picture,
            facts.classes[truth[place]],
            facts.classes[called[place]],
            float(shares[place, called[place]]),
        )
        for picture, place in zip(pictures, chosen, strict=True)
    ]


def _small(jpeg: bytes) -> str:
    with Image.open(io.BytesIO(jpeg)) as photo:
        square = ImageOps.fit(photo.convert("RGB"), (SIDE_PX, SIDE_PX))
    buffer = io.BytesIO()
    square.save(buffer, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
