"""One photo's answer: its class, its bars, where the network looked, and how sure it must be."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.wording.answer_text import NEITHER
from pipeline.workspace.run import Run
from tests.non_pets import non_pets
from tests.pages.conftest import BLUE, RED, Open, alts, upload, words
from tests.workspaces import jpeg


def test_one_photo_gets_class_and_bars(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    assert not app.exception
    assert [heading.value for heading in app.subheader] == ["blue"]
    bars = [bar.proto.text for bar in app.get("progress")]
    assert bars[0].startswith("blue · ")
    assert len(bars) == 2
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert alts == ["sky.jpg, called blue"]


def test_what_was_never_taught_is_called_so(open_page: Open, run: Run) -> None:
    files = [("grass.jpg", jpeg((30, 220, 40))), ("sky.jpg", jpeg(BLUE))]
    app = upload(open_page("classify"), *files)
    assert not app.exception
    headings = [heading.value for heading in app.subheader]
    assert sorted(headings) == ["None of them", "blue"]
    text = words(app)
    assert "nearest: " in text
    assert "Not like anything it was taught" in text
    assert "blue: 1, None of them: 1" in text
    table = app.dataframe[0].value
    assert list(table["Class"]) == ["None of them", "blue"]
    assert list(table["Probability"].isna()) == [True, False]
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert "grass.jpg, called none of them" in alts


def test_the_example_answers_from_the_start(with_example: None, open_page: Open) -> None:
    app = open_page("classify")
    assert app.selectbox(key="classify_choice").value == EXAMPLE_ID
    stream = io.BytesIO()
    Image.fromarray(next(p for kind, p in non_pets(1) if kind == "screen")).save(stream, "PNG")
    upload(app, ("screen.png", stream.getvalue()))
    assert not app.exception
    assert [heading.value for heading in app.subheader] == [NEITHER]


def test_where_it_looked_is_painted_and_said(open_page: Open, run: Run) -> None:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_heat").set_value(True).run()
    assert not app.exception
    assert alts(app)[0].startswith("sky.jpg, called blue; for blue it looked at ")
    assert "Pale yellow" in words(app)
    app.slider(key="classify_heat_strength").set_value(0.8).run()
    assert not app.exception


def test_a_run_that_cannot_tell_where_says_so_once(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Classifier, "tells_where", False)
    app = upload(open_page("classify"), ("a.jpg", jpeg(BLUE)), ("b.jpg", jpeg(RED)))
    app.toggle(key="classify_heat").set_value(True).run()
    assert not app.exception
    assert [info.value for info in app.info if "earlier version" in info.value]
    assert alts(app) == ["a.jpg, called blue", "b.jpg, called red"]


def test_answers_below_the_threshold_are_called_not_sure(
    open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The toy's logit is about 18; a temperature makes it 86 % sure."""
    monkeypatch.setattr(
        "pages.ui.networks.read_bundle",
        lambda folder: replace(read_bundle(folder), temperature=10.0),
    )
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    assert list(app.dataframe[0].value["Class"]) == ["blue", "red"]
    assert app.slider(key="classify_sure_from").value == 0.7
    app.slider(key="classify_sure_from").set_value(0.95).run()
    assert not app.exception
    assert [heading.value for heading in app.subheader] == ["Not sure", "Not sure"]
    table = app.dataframe[0].value
    assert list(table["Class"]) == ["Not sure", "Not sure"]
    assert list(table["Likeliest"]) == ["blue", "red"]
    assert "Not sure: 2" in words(app)
    assert "is less than the 95 % that you ask for" in words(app)
    assert alts(app)[0] == "sky.jpg, called not sure"
