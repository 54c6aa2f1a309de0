from __future__ import annotations

from pathlib import Path

from pipeline.features.study_network import study_network
from pipeline.settings.hyperparameters import BUILT_IN
from pipeline.settings.presets import PRESETS, QUICK


def test_it_is_imagenets_where_its_file_is(imagenet: Path) -> None:
    assert study_network() == PRESETS[QUICK].config


def test_it_is_the_built_in_one_where_something_else_lies_there(tmp_path: Path) -> None:
    folder = tmp_path / "keras" / "models"
    folder.mkdir(parents=True)
    name = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"
    (folder / name).write_bytes(b"cut off")
    assert study_network().weights == BUILT_IN
