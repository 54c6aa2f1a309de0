"""A network that answers by colour, and processes that read files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.photos.decoding.decoder import Decoder
from pipeline.settings.train_config import TrainConfig
from tests.toy_litert import SIDE_PX, colour_network


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    with Decoder(processes=2) as pool:
        yield pool


@pytest.fixture
def classifier(tmp_path: Path) -> Classifier:
    manifest = {
        "run_id": "run-1",
        "photo_set_id": "0123456789abcdef",
        "classes": ["red", "blue"],
        "image_size_px": SIDE_PX,
        "config": TrainConfig(image_size_px=SIDE_PX).to_json(),
        "versions": {},
        "weights_sha256": None,
    }
    write_bundle(tmp_path / "bundle", colour_network(2), manifest)
    return Classifier(read_bundle(tmp_path / "bundle"))
