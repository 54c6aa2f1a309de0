"""Readers of rarer formats: there or named, and decoding no more than the photo."""

from __future__ import annotations

import sys

import pytest

from pipeline.photos.decoding.decode import canonical
from tests.inputs import pictures
from tests.pipeline.photos.decoding.looks import reason

# === What is refused ===


def test_without_its_library_a_heic_photo_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pictures.heic()
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    assert reason(data) == (
        "This is a HEIC photo, as iPhones make them, which cannot be read here. Save it as JPEG."
    )


# === What is accepted ===


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_only_the_photo_is_decoded_and_in_one_thread(kind: str) -> None:
    canonical(pictures.encoded(pictures.scene(), kind))
    from PIL import AvifImagePlugin
    from pillow_heif import options

    if kind == "AVIF":
        assert AvifImagePlugin.DEFAULT_MAX_THREADS == 1
    else:
        assert options.DECODE_THREADS == 1
        assert not (options.THUMBNAILS or options.DEPTH_IMAGES or options.AUX_IMAGES)
