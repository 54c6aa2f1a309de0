"""Where the network is cut, in words."""

from __future__ import annotations

from pipeline.network.mobilenet_v2 import backbone_layers, count_parameters
from pipeline.settings.hyperparameters import NUM_LAYERS
from pipeline.settings.train_config import FINE_TUNING, TrainConfig
from pipeline.wording import cut_text


def test_every_place_of_the_line_has_its_numbers() -> None:
    told = cut_text.every_cut(1.0, 2)
    assert len(told) == NUM_LAYERS + 1
    assert told[0].endswith(" weights learn, from the stem on")
    assert told[100].endswith(" weights learn, from block 11 on")
    assert told[NUM_LAYERS] == "1,281 weights learn: the head alone"
    for at in (0, 27, 100, 153):
        counted = count_parameters(TrainConfig(fine_tune_at=at), 2)
        assert told[at].startswith(f"{counted.trainable[FINE_TUNING]:,} weights")
    assert "3,843 weights" in cut_text.every_cut(1.0, 3)[NUM_LAYERS]


def test_a_name_fits_into_its_cell() -> None:
    cells = [cut_text.cell(layer.block) for layer in backbone_layers(1.0, 160)]
    assert list(dict.fromkeys(cells)) == ["in", *map(str, range(1, 17)), "out"]
