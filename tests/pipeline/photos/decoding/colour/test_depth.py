"""Files of 16 bits that use fewer are seen; those that use all stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.photos.decoding.decode import canonical
from pipeline.photos.photo_notes import PhotoNote
from tests.inputs import pictures
from tests.pipeline.photos.decoding.looks import close, shown

CHANNELS = {"grey": 1, "RGB": 3, "grey with alpha": 2, "RGB with alpha": 4}


def deep(values: NDArray[np.integer]) -> bytes:
    """A PNG of 16 bits: `(h, w, channels)` in [0, 65535]."""
    return pictures.png_16_bits(values.astype(np.uint16))


def scene(kind: str) -> NDArray[np.uint32]:
    """The scene stretched over all levels, 0 to 255, opaque."""
    colours = pictures.scene().astype(np.uint32)
    colours = (colours - colours.min()) * 255 // (colours.max() - colours.min())
    if kind.startswith("grey"):
        colours = colours[..., :1]
    if kind.endswith("alpha"):
        colours = np.concatenate([colours, np.full_like(colours[..., :1], 255)], axis=-1)
    return colours


def seen(kind: str) -> NDArray[np.uint32]:
    colours = scene(kind)
    return colours[..., [0, 0, 0]] if kind.startswith("grey") else colours[..., :3]


@pytest.mark.parametrize("bits", range(8, 15))
@pytest.mark.parametrize("kind", CHANNELS)
def test_unused_bits_are_left_out_and_told(kind: str, bits: int) -> None:
    photo = canonical(deep(scene(kind) * ((1 << bits) - 1) // 255))
    assert close(shown(photo), seen(kind))
    assert photo.notes == (PhotoNote.SPREAD,)


@pytest.mark.parametrize("kind", CHANNELS)
def test_interlaced_files(kind: str) -> None:
    values = (scene(kind) * 4095 // 255).astype(np.uint16)
    photo = canonical(pictures.png_16_bits(values, interlaced=True))
    assert close(shown(photo), seen(kind))
    assert photo.notes == (PhotoNote.SPREAD,)


@pytest.mark.parametrize("kind", ["grey with alpha", "RGB with alpha"])
def test_an_alpha_of_all_bits_beside_colours_of_few(kind: str) -> None:
    values = scene(kind) * 1023 // 255
    values[..., -1] = 65535
    values[:20, :, -1] = 0
    truth = seen(kind)
    truth[:20] = 255
    photo = canonical(deep(values))
    assert close(shown(photo), truth)
    assert photo.notes == (PhotoNote.SPREAD,)


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("how", ["all", "dark, eight bits doubled", "dark, in the upper bits"])
def test_pictures_of_all_bits_stay_as_they_are(kind: str, how: str) -> None:
    values = scene(kind)
    if how != "all":
        values[..., : 1 if kind.startswith("grey") else 3] //= 5
    photo = canonical(deep(values * (256 if how.endswith("upper bits") else 257)))
    truth = seen(kind) if how == "all" else seen(kind) // 5
    assert close(shown(photo), truth)
    assert photo.notes == ()


def test_a_photo_that_leaves_one_bit_free_is_dark() -> None:
    photo = canonical(deep(scene("RGB") * 32_000 // 255))
    assert close(shown(photo), seen("RGB") * 32_000 // 65_535)
    assert photo.notes == ()


@pytest.mark.parametrize("bits", [10, 16])
def test_one_colour_of_all_bits_may_be_transparent(bits: int) -> None:
    most = (1 << bits) - 1
    values = np.zeros((30, 40, 3), np.uint16)
    values[:] = most // 2, most, most // 3
    values[:, 20:, 1] -= 2  # another colour, if only a little
    whole = deep(values)
    key = values[0, 0].astype(">u2").tobytes()
    photo = shown(canonical(whole[:33] + pictures.png_chunk(b"tRNS", key) + whole[33:]))
    assert photo[5, 5].min() > 250
    assert close(photo[5, 35], np.array((127, 255, 85)))


def test_black_stays_black() -> None:
    assert canonical(deep(np.zeros((30, 30, 1), int))).notes == (PhotoNote.BLANK,)
