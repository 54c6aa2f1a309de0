"""The Train page in AppTest: where its controls stand, and what lies in which part of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.train_config import TrainConfig

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
