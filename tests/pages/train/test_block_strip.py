"""The strip of blocks; moved by mouse and keyboard in tests/browser/test_bench.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.ui.train import block_strip
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open


def sent(app: AppTest) -> dict[str, Any]:
    """What the strip gets to draw."""
    all_ = [json.loads(one.proto.json) for one in app.get("bidi_component")]
    (found,) = [one for one in all_ if "blocks" in one]
    return found


def test_it_draws_seventeen_blocks_and_where_the_line_is(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    drawn = sent(app)
    layers = backbone_layers(1.0, 160)
    assert drawn["at"] == 100
    edges = {block["from"] for block in drawn["blocks"]}
    assert edges == {0, 154} | {
        layer.index for layer in layers[1:] if layer.block != layers[layer.index - 1].block
    }
    assert drawn["told"][100].endswith("from block 11 on")
    app.text_input(key="train_fine_tune_at_typed").set_value("27").run()
    assert sent(app)["at"] == 27
    app.select_slider(key="train_fine_tune_epochs").set_value(0).run()
    assert "Without fine-tuning" in sent(app)["idle"]


@pytest.mark.parametrize(("dropped", "stands"), [(27, 27), (155, 100), (True, 100), ("a", 100)])
def test_only_a_layer_is_taken(
    monkeypatch: pytest.MonkeyPatch, dropped: object, stands: int
) -> None:
    state = {"train_fine_tune_at": 100, block_strip.KEY: {"at": dropped}}
    monkeypatch.setattr(st, "session_state", state)
    block_strip._take()
    assert state["train_fine_tune_at"] == stands
