"""What was taken of videos, in words."""

from __future__ import annotations

import pytest

from pipeline.wording import clip_text


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [
        (0, "0:00.00"),
        (3_500, "0:03.50"),
        (59_996, "1:00.00"),
        (61_239, "1:01.24"),
        (299_990, "4:59.99"),
    ],
)
def test_places_in_a_video(milliseconds: int, shown: str):
    assert clip_text.frame_name("a/walk.mp4", milliseconds) == f"a/walk.mp4 at {shown}"


def test_names_sort_by_time():
    names = [clip_text.frame_name("a", at) for at in range(0, 300_000, 333)]
    assert names == sorted(names)


def test_how_many():
    assert clip_text.rate(2.0) == "2 of each second"
    assert clip_text.rate(0.5) == "1 of each 2 seconds"
    assert clip_text.taken(1, 8, 0).startswith("8 pictures were taken out of 1 video. Those of one")
    told = clip_text.taken(3, 240, 200)
    assert told.startswith("240 pictures were taken out of 3 videos; 200 of them are left out")
    assert clip_text.taken(1, 8, 0, are_cut=True).endswith("bring three or more of each class.")
    assert "1 of them is left out" in clip_text.taken(1, 2, 1)
    assert clip_text.too_long("a.mp4", 300, 300.0).count("300 pictures out of 5 minutes") == 1
    assert clip_text.broken("a.mp4").startswith("a.mp4 ends early or is damaged.")
