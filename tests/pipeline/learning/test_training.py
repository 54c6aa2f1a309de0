"""A training tells what it does, keeps what it learned, and can be stopped and continued."""

from __future__ import annotations

import json
import math
import pkgutil
import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import RunError, Stopped
from pipeline.evaluation.class_weights import photo_weights
from pipeline.evaluation.learning_curve import Cut, EarlyEnd
from pipeline.evaluation.metrics import log_loss
from pipeline.features.frozen_pass import FrozenPass
from pipeline.learning.initial_weights import RANDOM_START
from pipeline.learning.phases import ResumePoint
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.network.tensors import read_tensors
from pipeline.photos import writing
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.photo_edits import MovePhotos, SetSplit
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Stage, Step, silent
from pipeline.settings.hyperparameters import AUTO, BALANCED, SOLVED, STEPPED, UNWEIGHTED
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    AugmentConfig,
    TrainConfig,
)
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
    seed=3,  # with which fine-tuning gets further than the head
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
            kept_phase, kept_epoch, _ = json.loads(last.metadata()["phase"])
            assert kept_phase == phase
            assert kept_epoch >= epoch, "told before it was kept"
        self.scores[epoch] = scores
        self._hear("epoch", phase, epoch)

    def best(self, phase: str, epoch: int) -> None:
        self._hear("best", phase, epoch)

    def of(self, kind: str) -> list[tuple[Any, ...]]:
        return [what[1:] for what in self.heard if what[0] == kind]


def make_set(folder: Path, classes: int, of_the_last: int = 25) -> PhotoSet:
    """25 small photos of each class: 20 for training, 2 or 3 each for the rest."""

    def photos() -> Any:
        for number, (name, colour) in enumerate(list(COLOURS.items())[:classes]):
            for index in range(25 if number < classes - 1 else of_the_last):
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


def run(
    config: TrainConfig, photo_set: PhotoSet, folder: Path, recorder: Recorder, **options: Any
) -> Any:
    from pipeline.learning.training import train

    cache = photo_set.folder.parent / "cache"
    return train(config, photo_set, cache, folder, recorder, silent, **options)


@pytest.fixture(scope="module")
def course(photo_set: PhotoSet, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Two epochs of each phase."""
    folder = tmp_path_factory.mktemp("run")
    recorder = Recorder(folder)
    return Course(run(CONFIG, photo_set, folder, recorder), recorder, folder)


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


def test_fewer_photos_than_a_batch_are_one_batch(photo_set: PhotoSet, tmp_path: Path) -> None:
    """Whatever the batch size, they are learned from together: the same to the last number."""
    made = []
    for size in (64, 128):
        recorder = Recorder(tmp_path / str(size))
        config = replace(CONFIG, epochs=1, fine_tune_epochs=1, batch_size=size)
        made.append(run(config, photo_set, recorder.folder, recorder))
        assert {what[2:] for what in recorder.of("batch")} == {(1, 1)}
    first, second = (trained.head.tensors() | trained.tensors for trained in made)
    for name, numbers in first.items():
        np.testing.assert_array_equal(second[name], numbers, err_msg=name)


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


def answers(trained: Any, config: TrainConfig, photos: np.ndarray) -> np.ndarray:
    """What the whole network, put together, says about photos."""
    from pipeline.evaluation.metrics import probabilities
    from pipeline.network.litert_file import litert_file
    from pipeline.network.litert_runner import LOGITS, LitertNetwork

    head = (trained.head.kernel, trained.head.bias)
    content = litert_file(trained.tensors, config.alpha, config.image_size_px, head=head)
    return probabilities(LitertNetwork(content).run(photos, [LOGITS])[0])


def validation_photos(config: TrainConfig, photo_set: PhotoSet) -> np.ndarray:
    arrays = photo_set.arrays(config.image_size_px, photo_set.folder.parent / "cache")
    return arrays.take(photo_set.indices("validation"))


def test_the_best_epoch_is_what_remains(course: Course, photo_set: PhotoSet) -> None:
    losses = {epoch: scores.val_loss for epoch, scores in course.recorder.scores.items()}
    refined = {epoch: scores.refined_loss for epoch, scores in course.recorder.scores.items()}
    best = min(refined, key=refined.__getitem__)
    assert refined[best] <= losses[best] + 0.02
    assert course.trained.best_epoch == best == course.recorder.of("best")[-1][1]
    assert course.trained.best_phase == course.recorder.of("best")[-1][0]
    truth = photo_set.labels()[photo_set.indices("validation")]
    whole = answers(course.trained, CONFIG, validation_photos(CONFIG, photo_set))
    # The tail learned from kept results of the frozen part, rounded to 16 bits.
    np.testing.assert_allclose(whole, course.trained.validation_probabilities, atol=1e-3)
    assert log_loss(truth, whole) == pytest.approx(losses[best], rel=1e-2)
    right = float(np.mean(whole.argmax(axis=1) == truth))
    assert right == pytest.approx(course.recorder.scores[best].val_accuracy)


def test_fine_tuning_changes_the_released_kernels_alone(course: Course) -> None:
    from pipeline.learning.initial_weights import RANDOM_START

    start, _ = read_tensors(course.folder / RANDOM_START)
    released = {layer.name for layer in backbone_layers(0.35, 96)[CONFIG.fine_tune_at :]}
    assert set(start) == set(course.trained.tensors)
    for name, values in course.trained.tensors.items():
        layer, _, weight = name.partition("/")
        same = start[name].tobytes() == values.tobytes()
        # Batch normalization never moves, wherever it stands.
        assert same == (weight != "kernel" or layer not in released), name


def test_what_fine_tuning_started_from_is_the_end_of_the_first_phase(
    course: Course, photo_set: PhotoSet
) -> None:
    before = course.trained.before
    assert course.trained.best_phase == FINE_TUNING
    truth = photo_set.labels()[photo_set.indices("validation")]
    whole = answers(before, CONFIG, validation_photos(CONFIG, photo_set))
    scores = course.recorder.scores[CONFIG.epochs]
    assert log_loss(truth, whole) == pytest.approx(scores.val_loss, rel=1e-2)
    assert float(np.mean(whole.argmax(axis=1) == truth)) == pytest.approx(scores.val_accuracy)
    assert before.temperature > 0
    moved = [one.block for one in course.trained.moved if one.changed]
    assert moved == [*(f"block {number}" for number in range(11, 17)), "top"]


def test_the_tail_s_epochs_cost_no_frozen_layer(photo_set: PhotoSet, tmp_path: Path) -> None:
    """Another run with other settings of the head and the tail computes nothing frozen."""
    config = replace(CONFIG, learning_rate=1e-3, dropout=0.5, batch_size=16, epochs=3, views=2)
    steps: list[Step] = []

    def note(stage: Stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        steps.append(stage.step)

    from pipeline.learning.training import train

    cache = photo_set.folder.parent / "cache"
    train(config, photo_set, cache, tmp_path / "first", Recorder(tmp_path / "first"), silent)
    again = replace(config, learning_rate=3e-3, dropout=0.1, batch_size=8, epochs=4)
    train(again, photo_set, cache, tmp_path / "second", Recorder(tmp_path / "second"), note)
    assert list(dict.fromkeys(steps)) == [Step.PREPARING_FINE_TUNING, Step.CROSS_VALIDATING]


def test_a_run_after_a_mended_label_is_as_one_with_nothing_kept(
    photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mended label, and a photo that changes sides: the same numbers to the last bit."""
    from pipeline.learning.training import train

    config = replace(CONFIG, fine_tune_epochs=1, weights="built-in", alpha=0.5)
    run(config, photo_set, tmp_path / "before", Recorder(tmp_path / "before"))
    mended = MovePhotos((0,), "red").apply(photo_set.content)
    moved = SetSplit((int(photo_set.indices("validation")[0]),), "training").apply(mended)
    made = writing.write(moved, writing.looks_of(photo_set), {}, photo_set, photo_set.folder.parent)
    looked_at = []
    look = FrozenPass.look

    def counted(self: FrozenPass, indices: np.ndarray, show: Any) -> Any:
        looked_at.append(len(indices))
        return look(self, indices, show)

    monkeypatch.setattr(FrozenPass, "look", counted)
    recorders = []
    for cache in (photo_set.folder.parent / "cache", tmp_path / "cold"):
        recorders.append(Recorder(tmp_path / cache.name))
        train(config, made, cache, tmp_path / cache.name, recorders[-1], silent)
        looked_at.append(-1)
    warm, cold = recorders
    views = len({config.view_of(epoch) for epoch in range(config.epochs + config.fine_tune_epochs)})
    assert looked_at[: looked_at.index(-1)] == [1] * views
    assert warm.first == cold.first
    # TensorFlow adds up in whatever order its threads come.
    for epoch, scores in warm.scores.items():
        if epoch <= config.epochs:
            expected = cold.scores[epoch]
            assert replace(scores, seconds=0) == replace(expected, seconds=0), epoch
        assert scores.val_loss == pytest.approx(cold.scores[epoch].val_loss, rel=1e-3)


# === Again, stopped, killed, continued ===


def test_a_killed_run_goes_on_as_if_nothing_had_been(
    course: Course, photo_set: PhotoSet, tmp_path: Path
) -> None:
    recorder = Recorder(tmp_path, stop_at=("batch", FINE_TUNING, 4, 2), kind=Killed)
    with pytest.raises(Killed):
        run(CONFIG, photo_set, tmp_path, recorder)
    assert recorder.of("epoch")[-1] == (FINE_TUNING, 3)

    second = Recorder(tmp_path)
    trained = run(CONFIG, photo_set, tmp_path, second, interrupted=ResumePoint(FINE_TUNING, 3))
    assert second.of("epoch") == [(FINE_TUNING, 4)]
    assert second.of("parameters") == second.of("initial") == []
    assert trained.best_epoch == course.trained.best_epoch
    # The same seed gives the same curves, through the kill as well.
    for epoch, scores in (recorder.scores | second.scores).items():
        expected = course.recorder.scores[epoch]
        assert scores.loss == pytest.approx(expected.loss, rel=1e-3), epoch
        assert scores.val_loss == pytest.approx(expected.val_loss, rel=1e-3), epoch
    assert trained.out_of_fold is not None
    expected = course.trained.out_of_fold.probabilities
    np.testing.assert_array_equal(trained.out_of_fold.probabilities, expected)
    # What fine-tuning started from lay apart from the epochs, and outlasted the kill.
    assert trained.before is not None
    np.testing.assert_allclose(
        trained.before.head.kernel, course.trained.before.head.kernel, rtol=1e-4, atol=1e-6
    )


def test_an_epoch_that_was_kept_but_not_told_is_told(course: Course, photo_set: PhotoSet) -> None:
    recorder = Recorder(course.folder)
    trained = run(
        CONFIG, photo_set, course.folder, recorder, interrupted=ResumePoint(FINE_TUNING, 3)
    )
    assert recorder.of("epoch") == [(FINE_TUNING, 4)]
    assert recorder.scores[4] == course.recorder.scores[4]
    assert recorder.of("batch") == []  # nothing was left to do
    assert trained.best_epoch == course.trained.best_epoch


def test_stop_keeps_what_was_learned(photo_set: PhotoSet, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, stop_at=("batch", FEATURE_EXTRACTION, 2, 3))
    trained = run(CONFIG, photo_set, tmp_path, recorder)
    assert trained.stopped
    assert (trained.best_phase, trained.best_epoch) == (FEATURE_EXTRACTION, 1)
    assert trained.before is None
    assert trained.moved == ()
    assert trained.out_of_fold is None  # who presses Stop does not wait for that
    assert recorder.heard[-1][:-1] == recorder.stop_at  # not a batch more
    kept, _ = read_tensors(tmp_path / "best.safetensors")
    np.testing.assert_array_equal(trained.head.kernel, kept["head/kernel"])


def test_stop_before_the_first_epoch(photo_set: PhotoSet, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, stop_at=("initial",))
    trained = run(CONFIG, photo_set, tmp_path, recorder)
    assert trained.stopped
    assert trained.best_epoch is trained.best_phase is None
    assert not list(tmp_path.glob("best*"))
    assert trained.head.kernel.shape == (1280, 1)


def test_a_checkpoint_that_is_damaged_is_said(photo_set: PhotoSet, tmp_path: Path) -> None:
    (tmp_path / "last.safetensors").write_bytes(b"half")
    with pytest.raises(RunError, match=r"last\.safetensors is missing or damaged"):
        run(
            CONFIG, photo_set, tmp_path, Recorder(tmp_path), interrupted=ResumePoint(FINE_TUNING, 3)
        )


# === Other settings ===


def test_three_classes_stop_early_and_go_on_to_fine_tuning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.heads import epochs

    monkeypatch.setattr(epochs, "may_stop_early", bool)
    photo_set = make_set(tmp_path / "sets", classes=3)
    config = replace(CONFIG, epochs=5, fine_tune_epochs=5, early_stopping=True, fine_tune_at=154)
    recorder = Recorder(tmp_path / "run")
    recorder.parameters = lambda total, trainable: None  # type: ignore[method-assign]
    trained = run(config, photo_set, tmp_path / "run", recorder)
    assert recorder.of("epoch") == [(FEATURE_EXTRACTION, 1), (FINE_TUNING, 2)]
    assert trained.validation_probabilities.shape[1] == 3
    # With every layer frozen, fine-tuning goes on with the head alone.
    kept, _ = read_tensors(tmp_path / "run" / "last.safetensors")
    assert {"head/kernel", "head/bias"} < set(kept)
    assert not [name for name in kept if name.startswith(("block", "Conv"))]


def test_no_fine_tuning_is_one_phase(photo_set: PhotoSet, tmp_path: Path) -> None:
    config = replace(CONFIG, epochs=1, fine_tune_epochs=0, augment=AugmentConfig())
    recorder = Recorder(tmp_path)
    trained = run(config, photo_set, tmp_path, recorder)
    assert [phase.name for phase in trained.phases] == [FEATURE_EXTRACTION]
    assert recorder.of("epoch") == [(FEATURE_EXTRACTION, 1)]


def test_a_loss_that_is_no_number_ends_with_advice(
    photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.network.head import Head

    def poisoned(num_features: int, num_classes: int, seed: int) -> Head:
        return Head(np.full((num_features, 1), np.nan, np.float32), np.zeros(1, np.float32))

    monkeypatch.setattr(Head, "initial", staticmethod(poisoned))
    with pytest.raises(RunError, match=r"no longer a number\. Lower the learning rate"):
        run(CONFIG, photo_set, tmp_path, Recorder(tmp_path))
    assert not list(tmp_path.glob("last*"))


@pytest.mark.parametrize(
    ("learner", "phase", "kept"),
    [
        ("heads.head_learner.HeadLearner", FEATURE_EXTRACTION, 1),
        ("learning.learners.TailLearner", FINE_TUNING, 2),
    ],
)
@pytest.mark.parametrize("why", [Cut.DIVERGED, Cut.MEMORY])
def test_what_was_learned_before_it_went_astray_or_out_of_memory_is_kept(
    photo_set: PhotoSet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    learner: str,
    phase: str,
    kept: int,
    why: Cut,
) -> None:
    kind = pkgutil.resolve_name(f"pipeline.{learner}")
    real = kind.train_epoch

    def train_epoch(self: Any, epoch: int, on_batch: Any) -> tuple[float, float]:
        if epoch < kept:
            return real(self, epoch, on_batch)  # type: ignore[no-any-return]
        if why is Cut.MEMORY:
            raise MemoryError
        return math.nan, 0.5

    monkeypatch.setattr(kind, "train_epoch", train_epoch)
    recorder = Recorder(tmp_path)
    trained = run(CONFIG, photo_set, tmp_path, recorder)
    assert trained.early_end == EarlyEnd(why, phase)
    assert not trained.stopped
    assert [epoch for _, epoch in recorder.of("epoch")] == list(range(1, kept + 1))
    assert trained.best_epoch in range(1, kept + 1)
    best, _ = read_tensors(tmp_path / "best.safetensors")
    np.testing.assert_array_equal(trained.head.kernel, best["head/kernel"])
    assert np.isfinite(trained.validation_probabilities).all()


def test_without_an_epoch_that_was_kept_it_fails(
    photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.heads.head_learner import HeadLearner

    def train_epoch(*_: Any) -> tuple[float, float]:
        raise MemoryError

    monkeypatch.setattr(HeadLearner, "train_epoch", train_epoch)
    with pytest.raises(RunError, match="ran out of memory"):
        run(CONFIG, photo_set, tmp_path, Recorder(tmp_path))


def test_only_packing_learns_nothing_more(photo_set: PhotoSet, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, stop_at=("batch", FEATURE_EXTRACTION, 2, 3), kind=Killed)
    with pytest.raises(Killed):
        run(CONFIG, photo_set, tmp_path, recorder)
    again = Recorder(tmp_path)
    heard = ResumePoint(FEATURE_EXTRACTION, 1)
    trained = run(CONFIG, photo_set, tmp_path, again, interrupted=heard, only_pack=True)
    assert (trained.stopped, trained.best_epoch) == (True, 1)
    assert again.of("batch") == []


def test_a_solved_head_comes_with_the_solver_s_path(photo_set: PhotoSet, tmp_path: Path) -> None:
    config = replace(CONFIG, head=SOLVED, epochs=1, fine_tune_epochs=0, seed=0)
    recorder = Recorder(tmp_path)
    trained = run(config, photo_set, tmp_path, recorder)
    steps = recorder.of("epoch")
    assert steps == [(FEATURE_EXTRACTION, number) for number in range(1, len(steps) + 1)]
    assert len(steps) > 2
    assert recorder.of("best") == [steps[-1]]  # the optimum, not a step on the way to it
    assert recorder.scores[len(steps)].val_loss < recorder.first[0]
    whole = answers(trained, config, validation_photos(config, photo_set))
    np.testing.assert_allclose(whole, trained.validation_probabilities, atol=1e-4)


def test_a_solved_head_of_few_photos_is_there_again_after_a_kill(
    photo_set: PhotoSet, tmp_path: Path
) -> None:
    config = replace(CONFIG, head=SOLVED, epochs=1, fine_tune_epochs=0, seed=0)
    whole = run(config, photo_set, tmp_path / "whole", Recorder(tmp_path / "whole"))
    recorder = Recorder(tmp_path / "cut", stop_at=("epoch", FEATURE_EXTRACTION, 2), kind=Killed)
    with pytest.raises(Killed):
        run(config, photo_set, tmp_path / "cut", recorder)
    point = ResumePoint(FEATURE_EXTRACTION, 2)
    again = run(config, photo_set, tmp_path / "cut", Recorder(tmp_path / "cut"), interrupted=point)
    np.testing.assert_array_equal(again.head.kernel, whole.head.kernel)
    assert again.temperature == whole.temperature
    judged = [trained.out_of_fold.probabilities for trained in (whole, again)]
    np.testing.assert_array_equal(*judged)
    assert judged[0].shape == (50, 2), "all photos, also those for the test"
    assert (judged[0].argmax(axis=1) == photo_set.labels()).mean() > 0.6  # hard ones


def test_a_large_set_is_not_judged_whole(
    photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.photos import small_sets

    monkeypatch.setattr(small_sets, "CROSS_VALIDATED_BELOW", 50)
    config = replace(CONFIG, epochs=1, fine_tune_epochs=0)
    assert run(config, photo_set, tmp_path, Recorder(tmp_path)).out_of_fold is None


def test_fine_tuning_goes_on_from_a_solved_head(photo_set: PhotoSet, tmp_path: Path) -> None:
    config = replace(CONFIG, head=SOLVED, epochs=1, fine_tune_epochs=2)
    recorder = Recorder(tmp_path, stop_at=("epoch", FINE_TUNING), kind=Killed)
    with pytest.raises(Killed):
        run(config, photo_set, tmp_path, recorder)
    steps = len(recorder.of("epoch")) - 1
    second = Recorder(tmp_path)
    point = ResumePoint(FINE_TUNING, steps + 1)
    trained = run(config, photo_set, tmp_path, second, interrupted=point)
    assert second.of("epoch") == [(FINE_TUNING, steps + 2)]
    assert trained.best_epoch is not None


def test_training_from_the_photos_themselves(photo_set: PhotoSet, tmp_path: Path) -> None:
    """With everything released there is nothing frozen to keep: the photos are the cut."""
    config = replace(CONFIG, epochs=1, fine_tune_epochs=1, fine_tune_at=0, learning_rate=1e-3)
    trained = run(config, photo_set, tmp_path, Recorder(tmp_path))
    whole = answers(trained, config, validation_photos(config, photo_set))
    np.testing.assert_allclose(whole, trained.validation_probabilities, atol=1e-4)


def test_where_the_cache_is_too_small_the_result_is_the_same(
    course: Course, photo_set: PhotoSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.files.cache import Cache

    monkeypatch.setattr(Cache, "room_for", lambda self, needed: False)
    recorder = Recorder(tmp_path)
    run(CONFIG, photo_set, tmp_path, recorder)
    for epoch, scores in recorder.scores.items():
        expected = course.recorder.scores[epoch]
        # RMSprop's first steps follow the sign of a gradient, however small: rounding shows.
        # The loss over an epoch's batches is steadier than that of five photos at its end.
        assert scores.loss == pytest.approx(expected.loss, rel=0.05), epoch


# === Classes that count alike ===


@pytest.mark.parametrize("head", [STEPPED, SOLVED])
def test_very_uneven_classes_count_alike_unless_somebody_says_no(tmp_path: Path, head: str) -> None:
    photo_set = make_set(tmp_path / "sets", 2, of_the_last=5)
    plain = replace(CONFIG, head=head, augment=AUGMENT_PRESETS["none"], class_weight=UNWEIGHTED)
    truth = photo_set.labels()[photo_set.indices("validation")]
    assert np.bincount(truth).tolist() == [2, 1]
    trained, heard = {}, {}
    for choice in (UNWEIGHTED, BALANCED, AUTO):
        folder = tmp_path / choice
        folder.mkdir()
        if trained:  # the same random start
            shutil.copy(tmp_path / UNWEIGHTED / RANDOM_START, folder / RANDOM_START)
        heard[choice] = Recorder(folder)
        config = replace(plain, class_weight=choice)
        trained[choice] = run(config, photo_set, folder, heard[choice])
    for name, tensor in trained[BALANCED].tensors.items():
        np.testing.assert_array_equal(trained[AUTO].tensors[name], tensor)
    assert not np.allclose(trained[UNWEIGHTED].head.kernel, trained[BALANCED].head.kernel)
    for choice, weights in ((UNWEIGHTED, None), (AUTO, photo_weights(truth))):
        best = heard[choice].scores[trained[choice].best_epoch]
        loss = log_loss(truth, trained[choice].validation_probabilities, weights)
        assert loss == pytest.approx(best.val_loss, rel=1e-4)
        epochs = list(heard[choice].scores.values())[0 if head == STEPPED else -2 :]
        assert best.refined_loss == min(scores.refined_loss for scores in (best, *epochs))
