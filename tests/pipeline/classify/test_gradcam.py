"""The heatmap against an independent one: Grad-CAM, by TensorFlow's gradients."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.network.litert_file import litert_file
from pipeline.network.mobilenet_v2 import num_features
from pipeline.settings.train_config import TrainConfig
from tests.pipeline.network.test_litert_file import keras_backbone, pictures, random_head
from tests.random_network import random_tensors

pytestmark = pytest.mark.slow
ALPHA, SIZE = 0.35, 160


@pytest.mark.parametrize("num_classes", [2, 5])
def test_the_map_is_that_of_grad_cam(tmp_path: Path, num_classes: int) -> None:
    """For pooling and one dense layer the two are the same map (Selvaraju et al. 2017, 3.1)."""
    import tensorflow as tf

    tensors = random_tensors(ALPHA)
    outputs = 1 if num_classes == 2 else num_classes
    kernel, bias = random_head(num_features(ALPHA), outputs)
    content = litert_file(tensors, ALPHA, SIZE, feature_map=True, head=(kernel, bias))
    config = TrainConfig(alpha=ALPHA, image_size_px=SIZE, weights="none")
    manifest = {
        "run_id": "run-1",
        "photo_set_id": "set-1",
        "classes": [f"class {index}" for index in range(num_classes)],
        "image_size_px": SIZE,
        "config": config.to_json(),
        "versions": {},
        "weights_sha256": None,
    }
    write_bundle(tmp_path / "bundle", content, manifest)
    classifier = Classifier(read_bundle(tmp_path / "bundle"))
    backbone = keras_backbone(ALPHA, SIZE, tensors)

    for photo in pictures(6, SIZE):
        for class_index in range(num_classes):
            scaled = tf.constant(photo[np.newaxis].astype(np.float32) / 127.5 - 1)
            with tf.GradientTape() as tape:
                features = backbone(scaled, training=False)
                tape.watch(features)
                logits = tf.reduce_mean(features, axis=(1, 2)) @ kernel + bias
                if num_classes == 2:
                    score = logits[0, 0] * (1 if class_index else -1)
                else:  # the class against the rest
                    others = tf.reduce_sum(logits[0]) - logits[0, class_index]
                    score = logits[0, class_index] - others / (num_classes - 1)
            weights = tf.reduce_mean(tape.gradient(score, features), axis=(1, 2))
            expected = tf.reduce_sum(features * weights[:, None, None, :], axis=-1)[0].numpy()
            found = classifier.heat(photo, class_index)
            assert found.shape == expected.shape == (5, 5)
            correlation = np.corrcoef(found.ravel(), expected.ravel())[0, 1]
            assert correlation > 0.999, (class_index, correlation)
