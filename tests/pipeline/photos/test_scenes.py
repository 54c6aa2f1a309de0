"""Which photos of a set show one scene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos import packs
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.scenes import scenes, scenes_or_alone, with_clips
from tests.pipeline.photos.checkup.conftest import Maker


@pytest.fixture
def photo_set(tmp_path: Path) -> PhotoSet:
    """Three photos of one scene, and two others."""
    maker = Maker(tmp_path)
    maker.add(0, 3, shows=9)
    maker.add(1, 2)
    return maker.made("cat", "dog", divide=False)


def test_photos_of_one_scene_share_a_number_among_those_that_are_asked_about(
    photo_set: PhotoSet,
) -> None:
    found = scenes(photo_set, np.arange(5))
    assert found is not None
    assert found.tolist() == [0, 0, 0, 3, 4]
    some = scenes(photo_set, np.array([1, 2, 4]))
    assert some is not None
    assert some.tolist() == [0, 0, 2]


def test_of_a_set_without_fingerprints_nobody_knows(
    photo_set: PhotoSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "fingerprints", lambda *_: None)
    assert scenes(photo_set, np.arange(3)) is None


def test_frames_of_one_video_are_one_scene_with_whatever_looks_like_one_of_them(
    tmp_path: Path,
) -> None:
    maker = Maker(tmp_path)
    maker.add(0, 2, clip="a" * 16)
    maker.add(0, 1, shows=9)
    maker.add(1, 1, shows=9, clip="a" * 16)
    maker.add(1, 1, clip="b" * 16)
    photo_set = maker.made("cat", "dog", divide=False)
    assert scenes_or_alone(photo_set).tolist() == [0, 0, 0, 0, 4]
    found = scenes(photo_set, np.array([1, 2, 4]))
    assert found is not None and found.tolist() == [0, 1, 2]


@given(st.lists(st.none() | st.sampled_from("abc"), max_size=30), st.data())
def test_groups_and_videos_are_joined_and_nothing_else_is(clips, data) -> None:
    marks = data.draw(st.lists(st.integers(0, 9), min_size=len(clips), max_size=len(clips)))
    groups = np.array([marks.index(mark) for mark in marks], np.int64)
    found = with_clips(groups, clips).tolist()
    for one, number in enumerate(found):
        assert number <= one and found[number] == number
        for other in range(one):
            if groups[one] == groups[other] or (clips[one] and clips[one] == clips[other]):
                assert found[other] == number
    if not any(clips):
        assert found == groups.tolist()
