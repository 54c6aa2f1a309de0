"""A burst of the camera: what is new in it, and what is left out."""

from __future__ import annotations

import numpy as np

from pipeline.photos import burst
from pipeline.photos.burst import Count
from pipeline.photos.decoding.decoder import Decoder
from tests.pipeline.photos.test_near_duplicates import fingerprint, scene
from tests.workspaces import jpeg


def prints(*seeds: int, noise: int = 0) -> list[bytes]:
    """How views of some scenes look, with the noise of a camera."""
    random = np.random.default_rng(noise)
    seen = [fingerprint(scene(seed)) + random.normal(0, noise, 256) for seed in seeds]
    return [np.clip(one, 0, 255).astype(np.uint8).tobytes() for one in seen]


def test_of_a_thing_held_still_the_first_frame_stays() -> None:
    assert burst.fresh(prints(1, 1, 1, 2, 2, 1, noise=2), []) == [0, 3]


def test_what_the_class_has_already_is_left_out() -> None:
    assert burst.fresh(prints(1, 2, 3, noise=2), prints(4, 2, 5)) == [0, 2]
    assert burst.fresh(prints(2, 2, noise=2), prints(2)) == []
    assert burst.fresh([], prints(2)) == []
    assert burst.fresh([], []) == []


def test_a_covered_lens_counts_once() -> None:
    black = bytes(256)
    assert burst.fresh([black, black, *prints(1)], []) == [0, 2]
    assert burst.fresh([black], [black]) == []


def test_counts_add_up() -> None:
    both = Count(5, near=2).plus(Count(4, near=1, unreadable=1))
    assert (both, both.kept) == (Count(9, 3, 1), 5)


def test_each_hold_is_a_clip_of_its_own() -> None:
    one, other = burst.clip_of("a"), burst.clip_of("b")
    assert len(one) == len(other) == 16
    assert one != other


def test_frames_are_sifted_and_named_in_their_order() -> None:
    some = [jpeg((40, 60, 200), seed) for seed in (1, 1, 2)]
    with Decoder(processes=1) as decoder:
        kept, count = burst.sift([*some, b"no photo"], 7, [], decoder)
        assert count == Count(4, near=1, unreadable=1)
        assert [frame.data for frame in kept] == [some[0], some[2]]
        assert [frame.name[-8:] for frame in kept] == [" 008.jpg", " 010.jpg"]
        again, count = burst.sift(some, 11, [frame.photo.fingerprint for frame in kept], decoder)
    assert (again, count) == ([], Count(3, near=3))
