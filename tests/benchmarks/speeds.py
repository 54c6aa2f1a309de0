"""Speeds of single parts, against TensorFlow's where it has the same part."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.network.litert_runner import POOLED, LitertNetwork
from pipeline.settings.train_config import TrainConfig

_TURNS = 5


def per_second(work: Callable[[], object], items: int) -> float:
    """Median items per second over a few turns, after one to warm up."""
    work()
    seconds = []
    for _ in range(_TURNS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return items / statistics.median(seconds)


def frozen_forward(_folder: Path) -> dict[str, Any]:
    """The backbone's forward pass at the default size: LiteRT against TensorFlow, in turns."""
    import keras
    import tensorflow as tf

    from pipeline.learning.initial_weights import random_tensors
    from pipeline.network.litert_file import litert_file

    config = TrainConfig(weights="none")
    side = config.image_size_px
    photos = np.random.default_rng(0).integers(0, 256, (160, side, side, 3), np.uint8)
    tensors = random_tensors(config, photos[:16])
    network = LitertNetwork(litert_file(tensors, config.alpha, side))
    backbone = keras.applications.MobileNetV2((side, side, 3), include_top=False, weights=None)
    for layer in backbone.layers:
        if layer.weights:
            layer.set_weights([tensors[f"{layer.name}/{one.name}"] for one in layer.weights])
    forward = tf.function(
        lambda batch: tf.reduce_mean(
            backbone(tf.cast(batch, tf.float32) / 127.5 - 1, training=False), [1, 2]
        ),
        input_signature=[tf.TensorSpec((32, side, side, 3), tf.uint8)],
    )

    def tensorflow() -> np.ndarray:
        batches = [forward(photos[start : start + 32]) for start in range(0, len(photos), 32)]
        return np.concatenate([np.asarray(batch) for batch in batches])

    (pooled,) = network.run(photos, [POOLED])
    expected = tensorflow()
    ours = per_second(lambda: network.run(photos, [POOLED]), len(photos))
    theirs = per_second(tensorflow, len(photos))
    return {
        "litert_photos_per_s": ours,
        "tensorflow_photos_per_s": theirs,
        "ratio": ours / theirs,
        "largest_difference": float(np.abs(pooled - expected).max() / np.abs(expected).max()),
    }


def classification(folder: Path) -> dict[str, Any]:
    """A thousand files through decoder and network; one photo that is decoded already."""
    from itertools import islice

    from pipeline.classify.classifier import Classifier
    from pipeline.classify.stream import answers, from_path
    from pipeline.photos.decoding.decoder import Decoder
    from tests.benchmarks.bench_app import classifier

    asked: Classifier = classifier(folder)
    paths = sorted((folder / "held_out").rglob("*.jpg"))[:1000]
    with Decoder() as decoder:
        list(answers(map(from_path, paths[:50]), asked, decoder))
        began = time.perf_counter()
        found = list(answers(map(from_path, paths), asked, decoder))
        seconds = time.perf_counter() - began
    jpegs = [one.jpeg for one in islice(found, 100) if one.jpeg is not None]
    times = []
    for jpeg in jpegs:
        began = time.perf_counter()
        asked.classify(jpeg)
        times.append(time.perf_counter() - began)
    return {
        "photos": len(found),
        "photos_per_s": len(found) / seconds,
        "one_photo_p50_ms": 1000 * statistics.median(times),
    }
