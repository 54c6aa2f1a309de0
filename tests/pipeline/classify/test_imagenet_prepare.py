"""The Explore page's networks are made, and made again where damaged."""

import numpy as np
import pytest

from pipeline.classify.imagenet import BackboneEye, ImageNetNamer
from pipeline.classify.imagenet_files import CLASSES_FILE, IMAGENET_FILE, is_prepared
from pipeline.errors import RunError, Stopped
from pipeline.progress import Step, silent
from tests.pipeline.classify.toy_imagenet import BACKBONE
from tests.random_network import random_tensors


@pytest.fixture(scope="module")
def drawn():
    """Numbers of the whole network that nobody learned."""
    top = {"predictions/kernel": (1280, 1000), "predictions/bias": (1000,)}
    rng = np.random.default_rng(0)
    return random_tensors(1.0) | {
        name: rng.normal(0, 0.03, shape).astype(np.float32) for name, shape in top.items()
    }


@pytest.fixture
def quick(tmp_path, monkeypatch, drawn):
    """Preparation with everything real but the weights."""
    from pipeline.classify import imagenet_prepare

    index = tmp_path / "index.json"
    entries = ", ".join(f'"{n}": ["n{n:08}", "class_number_{n}"]' for n in range(1000))
    index.write_text(f"{{{entries}}}")
    monkeypatch.setattr(imagenet_prepare, "class_index_file", lambda _: index)
    monkeypatch.setattr(imagenet_prepare, "weights_file", lambda *_, **__: tmp_path / "weights.h5")
    monkeypatch.setattr(imagenet_prepare, "read_published", lambda *_, **__: drawn)
    return imagenet_prepare.prepare_explorer


def test_what_is_whole_is_kept_and_what_is_damaged_is_made_again(quick, tmp_path):
    folder = tmp_path / "explorer"
    names = [BACKBONE, IMAGENET_FILE, CLASSES_FILE]

    assert quick(folder, silent) == {"made": names, "kept": []}
    namer = ImageNetNamer(folder)
    assert namer.classes[7] == "class number 7"
    shares = [share for _, share in namer.top(np.zeros((224, 224, 3), np.uint8), k=1000)]
    assert sum(shares) == pytest.approx(1, abs=1e-4)
    eye = BackboneEye(folder, 1.0, 160)
    assert eye.strongest_maps(np.zeros((160, 160, 3), np.uint8))[1].shape == (8, 5, 5)
    changed = {name: (folder / name).stat().st_mtime_ns for name in names}
    assert quick(folder, silent) == {"made": [], "kept": names}
    assert {name: (folder / name).stat().st_mtime_ns for name in names} == changed

    (folder / IMAGENET_FILE).write_bytes(b"damaged")
    assert quick(folder, silent)["made"] == names
    assert is_prepared(folder)
    assert sorted(entry.name for entry in folder.iterdir()) == sorted(names)


def test_stopping_at_any_stage_leaves_nothing_that_looks_whole(quick, tmp_path):
    stages = []
    quick(tmp_path / "whole", lambda stage, *_: stages.append(stage))
    assert stages[-1].step is Step.NETWORK_READY
    for stage in stages[:-1]:
        folder = tmp_path / f"until {stage.step}"

        def stop(now, *_, until=stage):
            if now == until:
                raise Stopped("Stopped.")

        with pytest.raises(Stopped):
            quick(folder, stop)
        assert not (folder / CLASSES_FILE).exists()
        assert not is_prepared(folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"0": 5}', "[" * 99_999], ids=["empty", "list", "none", "odd", "deep"]
)
def test_a_damaged_class_index_is_refused(quick, tmp_path, text):
    (tmp_path / "index.json").write_text(text)
    with pytest.raises(RunError, match=r"index\.json is damaged"):
        quick(tmp_path / "explorer", silent)
