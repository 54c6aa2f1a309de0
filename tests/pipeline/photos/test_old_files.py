"""Lists that earlier versions wrote: read as they were meant, and written to the same byte.

The files were written before msgspec read them: `photo_set_1.json` by the first version of PawTune,
the others by the second. A photo set's id is the hash of such a file.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.photos import manifest, set_file_list
from pipeline.photos.manifest import Manifest
from tests.conftest import REPOSITORY
from tests.inputs.test_properties import contents

OLD: Path = REPOSITORY / "tests" / "old_files"
FIRST, SECOND, SAVED = (
    (OLD / f"{name}.json").read_bytes() for name in ("photo_set_1", "photo_set_2", "saved_set_1")
)
SEED = 2**63  # the largest that there can be


@pytest.mark.parametrize(
    ("data", "known"), [(FIRST, "c6d75029aedd44cd"), (SECOND, "52ce62ae39aa5583")]
)
def test_the_id_is_the_one_it_was(data: bytes, known: str) -> None:
    assert manifest.manifest_id(data) == known


def test_a_list_of_today_is_written_to_the_same_byte() -> None:
    content = manifest.from_bytes(SECOND)
    assert manifest.to_bytes(content) == SECOND
    assert (content.seed, content.classes, content.places) == (SEED, ("cats", "Hunde", "猫"), None)


def test_a_first_list_is_read_and_written_as_one_of_today() -> None:
    content = manifest.from_bytes(FIRST)
    assert content.places == ((0, 1000), (1000, 1000), (2000, 1000), (3000, 1000))
    assert [photo.origin for photo in content.photos] == [None] * 4
    written = manifest.to_bytes(content)
    assert manifest.manifest_id(written) == "3147fee35a29fe23", "as before msgspec wrote it"
    told, was = json.loads(written), json.loads(FIRST)
    for photo in was["photos"]:
        del photo["offset"], photo["length"]
        photo["origin"] = None
    assert told == {**was, "version": 2}


def test_both_tell_the_same_photos() -> None:
    first, second = manifest.from_bytes(FIRST), manifest.from_bytes(SECOND)
    ordered = Manifest.ordered(first.classes, first.photos, first.seed)
    alike = ("name", "class_index", "split", "sha256", "width", "height", "note")
    for one, other in zip(ordered.photos, second.photos, strict=True):
        assert [getattr(one, name) for name in alike] == [getattr(other, name) for name in alike]


def test_a_saved_list_is_written_to_the_same_byte() -> None:
    listed = set_file_list.from_bytes(SAVED)
    assert set_file_list.to_bytes(listed) == SAVED
    assert listed.content == manifest.from_bytes(SECOND)


@given(contents | st.just(manifest.from_bytes(SECOND)))
def test_what_is_written_is_what_python_would_write(content: Manifest) -> None:
    """Ids stay what they are, whatever writes the bytes."""
    data = manifest.to_bytes(content)
    told = {
        "format": "PawTune photo set",
        "version": 2,
        "seed": content.seed,
        "classes": content.classes,
        "photos": [
            {
                "name": one.name,
                "split": one.split,
                "sha256": one.sha256,
                "width": one.width,
                "height": one.height,
                "note": one.note,
                "origin": one.origin
                and {
                    "format": one.origin.format,
                    "width": one.origin.width,
                    "height": one.origin.height,
                    "turned": one.origin.turned,
                },
                "class": one.class_index,
            }
            for one in content.photos
        ],
    }
    assert data == json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
