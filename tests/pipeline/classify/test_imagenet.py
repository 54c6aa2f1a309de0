"""The Explore page's networks: names for photos, shapes and maps."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from pipeline.classify.imagenet import BackboneEye, ImageNetNamer
from pipeline.classify.imagenet_files import CLASSES_FILE, IMAGENET_FILE
from pipeline.errors import RunError
from pipeline.progress import silent
from tests.pipeline.classify.toy_imagenet import BACKBONE, prepared
from tests.toy_litert import SIDE_PX, colour_network

DOMESTIC_CATS = {"tabby", "tiger cat", "Persian cat", "Siamese cat", "Egyptian cat"}


@pytest.fixture
def toy(tmp_path):
    return prepared(
        tmp_path / "explorer",
        {
            IMAGENET_FILE: colour_network(3, answer="probabilities"),
            BACKBONE: colour_network(3),
        },
    )


def noise(photos):
    shape = (photos, SIDE_PX, SIDE_PX, 3)
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def test_names_come_likeliest_first(toy):
    photo = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    photo[:] = (5, 7, 6)
    namer = ImageNetNamer(toy)
    names, shares = zip(*namer.top(photo), strict=True)
    assert names == ("green", "blue", "red")
    assert shares == pytest.approx((0.7, 0.6, 0.5))
    assert [name for name, _ in namer.top(photo, k=1)] == ["green"]


def test_shapes_are_those_of_the_photos(toy):
    eye = BackboneEye(toy, 1.0, 160)
    assert eye.batch_shapes(noise(11)) == [
        ("a batch of photos", (11, SIDE_PX, SIDE_PX, 3)),
        ("what the backbone makes of it", (11, 2, 2, 3)),
        ("averaged over the picture", (11, 3)),
        ("one number per photo", (11, 1)),
    ]


def test_strongest_maps_come_first_and_fill_the_range(toy):
    photo = np.zeros((SIDE_PX, SIDE_PX, 3), np.uint8)
    photo[: SIDE_PX // 2, :, 2] = 200
    photo[:, :, 0] = 50
    features, maps = BackboneEye(toy, 1.0, 160).strongest_maps(photo, k=8)
    assert len(set(features.tolist())) == len(maps)
    # Blue fires twice as much on average as red, and only above; green never fires.
    assert maps.tolist() == [[[1, 1], [0, 0]], [[1, 1], [1, 1]], [[0, 0], [0, 0]]]
    assert maps.dtype == np.float32


def test_what_is_missing_or_damaged_is_a_sentence(toy, tmp_path):
    with pytest.raises(RunError, match="not there yet"):
        ImageNetNamer(tmp_path / "nothing")
    with pytest.raises(RunError, match="never prepared"):
        BackboneEye(toy, 0.35, 96)
    for name in (IMAGENET_FILE, BACKBONE):
        whole = (toy / name).read_bytes()
        (toy / name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(RunError, match="damaged"):
        ImageNetNamer(toy)
    with pytest.raises(RunError, match="damaged"):
        BackboneEye(toy, 1.0, 160)
    (toy / CLASSES_FILE).write_bytes(b"{}")
    with pytest.raises(RunError, match="damaged"):
        ImageNetNamer(toy)


@pytest.mark.parametrize(
    ("network", "classes", "words"),
    [
        (colour_network(3, answer="probabilities"), ["one"], "other classes"),
        (colour_network(3), ["red", "green", "blue"], "another network"),
        (b"no network", ["red", "green", "blue"], "cannot be opened"),
    ],
    ids=["classes", "output", "no network"],
)
def test_another_network_under_the_name_is_refused(tmp_path, network, classes, words):
    folder = prepared(tmp_path / "explorer", {IMAGENET_FILE: network}, classes)
    with pytest.raises(RunError, match=words):
        ImageNetNamer(folder)


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory):
    """The explorer's folder as `prepare_explorer` makes it from the real weights."""
    from pipeline.classify.imagenet_prepare import prepare_explorer

    folder = tmp_path_factory.mktemp("explorer")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(shared / "keras"))
        assert len(prepare_explorer(folder, silent)["made"]) == 3
    return folder


def photos_of(shared, kind, size, count):
    with zipfile.ZipFile(shared / "photos" / "cats_and_dogs_filtered.zip") as archive:
        names = sorted(
            name
            for name in archive.namelist()
            if f"validation/{kind}/" in name and name.endswith(".jpg")
        )
        for name in names[:count]:
            with Image.open(io.BytesIO(archive.read(name))) as photo:
                yield np.asarray(photo.convert("RGB").resize((size, size)))


@pytest.mark.slow
def test_the_real_network_knows_cats_and_dogs(real, shared):
    namer = ImageNetNamer(real)
    assert len(namer.classes) == 1000
    dogs = set(namer.classes[151:269])  # Chihuahua to Mexican hairless
    assert set(namer.classes) > DOMESTIC_CATS
    assert {"golden retriever", "Chihuahua", "Mexican hairless"} <= dogs

    def share(kind, wanted):
        answers = [namer.top(photo) for photo in photos_of(shared, kind, 224, 40)]
        for answer in answers:
            shares = [probability for _, probability in answer]
            assert shares == sorted(shares, reverse=True)
            assert 0 <= sum(shares) <= 1.0001
        return np.mean([bool(wanted & {name for name, _ in answer}) for answer in answers])

    assert share("cats", DOMESTIC_CATS) >= 0.8
    assert share("dogs", dogs) >= 0.9


@pytest.mark.slow
def test_the_real_backbone_has_the_tutorials_shapes(real, shared):
    eye = BackboneEye(real, 1.0, 160)
    photos = np.stack(list(photos_of(shared, "dogs", 160, 32)))
    assert [shape for _, shape in eye.batch_shapes(photos)] == [
        (32, 160, 160, 3),
        (32, 5, 5, 1280),
        (32, 1280),
        (32, 1),
    ]
    _, maps = eye.strongest_maps(photos[0])
    assert maps.shape == (8, 5, 5)
    assert (maps.max(axis=(1, 2)) == 1).all()
    assert maps.min() >= 0
