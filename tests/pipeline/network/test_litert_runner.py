"""Running a converted network: batches, names, threads, and files that are none."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import LitertNetwork
from tests.conftest import REPOSITORY
from tests.random_network import random_tensors
from tests.toy_litert import SIDE_PX, colour_network


def noise(photos: int, seed: int = 0) -> np.ndarray:
    shape = (photos, SIDE_PX, SIDE_PX, 3)
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize("photos", [0, 1, 7, 8, 9, 19])
def test_any_number_of_photos_is_answered_in_order(photos):
    batch = noise(photos)
    logits, pooled = LitertNetwork(colour_network(3)).run(batch, ["logits", "pooled"])

    expected = batch.mean(axis=(1, 2), dtype=np.float64)
    assert pooled == pytest.approx(expected.reshape(photos, 3), abs=1e-3)
    assert logits == pytest.approx(expected.reshape(photos, 3) / 10, abs=1e-3)
    assert logits.dtype == pooled.dtype == np.float32


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_however_the_work_is_shared_the_numbers_are_the_same(threads):
    batch = noise(43)
    content = litert_file(random_tensors(0.35), 0.35, SIDE_PX, cut=6)
    names = ["cut", "pooled"]
    alone = LitertNetwork(content, num_threads=1)
    expected = [alone.run(batch[place : place + 1], names) for place in range(len(batch))]

    received = LitertNetwork(content, threads).run(batch.astype(np.float32), names)

    for values, singles in zip(received, zip(*expected, strict=True), strict=True):
        assert (values == np.concatenate(singles)).all()


def test_outputs_go_by_name_and_keep_their_place():
    network = LitertNetwork(colour_network())
    assert network.image_size_px == SIDE_PX
    assert network.outputs == {"logits": (1,), "feature_map": (2, 2, 3), "pooled": (3,)}

    photo = np.zeros((1, SIDE_PX, SIDE_PX, 3), np.uint8)
    photo[0, : SIDE_PX // 2, SIDE_PX // 2 :, 1] = 80  # upper right corner green
    (feature_map,) = network.run(photo, ["feature_map"])
    assert feature_map[0, :, :, 1].tolist() == [[0, 80], [0, 0]]


def test_wrong_photos_and_names_are_refused():
    network = LitertNetwork(colour_network())
    with pytest.raises(ValueError, match=r"Received: \(1, 32, 32, 3\)"):
        network.run(np.zeros((1, 32, 32, 3), np.uint8), ["logits"])
    with pytest.raises(ValueError, match="feelings"):
        network.run(noise(1), ["feelings"])


@pytest.mark.parametrize("content", [b"", b"no network", bytes(2000)], ids=["none", "text", "zero"])
def test_what_is_no_network_is_refused(content):
    with pytest.raises(ValueError, match="no network"):
        LitertNetwork(content)


def test_threads_never_get_each_others_answers():
    network = LitertNetwork(colour_network(3))
    batches = [noise(number % 27 + 1, seed=number) for number in range(54)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda batch: network.run(batch, ["pooled"])[0], batches))
    for batch, answer in zip(batches, answers, strict=True):
        assert answer == pytest.approx(batch.mean(axis=(1, 2), dtype=np.float64), abs=1e-3)


def test_no_tensorflow_is_needed():
    script = (
        "import sys\n"
        "import pipeline.classify.classifier, pipeline.classify.imagenet\n"
        "from pipeline.network.litert_runner import LitertNetwork\n"
        "from tests.toy_litert import colour_network\n"
        "LitertNetwork(colour_network())\n"
        "print(sorted({'tensorflow', 'keras'} & {name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr
