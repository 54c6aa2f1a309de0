"""The written network gives Keras's numbers, whatever is asked of it."""

import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

from pipeline.errors import RunError
from pipeline.network.convolutions import convolutions
from pipeline.network.imagenet_weights import weights_file
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import LitertNetwork
from pipeline.network.mobilenet_v2 import num_features
from pipeline.network.tensors import read_published
from pipeline.progress import silent
from tests.conftest import REPOSITORY
from tests.random_network import random_tensors

BLOCK_ENDS = [
    place + 1
    for place, conv in enumerate(convolutions(1.0, 96))
    if conv.ends_block or place + 1 == 52
]
BATCHES = [1, 3, 8, 11, 19]


def pictures(photos, size, seed=1):
    """Coloured squares, finer from photo to photo; their answers differ."""
    rng = np.random.default_rng(seed)
    squares = [(32, 16, 8, 4, 2, 1)[photo % 6] for photo in range(photos)]
    drawn = [rng.integers(0, 256, (size // side, size // side, 3), np.uint8) for side in squares]
    return np.stack(
        [one.repeat(side, 0).repeat(side, 1) for one, side in zip(drawn, squares, strict=True)]
    )


def random_head(features, outputs, seed=2):
    rng = np.random.default_rng(seed)
    kernel = rng.normal(0, features**-0.5, (features, outputs))
    return kernel.astype(np.float32), rng.normal(0, 1, outputs).astype(np.float32)


def assert_close(received, expected):
    """Within 3e-5 of the largest value; and the answers are not all the same."""
    assert received.shape == expected.shape
    assert received.dtype == np.float32
    assert np.ptp(expected, axis=0).max() > 0.01 * np.abs(expected).max() > 0
    assert np.abs(received - expected).max() <= 3e-5 * np.abs(expected).max()


def keras_backbone(alpha, size, tensors):
    """Keras's own network with these numbers."""
    import keras

    backbone = keras.applications.MobileNetV2(
        input_shape=(size, size, 3), alpha=alpha, include_top=False, weights=None
    )
    names = {f"{layer.name}/{w.name}": w for layer in backbone.layers for w in layer.weights}
    assert names.keys() == tensors.keys()
    for name, weight in names.items():
        weight.assign(tensors[name])
    return backbone


def keras_maps(backbone, photos, convs):
    """What Keras makes of photos at the end of each of `convs`."""
    import keras

    inner = keras.Model(
        backbone.input, {conv.name: backbone.layers[conv.last].output for conv in convs}
    )
    maps = inner(photos.astype(np.float32) / np.float32(127.5) - 1, training=False)
    return [np.asarray(maps[conv.name]) for conv in convs]


class TestAgainstKeras:
    pytestmark = pytest.mark.slow

    @pytest.mark.parametrize(
        ("alpha", "size", "outputs"),
        [(0.35, 96, 1), (0.35, 224, 3), (1.0, 160, 1), (1.0, 224, 3), (1.4, 96, 3), (1.4, 160, 1)],
    )
    def test_every_output_of_random_networks(self, alpha, size, outputs):
        tensors = random_tensors(alpha, seed=size)
        head = random_head(num_features(alpha), outputs)
        photos = pictures(BATCHES[-1], size)
        convs = convolutions(alpha, size)
        backbone = keras_backbone(alpha, size, tensors)
        cut, feature_map = keras_maps(backbone, photos, [convs[32], convs[51]])
        pooled = feature_map.mean(axis=(1, 2), dtype=np.float64).astype(np.float32)

        content = litert_file(
            tensors, alpha, size, cut=33, feature_map=True, head=head, softmax=True
        )

        network = LitertNetwork(content)
        expected = {
            "cut": cut,
            "feature_map": feature_map,
            "pooled": pooled,
            "logits": pooled @ head[0] + head[1],
        }
        assert network.outputs.keys() == {*expected, "probabilities"}
        received = network.run(photos, list(expected))
        for values, wanted in zip(received, expected.values(), strict=True):
            assert_close(values, wanted)
        for count in BATCHES:
            for values, before in zip(
                network.run(photos[-count:], list(expected)), received, strict=True
            ):
                assert (values == before[-count:]).all()

    @pytest.mark.parametrize(("alpha", "size"), [(0.35, 128), (1.3, 96)])
    def test_every_cut_at_the_end_of_a_block(self, alpha, size):
        tensors = random_tensors(alpha)
        photos = pictures(3, size)
        convs = [convolutions(alpha, size)[cut - 1] for cut in BLOCK_ENDS]
        expected = keras_maps(keras_backbone(alpha, size, tensors), photos, convs)
        assert len(expected) == 18
        for cut, wanted in zip(BLOCK_ENDS, expected, strict=True):
            network = LitertNetwork(litert_file(tensors, alpha, size, cut=cut, pooled=False))
            assert list(network.outputs) == ["cut"]
            assert_close(network.run(photos, ["cut"])[0], wanted)

    @pytest.mark.parametrize(("alpha", "size"), [(1.0, 160), (0.35, 96)])
    def test_imagenets_weights_on_real_photos(self, imagenet, shared, alpha, size):
        tensors = read_published(weights_file(alpha, size, False, silent), alpha)
        photos = np.stack(list(real_photos(shared, size)))
        backbone = keras_backbone(alpha, size, tensors)
        (feature_map,) = keras_maps(backbone, photos, [convolutions(alpha, size)[-1]])
        head = random_head(1280, 1)
        network = LitertNetwork(litert_file(tensors, alpha, size, feature_map=True, head=head))
        maps, pooled, logits = network.run(photos, ["feature_map", "pooled", "logits"])
        average = feature_map.mean(axis=(1, 2), dtype=np.float64).astype(np.float32)
        assert_close(maps, feature_map)
        assert_close(pooled, average)
        assert_close(logits, average @ head[0] + head[1])

    def test_the_names_that_imagenet_gives_to_real_photos(self, imagenet, shared):
        import keras

        path = weights_file(1.0, 224, True, silent)
        tensors = read_published(path, 1.0, with_top=True)
        photos = np.stack(list(real_photos(shared, 224)))
        top = (tensors["predictions/kernel"], tensors["predictions/bias"])
        original = keras.applications.MobileNetV2(weights=str(path))
        expected = np.asarray(original(photos / np.float32(127.5) - 1, training=False))

        content = litert_file(tensors, 1.0, 224, pooled=False, head=top, softmax=True)

        (received,) = LitertNetwork(content).run(photos, ["probabilities"])
        assert (received.argmax(axis=1) == expected.argmax(axis=1)).all()
        assert np.abs(received - expected).max() <= 2e-5


def real_photos(shared, size, count=10):
    with zipfile.ZipFile(shared / "photos" / "cats_and_dogs_filtered.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        for name in names[:: len(names) // count][:count]:
            with Image.open(io.BytesIO(archive.read(name))) as photo:
                yield np.asarray(photo.convert("RGB").resize((size, size)))


def test_the_outputs_agree_with_each_other():
    tensors = random_tensors(0.35)
    kernel, bias = random_head(1280, 3)
    content = litert_file(tensors, 0.35, 96, feature_map=True, head=(kernel, bias), softmax=True)
    maps, pooled, logits, shares = LitertNetwork(content).run(
        pictures(9, 96), ["feature_map", "pooled", "logits", "probabilities"]
    )
    assert 0 <= maps.min() < maps.max() <= 6
    assert pooled == pytest.approx(maps.mean(axis=(1, 2)), abs=1e-5)
    assert logits == pytest.approx(pooled @ kernel + bias, abs=1e-5)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert shares == pytest.approx(powers / powers.sum(axis=1, keepdims=True), abs=1e-6)


def test_only_what_the_outputs_need_is_in_the_file():
    tensors = random_tensors(0.35)
    lower = {conv.name for conv in convolutions(0.35, 96)[:33]}
    lower |= {conv.normalization for conv in convolutions(0.35, 96)[:33]}
    part = {name: tensors[name] for name in tensors if name.split("/")[0] in lower}
    assert len(part) == 33 * 5
    alone = litert_file(part, 0.35, 96, cut=33, pooled=False)
    whole = litert_file(tensors, 0.35, 96, cut=33)
    photos = pictures(2, 96)
    assert len(alone) < len(whole) / 2
    (expected,) = LitertNetwork(whole).run(photos, ["cut"])
    assert (LitertNetwork(alone).run(photos, ["cut"])[0] == expected).all()
    with pytest.raises(RunError, match="block_11_expand"):
        litert_file(part, 0.35, 96)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"cut": 33},
        {"cut": 33, "pooled": False},
        {"feature_map": True, "head": random_head(1280, 1)},
        {"cut": 34, "feature_map": True, "head": random_head(1280, 5), "softmax": True},
        {"cut": 52, "feature_map": True},
    ],
    ids=["pooled", "both", "cut", "bundle", "everything", "twice"],
)
def test_the_fast_kernels_take_the_whole_network(wanted):
    interpreter = Interpreter(model_content=litert_file(random_tensors(0.35), 0.35, 96, **wanted))
    interpreter.allocate_tensors()
    operations = interpreter._get_ops_details()
    (fast,) = (one for one in operations if one["op_name"] == "DELEGATE")
    given = {detail["index"] for detail in interpreter.get_output_details()}
    (photos,) = interpreter.get_input_details()
    assert set(fast["outputs"]) == given  # nothing is left to do behind it
    assert photos["index"] in fast["inputs"]  # and nothing before it


def test_the_numbers_lie_where_the_schema_wants_them():
    content = litert_file(random_tensors(0.35), 0.35, 96, head=random_head(1280, 2))
    model = schema.Model.GetRootAs(content)
    start = np.frombuffer(content, np.uint8).ctypes.data
    places = [
        model.Buffers(number).DataAsNumpy().ctypes.data - start
        for number in range(model.BuffersLength())
        if not model.Buffers(number).DataIsNone()
    ]
    assert len(places) == 2 * 52 + 4  # the centre, the axes, the head's two
    assert [place % 16 for place in places] == [0] * len(places)


def test_the_same_numbers_make_the_same_file():
    first, again = (litert_file(random_tensors(0.5), 0.5, 96, cut=12) for _ in range(2))
    assert first == again


def changed(name, values):
    return random_tensors(0.35) | {name: values}


@pytest.mark.parametrize(
    "tensors",
    [
        random_tensors(0.5),
        {name: values for name, values in random_tensors(0.35).items() if name != "Conv_1/kernel"},
        changed("bn_Conv1/gamma", np.ones(1, np.float32)),
        changed("block_3_expand/kernel", np.ones((1, 1, 8, 47), np.float32)),
        changed("block_3_depthwise/kernel", np.ones((3, 3, 48, 2), np.float32)),
    ],
    ids=["another width", "missing", "one for all", "too few", "twice"],
)
def test_numbers_of_another_network_are_refused(tensors):
    with pytest.raises(RunError, match="belong to another network"):
        litert_file(tensors, 0.35, 96)


@pytest.mark.parametrize(
    "head",
    [
        random_head(1792, 1),
        (random_head(1280, 2)[0], np.zeros(3, np.float32)),
        (np.zeros(1280, np.float32), np.zeros(1, np.float32)),
    ],
    ids=["features", "answers", "flat"],
)
def test_a_head_of_another_network_is_refused(head):
    with pytest.raises(RunError, match="head's numbers belong to another network"):
        litert_file(random_tensors(0.35), 0.35, 96, head=head)


@pytest.mark.parametrize(
    "wanted",
    [{"cut": 0}, {"cut": 53}, {"pooled": False}, {"softmax": True}],
    ids=["photo", "too far", "nothing", "no head"],
)
def test_what_cannot_be_wanted_is_refused(wanted):
    with pytest.raises(ValueError, match="Received"):
        litert_file(random_tensors(0.35), 0.35, 96, **wanted)


def test_no_tensorflow_is_needed():
    script = (
        "import sys\n"
        "import pipeline.classify.imagenet_prepare\n"
        "from pipeline.network.litert_file import litert_file\n"
        "from pipeline.network.litert_runner import LitertNetwork\n"
        "from tests.random_network import random_tensors\n"
        "LitertNetwork(litert_file(random_tensors(0.35), 0.35, 96))\n"
        "print(sorted({'tensorflow', 'keras'} & {name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]", done.stderr
