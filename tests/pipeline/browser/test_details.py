"""What a browser is told of a network: all that answers need, as plain JSON."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.browser.details import details
from pipeline.classify.bundle import Bundle, read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.settings.environment import EXAMPLE
from tests.pipeline.classify.test_classifier import bundle as made
from tests.toy_litert import colour_network


def numbers(packed: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["float32"]), "<f4").reshape(packed["shape"])


def old(folder: Path) -> Bundle:
    """A bundle from before there was more than a network."""
    return made(folder, ["red", "blue"], colour_network())


def test_everything_is_there_and_is_json() -> None:
    bundle = read_bundle(EXAMPLE / "bundle")
    told = json.loads(json.dumps(details(bundle, 0.7), allow_nan=False))
    assert told["classes"] == list(bundle.classes)
    assert told["image_size_px"] == bundle.image_size_px
    assert told["sha256"] == Classifier(bundle).sha256
    assert (told["sure_from"], told["temperature"]) == (0.7, bundle.temperature)
    familiar = bundle.familiar()
    assert familiar is not None
    for name in ("centre", "directions", "variances"):
        assert np.array_equal(numbers(told["familiar"][name]), getattr(familiar, name))
    assert (told["familiar"]["rest"], told["familiar"]["limit"]) == (familiar.rest, familiar.limit)


def test_the_kernel_and_the_map_give_the_heat() -> None:
    bundle = read_bundle(EXAMPLE / "bundle")
    classifier = Classifier(bundle)
    side = bundle.image_size_px
    photo = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    kernel = numbers(details(bundle, 0.7)["kernel"])
    (seen,), _ = classifier.features(photo[np.newaxis])
    assert np.allclose(seen @ kernel[:, 0], classifier.heat(photo, 1), atol=1e-4)


def test_a_run_from_before_says_less(tmp_path: Path) -> None:
    told = details(old(tmp_path), 0.5)
    assert told["familiar"] is None
    assert told["temperature"] == 1


def test_a_changed_network_is_refused(tmp_path: Path) -> None:
    bundle = old(tmp_path)
    bundle.model_path.write_bytes(b"something else")
    with pytest.raises(RunError):
        details(bundle, 0.5)
