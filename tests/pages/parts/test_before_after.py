"""Where the network looked before fine-tuning and after it."""

from __future__ import annotations

import pytest

from pages.ui.parts import before_after
from pipeline.classify.bundle import write_bundle
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BEFORE, Runs
from tests.pages.conftest import BLUE, Open, alts, upload, words
from tests.pages.evaluate.conftest import component
from tests.toy_litert import SIDE_PX, colour_network
from tests.workspaces import jpeg


@pytest.fixture
def both(workspace: Workspace, run: Run) -> Run:
    """The same run with a network from before fine-tuning."""
    manifest = {
        "run_id": run.id,
        "photo_set_id": run.photo_set_id,
        "classes": ["red", "blue"],
        "image_size_px": SIDE_PX,
        "config": run.config.to_json(),
        "versions": {},
        "weights_sha256": None,
        "temperature": 10.0,  # less sure of everything
    }
    write_bundle(run.folder / BEFORE, colour_network(), manifest)
    return Runs(workspace).get(run.id)


def test_an_earlier_run_is_not_asked_whose_look(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    assert not app.exception
    assert "Which model" not in [group.label for group in app.get("button_group")]


def test_both_looks_stand_side_by_side(open_page: Open, both: Run) -> None:
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    app.button_group(key="evaluate_heat_moment").set_value(before_after.BOTH).run()
    assert not app.exception
    (photo,) = component(app, "viewer")["photos"]
    assert [look["alt"].split(":")[0] for look in photo["heat"]] == [
        "Before fine-tuning",
        "After fine-tuning",
    ]
    assert all("what speaks for" in look["alt"] for look in photo["heat"])
    assert "compare where, not how bright" in words(app)
    app.button_group(key="evaluate_heat_moment").set_value(before_after.BEFORE).run()
    (photo,) = component(app, "viewer")["photos"]
    assert len(photo["heat"]) == 1


def test_each_network_gives_its_own_answer(both: Run, photo_set: PhotoSetRow) -> None:
    from pages.ui import resources

    photo = resources.photo_set(photo_set.id).jpeg(0)
    before, after = before_after.looks(both, photo, 0.5, before_after.BOTH)
    assert before.told != after.told  # the temperature makes the first less sure
    assert " %)" in before.alt
    assert before.alt.startswith("Before fine-tuning")
    (only,) = before_after.looks(both, photo, 0.5, before_after.AFTER)
    assert only == after
    other = before_after.looks(both, photo, 0.5, before_after.BOTH, 0)
    sought = before_after.looks(both, photo, 0.5, before_after.BOTH, 1)
    assert other[0].picture != sought[0].picture


def test_a_damaged_network_from_before_is_a_sentence(open_page: Open, both: Run) -> None:
    (both.folder / BEFORE / "model.tflite").write_bytes(b"broken")
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    assert not app.error
    app.button_group(key="evaluate_heat_moment").set_value(before_after.BOTH).run()
    assert not app.exception
    assert "damaged" in app.error[0].value


def test_classify_shows_both_looks(open_page: Open, both: Run) -> None:
    app = upload(open_page("classify", run=both.id), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_heat").set_value(True).run()
    photo, over = alts(app)
    assert photo == "sky.jpg, predicted blue"
    assert over.startswith("sky.jpg: for blue it looked at ")
    app.button_group(key="classify_heat_moment").set_value(before_after.BOTH).run()
    assert not app.exception
    _, before, after = alts(app)
    assert before.startswith("sky.jpg: Before fine-tuning: predicted blue (")
    assert after.startswith("sky.jpg: After fine-tuning: predicted blue (")
    assert "Look whether the bright part moves" in words(app)
