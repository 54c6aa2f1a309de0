"""Lists that earlier versions wrote: read as they were meant, and written to the same byte.

The files were written before msgspec read them: `photo_set_1.json` by the first version of PawTune,
the others by the second. A photo set's id is the hash of such a file. What is not such a file to
the letter is refused.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PhotoSetError
from pipeline.photos import manifest, set_file_list
from pipeline.photos.manifest import Manifest
from tests.inputs.test_properties import contents
from tests.pipeline.photos.old_lists import DEEP, FIRST, SAVED, SECOND, SEED


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


NESTED = b'{"a":' * 100_000


CHANGES: dict[str, tuple[bytes, bytes]] = {
    "fraction for seed": (b'"seed":9223372036854775808', b'"seed":1.0'),
    "power for seed": (b'"seed":9223372036854775808', b'"seed":1e3'),
    "seed too large": (b'"seed":9223372036854775808', b'"seed":9223372036854775809'),
    "seed of 65 bits": (b'"seed":9223372036854775808', b'"seed":18446744073709551616'),
    "seed of 300 digits": (b'"seed":9223372036854775808', b'"seed":' + b"9" * 300),
    "seed of 5,000 digits": (b'"seed":9223372036854775808', b'"seed":' + b"9" * 5000),
    "seed below zero": (b'"seed":9223372036854775808', b'"seed":-1'),
    "seed on": (b'"seed":9223372036854775808', b'"seed":true'),
    "seed infinite": (b'"seed":9223372036854775808', b'"seed":Infinity'),
    "seed too large for a float": (b'"seed":9223372036854775808', b'"seed":1e400'),
    "seed twice, one of them no number": (b'"seed":9', b'"seed":"x","seed":9'),
    "fraction for version": (b'"version":2', b'"version":2.0'),
    "text for version": (b'"version":2', b'"version":"2"'),
    "later version": (b'"version":2', b'"version":3'),
    "first version without places": (b'"version":2', b'"version":1'),
    "fraction for class": (b'"class":1', b'"class":1.0'),
    "truth for class": (b'"class":1', b'"class":true'),
    "no such class": (b'"class":1', b'"class":3'),
    "class below zero": (b'"class":1', b'"class":-1'),
    "fraction for width": (b'"width":512', b'"width":512.0'),
    "too wide": (b'"width":512', b'"width":513'),
    "too wide for 64 bits": (b'"width":512', b'"width":18446744073709552128'),
    "no width": (b'"width":512', b'"width":0'),
    "origin too wide": (b'"width":16777216', b'"width":16777217'),
    "line end after split": (b'"split":"test"', b'"split":"test\\n"'),
    "line end after hash": (b'ab35"', b'ab35\\n"'),
    "line end before hash": (b'"sha256":"d', b'"sha256":"\\nd'),
    "capital in hash": (b'ab35"', b'aB35"'),
    "digit of another script in hash": (b'ab35"', "ab3\u0665\"".encode()),
    "line end after format": (b'"WEBP"', b'"WEBP\\n"'),
    "number for turned": (b'"turned":true', b'"turned":1'),
    "nothing for turned": (b'"turned":true', b'"turned":null'),
    "nothing for a name": (b'"name":""', b'"name":null'),
    "half a letter": (b'"name":""', b'"name":"\\ud800"'),
    "two halves the wrong way": (b'"name":""', b'"name":"\\udc00\\ud800"'),
    "half a letter in bytes": (b'"name":""', b'"name":"\xed\xa0\x80"'),
    "bytes that are no text": (b'"name":""', b'"name":"\xff"'),
    "one letter in too many bytes": (b'"name":""', b'"name":"\xc0\x80"'),
    "control sign": (b'"name":""', b'"name":"\n"'),
    "half a letter in a class": (b'"cats"', b'"\\udfff"'),
    "class without a name": (b'"cats"', b'""'),
    "class twice": (b'"cats"', b'"Hunde"'),
    "nothing for classes": (b'["cats","Hunde","\xe7\x8c\xab"]', b"null"),
    "text for classes": (b'["cats","Hunde","\xe7\x8c\xab"]', b'"abc"'),
    "list for a photo": (b'"photos":[{', b'"photos":[[],{'),
    "no photos": (b'"photos":[{', b'"photos":[],"more":[{'),
    "list for origin": (b'"origin":null', b'"origin":["PNG",1,1,true]'),
    "another entry": (b'"note":null', b'"note":null,"more":1'),
    "another entry of the origin": (b'"turned":true', b'"turned":true,"more":1'),
    "entry without a name": (b'"note":null', b'"note":null,"":1'),
    "places of the first version": (b'"note":null', b'"note":null,"offset":0,"length":1'),
    "deep in a name": (b'"name":""', b'"name":' + DEEP),
    "deep in a note": (b'"note":null', b'"note":' + NESTED),
    "deep in the origin": (b'"origin":null', b'"origin":' + NESTED),
    "deep in another entry": (b'"note":null', b'"more":' + DEEP + b"]" * 100_000),
    "deep among photos": (b'"photos":[', b'"photos":' + DEEP),
    "comma too many": (b"}]", b"},]"),
    "remark": (b'"photos"', b'/* */"photos"'),
    "single quotes": (b'"photos"', b"'photos'"),
    "another format": (b'"PawTune photo set"', b'"Another"'),
    **{
        f"no {name}": (b'"%s":' % name.encode(), b'"other":')
        for name in (
            *("format", "version", "seed", "classes", "photos"),
            *("name", "split", "sha256", "width", "height", "note", "origin", "class"),
            "turned",
        )
    },
}  # fmt: skip


WHOLE = {
    "byte order mark": b"\xef\xbb\xbf" + SECOND,
    "other coding": SECOND.decode().encode("utf-16"),
    "letter behind": SECOND + b"x",
    "zero behind": SECOND + b"\0",
    "twice": SECOND * 2,
    "list around": b"[" + SECOND + b"]",
    "cut": SECOND[:-3],
    "deep": DEEP,
    "deep objects": NESTED,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_one_impossible_value_and_the_list_is_refused(change: tuple[bytes, bytes]) -> None:
    for data, errors, read in (
        (SECOND, PhotoSetError, manifest.from_bytes),
        (SAVED, ValueError, set_file_list.from_bytes),
    ):
        changed = data.replace(*change)
        assert changed != data
        with pytest.raises(errors):
            read(changed)


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_a_file_of_another_kind_is_refused(data: bytes) -> None:
    with pytest.raises(PhotoSetError):
        manifest.from_bytes(data)
    with pytest.raises(ValueError):
        set_file_list.from_bytes(SAVED.replace(SECOND.rstrip(), data))


@pytest.mark.parametrize(
    "change",
    [
        (b'"offset":1000', b'"offset":999'),
        (b'"offset":1000', b'"offset":1000.0'),
        (b'"offset":0', b'"offset":false'),
        (b'"length":1000', b'"length":0'),
        (b'"length":1000', b'"length":true'),
        (b'"length":1000', b'"length":%d' % (2**32 + 1)),
        (b'"offset":1000,', b""),
        (b'"note":null', b'"note":null,"origin":{}'),
        (b'"version":1', b'"version":true'),
        (b'"version":1', b'"version":1.0'),
        (b'"class":2', b'"class":3'),
        (b'"cats"', b'"Hunde"'),
    ],
    ids=str,
)
def test_a_first_list_is_read_as_strictly(change: tuple[bytes, bytes]) -> None:
    assert FIRST.replace(*change) != FIRST
    with pytest.raises(PhotoSetError):
        manifest.from_bytes(FIRST.replace(*change))


@pytest.mark.parametrize(
    "change",
    [
        (b'"name":""', b'"name":"\\ud83d\\ude00\\u0000\\/"'),
        (b'"seed"', b'"\\u0073eed"'),
        (b",", b" ,\r\n\t"),
        (b'"seed":9', b'"seed":7,"seed":9'),
        (b"9223372036854775808", b"-0"),
    ],
    ids=["escaped", "escaped name", "spaces", "twice: the last holds", "zero below zero"],
)
def test_the_same_in_other_bytes_is_read_as_json_is(change: tuple[bytes, bytes]) -> None:
    changed = SECOND.replace(*change)
    assert changed != SECOND
    assert json.loads(manifest.to_bytes(manifest.from_bytes(changed))) == json.loads(changed)
