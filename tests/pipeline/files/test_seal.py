"""Files that vouch for each other: every change is seen, and nothing but JSON is written."""

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.files.seal import open_seal, read_member, seal

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False).filter(math.isfinite),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(deadline=None, max_examples=50)
@given(facts=st.dictionaries(st.text().filter(lambda n: n not in ("members", "sha256")), PLAIN))
def test_what_was_sealed_comes_back(facts, tmp_path_factory):
    path = tmp_path_factory.mktemp("seal") / "facts.json"
    path.write_bytes(seal(facts, {}))
    assert open_seal(path) == {**facts, "members": {}}


@pytest.mark.parametrize("fact", [math.nan, math.inf, {1, 2}, b"bytes"])
def test_what_is_no_json_is_not_sealed(fact):
    with pytest.raises(ValueError):
        seal({"fact": fact}, {})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"members": {}}',
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=["empty", "list", "null", "utf16", "unsealed", "nan", "long", "deep", "deeper"],
)
def test_foreign_json_is_refused(data, tmp_path):
    path = tmp_path / "facts.json"
    path.write_bytes(data)
    with pytest.raises(ValueError):
        open_seal(path)


def test_the_same_facts_in_other_bytes_are_refused(tmp_path):
    path = tmp_path / "facts.json"
    sealed = seal({"classes": ["cat", "dog"]}, {})
    path.write_bytes(sealed)
    assert open_seal(path)["classes"] == ["cat", "dog"]
    for other in (
        json.dumps(json.loads(sealed)).encode(),
        sealed + b" ",
        sealed.replace(b'"classes"', b'"classes": 1, "classes"'),
    ):
        path.write_bytes(other)
        with pytest.raises(ValueError):
            open_seal(path)


def test_members_are_checked_when_they_are_read(tmp_path):
    (tmp_path / "one").write_bytes(b"one")
    (tmp_path / "more").write_bytes(b"more")
    (tmp_path / "facts.json").write_bytes(seal({}, {"one": b"one", "gone": b"gone"}))
    facts = open_seal(tmp_path / "facts.json")

    assert read_member(tmp_path, facts, "one") == b"one"
    with pytest.raises(FileNotFoundError):
        read_member(tmp_path, facts, "gone")
    with pytest.raises(ValueError):
        read_member(tmp_path, facts, "more")
    (tmp_path / "one").write_bytes(b"two")
    with pytest.raises(ValueError, match="changed"):
        read_member(tmp_path, facts, "one")
