"""Photos to be labelled one by one, each with one press."""

from __future__ import annotations

from tests.pages.conftest import Open
from tests.pages.photos.boxes import drop, made, opened, press, said, some


def test_one_press_labels_a_photo_and_the_next_one_follows(
    no_first_import, open_page: Open
) -> None:
    app = drop(opened(open_page), 0, *some(1, 3))
    assert "3 photos to be labelled" in [one.value for one in app.header]
    keys = [app.button(key=f"new_set_label_{number}").proto.shortcut for number in (1, 2)]
    assert keys == ["1", "2"]
    first, second, third = made(app).boxes.pile
    app = press(press(app, "label_2"), "label_1")
    boxes = made(app).boxes
    assert (boxes.box(1).photos, boxes.box(2).photos, boxes.pile) == ((second,), (first,), (third,))
    app = press(app, "undo")
    assert made(app).boxes.pile == (second, third) or made(app).boxes.pile == (third, second)


def test_photos_without_a_label_stay_when_the_others_are_trained_on(
    no_first_import, open_page: Open
) -> None:
    app = drop(opened(open_page), 0, ("loose.jpg", some(1, 1, first=50)[0][1]))
    app = drop(drop(app, 1, *some(1, 5)), 2, *some(2, 5))
    assert not app.button(key="new_set_train").disabled
    assert "1 photo waits for a label" in said(app)
