"""Labels that look wrong are judged, mended and trained on again."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.ui import resources
from pages.ui.evaluate import relabel
from pages.ui.evaluate.answers import Asked, Source
from pages.ui.evaluate.label_verdicts import BAD, FINE
from pipeline.photos.photo_edits import Relabel
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, finished_run, judged_run, words
from tests.pages.evaluate.conftest import answered
from tests.workspaces import cross_validate


def said(app: AppTest, run: Run, verdicts: dict[int, int]) -> AppTest:
    """The page after these verdicts; what sends them is in test_viewer."""
    app.session_state[f"relabel_{run.photo_set_id}"] = verdicts
    return app.run()


def test_a_label_is_mended_and_trained_on_again(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    answered(workspace, run)
    app = open_page("evaluate")
    app.selectbox(key=f"evaluate_photos_{run.id}").select(run.photo_set_id).run()
    assert not app.exception
    photo = PhotoSets(workspace).open(run.photo_set_id).photos[0]
    app = said(app, run, {0: 1 - photo.class_index, 1: BAD, 2: FINE})
    assert "**3 judged, 2 changes**" in words(app)
    app.button(key="relabel_train").click().run()
    newest = PhotoSets(workspace).list()[0]
    assert newest.change == "1 label changed, 1 photo taken out"
    assert newest.accepted == 39
    again = Runs(workspace).list()[0]
    assert (again.photo_set_id, again.config) == (newest.id, run.config)
    assert app.session_state["train_epochs"] == run.config.epochs == 3
    assert app.session_state["train_image_size_px"] == run.config.image_size_px


def test_nothing_is_concluded_before_somebody_judges(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    assert "relabel_apply" not in [one.key for one in app.button]
    app = said(app, run, {0: FINE})
    assert "**1 judged, 0 changes**" in words(app)
    assert app.button(key="relabel_apply").disabled
    assert "moves the score by itself" not in words(app)


def test_a_mended_test_photo_moves_the_score_by_itself(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    judged = int(PhotoSets(workspace).open(run.photo_set_id).indices("test")[0])
    app = said(open_page("evaluate"), run, {judged: BAD})
    assert "1 change of these is to photos that judge it: that moves the score by itself" in words(
        app
    )


def test_from_an_older_version_links_lead_to_the_newest(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    newest = Versions(workspace).edit(run.photo_set_id, Relabel((), (0,)))
    links = [link.proto for link in open_page("evaluate").get("page_link")]
    assert ("Open the newest version", f"set={newest.id}") in [
        (link.label, link.query_string) for link in links
    ]
    assert "Train on it" in [link.label for link in links]
    later = finished_run(workspace, newest, "On the newest")
    resources.forget_lists()
    app = open_page("evaluate", run=run.id)
    links = [link.proto for link in app.get("page_link")]
    assert ("Evaluate the newest run on it", f"run={later.id}") in [
        (link.label, link.query_string) for link in links
    ]


def test_changes_to_photos_that_a_score_leaves_out_do_not_move_it(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    chosen = [int(content.indices(split)[0]) for split in ("test", "training", "validation")]
    todo = Relabel(tuple((index, "red") for index in sorted(chosen)))
    run, moved = judged_run(workspace, photo_set), {}
    for is_sealed in (False, True):
        run = cross_validate(workspace, run, is_sealed=is_sealed)
        found = Runs(workspace).cross_validated(run.id)
        assert found is not None
        moved[is_sealed] = relabel._of_the_test(
            Asked(run, Source(photo_set, content), found, "photos"), todo
        )
    assert moved == {False: 3, True: 2}
