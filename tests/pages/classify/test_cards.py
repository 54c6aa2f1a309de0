"""One photo's answer: its class, its bars, where the network looked, and how sure it must be."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from pipeline.classify.bundle import read_bundle
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.wording.answer_text import NEITHER
from pipeline.workspace.run import Run
from tests.non_pets import non_pets
from tests.pages.conftest import BLUE, RED, Open, alts, upload, words
from tests.workspaces import jpeg


def as_table(app):
    """The page after its pictures were switched to a table."""
    return app.segmented_control(key="classify_view").set_value("table").run()


def test_the_last_photo_is_large_and_the_earlier_ones_are_cards(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    upload(app, ("rose.jpg", jpeg(RED)))
    assert [heading.value for heading in app.header] == ["red", "blue"]
    assert alts(app) == ["rose.jpg, predicted red", "sky.jpg, predicted blue"]
    assert "blue: 1, red: 1" in words(app)
    app.button(key="classify_clear").click().run()
    assert not app.header


def test_a_photo_is_taken_off_the_page_alone(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    next(one for one in app.button if one.key.endswith("rose.jpg")).click().run()
    assert not app.exception
    assert [heading.value for heading in app.header] == ["blue"]


def test_many_photos_are_pictures_until_somebody_wants_a_table(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    assert not app.dataframe
    as_table(app)
    assert len(app.dataframe) == 1
    assert not app.header


def test_one_photo_gets_class_and_bars(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    assert not app.exception
    assert [heading.value for heading in app.header] == ["blue"]
    bars = [bar.proto.text for bar in app.get("progress")]
    assert bars[0].startswith("blue · ")
    assert len(bars) == 2
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert alts == ["sky.jpg, predicted blue"]


def test_what_was_never_taught_is_called_so(open_page: Open, run: Run) -> None:
    files = [("grass.jpg", jpeg((30, 220, 40))), ("sky.jpg", jpeg(BLUE))]
    app = upload(open_page("classify"), *files)
    assert not app.exception
    headings = [heading.value for heading in app.header]
    assert sorted(headings) == ["None of them", "blue"]
    text = words(app)
    assert "nearest: " in text
    assert "Not like anything it was taught" in text
    assert "blue: 1, None of them: 1" in text
    table = as_table(app).dataframe[0].value
    assert list(table["Class"]) == ["None of them", "blue"]
    assert list(table["Probability"].isna()) == [True, False]
    app.segmented_control(key="classify_view").set_value("pictures").run()
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert "grass.jpg, predicted none of them" in alts


def test_the_example_answers_from_the_start(with_example: None, open_page: Open) -> None:
    app = open_page("classify")
    assert app.selectbox(key="classify_choice").value == EXAMPLE_ID
    stream = io.BytesIO()
    Image.fromarray(next(p for kind, p in non_pets(1) if kind == "screen")).save(stream, "PNG")
    upload(app, ("screen.png", stream.getvalue()))
    assert not app.exception
    assert [heading.value for heading in app.header] == [NEITHER]


def test_where_it_looked_is_painted_and_said(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_heat").set_value(True).run()
    assert not app.exception
    plain, painted = alts(app)  # the photo itself stays, below its paint
    assert plain == "sky.jpg, predicted blue"
    assert painted.startswith("sky.jpg: for blue it looked at ")
    assert "Yellow areas mattered most" in words(app)
    app.slider(key="classify_heat_strength").set_value(0.8).run()
    assert not app.exception


def test_answers_below_the_threshold_are_called_not_sure(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The toy's logit is about 18; a temperature makes it 86 % sure."""
    monkeypatch.setattr(
        "pages.ui.networks.read_bundle",
        lambda folder: replace(read_bundle(folder), temperature=10.0),
    )
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    assert [heading.value for heading in app.header] == ["blue", "red"]
    assert app.slider(key="classify_sure_from").value == 0.7
    app.slider(key="classify_sure_from").set_value(0.95).run()
    assert not app.exception
    assert [heading.value for heading in app.header] == ["Not sure", "Not sure"]
    assert "Not sure: 2" in words(app)
    assert "is less than the 95 % that you ask for" in words(app)
    assert alts(app)[0] == "sky.jpg, predicted not sure"
    table = as_table(app).dataframe[0].value
    assert list(table["Class"]) == ["Not sure", "Not sure"]
    assert list(table["Likeliest"]) == ["blue", "red"]
