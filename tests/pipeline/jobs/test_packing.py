"""What is held against a network before it is handed out, and what goes along with it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from pipeline.classify import novelty
from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.evaluation.metrics import probabilities
from pipeline.evaluation.run_score import CROSS_VALIDATED_BELOW
from pipeline.jobs import packing
from pipeline.learning.initial_weights import starting_tensors
from pipeline.network import training_time
from pipeline.network.head import Head
from pipeline.network.litert_file import litert_file
from pipeline.photos import near_duplicates
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.decoding.decode import square
from pipeline.photos.sources import drawn
from pipeline.progress import silent
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig

CONFIG = TrainConfig(alpha=0.5, image_size_px=96, weights="built-in")
PHOTOS = 24


@dataclass
class Packed:
    """A bundle, its photos, and what the training says that it should answer."""

    classifier: Classifier
    arrays: np.ndarray
    logits: np.ndarray

    def check(self, logits: np.ndarray, arrays: np.ndarray | None = None) -> None:
        trained: Any = SimpleNamespace(validation_logits=logits, temperature=1.0)
        photos = self.arrays if arrays is None else arrays
        packing.check_parity(self.classifier, photos, np.arange(PHOTOS), trained)


def packed(folder: Path, reach: float) -> Packed:
    """The built-in network with a head in a random direction, whose logits go to about `reach`.

    The training's own answers come of features with 11 bits, as tails are fed; the photo that
    suffers most is right between the two classes.
    """
    tensors = starting_tensors(CONFIG, folder, np.zeros((1, 96, 96, 3), np.uint8), silent).tensors
    content = litert_file(tensors, CONFIG.alpha, CONFIG.image_size_px, pooled=True)
    files = [photo.read() for photo in drawn.photos(0, PHOTOS, 0, 0)]
    arrays = np.stack([square(data, CONFIG.image_size_px) for data in files])
    pooled = packing.LitertNetwork(content).run(arrays, [packing.POOLED])[0]
    kernel = np.random.default_rng(3).normal(0, 1, (pooled.shape[1], 1)).astype(np.float32)
    kernel *= reach / np.abs(pooled @ kernel).max()
    rounded = pooled.astype(np.float16).astype(np.float32)
    doubtful = int(np.abs((pooled - rounded) @ kernel).argmax())
    head = Head(kernel, -(pooled @ kernel)[doubtful])
    whole = litert_file(
        tensors,
        CONFIG.alpha,
        CONFIG.image_size_px,
        feature_map=True,
        head=(head.kernel, head.bias),
    )
    manifest = {
        "run_id": "run-1",
        "photo_set_id": "set-1",
        "classes": ["a", "b"],
        "image_size_px": CONFIG.image_size_px,
        "config": CONFIG.to_json(),
        "versions": {},
        "weights_sha256": None,
    }
    write_bundle(folder / "bundle", whole, manifest)
    return Packed(Classifier(read_bundle(folder / "bundle")), arrays, head.logits(rounded))


@pytest.mark.parametrize("reach", [1, 15, 100, 300])
def test_rounding_is_no_fault_however_large_the_logits(
    reach: float, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A learning rate that is too high gives such logits, and its curves are worth a look."""
    one = packed(tmp_path, reach)
    shares = [probabilities(logits) for logits in (one.logits, one.classifier.logits(one.arrays))]
    apart = float(np.abs(shares[0] - shares[1]).max())
    with caplog.at_level(logging.WARNING):
        one.check(one.logits)
    assert (apart > packing.PARITY) == (reach > 1) == bool(caplog.records), apart


CHANGES = {
    "another order of colours": lambda photos: photos[..., ::-1],
    "another order of photos": lambda photos: np.roll(photos, 1, axis=0),
    "half as bright": lambda photos: photos // 2,
    "mirrored": lambda photos: photos[:, :, ::-1],
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("reach", [1, 15, 300])
def test_another_way_of_the_data_is_found(change: str, reach: float, tmp_path: Path) -> None:
    one = packed(tmp_path, reach)
    with pytest.raises(RunError, match="answers differently"):
        one.check(one.logits, np.ascontiguousarray(CHANGES[change](one.arrays)))


def test_answers_that_are_no_numbers_are_found(tmp_path: Path) -> None:
    one = packed(tmp_path, 15)
    with pytest.raises(RunError, match="answers differently"):
        one.check(np.full_like(one.logits, np.nan))


class Photos:
    """As much of a photo set as is asked for: training photos, then validation photos."""

    def __init__(self, training: int, validation: int, prints: np.ndarray | None = None) -> None:
        self._training, self._validation, self._prints = training, validation, prints
        self.photos = [SimpleNamespace(clip=None)] * (training + validation)

    def indices(self, split: str) -> np.ndarray:
        ends = (0, self._training, self._training + self._validation)
        return np.arange(*(ends[:2] if split == "training" else ends[1:]))

    def fingerprints(self) -> np.ndarray | None:
        return self._prints


def known(photos: Any, phase: str | None, pooled: dict[str, np.ndarray]) -> Any:
    trained: Any = SimpleNamespace(pooled=pooled, best_phase=phase)
    return packing.familiar(b"", np.empty(0), photos, trained, 0)


def features(training: int, validation: int) -> dict[str, np.ndarray]:
    made = np.random.default_rng(1).uniform(1, 2, (training + validation, 40)).astype(np.float32)
    return {"training": made[:training], "validation": made[training:]}


def test_all_photos_tell_what_is_familiar_unless_some_changed_the_network() -> None:
    seen = features(40, 12)
    every = np.concatenate([seen["training"], seen["validation"]])
    alike = known(Photos(40, 12), FEATURE_EXTRACTION, seen)
    assert alike.limit == novelty.fit(every).limit
    tuned = known(Photos(40, 12), FINE_TUNING, seen)
    assert tuned.limit == novelty.fit_apart(seen["training"], seen["validation"]).limit
    assert known(Photos(40, 4), FINE_TUNING, features(40, 4)) is None


def test_only_what_nobody_has_looked_at_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def run(photos: np.ndarray, _outputs: list[str]) -> tuple[np.ndarray]:
        looked_at.append(len(photos))
        return (features(len(photos), 0)["training"],)

    monkeypatch.setattr(packing, "LitertNetwork", lambda _content: SimpleNamespace(run=run))
    monkeypatch.setattr(packing, "take", lambda _arrays, chosen: chosen)
    kept = features(40, 12)
    known(Photos(40, 12), FEATURE_EXTRACTION, {"validation": kept["validation"]})
    assert looked_at == [40], "augmented views say nothing of training photos as they are"
    known(Photos(40, 12), FINE_TUNING, {})
    assert looked_at == [40, 40, 12]


def test_lookalikes_are_one_witness(monkeypatch: pytest.MonkeyPatch) -> None:
    prints = np.zeros((12, FINGERPRINT_BYTES), np.uint8)
    monkeypatch.setattr(near_duplicates, "groups", lambda found: np.arange(len(found)) // 3)
    assert known(Photos(9, 3, prints), FEATURE_EXTRACTION, features(9, 3)) is None
    assert known(Photos(9, 3), FEATURE_EXTRACTION, features(9, 3)) is not None


def test_many_photos_are_not_all_looked_at() -> None:
    seen = features(2_000, 900)
    found = known(Photos(2_000, 900), FEATURE_EXTRACTION, seen)
    assert np.mean(found.strangeness(seen["training"]) <= 1) > novelty.PASSING - 0.02


def test_the_time_is_predicted_for_as_many_photos() -> None:
    assert training_time.COMPARED == packing.PARITY_PHOTOS
    assert training_time.LOOKED_AT == packing.LOOKED_AT
    assert training_time.FAMILIAR == novelty.MOST_PHOTOS
    assert training_time.FEW == CROSS_VALIDATED_BELOW
