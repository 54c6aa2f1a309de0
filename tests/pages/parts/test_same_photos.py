"""Whether two runs were tested on the same photos, with the same labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pages.ui.parts import same_photos
from pipeline.photos.photo_edits import MovePhotos, Relabel, RemovePhotos, SetSplit
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.versions import Versions
from tests.pages.conftest import ANNA, BEN, Open, compared, words
from tests.workspaces import add_photo_set, add_run, class_folders, cross_validate


def test_whose_photos_they_are_is_asked_before_the_cache(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    annas = add_photo_set(workspace, class_folders(tmp_path / "annas", photos=6), visitor=ANNA)
    run = add_run(workspace, annas.id, visitor=ANNA)
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: ANNA)
    assert len(same_photos._photos(run, same_photos.TEST)) == 2
    monkeypatch.setattr("pages.ui.visitor.visitor", lambda: BEN)
    assert same_photos._photos(run, same_photos.TEST) == {(annas.id, "")}


@pytest.fixture
def others(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """A set that shares no photo with `photo_set`: its second class is another colour."""
    folder = class_folders(tmp_path / "others", photos=12, names=("x", "y", "green"))
    for name in ("x", "y"):
        for path in (folder / name).iterdir():
            path.rename(path.with_name(f"{name}{path.name}"))
    return add_photo_set(workspace, folder, "Others")


def test_other_test_photos_are_said_before_any_number(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, others: PhotoSetRow
) -> None:
    add_run(workspace, others.id, "On others")
    add_run(workspace, photo_set.id, "On colours")
    app = compared(open_page("runs"))
    (warning,) = [one.value for one in app.warning if "Not the same" in one.value]
    assert "*On others* and *On colours* have no test photo in common" in warning
    blocks = [one.value for one in app.main if getattr(one, "type", "") in ("warning", "markdown")]
    numbers = next(
        at for at, text in enumerate(blocks) if "- **" in text and "of 4 test photos (" in text
    )
    assert blocks.index(warning) < numbers
    assert "; on other test photos" in words(app)
    assert "points against" not in words(app)
    table = next(frame.value for frame in app.dataframe if "On others" in frame.value)
    assert list(table["Setting"]) == ["Photo set"]


def test_a_new_version_with_the_same_test_photos_is_the_same_to_the_test(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    blue = {index for index, photo in enumerate(content.photos) if photo.class_index == 0}
    learned = next(index for index in content.indices("training").tolist() if index in blue)
    asked = next(index for index in content.indices("test").tolist() if index in blue)
    first = add_run(workspace, photo_set.id, "First")
    second = Versions(workspace).edit(photo_set.id, MovePhotos((learned,), "red"))
    again = add_run(workspace, second.id, "Again")
    assert first.photo_set_id != again.photo_set_id
    assert same_photos.warning(first, [again]) == ""
    assert same_photos.points_apart(again, first) == 0.0
    third = Versions(workspace).edit(second.id, MovePhotos((asked,), "red"))
    relabelled = add_run(workspace, third.id, "Relabelled")
    assert same_photos.points_apart(relabelled, first) is None


def test_photos_outside_a_sealed_test_are_not_all_photos(
    workspace: Workspace, photo_set: PhotoSetRow, judged: Run
) -> None:
    sealed, other = (add_run(workspace, photo_set.id, config=judged.config) for _ in range(2))
    sealed, other = (cross_validate(workspace, run, is_sealed=True) for run in (sealed, other))
    assert same_photos.points_apart(sealed, other) == 0.0
    assert same_photos.points_apart(sealed, judged) is None
    test = tuple(PhotoSets(workspace).open(photo_set.id).indices("test")[:1].tolist())
    fewer = Versions(workspace).edit(photo_set.id, SetSplit(test, "training"))
    third = cross_validate(
        workspace, add_run(workspace, fewer.id, config=judged.config), is_sealed=True
    )
    assert same_photos.points_apart(third, other) is None


@pytest.fixture
def mended(workspace: Workspace, photo_set: PhotoSetRow) -> tuple[Run, Run]:
    """A run, and one on the same photos, of which two of the test have other labels."""
    content = PhotoSets(workspace).open(photo_set.id)
    asked = content.indices("test").tolist()
    names = [content.classes[content.photos[index].class_index] for index in asked]
    wrong = tuple(
        (index, "red" if name == "blue" else "blue")
        for index, name in zip(asked[:2], names[:2], strict=True)
    )
    first = add_run(workspace, photo_set.id, "First")
    again = Versions(workspace).edit(photo_set.id, Relabel(wrong))
    return first, add_run(workspace, again.id, "Mended")


def test_mended_labels_are_no_other_photos(mended: tuple[Run, Run]) -> None:
    first, again = mended
    assert same_photos.warning(first, [again]) == (
        "Same test photos, 2 labels changed in between. Part of the difference comes from the "
        "labels; the comparison leaves those 2 out."
    )
    assert same_photos.relabelled(first, again) == same_photos.relabelled(again, first) == 2
    assert same_photos.relabelled(first, first) == 0
    assert same_photos.warning(first, [again, first]).startswith("*Mended* against *First*: Same")
    assert "leaves that one out" in same_photos.labels_changed(1, "photos")


def test_mended_labels_are_told_on_the_page(
    open_page: Open, workspace: Workspace, mended: tuple[Run, Run]
) -> None:
    first, again = mended
    Remarks(workspace).pin(first.id)
    app = open_page("runs", run=again.id)
    assert not app.exception
    text = words(app)
    assert "Against the baseline *First*: Same test photos, 2 labels changed in between" in text
    text = words(compared(app))
    assert "; same test photos, 2 labels changed" in text
    assert "other photos" not in text.replace("learned from other photos before", "")
    assert "Left out: 2 whose label changed in between" in text.replace("\\", "")


def test_mended_validation_labels_are_no_other_photos(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    looked = int(content.indices("validation")[0])
    other = "red" if content.classes[content.photos[looked].class_index] == "blue" else "blue"
    first = add_run(workspace, photo_set.id, "First")
    again = Versions(workspace).edit(photo_set.id, Relabel(((looked, other),)))
    told = same_photos.warning(first, [add_run(workspace, again.id, "Mended")])
    assert told.startswith("Same validation photos, but *Mended* had other labels on some of them")


def test_some_photos_in_common_are_counted(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    first = add_run(workspace, photo_set.id, "First")
    gone = RemovePhotos((int(content.indices("test")[0]),))
    fewer = add_run(workspace, Versions(workspace).edit(photo_set.id, gone).id, "Fewer")
    told = same_photos.warning(first, [fewer])
    assert "*Fewer* and *First* have 3 test photos in common, out of 3 and 4." in told


def test_other_validation_photos_are_said_too(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    first = add_run(workspace, photo_set.id, "First")
    gone = RemovePhotos((int(content.indices("validation")[0]),))
    fewer = add_run(workspace, Versions(workspace).edit(photo_set.id, gone).id, "Fewer")
    told = same_photos.warning(first, [fewer])
    assert told.startswith("**Not the same validation photos.** The curves of *Fewer*")


def test_the_example_never_saw_ones_own_photos(run: Run) -> None:
    example = replace(run, id="starter", photo_set_id="", name="Example", is_example=True)
    assert "never saw the photos of *First try*" in same_photos.warning(run, [example])
    assert "never saw the photos of *First try*" in same_photos.warning(example, [run])
    assert same_photos.points_apart(run, example) is None
