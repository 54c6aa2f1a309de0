"""Colours by numbers: what holds for every space."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipeline.photos.decoding.colour import light, tags
from pipeline.photos.decoding.colour.tags import Space
from tests.inputs.colours import patches

RAMP = Image.fromarray(np.tile(np.arange(256, dtype=np.uint8)[:, np.newaxis], (16, 1, 3)))


@pytest.mark.parametrize("transfer", [None, 1.0, 2.2, 2.6, tags.PQ, tags.HLG])
@pytest.mark.parametrize("code", tags.PRIMARIES)
def test_grey_stays_grey_and_brighter_stays_brighter(
    code: int, transfer: float | str | None
) -> None:
    shown = light.to_srgb(RAMP, Space(tags.PRIMARIES[code], transfer))
    assert shown is not None
    row = np.asarray(shown).astype(int)[0]
    assert np.ptp(row, axis=-1).max() <= 1
    assert (np.diff(row[:, 1]) >= 0).all()
    assert row[0].max() == 0
    assert row[-1].min() == 255


def test_srgb_is_itself() -> None:
    picture = Image.fromarray(patches())
    shown = light.to_srgb(picture, Space(tags.SRGB, None))
    assert shown is not None
    assert np.abs(np.asarray(shown).astype(int) - patches()).max() <= 1


def test_hdr_keeps_the_tone_of_a_glaring_red() -> None:
    glaring = Image.new("RGB", (16, 16), (190, 100, 100))  # some 1,000 and 10 nits
    shown = light.to_srgb(glaring, Space(tags.SRGB, tags.PQ))
    assert shown is not None
    red, green, blue = np.asarray(shown)[0, 0].astype(int)
    assert red > 220
    assert green == blue < 60
