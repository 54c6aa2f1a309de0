"""What is told of a set before anything is fetched, out of the library's own files."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline.errors import SourceError
from pipeline.photos.sources import tfds_names
from pipeline.photos.sources.opened import PREFIX, READY_SETS
from pipeline.photos.sources.tfds_names import Asked, asked, look_up, near

OFFERED = [ready for ready in READY_SETS if ready.source.startswith(PREFIX)]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("tfds:beans", Asked("beans")),
        ("beans", Asked("beans")),
        (" tfds:Stanford Dogs ", Asked("stanford_dogs")),
        ("StanfordDogs", Asked("stanford_dogs")),
        ("patch-camelyon", Asked("patch_camelyon")),
        ("tfds:eurosat/rgb:2.0.0", Asked("eurosat", "rgb", "2.0.0")),
        ("food101:2.0.0", Asked("food101", None, "2.0.0")),
    ],
)
def test_how_a_set_may_be_named(typed: str, wanted: Asked):
    assert asked(typed) == wanted
    assert asked(PREFIX + wanted.full_name) == wanted


@pytest.mark.parametrize(
    "typed", ["", "tfds:", "../beans", "huggingface:beans", "a/b/c=1", "1st", "bohnen\N{DRAGON}"]
)
def test_what_is_no_name(typed: str):
    with pytest.raises(SourceError, match="Received: "):
        asked(typed)


@pytest.mark.parametrize("ready", OFFERED, ids=lambda ready: ready.title)
def test_what_is_offered_is_what_the_library_fetches(ready):
    """The numbers on the page are those of the library's list of files."""
    import tensorflow_datasets

    code = tensorflow_datasets.builder_cls(asked(ready.source).name)
    urls = code.url_infos
    assert sum(int(info.size) for info in urls.values()) == ready.download_bytes
    assert tfds_names._download_bytes(asked(ready.source).name) == ready.download_bytes
    assert look_up(ready.source) == ready


def test_every_set_of_pictures_is_known_and_nothing_else_is():
    import tensorflow_datasets

    there = set(tensorflow_datasets.list_builders(with_community_datasets=False))
    ours = {name for name, code in tfds_names._codes().items() if tfds_names._shows_labels(code)}
    assert ours <= there
    assert {"mnist", "food101", "cifar10", "plant_village", "stanford_dogs", "kmnist"} <= ours


def test_the_licence_where_one_is_stated():
    assert look_up("wake_vision").licence == "See homepage for license information."
    assert look_up("food101").licence is None
    assert look_up("kmnist").homepage.startswith("http://codh.rois.ac.jp")
    assert look_up("mnist").download_bytes == 11_594_722


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bean", "beans"),
        ("cats", "cats_vs_dogs"),
        ("oxford pets", "oxford_iiit_pet"),
        ("flower", "tf_flowers"),
        ("standford_dogs", "stanford_dogs"),
    ],
)
def test_names_that_are_nearly_right(typed: str, meant: str):
    with pytest.raises(SourceError, match=f"Did you mean .*{meant}.*\\?"):
        look_up(typed)


def test_a_name_like_no_other():
    assert near("qqqqqq") == ()
    with pytest.raises(SourceError, match=r"called qqqqqq\. All of them are listed at"):
        look_up("qqqqqq")


def test_nothing_heavy_is_loaded():
    check = (
        "import sys\nfrom pipeline.photos.sources.tfds_names import look_up\n"
        "look_up('food101')\n"
        "heavy = {'tensorflow', 'tensorflow_datasets'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", check], check=True)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tfds_names, "find_spec", lambda name: None)
    tfds_names._codes.cache_clear()
    with pytest.raises(SourceError, match=r"needs TensorFlow Datasets. Install what requirements"):
        look_up("food101")
