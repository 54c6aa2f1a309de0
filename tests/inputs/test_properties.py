"""Whatever a name, a path, a zip or a list of photos holds: a sentence comes out, or photos.

Hypothesis makes up what nobody would think of. Nothing but the project's own errors may come
out, all files are accounted for, and a canary outside lives on.
"""

from __future__ import annotations

import json
import stat
import warnings
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from pipeline.errors import NothingUsable, PhotoError, PhotoSetError, SourceError
from pipeline.photos import class_names, manifest, set_file_list
from pipeline.photos.checkup import readiness
from pipeline.photos.decoding.canonical import ORIGIN_FORMATS, Origin
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.set_file import folder_names, member_names
from pipeline.photos.set_file_list import SavedList
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.arranging import arrange
from pipeline.photos.sources.member_names import parts_of
from pipeline.photos.splits import SPLITS
from pipeline.progress import silent
from tests.inputs import pictures, zips
from tests.inputs.importing import Place, check_plain
from tests.inputs.naughty import NAMES
from tests.inputs.zips import Entry

anything = st.text(st.characters(), max_size=30)  # lone surrogates as well
names = st.one_of(
    anything,
    st.sampled_from(NAMES),
    st.lists(
        st.sampled_from(["cats", "dogs", "..", ".", "", "C:", "train", "val", "__MACOSX", "a"]),
        max_size=6,
    ).map("/".join),
)


def encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")[:2000]


class TestClassNames:
    @given(anything)
    def test_a_name_can_be_shown_stored_and_compared(self, name: str) -> None:
        cleaned = class_names.clean(name)
        assert json.loads(json.dumps(cleaned)) == cleaned
        cleaned.encode("utf-8")
        assert class_names.clean(cleaned) == cleaned
        assert class_names.key(cleaned) == class_names.key(name)

    @given(st.lists(anything.map(class_names.clean).filter(bool), unique_by=class_names.key))
    def test_folders_of_a_saved_set_differ_on_every_system(self, classes: list[str]) -> None:
        folders = folder_names(classes)
        assert len({folder.casefold() for folder in folders}) == len(classes)
        for folder in folders:
            assert parts_of(f"{folder}/1.jpg") == (folder, "1.jpg")
            assert len(folder.encode()) <= 120

    @given(st.dictionaries(anything, st.integers(0, 30), max_size=20))
    def test_what_is_missing_is_always_said(self, sizes: dict[str, int]) -> None:
        splits = {"training": sizes}
        for sentence in readiness.missing(splits, list(sizes)):
            check_plain(sentence, plain_names=False)


class TestPaths:
    @given(st.lists(names, min_size=1, max_size=30))
    def test_every_file_has_a_place(self, given: list[str]) -> None:
        files = [parts for name in given if (parts := parts_of(name))]
        try:
            places = arrange(files, "pets.zip").places
        except SourceError as error:
            check_plain(str(error), plain_names=False)
            return
        assert len(places) == len(files)
        for place in places:
            assert place.split in (*SPLITS, None)
            assert place.why is None or not place.class_name

    @given(names)
    def test_no_name_steps_out(self, name: str) -> None:
        parts = parts_of(name)
        assert not {"..", ".", ""} & set(parts)
        assert not any(set("/\\") & set(part) for part in parts)


photos = st.builds(
    Photo,
    name=anything.map(class_names.printable),
    class_index=st.integers(0, 2),
    split=st.sampled_from(SPLITS),
    sha256=st.text("0123456789abcdef", min_size=64, max_size=64),
    width=st.integers(1, 512),
    height=st.integers(1, 512),
    note=st.none() | anything.map(class_names.printable),
    origin=st.none()
    | st.builds(
        Origin,
        format=st.sampled_from(ORIGIN_FORMATS),
        width=st.integers(1, 2**24),
        height=st.integers(1, 2**24),
        turned=st.booleans(),
    ),
)
contents = st.builds(
    lambda classes, some, seed: Manifest.ordered(classes, some, seed),
    st.permutations(["cats", "猫", "dogs "]),
    st.lists(photos, min_size=1, max_size=8),
    st.integers(0, 2**63),
)
anything_in_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


class TestManifests:
    @given(contents)
    def test_what_was_written_is_read_back(self, content: Manifest) -> None:
        data = manifest.to_bytes(content)
        assert manifest.from_bytes(data) == content
        assert manifest.to_bytes(manifest.from_bytes(data)) == data

    @given(contents, st.data())
    def test_one_value_changed_is_read_as_it_is_or_refused(
        self, content: Manifest, data: st.DataObject
    ) -> None:
        told = json.loads(manifest.to_bytes(content))
        target = data.draw(st.sampled_from([told, *told["photos"]]))
        key = data.draw(st.sampled_from([*target, "more"]))
        target[key] = data.draw(anything_in_json)
        changed = json.dumps(told).encode()
        try:
            read = manifest.from_bytes(changed)
        except PhotoSetError as error:
            check_plain(str(error))
            return
        if told["version"] == 2:
            assert json.loads(manifest.to_bytes(read)) == told

    @given(st.binary(max_size=200) | anything_in_json.map(lambda one: json.dumps(one).encode()))
    def test_anything_else_is_refused(self, data: bytes) -> None:
        with pytest.raises(PhotoSetError):
            manifest.from_bytes(data)
        with pytest.raises(ValueError):
            set_file_list.from_bytes(data)

    @given(contents, anything.map(class_names.printable))
    def test_a_saved_list_is_read_back(self, content: Manifest, name: str) -> None:
        listed = SavedList(name, content, member_names(content))
        if all(class_names.clean(one) == one for one in content.classes):
            assert set_file_list.from_bytes(set_file_list.to_bytes(listed)) == listed


PHOTOS = [pictures.jpeg(20, 20, seed=seed) for seed in range(4)]
CONTENTS = [*PHOTOS, pictures.png(20, 20), pictures.jpeg()[:300], b"", b"text", bytes(2000)]
KINDS = [*[0] * 6, stat.S_IFREG, stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR, 0xF000]
FLAGS = [*[zips.UTF8] * 9, 0, 0, zips.UTF8 | 0x8, 0x20, 0x2000, zips.ENCRYPTED]
members = st.sampled_from(["cats/1.jpg", "dogs/1.jpg", "Cats/2.jpg", "cats\\3.jpg"]) | names
truth = st.none()
lies = truth | truth | truth | truth | st.integers(0, 2**32 - 1)
entries = st.builds(
    Entry,
    name=members.map(encoded),
    data=st.sampled_from(CONTENTS),
    method=st.sampled_from([0, 8, 8, 8, 8, 9, 12, 14, 93]),
    flags=st.sampled_from(FLAGS),
    mode=st.sampled_from(KINDS),
    crc=lies,
    size=lies,
    packed_size=truth | truth | truth | st.integers(0, 100),
    offset=truth | truth | truth | st.integers(0, 3000),
    local_name=truth | truth | names.map(encoded),
)
honest = st.builds(
    Entry,
    name=members.map(encoded),
    data=st.sampled_from(CONTENTS),
    flags=st.just(zips.UTF8),
    mode=st.sampled_from(KINDS),
)


@pytest.fixture(scope="module")
def cage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A canary, and beside it the folder where sets may appear."""
    cage = tmp_path_factory.mktemp("cage")
    (cage / "canary.jpg").write_bytes(b"canary")
    (cage / "sets").mkdir()
    return cage


class TestZips:
    @given(
        st.lists(honest, min_size=1, max_size=12),
        st.lists(entries, max_size=3),
        st.binary(max_size=20),
    )
    @settings(max_examples=120, deadline=None)
    def test_photos_or_a_sentence(
        self, place: Place, cage: Path, good: list[Entry], odd: list[Entry], behind: bytes
    ) -> None:
        path = cage / "pets.zip"
        path.write_bytes(zips.written([*good, *odd], behind))
        self.imported(path, place.decoder, cage)

    @given(st.lists(honest, min_size=1, max_size=4), st.data())
    @settings(max_examples=120, deadline=None)
    def test_garbled_bytes(
        self, place: Place, cage: Path, good: list[Entry], data: st.DataObject
    ) -> None:
        content = bytearray(zips.written(good))
        # The directory is short, and nearly every change in it makes the whole zip unreadable.
        last = st.sampled_from([content.rindex(b"PK\x05\x06"), content.index(b"PK\x01\x02")])
        for _ in range(data.draw(st.integers(1, 6))):
            content[data.draw(st.integers(0, data.draw(last) - 1))] = data.draw(st.integers(0, 255))
        path = cage / "pets.zip"
        path.write_bytes(content)
        self.imported(path, place.decoder, cage)

    def imported(self, path: Path, decoder: Decoder, cage: Path) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # zipfile's about names that come twice
                with open_archive(path) as opened:
                    made = import_photos(opened.photos, cage / "sets", decoder, silent)
                    count = opened.total
        except NothingUsable as nothing:
            event("nothing usable")
            check_plain(str(nothing), plain_names=False)
            assert all(isinstance(one, PhotoError) for one in nothing.rejected)
        except (SourceError, PhotoSetError) as error:
            event("refused as a whole")
            check_plain(str(error), plain_names=False)
        else:
            event("photos were kept")
            assert made.received == count
            assert made.accepted == len(made.photo_set.photos) == count - len(made.rejected)
            for rejected in made.rejected:
                check_plain(str(rejected.why), plain_names=False)
        assert (cage / "canary.jpg").read_bytes() == b"canary"
        assert {one.name for one in cage.iterdir()} == {"canary.jpg", "sets", "pets.zip"}
        assert all(len(one.name) == 16 for one in (cage / "sets").iterdir())
