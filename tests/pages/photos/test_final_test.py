"""Sealing the test photos of a set."""

from __future__ import annotations

from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.pages.conftest import Open, sure, words

SEALING = """
from pages.ui import stores
from pages.ui.photos import final_test
final_test._seal(stores.photo_sets().get({photo_set!r}))
"""


def test_a_set_is_sealed_on_the_photos_page(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    app = open_page("photos", set=run.photo_set_id)
    app.button_group(key="photos_tab").set_value("classes").run()
    app.button(key="photos_seal").click().run()
    assert "This cannot be taken back" in words(app)
    assert not Runs(workspace).get(run.id).is_sealed
    sure(SEALING, "photos_seal_yes", run)
    assert Runs(workspace).get(run.id).is_sealed
    app.button_group(key="photos_tab").set_value("classes").run()
    assert "Sealed; 0 runs were trained since. Before that, 1 run was judged" in words(app)
