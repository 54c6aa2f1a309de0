"""Files of the Explore page's networks: whole, or not there."""

from pipeline.classify.imagenet_files import (
    BACKBONE_ALPHA,
    DOWNLOAD_BYTES,
    IMAGENET_CLASSES,
    IMAGENET_FILE,
    is_prepared,
)
from pipeline.network.mobilenet_v2 import count_parameters
from pipeline.settings.train_config import TrainConfig
from tests.pipeline.classify.toy_imagenet import BACKBONE, prepared


def test_prepared_means_every_byte(tmp_path):
    folder = tmp_path / "explorer"
    names = [str(number) for number in range(1000)]
    members = {IMAGENET_FILE: b"one", BACKBONE: b"two"}
    assert not is_prepared(folder)
    assert is_prepared(prepared(folder, members, names))
    assert not is_prepared(prepared(folder, members, names[:-1]))
    assert not is_prepared(prepared(folder, {IMAGENET_FILE: b"one"}, names))
    prepared(folder, members, names)
    (folder / BACKBONE).write_bytes(b"owt")
    assert not is_prepared(folder)


def test_the_download_is_as_large_as_is_said() -> None:
    network = count_parameters(TrainConfig(alpha=BACKBONE_ALPHA), IMAGENET_CLASSES)
    assert 4 * network.total == DOWNLOAD_BYTES
