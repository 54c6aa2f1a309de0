"""No order of steps ends where nothing helps: two classes of five photos can always be trained."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import PawTuneError, PhotoSetError
from pipeline.photos.class_boxes import PILE, ClassBoxes
from pipeline.photos.class_edits import AddClass, MergeClasses, RemoveClass, RenameClass
from pipeline.photos.class_names import UNLABELLED
from pipeline.photos.editing import Edit
from pipeline.photos.fit_for_training import FitForTraining, fits
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.merging import Joining
from pipeline.photos.photo_edits import DivideAnew, MovePhotos, RemovePhotos, SetSplit
from pipeline.photos.scenes import scenes_or_alone
from pipeline.photos.splits import SPLITS
from pipeline.progress import silent
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.versions import Versions
from tests.workspaces import decoder, jpeg

NAMES = ("Mia", "Rex", "Bello")
COLOURS = ((40, 60, 200), (200, 60, 40), (40, 200, 60))


def content(sizes: dict[str, tuple[int, int, int]]) -> Manifest:
    """So many photos of each class in each split."""
    photos = [
        Photo(
            name=f"{name} {split} {number}",
            class_index=index,
            split=split,
            sha256=f"{index}{number:03}{place}".ljust(64, "0"),
            width=64,
            height=64,
            note=None,
            origin=None,
        )
        for index, (name, counts) in enumerate(sizes.items())
        for place, (split, count) in enumerate(zip(SPLITS, counts, strict=True))
        for number in range(count)
    ]
    return Manifest.ordered(sizes, photos, 0)


def fit(sizes: dict[str, tuple[int, int, int]], is_sealed: bool = False) -> tuple[Manifest, str]:
    """The set after the change, and what was said of it."""
    before = content(sizes)
    edit = FitForTraining(None if is_sealed else tuple(range(len(before.photos))))
    return edit.apply(before), edit.sentence(before)


def test_what_keeps_it_from_training_is_left_out() -> None:
    after, said = fit({"Mia": (5, 1, 1), "Rex": (5, 1, 1), UNLABELLED: (2, 0, 0), "Kim": (1, 0, 0)})
    assert after.classes == ("Mia", "Rex")
    assert fits(after)
    assert said == "Class Kim with 1 photo and 2 photos without a label left out"


def test_an_empty_class_goes() -> None:
    after, said = fit({"Mia": (5, 1, 1), "Rex": (5, 1, 1), "Kim": (0, 0, 0)})
    assert (after.classes, said) == (("Mia", "Rex"), "Class Kim with 0 photos left out")


@pytest.mark.parametrize("lost", [(0, 0, 5), (0, 5, 0), (5, 0, 0)])
def test_photos_are_divided_anew_where_a_split_is_missing(lost: tuple[int, int, int]) -> None:
    after, said = fit({"Mia": lost, "Rex": lost})
    assert fits(after)
    assert said == "Divided anew into training, validation and test"


def test_sealed_test_photos_stay_where_they_are() -> None:
    after, said = fit({"Mia": (0, 1, 5), "Rex": (5, 1, 1)}, is_sealed=True)
    assert not fits(after)
    assert said == ""


def test_one_class_alone_needs_more_photos() -> None:
    with pytest.raises(PhotoSetError, match="Two classes of at least 5 photos are needed"):
        fit({"Mia": (5, 1, 1), "Rex": (1, 1, 1)})


class Walk:
    """Somebody who drops photos, names, labels, merges, deletes and takes back, in any order."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.versions = Versions(workspace)
        self.row: PhotoSetRow | None = None
        self.dropped = 0

    def drop(self, label: int, count: int, same: int) -> None:
        """Some photos, with a label or without; `same`: of one scene, so near copies."""
        name = (*NAMES, UNLABELLED)[label % 4]
        new = range(self.dropped, self.dropped + count)
        self.dropped += count
        colour = COLOURS[label % 3]
        photos = [
            Incoming(f"{number}.jpg", "", None, _reader(colour, number, bool(same)))
            for number in new
        ]
        base = PhotoSets(self.workspace).open(self.row.id) if self.row else None
        folder = self.workspace.photo_sets_folder
        imported = import_photos(photos, folder, decoder(), silent, Joining(base, name))
        if self.row is None:
            self.row = PhotoSets(self.workspace).add(imported, "Pets", "dropped")
        else:
            self.row = self.versions.add_photos(self.row.id, imported)

    def change(self, kind: int, one: int, other: int) -> None:
        """One of the changes that the Photos page offers, with Undo and Redo."""
        row = self.row
        if row is None:
            return
        first = row.classes[one % len(row.classes)]
        second = row.classes[other % len(row.classes)]
        photos = tuple(range(one % row.accepted, row.accepted, 1 + other % 4))
        steps: list[Edit | Callable[[str], PhotoSetRow]] = [
            MovePhotos(photos, NAMES[other % 3]),
            MovePhotos(photos, UNLABELLED),
            AddClass(NAMES[one % 3]),
            RenameClass(first, f"{NAMES[other % 3]} {one}"),
            MergeClasses(first, second),
            RemoveClass(first),
            RemovePhotos(photos),
            SetSplit(photos, SPLITS[other % 3]),
            DivideAnew(tuple(range(row.accepted))),
            self.versions.undo,
            self.versions.redo,
        ]
        step = steps[kind % len(steps)]
        self.row = step(row.id) if callable(step) else self.versions.edit(row.id, step)

    def expect_a_way_out(self) -> None:
        """What two classes of five photos need is one press on a button."""
        row = self.row
        if row is None:
            return
        assert not any(" 0 photos" in sentence for sentence in row.missing)
        enough = [
            name for name, size in row.class_sizes.items() if size >= 5 and name in _said(row)
        ]
        if len(enough) < 2 or not row.missing:
            return
        photo_set = PhotoSets(self.workspace).open(row.id)
        edit = FitForTraining(tuple(map(int, scenes_or_alone(photo_set))))
        after = self.versions.edit(row.id, edit)
        assert after.missing == (), (row.splits, after.splits)
        assert set(after.classes) == set(enough)
        assert self.versions.undo(after.id).splits == row.splits


def _said(row: PhotoSetRow) -> list[str]:
    return [name for name in row.classes if name.casefold() != UNLABELLED]


def _reader(colour: tuple[int, int, int], number: int, same: bool) -> Callable[[], bytes]:
    # Every JPEG differs; of one scene only by how it is written.
    return lambda: jpeg(colour, seed=1 if same else number, side=48 + (number % 40 if same else 0))


steps = st.lists(
    st.one_of(
        st.tuples(st.just("drop"), st.integers(0, 3), st.integers(1, 7), st.integers(0, 1)),
        st.tuples(st.just("change"), st.integers(0, 10), st.integers(0, 9), st.integers(0, 9)),
    ),
    min_size=4,
    max_size=14,
)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Workspace]:
    """Makes empty workspaces."""
    return lambda: open_workspace(Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp())))


@pytest.mark.thorough
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(walk=steps)
def test_no_order_of_steps_is_a_dead_end(
    fresh: Callable[[], Workspace], walk: list[tuple[Any, ...]]
) -> None:
    walker = Walk(fresh())
    # Two classes of five to begin with, or there would seldom be any.
    for label in (0, 1):
        walker.drop(label, 5, 0)
    for name, *values in walk:
        try:
            getattr(walker, name)(*values)
        except PawTuneError as refused:
            assert str(refused)
        walker.expect_a_way_out()
    walker.workspace.database.close()


moves = st.lists(
    st.one_of(
        st.tuples(st.just("drop"), st.integers(0, 3), st.integers(1, 7)),
        st.tuples(st.just("named"), st.integers(1, 3), st.sampled_from((*NAMES, "", UNLABELLED))),
        st.tuples(st.just("put"), st.integers(0, 3), st.integers(0, 20)),
        st.tuples(st.just("without"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("without_box"), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("with_box"), st.sampled_from((*NAMES, "")), st.just(0)),
        st.tuples(st.just("undo"), st.just(0), st.just(0)),
    ),
    max_size=20,
)


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(walk=moves)
def test_boxes_that_may_be_trained_on_come_in_ready(walk: list[tuple[Any, ...]]) -> None:
    boxes, earlier, count = ClassBoxes(), [], 0
    for name, one, other in walk:
        before = boxes
        numbers = [PILE, *(box.number for box in boxes.boxes)]
        number = numbers[one % len(numbers)] if isinstance(one, int) else PILE
        if name == "undo":
            boxes = earlier.pop() if earlier else boxes
            continue
        if name == "drop":
            boxes = boxes.put([str(key) for key in range(count, count + other)], number)
            count += other
        elif name == "put":
            boxes = boxes.put(boxes.photos[other : other + 3], number)
        elif name == "without":
            boxes = boxes.without(boxes.photos[one : one + 2])
        elif name == "with_box":
            boxes = boxes.with_box(one)
        elif number != PILE:
            boxes = getattr(boxes, name)(number, *([other] if name == "named" else []))
        if boxes != before:
            earlier.append(before)
    assert len(set(boxes.photos)) == len(boxes.photos)
    assert len(set(boxes.titles.values())) == len(boxes.boxes)
    trainable = boxes.trainable(set(boxes.photos))
    if len(trainable) < 2:
        return
    with tempfile.TemporaryDirectory() as folder:
        imported = import_photos(_incoming(boxes, trainable), Path(folder), decoder(), silent)
        photo_set = imported.photo_set
        assert imported.rejected == ()
        assert set(photo_set.classes) == {boxes.titles[box.number] for box in trainable}
        assert fits(photo_set.content)


def _incoming(boxes: ClassBoxes, trainable: Any) -> Iterator[Incoming]:
    for place, box in enumerate(trainable):
        for key in box.photos:
            read = _reader(COLOURS[place % 3], int(key), False)
            yield Incoming(f"{key}.jpg", boxes.titles[box.number], None, read)
