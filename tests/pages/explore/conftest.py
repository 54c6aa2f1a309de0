"""The Explore page without its download; its answers are tested with the real network elsewhere."""

from __future__ import annotations

import numpy as np
import pytest


class Eye:
    image_size_px = 160

    def strongest_maps(self, photo: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        return np.arange(k)[::-1], np.linspace(0, 1, k * 25, dtype=np.float32).reshape(k, 5, 5)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The explorer's networks, played by short answers."""
    monkeypatch.setattr("pages.ui.networks.explorer_ready", lambda: True)
    monkeypatch.setattr("pages.ui.networks.eye", Eye)
    names = [("Egyptian cat", 0.44), ("tabby", 0.2), ("tiger cat", 0.1)]
    monkeypatch.setattr("pages.ui.networks.imagenet_names", lambda _jpeg: names)
    shapes = [("a batch of photos", (32, 160, 160, 3)), ("backbone", (32, 5, 5, 1280))]
    shapes += [("averaged", (32, 1280)), ("one number", (32, 1))]
    monkeypatch.setattr("pages.ui.networks.batch_shapes", lambda _id: shapes)
