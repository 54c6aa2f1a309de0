"""The photo that the front page is about."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.ui.start import answers, samples
from pages.ui.start.samples import Photo
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace.example import read
from pipeline.workspace.home import Workspace
from tests.pages.conftest import RED, Open, words
from tests.pages.start.conftest import pictures
from tests.workspaces import jpeg


def bring(app: AppTest, name: str, data: bytes) -> AppTest:
    (uploader,) = [one for one in app.file_uploader if str(one.key).startswith("start_upload")]
    uploader.set_value([(name, data, "image/jpeg")])
    return app.run()


def test_four_samples_are_offered_and_the_example_knows_three(
    with_example: None, workspace: Workspace
) -> None:
    told = [(photo.name, answers.said(read(), photo).answer) for photo in samples.paintings()]
    assert read().id == EXAMPLE_ID
    known = [
        answer.class_name.lower() in name and answer.probability > 0.95 and not answer.is_neither
        for name, answer in told
    ]
    assert known == [True, True, False, True]
    assert told[2][1].is_neither, "a drawing that it does not know, for one's own network"


def test_a_photo_of_ones_own_is_asked_about_and_stays_at_hand(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = open_page()
    row = pictures(app, "start_samples")
    assert row is not None
    assert (len(row["pictures"]), row["chosen"]) == (4, 0)
    bring(app, "mine.jpg", jpeg(RED, side=96))
    row = pictures(app, "start_samples")
    assert row is not None
    assert (row["pictures"][4]["name"], row["chosen"]) == ("mine.jpg", 4)
    app.session_state["start_photo"] = samples.paintings()[1]
    app.run()
    row = pictures(app, "start_samples")
    assert row is not None
    assert row["chosen"] == 1, "what came is taken once"
    assert app.header[0].value.startswith("Dog")


def test_of_many_photos_it_says_where_they_are_and_how_to_teach_with_them(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = open_page()
    (uploader,) = [one for one in app.file_uploader if str(one.key).startswith("start_upload")]
    few = [(f"{n}.jpg", jpeg(RED, side=96, seed=n), "image/jpeg") for n in range(5)]
    uploader.set_value(few[:3])
    assert "photos are shown here" not in words(app.run())
    (uploader,) = [one for one in app.file_uploader if str(one.key).startswith("start_upload")]
    uploader.set_value(few[3:])
    assert "The last 3 of your 5 photos are shown here, all on Classify." in words(app.run())
    app.button(key="start_teach").click().run()
    assert not app.exception
    assert "5 photos to be labelled" in [one.value for one in app.header]
    app.switch_page("pages/classify.py").run()
    assert "classify_clear" not in [one.key for one in app.button], "it learns from them"


def test_what_is_no_photo_is_refused_with_its_reason(
    with_example: None, open_page: Open, workspace: Workspace
) -> None:
    app = bring(open_page(), "diary.txt", b"Dear diary, no picture.")
    assert not app.exception
    assert not app.file_uploader[0].proto.type, "the browser refuses in a tooltip"
    assert "diary" in app.error[0].value
    assert app.header[0].value == "Cat, 99 %"


def test_another_one_is_chosen_for_good(workspace: Workspace) -> None:
    def script() -> None:
        from pages.ui.start import samples
        from pages.ui.start.samples import Photo

        samples.ask_about(Photo("x.jpg", b"x"))
        import streamlit as st

        st.markdown(samples.photo(samples.paintings()).name)

    app = AppTest.from_function(script, default_timeout=60).run()
    assert words(app) == "x.jpg"
    assert Photo("x.jpg", b"x") == Photo("x.jpg", b"x")


def test_a_drawing_that_comes_along_is_called_one() -> None:
    first = samples.paintings()[0]
    assert samples.caption(first) == "Drawing of a cat, a sample"
    assert samples.caption(Photo("my [cat].jpg", b"x")) == "my \\[cat\\]\\.jpg"
