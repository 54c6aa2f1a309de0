"""The list of a set: read to the letter, or refused."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import PhotoSetError
from pipeline.photos import manifest
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.splits import SPLITS

GOOD_MANIFEST = manifest.to_bytes(
    manifest.Manifest(
        ("cats", "dogs"),
        tuple(
            manifest.Photo(
                name=f"{n}",
                split=SPLITS[n % 3],
                sha256="0" * 64,
                width=5,
                height=6,
                note=None,
                origin=Origin("PNG", 50, 60, False),
                class_index=n % 2,
            )
            for n in range(6)
        ),
        0,
    )
)


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def test_a_manifest_survives_the_way_to_disk() -> None:
    content = manifest.from_bytes(GOOD_MANIFEST)
    assert manifest.to_bytes(content) == GOOD_MANIFEST


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_odd_value_passes(data: st.DataObject) -> None:
    content = json.loads(GOOD_MANIFEST)
    photo = content["photos"][data.draw(st.integers(0, 5))]
    place = data.draw(st.sampled_from([content, photo, photo["origin"]]))
    field = data.draw(st.sampled_from(sorted(place)))
    value = data.draw(ODD)
    place[field] = value
    changed = json.dumps(content).encode()
    try:
        found = manifest.from_bytes(changed)
    except PhotoSetError:
        return
    assert manifest.to_bytes(found).decode().strip() == json.dumps(
        content, ensure_ascii=False, separators=(",", ":")
    ), "what passes was understood to the letter"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff\xfe", b"null", b"[]", b"{}", b"[" * 100_000, b'{"format":NaN}', b'"x',
        GOOD_MANIFEST.replace(b'"version":2', b'"version":3'),
        GOOD_MANIFEST.replace(b'"version":2', b'"version":1'),
        GOOD_MANIFEST.replace(b'"version":2', b'"version":2,"more":1'),
        GOOD_MANIFEST.replace(b'["cats","dogs"]', b'["cats","cats"]'),
        GOOD_MANIFEST.replace(b'["cats","dogs"]', b"[]"),
        GOOD_MANIFEST.replace(b'"seed":0', b'"seed":NaN'),
        GOOD_MANIFEST.replace(b'"class":1', b'"class":2'),
        GOOD_MANIFEST.replace(b'"class":1', b'"class":true'),
        GOOD_MANIFEST.replace(b'"format":"PNG"', b'"format":"GIF"'),
        GOOD_MANIFEST.replace(b'"turned":false', b'"turned":0'),
        GOOD_MANIFEST.replace(b'"width":5', b'"width":513'),
        GOOD_MANIFEST.replace(b'"split":"test"', b'"split":"../test"'),
        GOOD_MANIFEST.replace(b"0" * 64, b"0" * 63 + b"G"),
    ],
    ids=range(21),
)  # fmt: skip
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    assert data != GOOD_MANIFEST
    with pytest.raises(PhotoSetError, match="Import the photos again"):
        manifest.from_bytes(data)


def test_the_class_of_photos_without_a_label_goes_with_the_last_of_them() -> None:
    def shows(name: str, class_index: int) -> manifest.Photo:
        return manifest.Photo(
            name=name, split="test", sha256="0" * 64, width=9, height=9, note=None, origin=None,
            class_index=class_index,
        )  # fmt: skip

    content = manifest.Manifest.ordered(
        ("cat", "Unlabelled", "dog"), [shows("a", 0), shows("b", 2)], 1
    )
    assert content.classes == ("cat", "dog")
    assert [one.class_index for one in content.photos] == [0, 1]
    waiting = manifest.Manifest.ordered(("cat", "unlabelled"), [shows("a", 1)], 1)
    assert waiting.classes == ("cat", "unlabelled")


def test_the_video_of_a_frame_is_kept_and_of_a_photo_nothing_is_written() -> None:
    content = manifest.from_bytes(GOOD_MANIFEST)
    assert b"clip" not in GOOD_MANIFEST
    first, *others = content.photos
    frame = msgspec.structs.replace(first, clip="0123456789abcdef")
    told = manifest.to_bytes(manifest.Manifest(content.classes, (frame, *others), 0))
    assert manifest.from_bytes(told).photos[0].clip == "0123456789abcdef"
    assert told.count(b"clip") == 1
    for wrong in (b'"0123"', b'"0123456789ABCDEF"', b"7", b'""'):
        with pytest.raises(PhotoSetError, match="damaged"):
            manifest.from_bytes(told.replace(b'"0123456789abcdef"', wrong))
