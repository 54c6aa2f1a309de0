"""New photos on the map of the photos that a run learned from."""

from __future__ import annotations

import base64
import json
import shutil

import numpy as np
from streamlit.testing.v1 import AppTest

from pipeline.jobs.map_job import draw_map
from pipeline.jobs.queue import Jobs
from pipeline.progress import silent
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import BLUE, RED, Open, upload, words
from tests.pages.photos.conftest import change
from tests.workspaces import jpeg


def asked(open_page: Open) -> AppTest:
    app = upload(open_page("classify"), ("sky.jpg", jpeg(BLUE)), ("rose.jpg", jpeg(RED)))
    app.toggle(key="classify_map_on").set_value(True).run()
    assert not app.exception
    return app


def messages(app: AppTest) -> list[dict]:
    found = [one.proto for one in app.get("bidi_component")]
    return [json.loads(one.json) for one in found if one.component_name == "pawtune_point_map"]


def test_the_way_to_the_map_comes_first(open_page: Open, workspace: Workspace, run: Run) -> None:
    app = asked(open_page)
    assert not messages(app)
    app.button(key="run_map_draw").click().run()
    (job,) = Jobs(workspace).active()
    draw_map(workspace, JobRecord(request=job.request), silent)
    change(workspace, job.id, state="done")
    assert len(messages(app.run())) == 1


def test_new_photos_lie_among_their_like(open_page: Open, workspace: Workspace, run: Run) -> None:
    request = {"run": run.id, "photo_set": run.photo_set_id}
    draw_map(workspace, JobRecord(request=request), silent)
    (message,) = messages(asked(open_page))
    assert (message["marked"], message["legend"][-1]) == (2, ["Yours", "2"])
    photos = PhotoSets(workspace).open(run.photo_set_id)
    kinds = {new: {photos.classes[photos.photos[to].class_index] for of, to in message["ties"]
                   if of == new} for new in (40, 41)}  # fmt: skip
    assert kinds == {40: {"blue"}, 41: {"red"}}
    places = np.frombuffer(base64.b64decode(message["places"]), "<u2").reshape(-1, 2) / 65_535
    middles = [places[:40][photos.labels() == index].mean(axis=0) for index in (0, 1)]
    for new, own in ((40, 0), (41, 1)):
        away = [np.linalg.norm(places[new] - middle) for middle in middles]
        assert away[own] < away[1 - own]


def test_photos_that_are_gone_are_one_calm_sentence(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    shutil.rmtree(workspace.photo_sets_folder / run.photo_set_id)
    app = asked(open_page)
    assert not app.error
    assert "are not there any more" in words(app)
