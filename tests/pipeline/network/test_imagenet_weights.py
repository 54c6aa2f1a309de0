"""The ImageNet weights are whole when they are used, wherever they come from."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h5py
import numpy as np
import pytest

from pipeline.errors import DownloadError, Stopped
from pipeline.files.atomic import sha256_of
from pipeline.network.imagenet_weights import class_index_file, told_of, weights_file
from pipeline.network.mobilenet_v2 import backbone_layers, num_features
from pipeline.progress import silent
from pipeline.settings.hyperparameters import TRAIN
from tests.loopback import Loopback, Reply, only_loopback

NAME = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5"
WIDE = (1.3, 1.4)  # published for 224 px alone


def h5(
    alpha: float = 0.35, value: float = 0.5, layers: slice = slice(None), top: bool = False
) -> bytes:
    """A file as Keras writes it, with one dataset per layer."""
    stream = io.BytesIO()
    chosen = {layer.name: layer.parameters for layer in backbone_layers(alpha, 96)[layers]}
    if top:
        chosen["predictions"] = (num_features(alpha) + 1) * 1000
    with h5py.File(stream, "w") as file:
        file.attrs["layer_names"] = [name.encode() for name in chosen]
        for name, parameters in chosen.items():
            group = file.create_group(name)
            names = [b"numbers"] if parameters else []
            group.attrs["weight_names"] = np.array(names, dtype="S7")
            if names:
                group.create_dataset("numbers", data=np.full(parameters, value, np.float32))
    return stream.getvalue()


def named(alpha: float, size_px: int, top: str = "_no_top") -> str:
    """The name under which Keras publishes the weights of a width and an image size."""
    return f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{alpha}_{size_px}{top}.h5"


GOOD = h5()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Keras's folder of weights; `own_home` points there."""
    return tmp_path / "keras" / "models"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    only_loopback(monkeypatch)
    with Loopback() as server:
        monkeypatch.setenv("PAWTUNE_MIRROR", server.address)
        server.serve(f"/{NAME}", Reply(GOOD))
        yield server


def fetch() -> Path:
    return weights_file(0.35, 96, include_top=False, report=silent)


def place(models: Path, data: bytes, name: str = NAME) -> Path:
    models.mkdir(parents=True, exist_ok=True)
    (models / name).write_bytes(data)
    return models / name


def test_fetched_once_then_used_without_a_network(server: Loopback, models: Path) -> None:
    assert fetch() == models / NAME
    assert fetch().read_bytes() == GOOD
    assert [request.path for request in server.requests] == [f"/{NAME}"]


def test_a_whole_file_that_lies_there_is_used(server: Loopback, models: Path) -> None:
    place(models, GOOD)
    fetch()
    assert server.requests == []
    recorded = (models / f"{NAME}.sha256").read_text().strip()
    assert recorded == sha256_of(models / NAME)


@pytest.mark.parametrize("alpha", TRAIN["alpha"].choices)
@pytest.mark.parametrize("size_px", TRAIN["image_size_px"].choices)
def test_every_width_that_is_offered_can_be_had_at_every_size(
    server: Loopback, models: Path, alpha: float, size_px: int
) -> None:
    """The server has what is published, no more: keras-team/keras#16452."""
    published = 224 if alpha in WIDE else size_px
    server.serve(f"/{named(alpha, published)}", Reply(h5(alpha)))
    found = weights_file(alpha, size_px, include_top=False, report=silent)
    assert found == models / named(alpha, published)
    assert told_of(found) == f"width {alpha}, made for {published} px"
    assert len(server.requests) == 1


@pytest.mark.parametrize("there", [named(0.35, 224), named(0.35, 192), named(0.35, 224, "")])
def test_a_file_of_the_same_width_serves_every_size(
    server: Loopback, models: Path, there: str
) -> None:
    """What was fetched for one preset starts the next one without a network."""
    path = place(models, h5(top="no_top" not in there), there)
    assert fetch() == path
    assert server.requests == []


def test_the_file_for_the_size_comes_first_and_broken_ones_do_not_count(
    server: Loopback, models: Path
) -> None:
    place(models, GOOD, named(0.35, 224))
    path = place(models, GOOD)
    assert fetch() == path
    place(models, b"", NAME)
    assert fetch() == models / named(0.35, 224)
    place(models, h5(alpha=0.5), named(0.35, 224))
    assert fetch() == path
    assert [request.path for request in server.requests] == [f"/{NAME}"]


def test_the_thousand_names_need_a_file_that_has_them(server: Loopback, models: Path) -> None:
    place(models, GOOD, named(0.35, 224))
    server.serve(f"/{named(0.35, 224, '')}", Reply(h5(top=True)))
    found = weights_file(0.35, 224, include_top=True, report=silent)
    assert found == models / named(0.35, 224, "")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(b"", id="empty"),
        pytest.param(GOOD[: len(GOOD) * 6 // 10], id="first 60 %"),
        pytest.param(b"<!DOCTYPE html><html>Sign in</html>", id="a web page"),
        pytest.param(h5(layers=slice(0, 150)), id="layers missing"),
        pytest.param(h5(alpha=0.5), id="another width"),
        pytest.param(h5(value=float("nan")), id="not a number"),
        pytest.param(GOOD[:96] + bytes(4000) + GOOD[4096:], id="zeros inside"),
    ],
)
def test_a_broken_file_is_fetched_again(server: Loopback, models: Path, broken: bytes) -> None:
    place(models, broken)
    assert fetch().read_bytes() == GOOD
    assert len(server.requests) == 1


def test_a_flipped_bit_is_seen_by_the_record(server: Loopback, models: Path) -> None:
    path = fetch()
    data = bytearray(GOOD)
    data[len(data) // 2] ^= 1  # inside the numbers: still a whole HDF5 file
    path.write_bytes(data)
    assert fetch().read_bytes() == GOOD
    assert len(server.requests) == 2


@pytest.mark.parametrize("broken", [b"", GOOD[:5000], b"<html>Sign in</html>", h5(alpha=0.5)])
def test_a_server_that_sends_something_else(server: Loopback, models: Path, broken: bytes) -> None:
    server.serve(f"/{NAME}", Reply(broken))
    with pytest.raises(
        DownloadError, match=r"ImageNet weights of MobileNetV2 \(1\.6 MB\).*built-in"
    ):
        fetch()
    assert [entry.name for entry in models.iterdir() if entry.suffix != ".lock"] == []


def test_without_a_network_it_says_what_to_do(models: Path, monkeypatch) -> None:
    only_loopback(monkeypatch)
    monkeypatch.delenv("PAWTUNE_MIRROR")
    place(models, GOOD[:5000])
    with pytest.raises(DownloadError) as caught:
        fetch()
    assert "storage.googleapis.com" in str(caught.value)
    assert "Connect to the internet once, or start from the built-in network." in str(caught.value)


def test_two_first_uses_fetch_once(server: Loopback, models: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: fetch(), range(4)))
    assert set(paths) == {models / NAME}
    assert len(server.requests) == 1


def test_stop_is_heard(server: Loopback, models: Path) -> None:
    def stop(*_: object, **__: object) -> None:
        raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        weights_file(0.35, 96, include_top=False, report=stop)
    assert not (models / NAME).exists()


def test_a_folder_that_is_kept_read_only_stays_untouched(server: Loopback, models: Path) -> None:
    place(models, GOOD)
    models.chmod(0o555)
    try:
        assert fetch() == models / NAME
        assert [entry.name for entry in models.iterdir()] == [NAME]
    finally:
        models.chmod(0o755)


def test_the_real_files_are_whole(shared: Path, models: Path, server: Loopback) -> None:
    models.mkdir(parents=True)
    for name in ("1.0_224.h5", "1.0_160_no_top.h5", "0.35_96_no_top.h5"):
        file = f"mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{name}"
        shutil.copyfile(shared / "keras" / "models" / file, models / file)
    shutil.copyfile(
        shared / "keras" / "models" / "imagenet_class_index.json",
        models / "imagenet_class_index.json",
    )
    weights_file(1.0, 224, include_top=True, report=silent)
    weights_file(1.0, 160, include_top=False, report=silent)
    weights_file(0.35, 96, include_top=False, report=silent)
    class_index_file(silent)
    assert server.requests == []


def test_another_list_of_classes_is_refused(server: Loopback, models: Path) -> None:
    server.serve("/imagenet_class_index.json", Reply(b'{"0": ["n01440764", "tench"]}'))
    with pytest.raises(DownloadError, match="names of the ImageNet classes"):
        class_index_file(silent)
    assert not (models / "imagenet_class_index.json").exists()
