"""A training tells what it does, keeps what it learned, and can be stopped and continued."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    AugmentConfig,
    TrainConfig,
)
from pipeline.errors import RunError, Stopped
from pipeline.photos.decoder import Decoder
from pipeline.photos.sets import Incoming, PhotoSet, import_photos
from pipeline.progress import silent
from tests.workspaces import jpeg

pytestmark = pytest.mark.slow
# Alike enough that a random network learns it, and unlike enough that it is not done at once.
COLOURS = {"blue": (90, 100, 160), "red": (160, 100, 90), "green": (100, 160, 100)}
CONFIG = TrainConfig(
    epochs=2,
    fine_tune_epochs=2,
    learning_rate=3e-3,
    batch_size=8,
    image_size_px=96,
    alpha=0.35,
    weights="none",
    augment=AUGMENT_PRESETS["strong"],
)


class Killed(BaseException):
    """Stands for a kill: nothing of ours may catch it."""


@dataclass
class Recorder:
    """Notes what it hears, and what lies in the run's folder at that moment."""

    folder: Path
    heard: list[tuple[Any, ...]] = field(default_factory=list)
    scores: dict[int, Any] = field(default_factory=dict)  # by epoch
    stop_at: tuple[Any, ...] | None = None
    kind: type[BaseException] = Stopped

    def _hear(self, *what: Any) -> None:
        self.heard.append(what)
        if self.stop_at and what[: len(self.stop_at)] == self.stop_at:
            raise self.kind("Stopped.")

    def parameters(self, total: int, trainable: dict[str, int]) -> None:
        self._hear("parameters", total, trainable[FEATURE_EXTRACTION] < trainable[FINE_TUNING])

    def initial(self, loss: float, accuracy: float) -> None:
        self.first = (loss, accuracy)
        self._hear("initial")

    def batch(self, phase: str, epoch: int, batch: int, batches: int) -> None:
        self._hear("batch", phase, epoch, batch, batches)

    def epoch(self, phase: str, epoch: int, scores: Any) -> None:
        from safetensors import safe_open

        with safe_open(self.folder / "last.safetensors", "numpy") as last:
            assert f'"{phase}", {epoch},' in last.metadata()["phase"], "told before it was kept"
        self.scores[epoch] = scores
        self._hear("epoch", phase, epoch)

    def best(self, phase: str, epoch: int) -> None:
        self._hear("best", phase, epoch)

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [what[1:] for what in self.heard if what[0] == kind]


def make_set(folder: Path, classes: int) -> PhotoSet:
    """25 small photos of each class: 20 for training, 2 or 3 each for the rest."""

    def photos() -> Any:
        for number, (name, colour) in enumerate(list(COLOURS.items())[:classes]):
            for index in range(25):
                data = jpeg(colour, seed=100 * number + index)
                yield Incoming(f"{name}/{index}.jpg", name, None, lambda data=data: data)

    with Decoder(processes=1) as decoder:
        return import_photos(photos(), folder, decoder, silent).photo_set


@pytest.fixture(scope="module")
def photo_set(tmp_path_factory: pytest.TempPathFactory) -> PhotoSet:
    return make_set(tmp_path_factory.mktemp("sets"), classes=2)


@dataclass
class Course:
    """A training that was run, and all that is known of it."""

    trained: Any
    recorder: Recorder
    folder: Path
    statistics: list[dict[str, np.ndarray]]  # of batch normalization, before and after


def run(
    config: TrainConfig, photo_set: PhotoSet, folder: Path, recorder: Recorder, **options: Any
) -> Any:
    from pipeline.learning.training import train

    cache = photo_set.folder.parent / "cache"
    return train(config, photo_set, cache, folder, recorder, silent, **options)


def moving_statistics(network: Any) -> dict[str, np.ndarray]:
    from pipeline.learning.network import weight_tensors

    return {
        name: np.array(values)
        for name, values in weight_tensors(network).items()
        if "/moving_" in name
    }


@pytest.fixture(scope="module")
def course(photo_set: PhotoSet, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Two epochs of each phase."""
    from pipeline.learning import training

    folder = tmp_path_factory.mktemp("run")
    statistics: list[dict[str, np.ndarray]] = []
    set_phase = training.set_phase

    def watched(network: Any, phase: str, config: TrainConfig) -> None:
        statistics.append(moving_statistics(network))
        set_phase(network, phase, config)

    recorder = Recorder(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "set_phase", watched)
        trained = run(CONFIG, photo_set, folder, recorder)
    statistics.append(moving_statistics(trained.network))
    return Course(trained, recorder, folder, statistics)


# === What is told and kept ===


def test_everything_is_told_in_order(course: Course, photo_set: PhotoSet) -> None:
    recorder = course.recorder
    assert [what[0] for what in recorder.heard[:3]] == ["parameters", "initial", "batch"]
    assert recorder.of("epoch") == [
        (FEATURE_EXTRACTION, 1),
        (FEATURE_EXTRACTION, 2),
        (FINE_TUNING, 3),
        (FINE_TUNING, 4),
    ]
    batches = math.ceil(len(photo_set.indices("training")) / CONFIG.batch_size)
    # The last one of an epoch comes again during validation, so that Stop is heard.
    assert len(recorder.of("batch")) > 4 * batches
    assert list(dict.fromkeys(recorder.of("batch"))) == [
        (phase, epoch, batch, batches)
        for phase, epoch in recorder.of("epoch")
        for batch in range(1, batches + 1)
    ]
    assert recorder.first[0] > 0
    for scores in recorder.scores.values():
        assert 0 <= scores.accuracy <= 1
        assert 0 <= scores.val_accuracy <= 1
        assert scores.seconds > 0


def test_the_phases_add_up(course: Course) -> None:
    trained = course.trained
    assert not trained.stopped
    assert [phase.name for phase in trained.phases] == [FEATURE_EXTRACTION, FINE_TUNING]
    assert [scores for phase in trained.phases for scores in phase.epochs] == list(
        course.recorder.scores.values()
    )
    assert 0 < sum(trained.phase_seconds.values()) < trained.seconds


def test_it_learns(course: Course) -> None:
    losses = [scores.val_loss for scores in course.recorder.scores.values()]
    assert min(losses) < course.recorder.first[0]


def test_the_best_epoch_is_what_remains(course: Course, photo_set: PhotoSet) -> None:
    from pipeline.learning.training import score

    losses = {epoch: scores.val_loss for epoch, scores in course.recorder.scores.items()}
    best = min(losses, key=losses.__getitem__)
    assert course.trained.best_epoch == best == course.recorder.of("best")[-1][1]
    assert course.trained.best_phase == course.recorder.of("best")[-1][0]
    indices = photo_set.indices("validation")
    arrays = photo_set.arrays(96, photo_set.folder.parent / "cache")
    loss, accuracy, answers = score(
        course.trained.network, arrays, indices, photo_set.labels()[indices]
    )
    assert loss == pytest.approx(losses[best], rel=1e-3)
    assert accuracy == pytest.approx(course.recorder.scores[best].val_accuracy)
    assert answers.shape == (len(indices), 2)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


def test_batch_normalization_does_not_move_in_either_phase(course: Course) -> None:
    assert len(course.statistics) == 3  # before phase 1, before phase 2, at the end
    before = course.statistics[0]
    assert len(before) == 2 * 52
    for after in course.statistics[1:]:
        for name, values in before.items():
            assert values.tobytes() == after[name].tobytes(), name


def test_fine_tuning_changes_the_released_layers_alone(course: Course) -> None:
    import keras

    from pipeline.learning.network import build_network, read_tensors, weight_tensors

    keras.utils.set_random_seed(CONFIG.seed)
    start = weight_tensors(build_network(CONFIG, 2, None))
    end, _ = read_tensors(course.folder / "last.safetensors")
    frozen = {layer.name for layer in course.trained.network.backbone.layers[:100]}
    kernels = [name for name in start if name.endswith("kernel") and name != "head/kernel"]
    for name in kernels:
        same = np.array_equal(start[name], end[name])
        assert same == (name.partition("/")[0] in frozen), name


# === Again, stopped, killed, continued ===


def test_a_killed_run_goes_on_as_if_nothing_had_been(
    course: Course, photo_set: PhotoSet, tmp_path: Path
) -> None:
    from pipeline.learning.training import ResumePoint

    recorder = Recorder(tmp_path, stop_at=("batch", FINE_TUNING, 4, 2), kind=Killed)
    with pytest.raises(Killed):
        run(CONFIG, photo_set, tmp_path, recorder)
    assert recorder.of("epoch")[-1] == (FINE_TUNING, 3)

    second = Recorder(tmp_path)
    trained = run(CONFIG, photo_set, tmp_path, second, resume=ResumePoint(FINE_TUNING, 3))
    assert second.of("epoch") == [(FINE_TUNING, 4)]
    assert second.of("parameters") == second.of("initial") == []
    assert trained.best_epoch == course.trained.best_epoch
    # The same seed gives the same curves, through the kill as well.
    for epoch, scores in (recorder.scores | second.scores).items():
        expected = course.recorder.scores[epoch]
        assert scores.loss == pytest.approx(expected.loss, rel=1e-3), epoch
        assert scores.val_loss == pytest.approx(expected.val_loss, rel=1e-3), epoch


def test_an_epoch_that_was_kept_but_not_told_is_told(course: Course, photo_set: PhotoSet) -> None:
    from pipeline.learning.training import ResumePoint

    recorder = Recorder(course.folder)
    trained = run(CONFIG, photo_set, course.folder, recorder, resume=ResumePoint(FINE_TUNING, 3))
    assert recorder.of("epoch") == [(FINE_TUNING, 4)]
    assert recorder.scores[4] == course.recorder.scores[4]
    assert recorder.of("batch") == []  # nothing was left to do
    assert trained.best_epoch == course.trained.best_epoch


def test_stop_keeps_what_was_learned(photo_set: PhotoSet, tmp_path: Path) -> None:
    from pipeline.learning.network import read_tensors, weight_tensors

    recorder = Recorder(tmp_path, stop_at=("batch", FEATURE_EXTRACTION, 2, 3))
    trained = run(CONFIG, photo_set, tmp_path, recorder)
    assert trained.stopped
    assert (trained.best_phase, trained.best_epoch) == (FEATURE_EXTRACTION, 1)
    assert recorder.heard[-1][:-1] == recorder.stop_at  # not a batch more
    kept, _ = read_tensors(tmp_path / "best.safetensors")
    for name, values in weight_tensors(trained.network).items():
        np.testing.assert_array_equal(values, kept[name])


def test_stop_before_the_first_epoch(photo_set: PhotoSet, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, stop_at=("initial",))
    trained = run(CONFIG, photo_set, tmp_path, recorder)
    assert trained.stopped
    assert trained.best_epoch is trained.best_phase is None
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_that_is_damaged_is_said(photo_set: PhotoSet, tmp_path: Path) -> None:
    from pipeline.learning.training import ResumePoint

    (tmp_path / "last.safetensors").write_bytes(b"half")
    with pytest.raises(RunError, match=r"last\.safetensors is missing or damaged"):
        run(CONFIG, photo_set, tmp_path, Recorder(tmp_path), resume=ResumePoint(FINE_TUNING, 3))


# === Other settings ===


def test_three_classes_stop_early_and_go_on_to_fine_tuning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.learning import watching

    monkeypatch.setattr(watching, "may_stop_early", lambda epochs: True)
    photo_set = make_set(tmp_path / "sets", classes=3)
    config = replace(CONFIG, epochs=5, fine_tune_epochs=5, early_stopping=True, fine_tune_at=154)
    recorder = Recorder(tmp_path / "run")
    recorder.parameters = lambda total, trainable: None  # type: ignore[method-assign]
    trained = run(config, photo_set, tmp_path / "run", recorder)
    assert recorder.of("epoch") == [(FEATURE_EXTRACTION, 1), (FINE_TUNING, 2)]
    assert trained.network.model.output_shape == (None, 3)
    # With every layer frozen, fine-tuning goes on with the head alone.
    assert len(trained.network.model.trainable_weights) == 2


def test_no_fine_tuning_is_one_phase(photo_set: PhotoSet, tmp_path: Path) -> None:
    config = replace(CONFIG, epochs=1, fine_tune_epochs=0, augment=AugmentConfig())
    recorder = Recorder(tmp_path)
    trained = run(config, photo_set, tmp_path, recorder)
    assert [phase.name for phase in trained.phases] == [FEATURE_EXTRACTION]
    assert recorder.of("epoch") == [(FEATURE_EXTRACTION, 1)]


def test_a_loss_that_is_no_number_ends_with_advice(
    photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.learning import training

    set_phase = training.set_phase

    def poisoned(network: Any, phase: str, config: TrainConfig) -> None:
        set_phase(network, phase, config)
        network.head.bias.assign([math.nan])

    monkeypatch.setattr(training, "set_phase", poisoned)
    with pytest.raises(RunError, match=r"no longer a number\. Lower the learning rate"):
        run(CONFIG, photo_set, tmp_path, Recorder(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("losses", "stops"),
    [
        ([], False),
        ([3.0, 3.0, 3.0], False),
        ([1.0, 3.0, 2.0, 1.5], True),
        ([1.0, 1.0, 1.0, 1.0], True),
        ([2.0, 3.0, 2.5, 1.9], False),
        ([3.0, 2.0, 1.0, 1.1, 1.2], False),
        ([3.0, 2.0, 1.0, 1.1, 1.2, 1.3], True),
    ],
)
def test_patience(losses: list[float], stops: bool) -> None:
    from pipeline.learning.checkpoints import EpochScores
    from pipeline.learning.watching import may_stop_early

    epochs = [EpochScores(0.0, 0.0, loss, 0.0, 0.0) for loss in losses]
    assert may_stop_early(epochs) is stops


# === The way of the photos in ===


def epochs_of_batches(config: TrainConfig, first_epoch: int, epochs: int) -> list[list[Any]]:
    """Batches of numbered photos, 10 of them, as arrays."""
    from pipeline.learning.batches import batches_in, training_batches

    photos = np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3), np.uint8)
    labels = np.arange(12)  # so that a label tells which photo it is
    indices = np.arange(1, 11)
    batches = iter(training_batches(photos, indices, labels, config, first_epoch))
    count = batches_in(len(indices), config.batch_size)
    return [
        [tuple(part.numpy() for part in next(batches)) for _ in range(count)] for _ in range(epochs)
    ]


def test_every_epoch_shows_each_photo_once_in_another_order_and_view() -> None:
    config = TrainConfig(batch_size=4)
    first, second = epochs_of_batches(config, first_epoch=0, epochs=2)
    assert [len(labels) for _, labels in first] == [4, 4, 2]
    orders = [np.concatenate([labels[:, 0] for _, labels in epoch]) for epoch in (first, second)]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(1, 11))
    assert list(orders[0]) != list(orders[1])
    views = [np.concatenate([photos for photos, _ in epoch]) for epoch in (first, second)]
    same = [
        np.array_equal(views[0][list(orders[0]).index(n)], views[1][list(orders[1]).index(n)])
        for n in range(1, 11)
    ]
    assert not any(same)


def test_batches_depend_on_seed_and_epoch_alone() -> None:
    config = TrainConfig(batch_size=4)
    _, second = epochs_of_batches(config, first_epoch=0, epochs=2)
    (again,) = epochs_of_batches(config, first_epoch=1, epochs=1)
    (other,) = epochs_of_batches(replace(config, seed=1), first_epoch=1, epochs=1)
    for one, two in zip(second, again, strict=True):
        np.testing.assert_array_equal(one[0], two[0])
        np.testing.assert_array_equal(one[1], two[1])
    assert not np.array_equal(second[0][1], other[0][1])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's /proc")
def test_memory_does_not_grow_with_the_photos(tmp_path: Path) -> None:
    from pipeline.learning.batches import take

    def mapped_mib() -> float:
        lines = Path(f"/proc/{os.getpid()}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("RssFile"))

    np.save(tmp_path / "photos.npy", np.ones((1000, 160, 160, 3), np.uint8))  # 73 MiB
    photos = np.load(tmp_path / "photos.npy", mmap_mode="r")
    before = mapped_mib()
    for start in range(0, 1000, 50):
        assert take(photos, np.arange(start, start + 50)).min() == 1
    assert mapped_mib() - before < 10
