"""Small files of every format that is read, and of some that are not: what gets damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import pytest
from PIL import Image

from tests.inputs import clips, colours, pictures, profiles, zips
from tests.inputs.zips import UTF8, Entry


def _frames(kind: str) -> bytes:
    return pictures.animated(kind)


def _grey() -> Image.Image:
    return Image.fromarray(pictures.scene()).convert("L")


def _inks() -> Image.Image:
    return Image.fromarray(pictures.scene()).convert("CMYK")


def _grey_jpeg() -> bytes:
    return pictures.encoded(_grey(), "JPEG")


def _wide(kind: str) -> bytes:
    profile = profiles.matrix(profiles.MEANINGS["P3"])
    return colours.written(pictures.scene(), kind, icc_profile=profile)


def _few_bits(channels: int) -> bytes:
    noise = np.random.default_rng(0).integers(0, 1024, (40, 50, channels))
    return pictures.png_16_bits(noise.astype(np.uint16))


def _noise(kind: str) -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 4), np.uint8)
    return pictures.encoded(noise, kind, lossless=True)


_VIDEOS: Final = (
    ("mp4", "libx264"),
    ("mov", "libx265"),
    ("mov", "prores_ks", "yuv422p10le"),
    ("mov", "mjpeg", "yuvj420p"),
    ("webm", "libvpx-vp9"),
    ("matroska", "libx264"),
)


def _video(container: str, codec: str, pix_fmt: str = "yuv420p") -> bytes:
    """Half a second; skipped where nothing is there to write it."""
    clips.needs_pyav()
    return clips.clip(clips.views(5), container, codec, pix_fmt=pix_fmt)


def _with_pyav(make: Callable[[], bytes]) -> bytes:
    clips.needs_pyav()
    return make()


_MAKERS: Final[tuple[Callable[[], bytes], ...]] = (
    pictures.jpeg,
    lambda: pictures.jpeg(300, 200),
    lambda: pictures.jpeg(progressive=True),
    lambda: pictures.jpeg(subsampling="4:2:0", optimize=True),
    lambda: pictures.jpeg(restart_marker_blocks=2),
    _grey_jpeg,
    pictures.ycck,
    pictures.with_metadata,
    lambda: pictures.turned(6),
    lambda: _frames("MPO"),
    pictures.png,
    lambda: _noise("PNG"),
    lambda: _frames("PNG"),
    pictures.grey_16_bits,
    pictures.rgb_16_bits,
    pictures.see_through_palette,
    lambda: pictures.turned(8, "PNG"),
    lambda: pictures.with_png_chunk(b"iCCP", b"name\0\0garbage"),
    pictures.webp,
    lambda: pictures.webp(lossless=True),
    lambda: _noise("WEBP"),
    lambda: _frames("WEBP"),
    lambda: pictures.turned(3, "WEBP"),
    pictures.heic,
    lambda: pictures.heic(200, 150),
    lambda: pictures.heic(exif=b"Exif\0\0" + pictures.exif_entry(0x0112, 3, 1, b"\0\6\0\0")),
    pictures.avif,
    lambda: pictures.avif(200, 150, subsampling="4:4:4"),
    lambda: _frames("AVIF"),
    lambda: _frames("GIF"),
    *(lambda kind=kind: _wide(kind) for kind in ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")),
    lambda: pictures.jpeg(icc_profile=profiles.xyb_profile(), keep_rgb=True),
    lambda: pictures.encoded(_inks(), "JPEG", icc_profile=profiles.inks()),
    lambda: pictures.encoded(_grey(), "PNG", icc_profile=profiles.grey(1.0)),
    lambda: colours.with_code_points("PNG", 9, 16, pictures.scene()),
    lambda: colours.with_code_points("HEIF", 9, 18, pictures.scene()),
    lambda: colours.with_code_points("AVIF", 12, 13, pictures.scene()),
    lambda: colours.with_chunks(
        *colours.gamma_and_points(profiles.MEANINGS["ProPhoto"]), picture=pictures.scene()
    ),
    *(lambda channels=channels: _few_bits(channels) for channels in (1, 2, 3, 4)),
    pictures.apples_png,
    lambda: pictures.giant_header_avif(17_000, 17_000),
    lambda: b"\0\0\0\x14ftypmif2\0\0\0\0avci" + pictures.heic()[24:],
    lambda: pictures.jpeg().replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"),
    lambda: pictures.jpeg().replace(b"\xff\xc0", b"\xff\xc3"),
    *(lambda made=made: _video(*made) for made in _VIDEOS),
    lambda: clips.turned(_video("mp4", "libx264"), (0, 1, -1, 0)),
    lambda: _with_pyav(clips.sound),
)


def files() -> Iterator[bytes]:
    """Pictures; those that this computer cannot write are left out."""
    for make in _MAKERS:
        try:
            yield make()
        except pytest.skip.Exception:
            continue


def archives() -> Iterator[bytes]:
    """Zips of class folders with small photos."""
    photos = [pictures.jpeg(20, 20, seed=seed) for seed in range(8)]
    plain = [
        Entry(f"{folder}/{number}.jpg".encode(), photos[2 * number + place], flags=UTF8)
        for place, folder in enumerate(("cats", "dogs"))
        for number in range(3)
    ]
    yield zips.written(plain)
    yield zips.written([Entry(b"pets/train/" + one.name, one.data, zips.STORED) for one in plain])
    yield zips.written([*plain, Entry(b"cats/inner.zip", zips.written(plain[:1]))], b"comment")
    yield zips.written([*plain, Entry("Kätzchen/🐱.jpg".encode(), photos[6]), Entry(b"x/", b"")])
    yield zips.written(_old_names(photos))
    for name, data in _LISTS:
        loose = [Entry(f"{number}.jpg".encode(), photos[number]) for number in range(6)]
        yield zips.written([*loose, Entry(name.encode(), data)])
    yield zips.written([*plain, *(Entry(name.encode(), data) for name, data in _LEFTOVERS)])


def _old_names(photos: list[bytes]) -> Iterator[Entry]:
    """Names of which nothing says the code page, one with its true name beside it."""
    for number, word in enumerate(("功夫", "功課", "椅子")):
        raw = f"{word}/{number}.jpg".encode("big5")
        extra = zips.true_name(f"{word}/{number}.jpg", raw) if number == 2 else b""
        yield Entry(raw, photos[number], extra=extra)
    yield Entry(b"\xff\xfe/3.jpg", photos[3], flags=UTF8)


_FLAGS: Final = b"filename, cat, dog\n0.jpg,1,0\n1.jpg,0,1\n2.jpg,1,1\n3.jpg,0,0\n"
_COCO: Final = (
    b'{"images": [{"id": 0, "file_name": "0.jpg"}, {"id": 1, "file_name": "1.jpg"}], '
    b'"annotations": [{"image_id": 0, "category_id": 1}], "categories": [{"id": 1, "name": "cat"}]}'
)
_LISTS: Final = (
    ("labels.csv", b"id,breed\n0,pug\n1,beagle\n2,pug\n3,beagle\n4,pug\n5,\n6,pug\n"),
    ("labels.csv", "Datei;Etikett\n0.jpg;Kätzchen\n1.jpg;Hündchen\n".encode("utf-16")),
    ("_classes.csv", _FLAGS),
    ("metadata.jsonl", b'{"file_name": "0.jpg", "label": "cat"}\n{"file_name": "1.jpg"}\n'),
    ("instances.json", _COCO),
    ("0.txt", b"0 0.5 0.5 0.2 0.2\n"),
)
_LEFTOVERS: Final = (
    ("birds/.IMG_1.jpg.icloud", b"bplist00\xd1\x01\x02"),
    ("cats/7.jpg", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"),
    ("cats/@eaDir/0.jpg/SYNOPHOTO_THUMB_M.jpg", b"x"),
)
