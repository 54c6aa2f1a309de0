"""What networks say about one photo."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.ui.start import answers
from pages.ui.start.samples import Photo
from pipeline.workspace.run import Run
from tests.pages.conftest import BLUE, RED, alts
from tests.workspaces import jpeg


def shown(run: Run, jpeg: bytes, twice: bool = False) -> AppTest:
    def script(run_id: str, jpeg: bytes, twice: bool) -> None:
        from pages.ui import stores
        from pages.ui.start import answers
        from pages.ui.start.samples import Photo

        run = stores.runs().get(run_id)
        answers.show([run, run] if twice else [run], Photo("mine.jpg", jpeg))

    app = AppTest.from_function(script, default_timeout=60, args=(run.id, jpeg, twice)).run()
    assert not app.exception
    return app


def test_name_and_bars(run: Run) -> None:
    app = shown(run, jpeg(RED, side=96))
    assert app.header[0].value.startswith("Red, ")
    assert app.caption[0].value == run.name
    assert [bar.proto.text.split(" · ")[0] for bar in app.get("progress")] == ["red", "blue"]


def test_two_beside_each_other(run: Run) -> None:
    app = shown(run, jpeg(BLUE, side=96), twice=True)
    heads = [header.value for header in app.header]
    assert len(heads) == 2
    assert heads[0] == heads[1]
    assert heads[0].startswith("Blue")


def test_a_network_that_cannot_tell_where_shows_no_picture(run: Run) -> None:
    told = answers.said(run, Photo("mine.jpg", jpeg(RED, side=96)))
    assert (told.looked is None) == (not alts(shown(run, jpeg(RED, side=96))))


def test_what_is_like_nothing_it_learned_has_no_share(run: Run) -> None:
    app = shown(run, jpeg((40, 220, 40), side=96))
    assert app.header[0].value in ("None of them", "Not sure")
