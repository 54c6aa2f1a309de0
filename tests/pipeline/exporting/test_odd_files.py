"""The drawn files are odd in the way that each is meant to be."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from pipeline.exporting import odd_files
from pipeline.photos.decoding.decode import canonical, pixels
from pipeline.photos.photo_notes import PhotoNote


def test_each_is_read_wrongly_by_a_program_that_does_not_know() -> None:
    wide, turned, deep = odd_files.odd_files()
    with Image.open(io.BytesIO(wide)) as image:
        plain = np.asarray(image).astype(int)
    assert np.abs(pixels(canonical(wide).jpeg) - plain).mean() > 8
    assert canonical(turned).origin.turned
    assert (canonical(turned).width, canonical(turned).height) == (220, 300)
    assert canonical(deep).notes == (PhotoNote.SPREAD,)


def test_they_are_squares_for_the_network() -> None:
    files = odd_files.odd_files()
    assert odd_files.squares(files, 96).shape == (3, 96, 96, 3)
