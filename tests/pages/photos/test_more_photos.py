"""The curve and its answer, once the set was studied."""

from __future__ import annotations

from dataclasses import replace

from pages.ui.photos import tabs
from pipeline.evaluation.more_photos import SizeCurve, SizePoint, Verdict
from pipeline.photos.photo_edits import MovePhotos
from pipeline.wording.more_photos_text import EARLIER
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.studies import Studies
from pipeline.workspace.versions import Versions
from tests.pages.conftest import Open, words
from tests.pages.photos.conftest import open_tab
from tests.pages.photos.test_wrong_labels import keep_study

POINTS = tuple(SizePoint(n, 0.9, 0.8, 0.95) for n in (16, 40, 80))


def test_the_answer_and_its_curve(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_tab(open_page("photos", set=photo_set.id), tabs.CHECK)
    assert "Would more photos help?" not in words(app)
    keep_study(workspace, photo_set)
    studies = Studies(workspace)
    study, features = studies.get(photo_set.id), studies.features(photo_set.id)
    assert study is not None and features is not None
    curve = SizeCurve(POINTS, 0.012, 0.006, 0.021, Verdict.HELPS)
    studies.keep(photo_set.id, replace(study, sizes=curve.to_json()), features)
    app = open_tab(open_page("photos", set=photo_set.id), tabs.CHECK)
    assert not app.exception
    assert "twice as many photos would bring about 1 point (between 0.5 and 2)" in words(app)
    assert [chart for chart in app.get("plotly_chart") if chart.key == "more_photos"]
    assert EARLIER not in words(app)
    changed = Versions(workspace).edit(photo_set.id, MovePhotos((0,), "red"))
    app = open_tab(open_page("photos", set=changed.id), tabs.CHECK)
    assert "twice as many photos" in words(app) and EARLIER in words(app)
