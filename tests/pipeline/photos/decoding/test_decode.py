"""The decoding policy, rule by rule, on files made for it."""

from __future__ import annotations

import io
import random
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.photos.decoding.canonical import CANONICAL_SIDE_PX, Canonical, Origin
from pipeline.photos.decoding.decode import UnreadablePhoto, canonical, square
from pipeline.photos.photo_notes import PhotoNote
from pipeline.settings.limits import Limits
from tests.inputs import pictures
from tests.pipeline.photos.decoding.looks import BOX, FORMATS, KINDS, close, reason, shown

# The start of a file, and a word that its refusal must have.
NOT_PICTURES = {
    "empty": (b"", "empty"),
    "one byte": (b"\x00", "not a picture"),
    "noise": (bytes(range(128, 256)) * 4, "not a picture"),
    "GIF": (pictures.encoded(pictures.scene(), "GIF"), "GIF"),
    "animated GIF": (pictures.animated("GIF"), "GIF"),
    "BMP": (pictures.encoded(pictures.scene(), "BMP"), "BMP"),
    "TIFF": (pictures.encoded(pictures.scene(), "TIFF"), "TIFF"),
    "big-endian TIFF": (b"MM\x00*" + bytes(50), "TIFF"),
    "Canon RAW": (BOX + b"crx " + bytes(50), "RAW"),
    "MP4": (BOX + b"isom" + bytes(50), "video"),
    "AVI": (b"RIFF\x00\x00\x00\x00AVI LIST", "video"),
    "PSD": (b"8BPS\x00\x01" + bytes(50), "Photoshop"),
    "JPEG 2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    "JPEG XL": (b"\xff\x0a" + bytes(50), "JPEG XL"),
    "icon": (b"\x00\x00\x01\x00\x01\x00", "icon"),
    "SVG": (b'<?xml version="1.0"?>\n<svg xmlns="x"><script/></svg>', "SVG"),
    "HTML": (b"\n <!DOCTYPE HTML><html><body>404</body></html>", "web page"),
    "text": ("Miau, schöne Grüße".encode(), "text file"),
    "text cut inside a letter": (("é" * 800).encode()[:1023], "text file"),
    "PDF": (b"%PDF-1.7\n", "PDF"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript"),
    "program": (b"MZ\x90\x00", "program"),
    "zip": (b"PK\x03\x04" + bytes(50), "zip"),
    "rar": (b"Rar!\x1a\x07", "RAR"),
    "7z": (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    "gzip": (b"\x1f\x8b\x08", "gzip"),
    "AppleDouble": (b"\x00\x05\x16\x07\x00\x02", "Mac"),
}


# === What is refused ===


@pytest.mark.parametrize("name", NOT_PICTURES)
def test_what_is_no_readable_picture_is_named(name: str) -> None:
    data, word = NOT_PICTURES[name]
    text = reason(data)
    assert word in text
    assert text.endswith(".")
    assert text.count(". ") == 1, "one sentence says what it is, one what to do"


@pytest.mark.parametrize("kind", [*KINDS, "tiled_heic"])
def test_no_cut_file_passes(kind: str) -> None:
    whole = getattr(pictures, kind)(200, 150)
    ends = {len(whole) * part // 200 for part in range(1, 200)}
    if kind == "jpeg":
        ends.add(len(whole) - 2)  # nothing but the end marker is missing
    for end in ends:
        if kind == "png" and end > len(whole) - 12:
            continue  # the end chunk holds nothing; every pixel is there
        assert reason(whole[:end])


def test_a_cut_picture_is_called_damaged() -> None:
    assert "damaged or incomplete" in reason(pictures.jpeg()[:-300])


def test_damaged_pixel_data_are_refused() -> None:
    assert "damaged" in reason(pictures.broken_png_data())


@pytest.mark.parametrize(
    "data",
    [
        pictures.pixel_bomb(),
        pictures.giant_header_webp(),
        pictures.giant_header_jpeg(),
        pictures.giant_header_heic(),
        pictures.giant_header_avif(),
    ],
    ids=["png", "webp", "jpeg", "heic", "avif"],
)
def test_pixel_bombs_are_refused_as_too_large(data: bytes) -> None:
    assert "million pixels" in reason(data)


def test_limits_of_pixels_are_exact() -> None:
    limits = Limits(other_pixels=60 * 40, jpeg_pixels=60 * 40)
    for kind in KINDS:
        make = getattr(pictures, kind)
        assert canonical(make(60, 40), limits).width == 60
        assert "million pixels" in reason(make(61, 40), limits)
        assert "million pixels" in reason(make(60, 41), limits)


def test_a_text_bomb_is_refused() -> None:
    assert len(pictures.text_bomb()) < 100_000
    assert reason(pictures.text_bomb())


def test_a_file_that_is_too_long_is_refused_by_its_length() -> None:
    assert "the most is 100 bytes" in reason(pictures.jpeg(), Limits(file_bytes=100))


@pytest.mark.parametrize("size", [(1, 1), (1, 10_000), (15, 400), (2000, 15), (15, 15)])
def test_too_small(size: tuple[int, int]) -> None:
    assert "too small" in reason(pictures.png(*size))


def test_thin_strips_are_refused() -> None:
    assert "strip" in reason(pictures.png(16 * 40 + 1, 16))
    assert canonical(pictures.png(16 * 40, 16)).height == round(512 / 40)


# === What is accepted ===


@pytest.mark.parametrize("kind", KINDS)
def test_ordinary_photos_look_the_same(kind: str) -> None:
    photo = canonical(getattr(pictures, kind)(60, 40))
    assert (photo.width, photo.height, photo.notes) == (60, 40, ())
    assert close(shown(photo), pictures.scene())


def test_large_photos_shrink_to_the_longest_side() -> None:
    photo = canonical(pictures.jpeg(1500, 501))
    assert (photo.width, photo.height) == (CANONICAL_SIDE_PX, round(501 * 512 / 1500))
    expected = Image.fromarray(pictures.scene(1500, 501)).resize((photo.width, photo.height))
    assert close(shown(photo), np.asarray(expected))


def test_small_photos_are_not_enlarged() -> None:
    assert canonical(pictures.jpeg(20, 16)).width == 20


@pytest.mark.slow
def test_a_200_megapixel_jpeg_is_read_at_an_eighth() -> None:
    data = pictures.encoded(Image.linear_gradient("L").resize((16_320, 12_240)), "JPEG")
    photo = canonical(data)
    assert (photo.width, photo.height) == (512, 384)
    assert photo.notes == ()


def test_a_phones_tiles_become_one_photo() -> None:
    assert close(shown(canonical(pictures.tiled_heic(200, 150))), pictures.scene(200, 150))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(orientation: int, kind: str) -> None:
    photo = canonical(pictures.turned(orientation, kind))
    assert close(shown(photo), pictures.scene())
    stored = (40, 60) if orientation > 4 else (60, 40)
    assert photo.origin == Origin(kind, *stored, turned=orientation > 1)


def test_the_exif_of_a_heic_photo_turns_nothing() -> None:
    # Its boxes decide; phones write both, and to heed both would turn the photo twice.
    exif = Image.Exif()
    exif[0x0112] = 3
    data = pictures.encoded(pictures.scene(), "HEIF", quality=95, exif=exif)
    assert b"irot" not in data
    assert close(shown(canonical(data)), pictures.scene())


def test_an_xmp_packet_turns_no_avif() -> None:
    data = pictures.avif(xmp=b'<x tiff:Orientation="6"/>')
    photo = canonical(data)
    assert close(shown(photo), pictures.scene())
    assert not photo.origin.turned
    assert canonical(pictures.jpeg(xmp=b'<x tiff:Orientation="6"/>')).origin.turned


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0garbage",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x1a\0\x05\0\0\0\x01\0\0\0\x1a" + bytes(20),
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x04\0\0\0six\0" + bytes(8),
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0" + bytes(8),
    ],
    ids=["garbage", "far offset", "resolution by zero", "orientation as text", "orientation 99"],
)
def test_broken_metadata_do_not_matter(exif: bytes) -> None:
    assert close(shown(canonical(pictures.jpeg(exif=exif))), pictures.scene())


def segments(jpeg: bytes) -> list[int]:
    """The markers up to the pixel data."""
    found, at = [], 2
    while True:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        found.append(marker)
        if marker == 0xDA:
            return found
        at += 2 + length


def test_nothing_but_the_picture_is_kept() -> None:
    dirty = pictures.with_metadata()
    assert dirty.count(b"SECRET") >= 5
    clean = canonical(dirty).jpeg
    assert b"SECRET" not in clean
    assert set(segments(clean)) <= {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def test_what_hangs_on_the_end_is_cut_off() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as hidden:
        hidden.writestr("evil.txt", "<script>alert(1)</script>")
    polyglot = pictures.jpeg() + archive.getvalue() + b"<script>alert(1)</script>"
    assert zipfile.is_zipfile(io.BytesIO(polyglot))
    clean = canonical(polyglot).jpeg
    assert b"script" not in clean
    assert clean.endswith(b"\xff\xd9")
    assert not zipfile.is_zipfile(io.BytesIO(clean))


def test_the_kept_jpeg_is_fine_grained_and_the_same_every_time() -> None:
    photo = canonical(pictures.jpeg())
    assert photo == canonical(pictures.jpeg())
    with Image.open(io.BytesIO(photo.jpeg)) as image:
        assert image.layer[1][1:3] == (1, 1), "colour at full resolution"
        assert image.mode == "RGB"


def test_progressive_and_cmyk_and_grey() -> None:
    scene = Image.fromarray(pictures.scene())
    assert close(shown(canonical(pictures.jpeg(progressive=True))), pictures.scene())
    assert close(
        shown(canonical(pictures.encoded(scene.convert("CMYK"), "JPEG"))), np.asarray(scene), 8
    )
    grey = np.asarray(scene.convert("L").convert("RGB"))
    for mode, kind in [("L", "JPEG"), ("L", "PNG"), ("LA", "PNG")]:
        assert close(shown(canonical(pictures.encoded(scene.convert(mode), kind))), grey)
    black_and_white = shown(canonical(pictures.encoded(scene.convert("1"), "PNG")))
    assert black_and_white.mean() == pytest.approx(np.asarray(scene.convert("1")).mean() * 255, 0.1)


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    ramp = shown(canonical(pictures.grey_16_bits()))[16, :, 0]
    assert close(ramp, np.linspace(0, 255, 64))


def test_sixteen_bit_grey_with_a_transparent_shade() -> None:
    ramp = shown(canonical(pictures.grey_16_bits(transparent=0)))[16, :, 0]
    assert ramp[0] > 200, "the transparent black is white now"
    assert ramp[10] < 100


def test_sixteen_bit_colour() -> None:
    assert close(shown(canonical(pictures.rgb_16_bits()))[5, 5], np.array([255, 128, 0]))


def test_sixteen_bit_grey_in_a_heic_photo() -> None:
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (32, 1))
    data = pictures.encoded(Image.fromarray(ramp), "HEIF", quality=95)
    assert close(shown(canonical(data))[16, :, 0], np.linspace(0, 255, 64))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "HEIF", "AVIF"])
def test_hidden_colours_stay_hidden(kind: str) -> None:
    assert shown(canonical(pictures.clear_red(kind))).min() > 250


def test_transparent_palette_entries_are_white() -> None:
    photo = shown(canonical(pictures.see_through_palette()))
    assert close(photo[20, 5], np.array([255, 0, 0]), 6)
    assert close(photo[20, 35], np.array([255, 255, 255]), 6)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_of_an_animation_the_first_picture_is_taken_and_said_so(kind: str) -> None:
    photo = canonical(pictures.animated(kind))
    assert close(shown(photo), pictures.scene(seed=0), 6)
    assert photo.notes == (PhotoNote.ANIMATED,)


def test_of_several_pictures_in_a_heic_photo_the_main_one_is_taken_and_said_so() -> None:
    frames = [Image.fromarray(pictures.scene(seed=seed)) for seed in range(3)]
    data = pictures.encoded(
        frames[0], "HEIF", save_all=True, append_images=frames[1:], primary_index=2, quality=95
    )
    photo = canonical(data)
    assert close(shown(photo), pictures.scene(seed=2))
    assert photo.notes == (PhotoNote.SEVERAL,)


def test_a_phones_second_picture_is_nothing_to_talk_about() -> None:
    data = pictures.animated("MPO")
    assert Image.open(io.BytesIO(data)).format == "MPO"
    photo = canonical(data)
    assert photo.notes == ()
    assert photo.origin.format == "JPEG"
    assert close(shown(photo), pictures.scene(seed=0), 6)


def test_a_blank_picture_is_accepted_with_a_note() -> None:
    photo = canonical(pictures.encoded(Image.new("RGB", (40, 40), (9, 9, 9)), "PNG"))
    assert photo.notes == (PhotoNote.BLANK,)


# === Nothing else ever comes out ===


def test_flipped_bits_give_a_photo_or_a_reason() -> None:
    chance = random.Random(7)
    outcomes = set()
    for kind in (*KINDS, "tiled_heic"):
        whole = getattr(pictures, kind)()
        for _ in range(150):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            try:
                outcomes.add(type(canonical(bytes(data))))
            except UnreadablePhoto as error:
                outcomes.add(type(error))
    assert outcomes == {Canonical, UnreadablePhoto}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        [
            b"",
            b"\xff\xd8\xff\xe0",
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\x40\0\0\0WEBPVP8 ",
            BOX + b"heic\0\0\0\0mif1heic",
            BOX + b"avif\0\0\0\0mif1avif",
        ]
    ),
    st.binary(max_size=400),
)
def test_arbitrary_bytes_give_a_reason(start: bytes, rest: bytes) -> None:
    assert reason(start + rest)


# === From the kept photo to the network ===


def test_square_squashes_the_whole_photo() -> None:
    photo = canonical(pictures.jpeg(60, 40))
    squashed = square(photo.jpeg, 32)
    assert squashed.shape == (32, 32, 3)
    assert squashed.dtype == np.uint8
    assert squashed.flags.writeable
    assert close(squashed, pictures.scene(32, 32), 6)


@pytest.mark.parametrize("size", [96, 160, 224])
def test_square_is_antialiased(size: int) -> None:
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255  # finer than any network input can show: grey is the only answer
    squashed = square(canonical(pictures.encoded(stripes, "PNG")).jpeg, size)
    assert abs(squashed.mean() - 127.5) < 2
    assert squashed.std() < 30


def test_square_at_every_reduction_agrees_with_a_plain_resize() -> None:
    kept = canonical(pictures.jpeg(512, 400)).jpeg
    with Image.open(io.BytesIO(kept)) as image:
        for size in (96, 160, 224, 300):
            plain = image.resize((size, size), Image.Resampling.BILINEAR)
            assert close(square(kept, size), np.asarray(plain), 1.0)
