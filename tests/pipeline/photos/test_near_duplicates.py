"""Lookalikes: what is one shot saved twice, what merely resembles, and what a group is."""

from __future__ import annotations

import io
import itertools
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from pipeline.photos import near_duplicates
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES, FINGERPRINT_SIDE
from pipeline.photos.near_duplicates import copies, groups, pairs

SIDE_PX = 128


def fingerprint(photo: Image.Image) -> np.ndarray:
    size = (FINGERPRINT_SIDE, FINGERPRINT_SIDE)
    return np.asarray(photo.convert("L").resize(size, Image.Resampling.BOX)).ravel()


def scene(seed: int) -> Image.Image:
    """Noise whose larger shapes are stronger, as in photos."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE_PX), np.fft.rfftfreq(SIDE_PX)))
    waves = (
        np.fft.rfft2(random.normal(size=(SIDE_PX, SIDE_PX))) / (frequency.T + 1 / SIDE_PX) ** 1.7
    )
    field = np.fft.irfft2(waves, s=(SIDE_PX, SIDE_PX))
    grey = np.clip(128 + 45 * (field - field.mean()) / field.std(), 0, 255)
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def saved(photo: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    photo.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def cropped(photo: Image.Image, share: float) -> Image.Image:
    cut = round(share * SIDE_PX)
    return photo.crop((cut, cut, SIDE_PX - cut, SIDE_PX - cut))


def blank(grey: int) -> np.ndarray:
    return np.full(FINGERPRINT_BYTES, grey, np.uint8)


VARIANTS = {
    "saved at low quality": lambda photo: saved(photo, 30),
    "half as large": lambda photo: photo.resize((64, 64), Image.Resampling.LANCZOS),
    "half as large, then saved": lambda photo: saved(photo.resize((64, 64)), 50),
    "squashed": lambda photo: photo.resize((200, 90), Image.Resampling.BICUBIC),
    "cropped by 2 %": lambda photo: cropped(photo, 0.02),
    "cropped by 4 %": lambda photo: cropped(photo, 0.04),
    "brighter": lambda photo: ImageEnhance.Brightness(photo).enhance(1.15),
    "darker": lambda photo: ImageEnhance.Brightness(photo).enhance(0.85),
    "more contrast": lambda photo: ImageEnhance.Contrast(photo).enhance(1.3),
    "hardly any contrast": lambda photo: ImageEnhance.Contrast(photo).enhance(0.1),
    "in a thin frame": lambda photo: ImageOps.expand(photo, 2, "white"),
    "turned by a degree": lambda photo: photo.rotate(1, Image.Resampling.BICUBIC),
}


@pytest.fixture(scope="module")
def scenes() -> list[Image.Image]:
    return [scene(seed) for seed in range(40)]


@pytest.fixture(scope="module")
def mixed(scenes) -> np.ndarray:
    """(56, 256): scenes, variants near the limit, blank ones; in no order."""
    one_way = [fingerprint(cropped(photo, 0.05)) for photo in scenes[:12]]
    other_way = [fingerprint(ImageOps.expand(photo, 4, "black")) for photo in scenes[:12]]
    empty = [blank(grey) for grey in (0, 1, 90, 92, 95, 255, 255, 255)]
    rows = [fingerprint(photo) for photo in scenes[:24]] + one_way + other_way + empty
    return np.random.default_rng(0).permutation(np.array(rows))


def brute_force(fingerprints: np.ndarray) -> list[list[int]]:
    """The definition, a pair at a time, in float64."""
    cells = np.arange(16)
    inner = 7.5 + (cells - 7.5) * 0.92

    def correlation(first, second) -> float:
        norms = np.linalg.norm(first) * np.linalg.norm(second)
        return float((first * second).sum() / norms) if norms else 0.0

    def trimmed(image):
        across = np.array([np.interp(inner, cells, row) for row in image])
        return np.array([np.interp(inner, cells, column) for column in across.T]).T

    def steps(image):
        all_steps = np.concatenate([np.diff(image, axis=axis).ravel() for axis in (0, 1)])
        size = np.abs(all_steps)
        largest = max(2 * np.median(size), size.mean() / 2)
        return np.clip(all_steps, -largest, largest)

    def agree(first, second) -> bool:
        if correlation(first - first.mean(), second - second.mean()) < 0.9:
            return False
        return correlation(steps(first), steps(second)) >= 0.75

    found = []
    images = fingerprints.reshape(-1, 16, 16).astype(float)
    for (i, first), (j, second) in itertools.combinations(enumerate(images), 2):
        if first.std() < 2 or second.std() < 2:
            alike = max(first.std(), second.std()) < 2 and abs(first.mean() - second.mean()) <= 2
        elif correlation(first - first.mean(), second - second.mean()) < 0.75:
            alike = False
        else:
            alike = (
                agree(first, second)
                or agree(trimmed(first), second)
                or agree(first, trimmed(second))
            )
        if alike:
            found.append([i, j])
    return found


def components(found: list[list[int]], count: int) -> list[int]:
    group = list(range(count))
    for _ in range(count):
        for i, j in found:
            group[i] = group[j] = min(group[i], group[j])
    return group


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_shot_is_found_again(variant, scenes) -> None:
    both = [*scenes, *(VARIANTS[variant](photo) for photo in scenes)]
    found = pairs(np.array([fingerprint(photo) for photo in both]))
    assert found.tolist() == [[index, index + len(scenes)] for index in range(len(scenes))]


def test_different_scenes_are_no_pairs() -> None:
    prints = np.array([fingerprint(scene(seed)) for seed in range(250)])
    mirrored = prints.reshape(-1, 16, 16)[:, :, ::-1].reshape(prints.shape)
    everything = np.concatenate([prints, mirrored])
    assert len(pairs(everything)) == 0
    assert groups(everything).tolist() == list(range(500))


@pytest.mark.parametrize("margin_px", [8, 16, 24, 40])
@pytest.mark.parametrize("colour", ["white", "black"])
def test_a_common_frame_makes_no_pairs(margin_px, colour, scenes) -> None:
    """Light and dark lie alike and the strongest edge is the same, the details are not."""
    framed = [ImageOps.expand(photo, margin_px, colour) for photo in scenes]
    prints = np.array([fingerprint(photo) for photo in framed])
    again = np.array([fingerprint(saved(photo, 30)) for photo in framed])
    assert len(pairs(prints)) == 0
    assert len(pairs(np.concatenate([prints, again]))) == len(scenes)


def test_blank_photos_are_alike_where_they_are_equally_bright(scenes) -> None:
    speckled = blank(200)
    speckled[::7] += 1  # as a saved blank photo may come back
    rows = [blank(200), fingerprint(scenes[0]), blank(30), speckled, blank(201), blank(0)]
    assert pairs(np.array(rows)).tolist() == [[0, 3], [0, 4], [3, 4]]
    assert groups(np.array(rows)).tolist() == [0, 1, 2, 0, 0, 5]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_compare(count) -> None:
    prints = np.zeros((count, FINGERPRINT_BYTES), np.uint8)
    assert pairs(prints).shape == (0, 2)
    assert pairs(prints).dtype == groups(prints).dtype == np.int64
    assert groups(prints).tolist() == list(range(count))


@pytest.mark.parametrize("shape", [(3, 255), (256,), (2, 16, 16)])
def test_what_are_no_fingerprints(shape) -> None:
    with pytest.raises(ValueError, match="256"):
        pairs(np.zeros(shape, np.uint8))


@pytest.mark.parametrize("tile", [7, 28, 55, 56, 57])
def test_tiles_give_what_the_definition_says(tile, mixed, monkeypatch) -> None:
    monkeypatch.setattr(near_duplicates, "_TILE", tile)
    monkeypatch.setattr(near_duplicates, "_PAIRS_AT_ONCE", 3)
    expected = brute_force(mixed)
    assert len(expected) > 20
    assert pairs(mixed).tolist() == expected
    assert groups(mixed).tolist() == components(expected, len(mixed))


@settings(deadline=None, max_examples=40)
@given(st.permutations(range(56)))
def test_the_order_does_not_matter(mixed, order) -> None:
    order = np.array(order)
    found = {tuple(sorted(pair)) for pair in order[pairs(mixed[order])].tolist()}
    assert found == {tuple(pair) for pair in pairs(mixed).tolist()}
    group = groups(mixed)
    together = groups(mixed[order])
    for index, leader in enumerate(together):
        assert group[order[index]] == group[order[leader]]
    assert len(set(together)) == len(set(group))
    assert all(leader <= index for index, leader in enumerate(together))


def slide(steps: int) -> np.ndarray:
    """A window that wanders over a wide scene: each view resembles the next, not the last."""
    wide = np.asarray(scene(3).convert("L").resize((16 * 40, 16 * 40), Image.Resampling.BICUBIC))
    views = [wide[:256, 4 * step : 4 * step + 256] for step in range(steps)]
    return np.array([fingerprint(Image.fromarray(view)) for view in views])


def test_a_short_chain_is_one_group() -> None:
    prints = slide(15)
    assert len(pairs(prints)) < 15 * 14 / 2
    assert set(groups(prints)) == {0}


def test_a_long_chain_falls_apart_into_what_is_the_same() -> None:
    prints = np.repeat(slide(30), 2, axis=0)
    together = groups(prints)
    assert np.array_equal(together[::2], together[1::2])
    assert 1 < len(set(together)) < 15  # windows of it, not single views
    assert dense(prints, together)


def dense(prints: np.ndarray, together: np.ndarray) -> bool:
    """Whether in every group at least half of all pairs are alike."""
    found = pairs(prints)
    inside = np.bincount(
        together[found[together[found[:, 0]] == together[found[:, 1]], 0]], minlength=len(prints)
    )
    size = np.bincount(together, minlength=len(prints))
    return bool((inside >= size * (size - 1) / 4).all())


def shots(seed: int, count: int) -> np.ndarray:
    """Frames of one scene, with the noise of a camera."""
    random = np.random.default_rng(seed)
    seen = fingerprint(scene(seed)).astype(float)
    noisy = seen + random.normal(0, 4, (count, FINGERPRINT_BYTES))
    return np.clip(noisy, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("count", [21, 40, 200])
def test_a_burst_stays_one_group_however_long_it_is(count) -> None:
    """Up to 0.1 a group of more than 20 was torn, burst or chain."""
    prints = np.concatenate([shots(50, count), [fingerprint(scene(seed)) for seed in range(30)]])
    assert groups(prints).tolist() == [0] * count + list(range(count, count + 30))


def test_two_bursts_that_a_slow_turn_joins_come_apart() -> None:
    turn = slide(15).astype(float)
    random = np.random.default_rng(0)
    stay = [turn[at] + random.normal(0, 3, (30, FINGERPRINT_BYTES)) for at in (0, 14)]
    prints = np.clip(np.concatenate([stay[0], turn[1:14], stay[1]]), 0, 255).astype(np.uint8)
    together = groups(prints)
    assert set(together[:30]) == {0}
    assert len(set(together[-30:])) == 1
    assert together[-1] != 0


def test_handwritten_digits_are_no_one_scene() -> None:
    digits = pytest.importorskip("sklearn.datasets").load_digits().images
    size = (FINGERPRINT_SIDE, FINGERPRINT_SIDE)
    prints = np.array(
        [
            np.asarray(Image.fromarray((one * 15.9).astype(np.uint8)).resize(size)).ravel()
            for one in digits
        ]
    )
    together = groups(prints)
    assert np.bincount(together).max() < 200
    large = np.flatnonzero(np.bincount(together)[together] > 20)
    assert dense(
        prints[large], np.unique(together[large], return_index=True, return_inverse=True)[2]
    )


def test_copies_are_looked_for_in_the_same_class_alone(scenes, monkeypatch) -> None:
    monkeypatch.setattr(near_duplicates, "_TILE", 5)
    learned = [fingerprint(photo) for photo in scenes[:20]]
    asked = [fingerprint(saved(photo, 30)) for photo in scenes[14:26]]
    prints = np.array(learned + asked)
    labels = np.array([0, 1] * 10 + [0, 1, 0, 1, 1, 0] + [0] * 6)
    found = copies(prints, labels, np.arange(20, 32), np.arange(20))
    assert found.tolist() == [14, 15, 16, 17, -1, -1] + [-1] * 6


def test_no_photos_have_no_copies() -> None:
    prints, nobody = shots(1, 3), np.empty(0, np.int64)
    assert copies(prints, np.zeros(3, int), nobody, np.arange(3)).tolist() == []
    assert copies(prints, np.zeros(3, int), np.arange(3), nobody).tolist() == [-1, -1, -1]


def test_many_copies_stay_one_group(monkeypatch, scenes) -> None:
    monkeypatch.setattr(near_duplicates, "_TILE", 64)
    monkeypatch.setattr(near_duplicates, "_PAIRS_AT_ONCE", 100)
    copies = np.repeat([fingerprint(scenes[0]), fingerprint(scenes[1]), blank(7)], 200, axis=0)
    assert groups(copies).tolist() == [0] * 200 + [200] * 200 + [400] * 200


@pytest.mark.slow
def test_the_photo_that_the_tutorials_set_holds_twice(shared) -> None:
    with zipfile.ZipFile(shared / "photos" / "cats_and_dogs_filtered.zip") as archive:
        names = [name for name in archive.namelist() if "/train/dogs/" in name]
        names = [name for name in names if name.endswith(".jpg")]
        prints = [fingerprint(Image.open(io.BytesIO(archive.read(name)))) for name in names]
    found = [{names[i], names[j]} for i, j in pairs(np.array(prints))]
    assert [{name.rpartition("/")[2] for name in pair} for pair in found] == [
        {"dog.74.jpg", "dog.180.jpg"}
    ]
