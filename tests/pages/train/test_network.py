"""The network in figures, and the line where it is frozen."""

from __future__ import annotations

import pytest

from pages.ui.train import network
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.workspace.photo_sets import PhotoSetRow
from tests.pages.conftest import Open, words


def test_the_tutorials_figures_for_the_defaults(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    assert not app.table, "it is drawn only where somebody looks"
    app.session_state[network.KEY] = True
    app.run()
    table = app.table[0].value
    assert list(table["Parameters"])[:1] == ["Backbone, 154 layers"]
    assert list(table["Number"])[:3] == ["2,257,984", "1,281", "1,281"]
    assert "Train **32**" in words(app)


@pytest.mark.parametrize("fine_tune_at", [0, 1, 100, 153, 154])
def test_the_freezing_line_stands_where_it_should(fine_tune_at: int) -> None:
    layers = backbone_layers(1.0, 160)
    table = network.layers(layers, fine_tune_at, 2).data
    line = table.index[table["Name"] == network.LINE_NAME]
    assert list(line) == [fine_tune_at]
    assert set(table["Fine-tuning"][:fine_tune_at]) <= {"frozen"}
    assert "frozen" not in set(table["Fine-tuning"][fine_tune_at + 1 :])
    assert table["Parameters"].iloc[-1] == "1,281"
    blocks = network.blocks(layers, fine_tune_at).data
    assert list(blocks["Name"]).count(network.LINE_NAME) == 1
