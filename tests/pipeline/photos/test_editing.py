"""Changes of all kinds, one after the other: nothing gets lost, nothing unknown comes in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PhotoSetError
from pipeline.photos.class_edits import AddClass, MergeClasses, RemoveClass, RenameClass
from pipeline.photos.manifest import Manifest, to_bytes
from pipeline.photos.photo_edits import MovePhotos, RemovePhotos
from tests.pipeline.photos.three_classes import three

names = st.text(min_size=1, max_size=8)
edits = st.one_of(
    st.builds(AddClass, names),
    st.builds(RenameClass, st.sampled_from(["cat", "dog", "newt"]), names),
    st.builds(MergeClasses, st.sampled_from(["cat", "dog"]), st.sampled_from(["cat", "newt"])),
    st.builds(RemoveClass, st.sampled_from(["cat", "dog", "newt"])),
    st.builds(MovePhotos, st.sets(st.integers(0, 4)).map(tuple), names),
    st.builds(RemovePhotos, st.sets(st.integers(0, 4)).map(tuple)),
)


@given(st.lists(edits, max_size=6))
def test_whatever_is_done_photos_are_known_ones_in_known_classes(changes) -> None:
    content = three()
    known = {one.sha256 for one in content.photos}
    for change in changes:
        try:
            change.sentence(content)
            content = change.apply(content)
        except PhotoSetError:
            continue
    assert {one.sha256 for one in content.photos} <= known
    assert all(0 <= one.class_index < len(content.classes) for one in content.photos)
    assert list(content.classes) == sorted(set(content.classes), key=content.classes.index)
    assert to_bytes(content) == to_bytes(
        Manifest.ordered(content.classes, content.photos, content.seed)
    ), "one order for one content"


def test_there_and_back_is_the_same_set() -> None:
    there = RenameClass("cat", "lion").apply(three())
    assert to_bytes(RenameClass("lion", "cat").apply(there)) == to_bytes(three())
