"""Where a photo comes from, and what it looks like from afar."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipeline.photos.decoding.canonical import FINGERPRINT_SIDE, Origin
from pipeline.photos.decoding.decode import canonical
from tests.inputs import pictures
from tests.pipeline.photos.decoding.looks import FORMATS, KINDS, close, fingerprint


def test_the_origin_is_what_came() -> None:
    photo = canonical(pictures.jpeg(1500, 501))
    assert photo.origin == Origin("JPEG", 1500, 501, turned=False)
    for kind, name in zip(KINDS, FORMATS, strict=True):
        data = getattr(pictures, kind)(64, 48)
        assert canonical(data).origin == Origin(name, 64, 48, turned=False)


@pytest.mark.parametrize("size", [(16, 16), (60, 40), (180, 180), (500, 333), (1500, 1000)])
def test_the_fingerprint_is_the_photo_squashed_in_grey(size: tuple[int, int]) -> None:
    whole = Image.fromarray(pictures.scene(320, 320)).convert("L")
    expected = np.asarray(whole.resize((FINGERPRINT_SIDE,) * 2, Image.Resampling.BOX))
    assert close(fingerprint(canonical(pictures.jpeg(*size))), expected, 4)


@pytest.mark.parametrize("orientation", [2, 6])
def test_the_fingerprint_stands_upright(orientation: int) -> None:
    upright = fingerprint(canonical(pictures.jpeg()))
    assert close(fingerprint(canonical(pictures.turned(orientation))), upright, 2)
    for other in (upright[:, ::-1], upright[::-1], upright.T):
        assert not close(other, upright, 4), "or turning would not show"


def test_fine_patterns_are_grey_in_the_fingerprint() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), dtype=np.uint8)
    photo = canonical(pictures.encoded(noise, "PNG"))
    assert fingerprint(photo).std() < 20, "single pixels vary by 50"
