"""Those who answer from kept features."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import NotReady
from pipeline.tuning.helpers import Helpers
from pipeline.tuning.live_curve import LiveCurve
from tests.pipeline.tuning.places import PLAIN, Place, a_place


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = a_place(tmp_path_factory.mktemp("place"))
    place.train(PLAIN)
    return place


def test_a_question_is_answered(place: Place) -> None:
    helpers = Helpers(place.workspace)
    curves = [
        helpers.ask(None, "curve", place.row.id, replace(PLAIN, learning_rate=rate))
        for rate in (1e-4, 1e-2)
    ]
    assert all(isinstance(curve, LiveCurve) for curve in curves)
    assert curves[0].epochs[-1].val_loss > curves[1].epochs[-1].val_loss


def test_what_is_not_prepared_is_said(tmp_path: Path) -> None:
    place = a_place(tmp_path, photos=8)
    with pytest.raises(NotReady):
        Helpers(place.workspace).ask(None, "curve", place.row.id, PLAIN)
