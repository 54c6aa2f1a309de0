"""The Train page in AppTest: where its controls stand, and what lies in which part of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.train import sweeps
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.tuning.live_curve import LiveCurve
from tests.pages.conftest import Open

KINDS = ("slider", "select_slider", "selectbox", "toggle", "number_input", "button_group")


MEASURED = {
    "alpha": 1.0,
    "image_size_px": 160,
    "fine_tune_at": 100,
    "decode_s": 0.002,
    "augment_s": 0.0005,
    "frozen_s": 0.003,
    "head_s": 0.00002,
    "solve_s": 0.000002,
    "start_s": 5.0,
    "tail_s": 0.005,
    "step_s": 0.02,
    "scoring_s": 0.001,
}


def standing(app: AppTest) -> TrainConfig:
    """What all controls of the Train page stand at, read one by one."""
    values = {
        name: next(w for kind in KINDS for w in app.get(kind) if w.key == f"train_{name}").value
        for name in TRAIN
        if name != "fine_tune_at"
    }
    values["fine_tune_at"] = int(app.text_input(key="train_fine_tune_at_typed").value)
    return TrainConfig(**values, augment=app.session_state["augment"])


def inside(app: AppTest, key: str) -> list[Any]:
    """Everything in the container of this key, in the order in which it is drawn."""

    def walk(block: Any) -> Iterator[Any]:
        for child in block.children.values():
            yield child
            if hasattr(child, "children"):
                yield from walk(child)

    for block in walk(app.main):
        proto = getattr(block, "proto", None)
        if getattr(proto, "id", "").endswith(f"-{key}"):
            return list(walk(block))
    raise AssertionError(f"no container {key}")


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the network sees is there; the higher the rate, the better the curve."""
    monkeypatch.setattr("pages.ui.tuning.live_curve", lambda _of, config, *_, **__: a_curve(config))


def a_curve(config: TrainConfig) -> LiveCurve:
    """A live curve of these settings, whose best point is the last but one."""
    best = min(0.99, 0.9 + config.learning_rate * 10)
    epochs = tuple(
        Epoch(
            FEATURE_EXTRACTION,
            number,
            loss=0.6 / number,
            accuracy=0.95,
            val_loss=0.5 / number,
            val_accuracy=best - 0.2 / number,
            seconds=0.1,
        )
        for number in range(1, config.epochs + 1)
    )
    answers = np.zeros((len(epochs), 4), np.uint16)
    shares = np.ones((len(epochs), 4), np.float16)
    initial = {"loss": 0.7, "accuracy": 0.5}
    return LiveCurve(config, initial, epochs, max(1, len(epochs) - 1), answers, shares, 0.1)


def chart(app: AppTest) -> dict[str, Any]:
    """The data of the bench's chart."""
    found = next(one for one in app.get("bidi_component") if one.key == "train_curves")
    content: dict[str, Any] = json.loads(found.proto.json)
    return content


def swept_page(open_page: Open, **state: Any) -> AppTest:
    """The Train page with the sweep open, and more of the session."""
    app = open_page("train")
    for key, value in {f"{sweeps.PANEL.key}_open": True, **state}.items():
        app.session_state[key] = value
    return app.run()
