"""A network that answers differently is not handed out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import RunError
from pipeline.exporting import parity, samples
from pipeline.exporting.templates import network as taken_network
from pipeline.photos.decoding.colour.seen import Seen
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from tests.pipeline.exporting.conftest import export, left


def test_a_network_that_answers_differently_is_not_handed_out(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = taken_network.Network.answer

    def lie(self: taken_network.Network, photo: Path) -> dict[str, Any]:
        found = honest(self, photo)
        found["probabilities"]["red"] += 2e-4
        return found

    monkeypatch.setattr(taken_network.Network, "answer", lie)
    with pytest.raises(RunError, match=r"differs by 0\.0002 in a probability"):
        export(workspace, run, "bundle")
    assert left(workspace) == []


def test_a_network_that_knows_other_photos_is_not_handed_out(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taken_network.Network, "strangeness", lambda _self, _pooled: 5.0)
    with pytest.raises(RunError, match="does not know its photos"):
        export(workspace, run, "bundle")
    assert left(workspace) == []


def test_a_program_that_knows_no_colours_is_not_handed_out(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(image: Image.Image, _data: bytes, size: tuple[int, int]) -> Seen:
        return Seen(image.convert("RGB").resize(size), False, False)

    monkeypatch.setattr(taken_network, "as_seen", blind)
    with pytest.raises(RunError, match="not handed out"):
        export(workspace, run, "bundle")
    assert left(workspace) == []


def test_the_limit_of_a_comparison() -> None:
    asked = samples.samples(None, 96)
    assert len(asked.jpegs) == 100
    assert asked.squares.shape == (100, 96, 96, 3)
    assert asked.generated
    equal = np.full((100, 2), 0.5)
    assert parity.compare(equal, equal, asked).largest_difference == 0
    near = equal.copy()
    near[3] += (0.99e-4, -0.99e-4)
    assert parity.compare(near, equal, asked).largest_difference == pytest.approx(0.99e-4)
    for far in (equal + 1.1e-4, equal * np.nan, np.full((100, 3), 0.5)):
        with pytest.raises(RunError, match="not handed out"):
            parity.compare(far, equal, asked)


def test_what_a_comparison_says() -> None:
    result = {"photos": 1, "largest_difference": 3.2e-6, "generated": False}
    assert parity.said(result).endswith("on 1 photo: no probability differs by more than 0.000004.")
    assert parity.said({**result, "largest_difference": 0.0}).endswith("more than 0.000001.")
    assert "100 generated pictures" in parity.said({**result, "photos": 100, "generated": True})
    assert parity.said({**result, "largest_difference": None}) == ""
