"""A browser that has not heard yet that controls were put elsewhere takes nothing back."""

from __future__ import annotations

import time

import pytest

from pages.ui.parts import late_values
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open


def test_what_a_preset_has_set_outlasts_a_late_message(
    open_page: Open, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    before = app.select_slider(key="train_fine_tune_epochs").value
    app.button(key="train_preset_careful").click().run()
    after = app.select_slider(key="train_fine_tune_epochs").value
    assert after != before
    app.select_slider(key="train_fine_tune_epochs").set_value(before).run()
    assert app.select_slider(key="train_fine_tune_epochs").value == after


def test_later_a_control_may_go_back(
    open_page: Open, photo_set: PhotoSetRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("train")
    before = app.select_slider(key="train_fine_tune_epochs").value
    app.button(key="train_preset_careful").click().run()
    now = time.monotonic()
    monkeypatch.setattr(late_values.time, "monotonic", lambda: now + 3)
    app.select_slider(key="train_fine_tune_epochs").set_value(before).run()
    assert app.select_slider(key="train_fine_tune_epochs").value == before
