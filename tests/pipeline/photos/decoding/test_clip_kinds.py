"""Videos told by their first bytes; what is no video stays what it was."""

from __future__ import annotations

import pytest

from pipeline.photos.decoding import file_kinds
from pipeline.photos.decoding.clip_kinds import clip_kind, may_be_clip
from tests.conftest import REPOSITORY
from tests.inputs import clips, pictures


def boxed(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + bytes(12)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (boxed(b"isom"), "MP4"),
        (boxed(b"mp42"), "MP4"),
        (boxed(b"avc1"), "MP4"),
        (boxed(b"M4V "), "MP4"),
        (boxed(b"3gp5"), "MP4"),
        (boxed(b"MSNV"), "MP4"),
        (boxed(b"qt  "), "MOV"),
        (b"\0\0\0\x08wide\0\0\0\x08mdat", "MOV"),
        (b"\x1a\x45\xdf\xa3" + bytes(20), "WEBM"),
        (boxed(b"heic"), None),
        (boxed(b"mif1"), None),
        (boxed(b"avif"), None),
        (boxed(b"crx "), None),
        (boxed(b"M4A "), None),
        (boxed(b"avci"), None),  # one picture, packed as a video is
        (b"The wide river.", None),
        (b"", None),
        (b"GIF89a", None),
    ],
)
def test_by_the_first_bytes(data: bytes, kind: str | None):
    assert clip_kind(data) == kind


@pytest.mark.parametrize(
    "picture", [pictures.jpeg, pictures.png, pictures.webp, pictures.heic, pictures.avif]
)
def test_no_picture_is_taken_for_a_video(picture):
    assert file_kinds.readable_kind(picture()) is not None
    assert clip_kind(picture()) is None


@pytest.mark.parametrize(
    ("container", "codec", "kind"),
    [
        ("mp4", "libx264", "MP4"),
        ("mov", "libx264", "MOV"),
        ("webm", "libvpx-vp9", "WEBM"),
        ("matroska", "libx264", "WEBM"),
    ],
)
def test_what_programs_write(container: str, codec: str, kind: str):
    clips.needs_pyav()
    assert clip_kind(clips.walk(0, 1, container, codec)) == kind


def test_names_of_videos():
    assert all(map(may_be_clip, ("a.mp4", "A.MOV", "x/y.webm", "b.m4v")))
    assert not any(map(may_be_clip, ("a.jpg", "mp4", "a.mp4.jpg", "a.gif")))


def test_the_package_is_told_as_it_is_required():
    from pipeline.photos.decoding.clip_kinds import PACKAGE

    for name in ("requirements-dev.txt", "requirements.txt"):
        assert PACKAGE in (REPOSITORY / name).read_text(encoding="utf-8")
