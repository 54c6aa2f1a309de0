"""Another set whose classes have other names: what is suggested, and nothing before a yes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.jobs.evaluate_job import evaluate_run
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, Runs
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import Open, words
from tests.toy_litert import colour_network
from tests.workspaces import add_photo_set, class_folders


@pytest.fixture
def run(workspace: Workspace, run: Run) -> Run:
    """The same with its classes in the order of its set, as a training leaves them."""
    folder = run.folder / BUNDLE
    names = ("run_id", "photo_set_id", "image_size_px", "config", "versions", "weights_sha256")
    known = read_bundle(folder).manifest
    shutil.rmtree(folder)
    facts = {name: known[name] for name in names} | {"classes": list(run.classes)}
    write_bundle(folder, colour_network(), facts)
    return run


@pytest.fixture
def others(workspace: Workspace, run: Run, tmp_path: Path) -> PhotoSetRow:
    """The colours under other names, one that is none of them, and one as it was learned."""
    names = ("Blues", "RED_", "kettle")
    return add_photo_set(workspace, class_folders(tmp_path / "others", 6, names), "Others")


def opened(open_page: Open, run: Run, others: PhotoSetRow) -> AppTest:
    app = open_page("evaluate", run=run.id)
    app.selectbox(key=f"evaluate_photos_{run.id}").select(others.id).run()
    assert not app.exception
    return app


def pickers(app: AppTest) -> dict[str, str]:
    """What is chosen for each name."""
    found = [box for box in app.selectbox if (box.key or "").startswith("evaluate_map")]
    return {box.label.split("**")[1]: box.options[box.index] for box in found}


def work(workspace: Workspace) -> dict[str, object]:
    """Do the one job that waits, as a worker would."""
    (job,) = Jobs(workspace).active()
    with workspace.database.reading() as session:
        record = session.query(JobRecord).filter_by(id=job.id).one()
    result = evaluate_run(workspace, record, lambda *_: None)
    Jobs(workspace).stop(job.id)
    return result


def test_what_names_mean_is_suggested_and_a_yes_is_waited_for(
    open_page: Open, workspace: Workspace, run: Run, others: PhotoSetRow
) -> None:
    app = opened(open_page, run, others)
    assert "**18 photos in 3 classes have names that the run did not learn.**" in words(app)
    assert pickers(app) == {"Blues": "blue", r"RED\_": "red", "kettle": "Leave out"}
    assert "18 photos = 12 asked about + 6 left out." in words(app)
    assert Jobs(workspace).active() == ()
    assert Runs(workspace).evaluation(run.id, others.id) is None
    ask = app.button(key="evaluate_ask")
    assert ask.label == "Yes, try it on 12 photos"
    ask.click().run()
    assert not app.exception
    assert work(workspace)["unknown"] == 6

    app = opened(open_page, run, others)
    assert "correct on 12 photos" in words(app)
    said = next(one.value for one in app.caption if "counts as" in one.value)
    assert "Blues counts as blue and RED\\_ counts as red; left out: kettle (6 photos)." in said


def test_another_class_may_be_meant(
    open_page: Open, workspace: Workspace, run: Run, others: PhotoSetRow
) -> None:
    app = opened(open_page, run, others)
    key = f"evaluate_map_{run.id}_{others.id}"
    app.selectbox(key=f"{key}_kettle").set_value(run.classes.index("red")).run()
    app.selectbox(key=f"{key}_Blues").set_value(-1).run()
    assert "18 photos = 12 asked about + 6 left out." in words(app)
    app.button(key="evaluate_ask").click().run()
    work(workspace)
    found = Runs(workspace).evaluation(run.id, others.id)
    assert found is not None
    photo_set = PhotoSets(workspace).open(others.id)
    names = {photo_set.classes[label] for label in photo_set.labels()[found.photo_indices]}
    assert names == {"RED_", "kettle"}
    assert set(found.truth.tolist()) == {run.classes.index("red")}


def test_nothing_that_means_a_class_is_nothing_to_ask_about(
    open_page: Open, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    folder = class_folders(tmp_path / "strange", 5, ("kettle", "teapot"))
    app = opened(open_page, run, add_photo_set(workspace, folder, "Strange"))
    assert app.button(key="evaluate_ask").disabled
    assert "10 photos = 0 asked about + 10 left out." in words(app)


def test_it_can_be_said_otherwise_later(
    open_page: Open, workspace: Workspace, run: Run, others: PhotoSetRow
) -> None:
    opened(open_page, run, others).button(key="evaluate_ask").click().run()
    work(workspace)
    app = opened(open_page, run, others)
    app.button(key="evaluate_map_again").click().run()
    assert pickers(app)["Blues"] == "blue"
    assert "correct on" not in words(app)
    app.button(key="evaluate_map_back").click().run()
    assert "correct on 12 photos" in words(app)
    app.button(key="evaluate_map_again").click().run()
    app.selectbox(key=f"evaluate_map_{run.id}_{others.id}_Blues").set_value(-1).run()
    app.button(key="evaluate_ask").click().run()
    work(workspace)
    assert "correct on 6 photos" in words(opened(open_page, run, others))


def test_names_that_were_learned_need_no_word(
    open_page: Open, workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    """Letters of another case have always been the same class."""
    folder = class_folders(tmp_path / "same", 6, ("BLUE", "Red"))
    app = opened(open_page, run, add_photo_set(workspace, folder, "Same"))
    assert pickers(app) == {}
    assert "did not learn" not in words(app)
    assert app.button(key="evaluate_ask").label == "Try it on these photos"
