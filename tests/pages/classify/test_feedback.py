"""What a person says of answers: right, wrong, and what else it is."""

from __future__ import annotations

from pages.ui.classify import feedback
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.classify.conftest import THREE, button_labels, judge, said, under
from tests.pages.conftest import BLUE, Open, only, upload, words
from tests.workspaces import jpeg


def turn_to(app, page: int):
    app.get("pagination")[0].set_value(page).run()


def test_what_was_said_survives_the_page_and_other_controls(
    open_page: Open, run: Run, photo_set: PhotoSetRow
) -> None:
    files = [(f"{number}.jpg", jpeg(BLUE, number)) for number in range(14)]
    app = upload(said(open_page("classify"), files[1], "a new kind"), *files)
    assert under(app, "button_group", "judged")[1].value == feedback.WRONG
    app.button(key="classify_all_right").click().run()
    assert "Add 12 looked-over photos to this set" in button_labels(app)
    turn_to(app, 2)
    assert len(under(app, "button_group", "judged")) == 2
    assert "Add 12 looked-over photos to this set" in button_labels(app)
    turn_to(app, 1)
    choice = under(app, "selectbox", "is")[0]
    assert (choice.value, choice.options[-1]) == ("a new kind", "a new kind")
    app.slider(key="classify_sure_from").set_value(0.5).run()
    assert "a new kind: 1" in words(app)


def test_all_right_leaves_alone_what_was_said(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), *THREE)
    judge(app, 0, feedback.WRONG)
    app.button(key="classify_all_right").click().run()
    values = [one.value for one in under(app, "button_group", "judged")]
    assert values == [feedback.WRONG, feedback.RIGHT]
    assert "classify_all_right" not in [one.key for one in app.button]


def test_only_photos_with_a_name_can_all_be_right(open_page: Open, run: Run) -> None:
    """Of three, one is none of them: “all here” would be more than it says."""
    app = upload(open_page("classify"), *THREE)
    assert app.button(key="classify_all_right").label == "Mark the 2 with a name as right"
    only(app, *THREE[:2])
    assert app.button(key="classify_all_right").label == "Mark all as right"
    only(app, THREE[2], ("moss.jpg", jpeg((30, 220, 40), 9)))
    assert "classify_all_right" not in [one.key for one in app.button]


def test_equal_files_are_asked_about_once(open_page: Open, run: Run) -> None:
    same = jpeg(BLUE)
    app = upload(open_page("classify"), ("one.jpg", same), ("other.jpg", same))
    assert len(under(app, "button_group", "judged")) == 1
    judge(app, 0, feedback.RIGHT)
    assert "Add 1 looked-over photo to this set" in button_labels(app)
