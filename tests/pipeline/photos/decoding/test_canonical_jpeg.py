"""A photo that was kept once comes back as it is, and nothing that only looks like one."""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.photos.decoding import canonical_jpeg
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.decoding.decode import canonical, pixels
from tests.inputs import pictures
from tests.pipeline.photos.decoding.looks import close, fingerprint, reason

KEPT = canonical(pictures.jpeg(200, 150)).jpeg
END = b"\xff\xd9"
SCAN_AT = KEPT.index(b"\xff\xda")


def like_kept(**options: object) -> bytes:
    """The kept photo's pixels in a JPEG that is written with one setting changed."""
    settings = {"quality": 95, "subsampling": "4:4:4", **options}
    return pictures.encoded(pixels(KEPT), "JPEG", **settings)


STRANGE = {
    "comment": KEPT[:2] + b"\xff\xfe\x00\x08SECRET" + KEPT[2:],
    "EXIF before the pixels": KEPT[:SCAN_AT] + b"\xff\xe1\x00\x08SECRET" + KEPT[SCAN_AT:],
    "another version of JFIF": KEPT[:12] + b"\x09" + KEPT[13:],
    "bytes behind the end": KEPT + b"SECRET",
    "bytes behind the end, and another end": KEPT + b"SECRET" + END,
    "bytes behind the pixels": KEPT.removesuffix(END) + b"SECRET-SECRET" + END,
    "zip behind the pixels": pictures.zip_among_the_pixels(KEPT),
    "restart marker": KEPT.removesuffix(END) + b"\xff\xd0" + END,
    "fill byte before the end": KEPT.removesuffix(END) + b"\xff" + END,
    "comment behind the pixels": KEPT.removesuffix(END) + b"\xff\xfe\x00\x08SECRET" + END,
    "other tables": like_kept(quality=94),
    "fitted tables": like_kept(optimize=True),
    "coarser colours": like_kept(subsampling="4:2:0"),
    "progressive": like_kept(progressive=True),
    "resolution": like_kept(dpi=(72, 72)),
}


@settings(max_examples=60, deadline=None)
@given(
    st.integers(16, 600),
    st.integers(16, 600),
    st.integers(0, 99),
    st.sampled_from(["scene", "noise", "grey", "blank"]),
    st.sampled_from(["JPEG", "PNG"]),
)
@example(512, 512, 0, "noise", "PNG")
@example(512, 400, 0, "blank", "PNG")
@example(513, 511, 0, "scene", "JPEG")
@example(640, 16, 0, "scene", "PNG")
@example(16, 16, 0, "blank", "JPEG")
@example(17, 31, 0, "noise", "JPEG")
def test_what_was_kept_once_comes_back_as_it_is(
    width: int, height: int, seed: int, what: str, kind: str
) -> None:
    picture = Image.fromarray(pictures.scene(width, height, seed))
    if what == "noise":
        chance = np.random.default_rng(seed)
        picture = Image.fromarray(chance.integers(0, 256, (height, width, 3), dtype=np.uint8))
    elif what != "scene":
        picture = picture.convert("L") if what == "grey" else Image.new("RGB", picture.size, seed)
    once = canonical(pictures.encoded(picture, kind))
    again = canonical(once.jpeg)
    assert again.jpeg == once.jpeg
    assert (again.width, again.height, again.notes) == (once.width, once.height, once.notes)
    assert again.origin == Origin("JPEG", once.width, once.height, turned=False)
    assert close(fingerprint(again), fingerprint(once))


def test_only_what_was_kept_may_be_narrower_than_the_rest() -> None:
    narrow = canonical(pictures.png(640, 16)).jpeg
    assert canonical(narrow).height == 13
    assert "too small" in reason(pictures.encoded(pixels(narrow), "PNG"))
    assert "too small" in reason(narrow[:2] + b"\xff\xfe\x00\x08SECRET" + narrow[2:])
    assert "too small" in reason(canonical_jpeg.written(Image.new("RGB", (511, 13))))
    assert "strip" in reason(canonical_jpeg.written(Image.new("RGB", (512, 12))))


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_not_quite_as_we_write_it_is_written_anew(name: str) -> None:
    photo = canonical(STRANGE[name])
    assert photo.jpeg != STRANGE[name]
    assert b"SECRET" not in photo.jpeg
    assert not zipfile.is_zipfile(io.BytesIO(photo.jpeg))
    assert photo.jpeg == canonical_jpeg.written(Image.fromarray(pixels(STRANGE[name])))


def test_the_hidden_archive_is_one() -> None:
    hidden = STRANGE["zip behind the pixels"]
    assert zipfile.ZipFile(io.BytesIO(hidden)).read("evil.txt")
    assert canonical_jpeg.has_its_form(hidden, (200, 150)), "only decoding tells it"


def test_a_second_scan_is_refused() -> None:
    twice = KEPT.removesuffix(END) + KEPT[SCAN_AT:]
    assert not canonical_jpeg.has_its_form(twice, (200, 150))
    assert reason(twice)


def test_a_kept_photo_that_is_cut_is_refused() -> None:
    assert reason(KEPT.removesuffix(END))


@pytest.mark.parametrize("size", [(150, 200), (0, 150), (200, 151), (70_000, 150), (513, 150)])
def test_a_photo_of_another_size_has_not_the_form(size: tuple[int, int]) -> None:
    assert canonical_jpeg.has_its_form(KEPT, (200, 150))
    assert not canonical_jpeg.has_its_form(KEPT, size)
