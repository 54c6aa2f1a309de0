"""What betrays a class without a look at its photos."""

from __future__ import annotations

import pytest

from pipeline.photos.checkup.checkup import check
from pipeline.photos.decoding.canonical import Origin
from tests.pipeline.photos.checkup.conftest import Maker, titled


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (Origin("PNG", 640, 480, turned=False), "cat are PNG files"),
        (Origin("JPEG", 480, 640, turned=False), "cat are 640 x 480 pixels"),
    ],
)
def test_a_giveaway_is_told(maker: Maker, origin: Origin, words: str) -> None:
    maker.add(0, 30, origin=origin)
    maker.add(1, 30)
    finding = titled(check(maker.made("cat", "dog")), words)
    assert finding.level == "mend"
    assert len(finding.photos) == 30


def test_the_same_camera_for_all_is_no_giveaway(maker: Maker) -> None:
    for class_index in range(2):
        maker.add(class_index, 30, origin=Origin("HEIF", 4032, 3024, turned=True))
    found = check(maker.made("cat", "dog"))
    assert [finding.title for finding in found.findings] == ["60 photos turned upright"]
