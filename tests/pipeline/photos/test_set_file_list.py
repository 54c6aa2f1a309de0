"""The list in a saved set: written as ever, read strictly."""

from __future__ import annotations

import json

import pytest

from pipeline.photos import manifest, set_file_list
from tests.pipeline.photos.old_lists import DEEP, FIRST, SAVED, SECOND


def test_a_saved_list_is_written_to_the_same_byte() -> None:
    listed = set_file_list.from_bytes(SAVED)
    assert set_file_list.to_bytes(listed) == SAVED
    assert listed.content == manifest.from_bytes(SECOND)


@pytest.mark.parametrize(
    "change",
    [
        (b'"version":1,', b'"version":1.0,'),
        (b'"version":1,', b'"version":true,'),
        (b'"version":1,', b'"version":2,'),
        (b'"PawTune photo set file"', b'"PawTune photo set"'),
        (b'"Meine', b'"%s' % (b"x" * 500)),
        (b'"Meine', b'"\\ud800'),
        (b'"members":[', b'"members":["x",'),
        (b'"members":[', b'"members":' + DEEP),
        (b'"members":["', b'"members":["%s' % (b"x" * 2**16)),
        (b'"members":["', b'"members":["\\ud800'),
        (b'"members":[', b'"members":[null,'),
        (b'"members"', b'"more":1,"members"'),
        (b'"name":"",', b'"name":"%s",' % (b"x" * (2**16 + 1))),
        (b'"note":null', b'"note":"%s"' % (b"x" * 1001)),
    ],
    ids=range(14),
)
def test_a_saved_list_is_read_as_strictly(change: tuple[bytes, bytes]) -> None:
    assert SAVED.replace(*change) != SAVED
    with pytest.raises(ValueError):
        set_file_list.from_bytes(SAVED.replace(*change))


def test_a_saved_list_may_hold_no_first_list() -> None:
    with pytest.raises(ValueError):
        set_file_list.from_bytes(SAVED.replace(SECOND.rstrip(), FIRST.rstrip()))


def test_lengths_are_counted_in_letters() -> None:
    told = json.loads(SAVED)
    told["name"] = "\U0001f408" * 500
    told["manifest"]["photos"][0]["note"] = "\U0001f408" * 1000
    assert set_file_list.from_bytes(json.dumps(told).encode()).name == told["name"]
    told["name"] += "x"
    with pytest.raises(ValueError):
        set_file_list.from_bytes(json.dumps(told).encode())
