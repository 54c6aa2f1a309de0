"""What the frozen part makes of the photos: the right numbers, and each computed once."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from numpy.typing import NDArray
from PIL import Image

from pipeline.errors import CacheFull, Stopped
from pipeline.features.features import Frozen
from pipeline.features.frozen_pass import FrozenPass
from pipeline.files.cache import Cache
from pipeline.network.batch_norm import fold
from pipeline.network.convolutions import DEPTHWISE, FULL, convolutions, frozen_convolutions
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import CUT, POOLED, LitertNetwork
from pipeline.network.tensors import Tensors, read_published
from pipeline.photos.augment import augment_batch
from pipeline.photos.decoding import decode
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.manifest import Photo
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, Step, silent
from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.stopwatch import Stopwatch
from tests.conftest import REPOSITORY
from tests.inputs import pictures
from tests.random_network import random_tensors

SIZE, ALPHA = 96, 0.35
CONFIG = TrainConfig(image_size_px=SIZE, alpha=ALPHA, epochs=2, fine_tune_epochs=3, views=2)
CUT_AT = frozen_convolutions(ALPHA, SIZE, CONFIG.fine_tune_at)
NO_AUGMENT = AUGMENT_PRESETS["none"]


@pytest.fixture(scope="module")
def photo_set(tmp_path_factory: pytest.TempPathFactory) -> PhotoSet:
    photos = [
        Incoming(f"{name}/{n}.jpg", name, None, lambda seed=seed: pictures.jpeg(40, 30, seed=seed))
        for name, first in (("cats", 0), ("dogs", 100))
        for n, seed in enumerate(range(first, first + 50))
    ]
    with Decoder(processes=1) as decoder:
        home = tmp_path_factory.mktemp("photo_sets")
        return import_photos(iter(photos), home, decoder, silent).photo_set


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    return random_tensors(ALPHA)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Which outputs each look at the photos gave, pass by pass."""
    seen: list[tuple[str, ...]] = []
    look = FrozenPass.look

    def counted(self: FrozenPass, *arguments: object) -> object:
        seen.append(self.outputs)
        return look(self, *arguments)

    monkeypatch.setattr(FrozenPass, "look", counted)
    return seen


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many photos each look was at, pass by pass."""
    seen: list[int] = []
    look = FrozenPass.look

    def counted(self: FrozenPass, indices: NDArray[np.int64], show: object) -> object:
        seen.append(len(indices))
        return look(self, indices, show)

    monkeypatch.setattr(FrozenPass, "look", counted)
    return seen


@pytest.fixture
def frozen_with(photo_set: PhotoSet, cache: Cache, tensors: Tensors):
    def make(config: TrainConfig = CONFIG, weights_key: str = "w", cut: int = CUT_AT, **changes):
        given = {"photo_set": photo_set, "report": silent, "watch": Stopwatch(), **changes}
        return Frozen(
            config,
            given["photo_set"],
            cache,
            given.get("tensors", tensors),
            weights_key,
            cut,
            given["watch"],
            given["report"],
        )

    return make


def expected(
    photo_set: PhotoSet, tensors: Tensors, split: str, view: int | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pooled features and the cut, straight from the network."""
    indices = photo_set.indices(split)
    photos = np.stack([decode.square(photo_set.jpeg(index), SIZE) for index in indices])
    if view is not None:
        photos = augment_batch(photos, CONFIG.augment, CONFIG.seed, photo_set.keys()[indices], view)
    network = LitertNetwork(litert_file(tensors, ALPHA, SIZE, cut=CUT_AT))
    pooled, cut = network.run(photos, [POOLED, CUT])
    return pooled, cut


# === The numbers ===


@pytest.mark.parametrize(
    ("split", "view"),
    [("training", None), ("training", 0), ("training", 1), ("validation", None), ("test", None)],
)
def test_the_numbers_are_the_networks(frozen_with, photo_set, tensors, split, view) -> None:
    pooled, cut = expected(photo_set, tensors, split, view)
    with frozen_with() as frozen:
        kept_pooled, kept_cut = frozen.pooled(split, view), frozen.cut(split, view)
    assert (kept_pooled.dtype, kept_cut.dtype) == (np.float32, np.float16)
    np.testing.assert_allclose(kept_pooled, pooled, atol=1e-4 * np.abs(pooled).max())
    # Half of float16's last place, and what another order of additions makes of it.
    np.testing.assert_allclose(kept_cut, cut, rtol=6e-4, atol=1e-4)
    for array in (kept_pooled, kept_cut.whole()):
        assert not array.flags.writeable


def test_only_training_photos_are_varied(frozen_with) -> None:
    frozen = frozen_with()
    assert not np.array_equal(frozen.pooled("training", 0), frozen.pooled("training", 1))
    assert not np.array_equal(frozen.pooled("training", 0), frozen.pooled("training", None))


def test_a_split_without_photos(frozen_with, photo_set) -> None:
    trained = tuple(
        structs.replace(photo, split="training" if photo.split == "test" else photo.split)
        for photo in photo_set.photos
    )
    frozen = frozen_with(
        photo_set=replace(photo_set, content=replace(photo_set.content, photos=trained))
    )
    assert frozen.pooled("test", None).shape == (0, 1280)
    assert frozen.cut("test", None).shape[0] == 0


def test_what_float16_cannot_hold_stays_finite(frozen_with, tensors, photo_set) -> None:
    last = convolutions(ALPHA, SIZE)[CUT_AT - 1].normalization
    loud = {**tensors, f"{last}/gamma": tensors[f"{last}/gamma"] * np.float32(1e6)}
    cut = frozen_with(tensors=loud).cut("validation", None).whole()
    assert np.isfinite(cut).all()
    assert cut.max() == 65504
    assert cut.min() == -65504


def rest_of_network(
    tensors: Tensors, alpha: float, size: int, cut: int, x: NDArray[np.floating]
) -> NDArray[np.float64]:
    """The convolutions above the cut and the average, plainly, in float64."""
    x = x.astype(np.float64)
    results = {cut - 1: x}
    for place, conv in list(enumerate(convolutions(alpha, size)))[cut:]:
        kernel, offset = fold(tensors, conv)
        assert conv.kind != FULL
        if conv.kind == DEPTHWISE:
            height, width, _ = conv.output_shape
            whole = (height - 1) * conv.stride + 3 - x.shape[1]
            sides = (whole // 2, whole - whole // 2)
            padded = np.pad(x, ((0, 0), sides, sides, (0, 0)))
            x = sum(
                padded[:, row :: conv.stride, column :: conv.stride][:, :height, :width]
                * kernel[row, column, :, 0]
                for row in range(3)
                for column in range(3)
            )
        else:
            x = x @ kernel[0, 0]
        x = x + offset
        x = np.clip(x, 0, 6) if conv.relu6 else x
        x = x + results[conv.adds] if conv.adds is not None else x
        results[place] = x
    return x.mean(axis=(1, 2))


def logit_changes(tensors, alpha: float, size: int, photos, kernel) -> tuple[NDArray, NDArray]:
    """How far logits move by float16 at the cut; and by a computation in another order."""
    cut_at = frozen_convolutions(alpha, size, 100)
    network = LitertNetwork(litert_file(tensors, alpha, size, cut=cut_at))
    pooled, cut = network.run(photos, [POOLED, CUT])
    exact = rest_of_network(tensors, alpha, size, cut_at, cut) @ kernel
    half = rest_of_network(tensors, alpha, size, cut_at, cut.astype(np.float16)) @ kernel
    return np.abs(half - exact), np.abs(pooled @ kernel - exact)


def test_float16_at_the_cut_moves_no_logit(tensors) -> None:
    rng = np.random.default_rng(0)
    photos = rng.integers(0, 256, (8, SIZE, SIZE, 3)).astype(np.uint8)
    kernel = rng.uniform(-1, 1, (1280, 5)) * np.sqrt(6 / 1285)  # as a head begins
    by_half, by_order = logit_changes(tensors, ALPHA, SIZE, photos, kernel)
    assert by_order.max() < 1e-4
    assert by_half.max() < 1e-3


def test_float16_moves_no_logit_of_the_real_network(imagenet, shared) -> None:
    """On real photos, with a head that was trained to the end: ImageNet's 1,000 classes."""
    size = 160
    name = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_{}.h5"
    tensors = read_published(imagenet / "models" / name.format(f"{size}_no_top"), 1.0)
    top = read_published(imagenet / "models" / name.format(224), 1.0, with_top=True)
    with zipfile.ZipFile(shared / "photos" / "cats_and_dogs_filtered.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))[::400]
        photos = [
            np.asarray(
                Image.open(io.BytesIO(archive.read(name))).convert("RGB").resize((size, size))
            )
            for name in names
        ]
    kernel = top["predictions/kernel"]
    by_half, by_order = logit_changes(tensors, 1.0, size, np.stack(photos), kernel)
    assert by_order.max() < 1e-4
    assert np.sqrt(np.mean(by_half**2)) < 1e-3
    assert by_half.max() < 5e-3  # of 8,000 logits between -10 and 20


# === Computed once ===


def test_one_pass_gives_both(frozen_with, passes) -> None:
    frozen = frozen_with()
    for split, view in (("training", 0), ("training", 1), ("validation", None)):
        frozen.pooled(split, view)
        frozen.cut(split, view)
    assert passes == [(POOLED, CUT)] * 3


def test_only_what_is_missing_is_computed(frozen_with, passes, cache) -> None:
    frozen_with().cut("training", 0)
    frozen_with().pooled("training", 0)
    assert passes == [(CUT,), (POOLED,)]
    cut = next(entry.key for entry in cache.entries() if entry.kind == CUT)
    (cache.folder / cut).write_bytes(b"damaged")
    frozen_with().pooled("training", 0)
    frozen_with().cut("training", 0)
    assert passes == [(CUT,), (POOLED,), (CUT,)]


@pytest.mark.parametrize(
    ("change", "outputs"),
    [
        ({"fine_tune_epochs": 0}, (POOLED,)),
        ({"views": FRESH_VIEWS}, (POOLED,)),  # fine-tuning sees other views
        ({"views": FRESH_VIEWS, "augment": NO_AUGMENT}, (POOLED, CUT)),
        ({"head": SOLVED}, (POOLED,)),
    ],
    ids=str,
)
def test_what_nobody_will_need_is_not_computed(frozen_with, passes, change, outputs) -> None:
    frozen_with(replace(CONFIG, **change)).pooled("training", 0)
    assert passes == [outputs]


def test_who_must_not_compute_gets_what_is_there(frozen_with, passes, tensors) -> None:
    asking = frozen_with(tensors={})
    assert asking.kept("training", 0) is None
    assert passes == []
    computed = frozen_with().pooled("training", 0)
    kept = asking.kept("training", 0)
    assert kept is not None and not kept.flags.writeable
    np.testing.assert_array_equal(kept, computed)
    assert asking.kept("training", 1) is None
    assert frozen_with(weights_key="other").kept("training", 0) is None


@pytest.mark.parametrize("cut", [0, 52])
def test_without_a_tail_nothing_is_kept_for_it(frozen_with, passes, cut) -> None:
    frozen = frozen_with(cut=cut)
    frozen.pooled("training", 0)
    frozen.pooled("validation", None)
    assert passes == [(POOLED,)] * 2
    if not cut:
        with pytest.raises(ValueError, match="cut=0"):
            frozen.cut("training", 0)


def test_without_augmentation_there_is_one_view(frozen_with, passes) -> None:
    frozen = frozen_with(replace(CONFIG, augment=NO_AUGMENT))
    for view in (0, 1, None):
        frozen.pooled("training", view)
        frozen.cut("training", view)
    assert passes == [(POOLED, CUT)]


@pytest.mark.parametrize(
    "change",
    [
        {"learning_rate": 1e-3},
        {"epochs": 4, "fine_tune_epochs": 8},
        {"dropout": 0.5},
        {"batch_size": 8},
        {"early_stopping": True},
        {"views": 4},
    ],
    ids=str,
)
def test_another_run_starts_at_once(frozen_with, photo_set, passes, change) -> None:
    frozen_with().pooled("training", 0)
    frozen_with().pooled("validation", None)
    passes.clear()

    def no_photos(*_: object) -> None:
        raise AssertionError("the photos are not needed again")

    again = frozen_with(replace(CONFIG, **change), report=no_photos)
    for split, view in (("training", 0), ("validation", None)):
        again.pooled(split, view)
        again.cut(split, view)
    assert passes == []


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"augment": replace(CONFIG.augment, rotation=0.1)},
        {"augment": NO_AUGMENT},
        {"image_size_px": 128},
    ],
    ids=str,
)
def test_what_decides_the_numbers_is_in_the_key(frozen_with, passes, change) -> None:
    frozen_with().pooled("training", 0)
    frozen_with(replace(CONFIG, **change)).pooled("training", 0)
    assert len(passes) == 2


def test_other_weights_views_splits_and_cuts_are_told_apart(frozen_with, passes) -> None:
    frozen_with().cut("training", 0)
    frozen_with(weights_key="other").cut("training", 0)
    frozen_with().cut("training", 1)
    frozen_with().cut("validation", None)
    frozen_with(cut=frozen_convolutions(ALPHA, SIZE, 130)).cut("training", 0)
    assert len(passes) == 5


# === Room, words, Stop ===


def test_what_it_will_cost_is_known_before(frozen_with, photo_set, cache) -> None:
    needed = Frozen.bytes_needed(CONFIG, photo_set, CUT_AT)
    without = Frozen.bytes_needed(CONFIG, photo_set, 0)
    assert without == Frozen.bytes_needed(replace(CONFIG, fine_tune_epochs=0), photo_set, CUT_AT)
    frozen = frozen_with()
    frozen.pooled("validation", None)
    frozen.pooled("training", 0)
    assert sum(entry.bytes for entry in cache.entries()) == needed
    kept = [entry.bytes for entry in cache.entries() if entry.kind == CUT]
    assert without == needed - sum(kept)


def test_views_make_room_for_one_another(frozen_with, photo_set, cache, tensors) -> None:
    """With room for what is needed at once and no more, any number of views comes by."""
    limit = Frozen.bytes_needed(CONFIG, photo_set, CUT_AT)
    frozen = Frozen(
        CONFIG, photo_set, Cache(cache.folder, limit), tensors, "w", CUT_AT, Stopwatch(), silent
    )
    photos = photo_set.arrays(SIZE, cache.folder)
    for view in range(4):
        frozen.pooled("validation", None)
        assert len(frozen.cut("training", view)) == len(photo_set.indices("training"))
        assert sum(entry.bytes for entry in cache.entries()) <= limit
    pooled, cut = frozen.pooled("training", 0), frozen.cut("training", 0)
    with pytest.raises(CacheFull):  # all that is there is in use
        frozen.pooled("training", 1)
    del photos, pooled, cut


@pytest.mark.parametrize(
    ("split", "view", "views", "stage"),
    [
        ("training", 1, 4, Stage(Step.LOOKING_AT_VIEW, epoch=2, epochs=4)),
        ("training", 1, FRESH_VIEWS, Stage(Step.LOOKING_AT_VIEW, epoch=2, epochs=5)),
        ("validation", None, 4, Stage(Step.LOOKING, "validation")),
    ],
)
def test_it_tells_how_far_it_is(frozen_with, photo_set, split, view, views, stage) -> None:
    told: list[tuple[object, ...]] = []
    photo_set.arrays(SIZE, frozen_with()._cache.folder)
    frozen_with(
        replace(CONFIG, views=views), report=lambda *arguments: told.append(arguments)
    ).pooled(split, view)
    total = len(photo_set.indices(split))
    assert {(at, whole, unit) for at, _, whole, unit in told} == {(stage, total, "photos")}
    done = [done for _, done, _, _ in told]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, total)


class StopAt:
    """A report that stops the work at its nth call."""

    def __init__(self, call: int) -> None:
        self.left = call

    def __call__(self, *_: object) -> None:
        self.left -= 1
        if self.left < 0:
            raise Stopped("Stopped.")


def calls(frozen_with) -> Iterator[int]:
    call = 0
    while True:
        try:
            frozen_with(report=StopAt(call)).pooled("training", 0)
        except Stopped:
            yield call
            call += 1
        else:
            return


def test_stop_at_any_moment_leaves_nothing(frozen_with, photo_set, tensors, cache) -> None:
    stops = 0
    for _ in calls(frozen_with):
        kinds = {entry.kind for entry in cache.entries()}
        assert kinds <= {"photos"}
        names = {path.name for path in cache.folder.iterdir()}
        assert names - {entry.key for entry in cache.entries()} == {"locks"}
        stops += 1
    assert stops > 8
    pooled, _ = expected(photo_set, tensors, "training", 0)
    np.testing.assert_allclose(frozen_with().pooled("training", 0), pooled, atol=1e-3)


def test_the_time_is_told_by_stage(frozen_with) -> None:
    watch = Stopwatch()
    frozen_with(watch=watch).pooled("training", 0)
    assert set(watch.seconds) == {"save", "decode", "frozen", "augment"}
    assert all(seconds > 0 for seconds in watch.seconds.values())


def test_it_needs_no_tensorflow() -> None:
    script = (
        "import sys, pipeline.features.features\n"
        "print(sorted({'tensorflow', 'keras'} & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# === Whatever set asks ===


def version(photo_set: PhotoSet, name: str, *photos: Photo) -> PhotoSet:
    """Another version of the set, with these photos."""
    folder = photo_set.folder.with_name(name)
    if not folder.exists():
        folder.symlink_to(photo_set.folder)
    pairs = zip(photo_set.photos, photo_set.packs.places, strict=True)
    lies = {photo.sha256: place for photo, place in pairs}
    places = tuple(lies[photo.sha256] for photo in photos)
    return replace(
        photo_set,
        folder=folder,
        content=replace(photo_set.content, photos=photos),
        packs=replace(photo_set.packs, places=places),
    )


def in_split(photo_set: PhotoSet, split: str, *moved: int) -> list[Photo]:
    return [
        structs.replace(photo, split=split if at in moved else photo.split)
        for at, photo in enumerate(photo_set.photos)
    ]


def test_a_mended_label_is_no_other_photo(frozen_with, photo_set, passes, cache) -> None:
    first = frozen_with().pooled("training", 0)
    kept = {entry.key for entry in cache.entries()}
    passes.clear()
    mended = [
        structs.replace(photo, class_index=1 - photo.class_index) for photo in photo_set.photos
    ]
    other = frozen_with(photo_set=version(photo_set, "mended", *mended), report=_no_photos)
    np.testing.assert_array_equal(other.pooled("training", 0), first)
    assert len(other.cut("training", 0)) == len(first)
    assert isinstance(other.pooled("training", 0), np.memmap), "not even a copy"
    assert passes == []
    assert {entry.key for entry in cache.entries()} == kept
    assert {entry.owner for entry in cache.entries() if entry.kind == POOLED} == {"mended"}


def _no_photos(*_: object) -> None:
    raise AssertionError("the photos are not needed again")


def test_moved_between_splits_only_new_views_are_computed(
    frozen_with, photo_set, tensors, looked_at
) -> None:
    frozen = frozen_with()
    frozen.pooled("training", 0)
    frozen.pooled("validation", None)
    moved = [int(at) for at in photo_set.indices("validation")[:2]]
    taught = version(photo_set, "moved", *in_split(photo_set, "training", *moved))
    looked_at.clear()
    with frozen_with(photo_set=taught) as frozen:
        pooled, cut = frozen.pooled("training", 0), frozen.cut("training", 0)
        assert looked_at == [2]
        assert len(frozen.pooled("validation", None)) == len(photo_set.indices("validation")) - 2
        assert looked_at == [2]
    with frozen_with(photo_set=taught, weights_key="cold") as cold:
        np.testing.assert_array_equal(pooled, cold.pooled("training", 0))
        np.testing.assert_array_equal(cut, cold.cut("training", 0))


def test_fewer_photos_need_nothing_new(frozen_with, photo_set, looked_at) -> None:
    first = frozen_with().pooled("training", 0)
    looked_at.clear()
    training = set(photo_set.indices("training")[::3].tolist())
    left = [photo for at, photo in enumerate(photo_set.photos) if at not in training]
    fewer = frozen_with(photo_set=version(photo_set, "fewer", *left))
    kept = np.delete(first, np.s_[::3], axis=0)
    np.testing.assert_array_equal(fewer.pooled("training", 0), kept)
    np.testing.assert_array_equal(fewer.kept("training", 0), kept)
    assert looked_at == []


def test_the_same_photo_twice_is_looked_at_once(frozen_with, photo_set, looked_at) -> None:
    photos = [photo for photo in photo_set.photos if photo.split == "training"]
    twice = version(photo_set, "twice", *photos[:5], *photos[:5])
    found = frozen_with(photo_set=twice).pooled("training", 0)
    assert looked_at == [5]
    np.testing.assert_array_equal(found[:5], found[5:])


def test_another_cut_waits_until_it_is_asked_for(frozen_with, passes) -> None:
    """Another `fine_tune_at`: the head starts at once with what is there."""
    first = frozen_with()
    first.pooled("training", 0)
    first.pooled("validation", None)
    passes.clear()
    other = frozen_with(cut=frozen_convolutions(ALPHA, SIZE, 130))
    other.pooled("training", 0)
    other.pooled("validation", None)
    assert passes == []
    cut = other.cut("training", 0)
    assert passes == [(CUT,)]
    cold = frozen_with(cut=frozen_convolutions(ALPHA, SIZE, 130), weights_key="cold")
    np.testing.assert_array_equal(other.pooled("training", 0), cold.pooled("training", 0))
    np.testing.assert_array_equal(cut, cold.cut("training", 0))
    assert passes == [(CUT,), (POOLED, CUT)]
