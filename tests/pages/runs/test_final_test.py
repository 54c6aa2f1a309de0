"""A sealed test on the pages: no score anywhere, until it is opened for one run."""

from __future__ import annotations

import time

import pytest

from pages.ui import resources
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs, find
from pipeline.workspace.seals import Seals
from tests.pages.conftest import PAGES, Open, alts, judged_run, sure, words
from tests.workspaces import cross_validate

SCORE = "75.0"  # of `run`, in percent
WRONG = 5
OF_ALL = "87.5"  # of `judged_run`, so many of forty wrong
OUTSIDE = "86.1"  # the same without its four test photos, which are right


OPENING = """
from pages.ui import stores
from pages.ui.runs import final_test
final_test._open(stores.runs().get({run!r}), stores.seals().of({photo_set!r}))
"""


@pytest.fixture
def sealed(workspace: Workspace, photo_set: PhotoSetRow, run: Run) -> Run:
    """A finished run that was trained after its test was sealed."""
    Seals(workspace).seal(photo_set.id)
    with workspace.database.writing() as session:
        find(session, run.id).created_at = time.time() + 1
    return Runs(workspace).get(run.id)


@pytest.mark.parametrize("page", ["", *PAGES])
def test_no_page_shows_the_score(open_page: Open, sealed: Run, page: str) -> None:
    app = open_page(page, run=sealed.id)
    assert not app.exception and not app.error
    assert SCORE not in words(app)
    for frame in app.dataframe:
        assert SCORE not in frame.value.to_csv()
    for metric in app.metric:
        assert SCORE not in metric.value


@pytest.fixture(params=[False, True], ids=["before the seal", "under it"])
def quick(workspace: Workspace, photo_set: PhotoSetRow, request: pytest.FixtureRequest) -> Run:
    """A sealed run of a computed head, judged by all photos or all but the test photos."""
    made = cross_validate(
        workspace, judged_run(workspace, photo_set), WRONG, is_sealed=request.param
    )
    Seals(workspace).seal(photo_set.id)
    return Runs(workspace).get(made.id)


@pytest.mark.parametrize("page", ["", *PAGES])
def test_a_score_of_all_photos_is_shown_where_it_leaves_the_test_out(
    open_page: Open, quick: Run, page: str
) -> None:
    app = open_page(page, run=quick.id)
    assert not app.exception and not app.error
    shown = "\n".join(
        [
            words(app),
            *(frame.value.to_csv() for frame in app.dataframe),
            *(metric.value for metric in app.metric),
        ]
    )
    assert SCORE not in shown
    assert OF_ALL not in shown
    if page == "runs":
        assert (OUTSIDE in shown) == (quick.cross_validation is not None)
        assert "Its test photos are for a final test" in shown


def test_which_photos_tell_under_a_seal_is_said(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    """Also after a page has kept the answers about all photos."""
    run = cross_validate(workspace, judged_run(workspace, photo_set), WRONG)
    assert f"{OF_ALL} % of all 40 photos" in words(open_page("runs", run=run.id))
    cross_validate(workspace, run, WRONG, is_sealed=True)
    Seals(workspace).seal(photo_set.id)
    app = open_page("runs", run=run.id)
    assert (
        f"{OUTSIDE} % of all 36 photos outside the sealed test were predicted correctly"
        in words(app)
    )
    assert "Unsealed photos" in [metric.label for metric in app.metric]
    resources.forget_lists()
    app = open_page("evaluate", run=run.id)
    assert not app.exception
    options = app.selectbox(key=f"evaluate_photos_{run.id}").options
    assert options[0].startswith("All photos of its set outside the sealed test, each by a")
    assert len(options) == 2


def test_instead_of_the_score_it_says_why(open_page: Open, sealed: Run) -> None:
    said = words(open_page("runs", run=sealed.id))
    assert "Its test photos are for a final test" in said
    assert "of its validation photos were predicted correctly" in said
    assert "This run has no test result" not in said


def test_answers_that_a_page_had_kept_are_hidden_too(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    """What was read before the seal lies in a cache."""
    assert [
        alt for alt in alts(open_page("runs", run=run.id)) if alt.startswith("Test photo labelled")
    ]
    Seals(workspace).seal(run.photo_set_id)
    told = alts(open_page("runs", run=run.id))
    assert not [alt for alt in told if alt.startswith("Test photo labelled")]


def test_evaluate_does_not_offer_the_test(open_page: Open, sealed: Run) -> None:
    app = open_page("evaluate", run=sealed.id)
    options = app.selectbox(key=f"evaluate_photos_{sealed.id}").options
    assert options == [
        "All photos of its set, also those that it learned from, but not the sealed test"
    ]


def test_it_is_opened_for_one_run(open_page: Open, workspace: Workspace, sealed: Run) -> None:
    app = open_page("runs", run=sealed.id)
    app.button(key="runs_open_test").click().run()
    assert "no other run on this set ever will" in words(app)
    sure(OPENING, "runs_open_test_yes", sealed)
    app = open_page("runs", run=sealed.id)
    said = words(app)
    assert SCORE in said
    assert "This is the final test, opened once" in said
    assert not [button for button in app.button if button.key == "runs_open_test"]


def test_a_run_from_before_the_seal_cannot_be_the_one(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    Seals(workspace).seal(run.photo_set_id)
    app = open_page("runs", run=run.id)
    assert "Its score was seen before the test was sealed" in words(app)
    assert not [button for button in app.button if button.key == "runs_open_test"]
