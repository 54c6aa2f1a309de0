"""What networks say about one photo."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.ui.start import answers
from pages.ui.start.samples import Photo
from pipeline.wording.answer_text import NEITHER, NOT_LIKE, NOT_SURE
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from tests.pages.conftest import BLUE, RED, alts, finished_run
from tests.workspaces import jpeg


def shown(jpeg: bytes, *runs: Run) -> AppTest:
    def script(run_ids: list[str], jpeg: bytes) -> None:
        from pages.ui import stores
        from pages.ui.start import answers
        from pages.ui.start.samples import Photo

        runs = [stores.runs().get(run_id) for run_id in run_ids]
        answers.show(runs, Photo("mine.jpg", jpeg))

    ids = [run.id for run in runs]
    app = AppTest.from_function(script, default_timeout=60, args=(ids, jpeg)).run()
    assert not app.exception
    return app


def test_name_and_bars(run: Run) -> None:
    app = shown(jpeg(RED, side=96), run)
    assert app.header[0].value.startswith("red, ")
    assert app.caption[0].value == run.name
    assert [bar.proto.text.split(" · ")[0] for bar in app.get("progress")] == ["red", "blue"]


def test_two_beside_each_other(workspace: Workspace, photo_set: PhotoSetRow, run: Run) -> None:
    app = shown(jpeg(BLUE, side=96), run, finished_run(workspace, photo_set, "Second try"))
    heads = [header.value for header in app.header]
    assert len(heads) == 2
    assert heads[0] == heads[1]
    assert heads[0].startswith("blue")


def test_a_network_that_cannot_tell_where_shows_no_picture(run: Run) -> None:
    told = answers.said(run, Photo("mine.jpg", jpeg(RED, side=96)))
    assert (told.looked is None) == (not alts(shown(jpeg(RED, side=96), run)))


def test_what_is_like_nothing_it_learned_has_no_share(run: Run) -> None:
    app = shown(jpeg((40, 220, 40), side=96), run)
    head = app.header[0].value
    assert head in (NEITHER, NOT_SURE)
    told = any(NOT_LIKE in one.value for one in app.caption)
    assert told == (head == NEITHER)
