"""The small pictures of a box: what the browser gets, and what it sends back."""

from __future__ import annotations

import base64
import json

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open
from tests.pages.photos.boxes import drop, filled, made, opened, some


def strip(app: AppTest, number: int) -> dict:
    """What the browser got for a box."""
    key = f"new_set_strip_{number}"
    found = next(one for one in app.get("bidi_component") if one.key == key)
    sent: dict = json.loads(found.proto.json)
    return sent


def test_every_photo_has_its_picture_and_its_name(no_first_import, open_page: Open) -> None:
    sent = strip(filled(open_page), 2)
    assert sent["label"] == "Photos of Rex"
    assert [photo["name"] for photo in sent["photos"]] == [f"{place}.jpg" for place in range(6)]
    assert all(base64.b64decode(photo["jpeg"])[:2] == b"\xff\xd8" for photo in sent["photos"])
    assert {photo["mark"] for photo in sent["photos"]} == {""}
    assert sent["others"] == [{"box": 1, "title": "Mia"}]


def test_marks_come_with_their_words(no_first_import, open_page: Open) -> None:
    (one,) = some(1, 1)
    app = drop(opened(open_page), 1, one, ("again.jpg", one[1]), ("note.jpg", b"text"))
    photos = strip(app, 1)["photos"]
    assert [photo["mark"] for photo in photos] == ["", "twin", "rejected"]
    assert photos[1]["told"] == "The same picture as 0.jpg: counted once"
    assert photos[2]["told"] and not photos[2]["jpeg"]
    app = drop(app, 2, ("elsewhere.jpg", one[1]))
    assert strip(app, 2)["photos"][0]["told"] == (
        "The same picture is in Class 1: one of the two is wrong"
    )


def test_of_many_the_first_are_shown(no_first_import, open_page: Open) -> None:
    sent = strip(drop(opened(open_page), 1, *some(1, 62)), 1)
    assert (len(sent["photos"]), sent["more"]) == (60, "and 2 more photos")


def test_the_first_of_the_pile_is_large_and_the_others_small(
    no_first_import, open_page: Open
) -> None:
    sent = strip(drop(opened(open_page), 0, *some(1, 3)), 0)
    assert [photo["name"] for photo in sent["photos"]] == ["1.jpg", "2.jpg"]
    assert (sent["label"], sent["is_empty"]) == ("Photos without a label", False)


def test_nothing_is_left_unseen(no_first_import, open_page: Open) -> None:
    app = drop(opened(open_page), 1, *some(1, 40))
    assert made(app).unseen == []
