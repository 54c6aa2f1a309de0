"""What holds for each page: it opens, it begins with sentences, every control explains itself."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element, Expander

from pages.ui import resources
from pages.ui.frame import LEARN
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.conftest import REPOSITORY
from tests.pages.conftest import PAGES, Open, words
from tests.workspaces import add_photo_set, class_folders

EVERYWHERE = ("", *PAGES)


WIDGETS = (
    "slider",
    "select_slider",
    "selectbox",
    "multiselect",
    "number_input",
    "toggle",
    "text_input",
    "file_uploader",
    "button_group",
)


CONTROLS = (
    *WIDGETS,
    "button",
    "page_link",
    "download_button",
    "menu_button",
    "text_area",
    "checkbox",
)
MOST_WORDS = 60  # before the first control
READ = (
    "title",
    "header",
    "subheader",
    "markdown",
    "caption",
    "info",
    "warning",
    "success",
    "metric",
)


def pieces(block: Block) -> Iterator[Element]:
    """What stands in a block, from top to bottom; nothing that is folded away."""
    for child in block.children.values():
        if isinstance(child, Block):
            if not isinstance(child, Expander):
                yield from pieces(child)
        else:
            yield child


def words_before_the_first_control(app: AppTest) -> list[str]:
    said: list[str] = []
    for one in pieces(app.main):
        if one.type in CONTROLS:
            break
        if one.type in READ:
            said += re.findall(r"\w[\w'-]*", re.sub(r":material/\w+:", "", str(one.value)))
    return said


@pytest.mark.parametrize("page", EVERYWHERE)
def test_few_words_stand_before_the_first_control(open_page: Open, run: Run, page: str) -> None:
    app = open_page(page)
    said = words_before_the_first_control(app)
    assert len(said) <= MOST_WORDS, " ".join(said)


@pytest.mark.parametrize("page", EVERYWHERE)
def test_few_words_stand_there_for_a_newcomer(
    no_first_import: None, open_page: Open, page: str
) -> None:
    said = words_before_the_first_control(open_page(page))
    assert len(said) <= MOST_WORDS, " ".join(said)


def test_words_before_a_control_are_counted() -> None:
    def page() -> None:
        import streamlit as st

        st.title("Two words")
        with st.expander("Explanations"):
            st.markdown("What is folded away is not read.")
        with st.container():
            st.markdown(":material/home: **Three** more words")
            st.button("Go")
        st.caption("This comes later.")

    said = words_before_the_first_control(AppTest.from_function(page).run())
    assert said == ["Two", "words", "Three", "more", "words"]


@pytest.mark.parametrize("page", EVERYWHERE)
def test_what_a_page_explains_lies_in_one_drawer(open_page: Open, run: Run, page: str) -> None:
    app = open_page(page)
    assert [one.label for one in app.expander].count(LEARN) <= 1
    lessons = {one.icon for one in app.expander if one.label != LEARN}
    assert ":material/school:" not in lessons
    if page:
        assert app.expander[-1].label == LEARN, "it stands at the foot"


def is_well(app: AppTest) -> None:
    assert not app.exception, app.exception[0].message
    assert len(app.title) == 1
    assert app.markdown, "a page begins with a sentence"


@pytest.mark.parametrize("page", EVERYWHERE)
def test_opens_in_an_empty_workspace(no_first_import, open_page: Open, page: str) -> None:
    app = open_page(page)
    is_well(app)
    assert not app.error


@pytest.mark.parametrize("page", EVERYWHERE)
def test_opens_with_a_photo_set(open_page: Open, photo_set: PhotoSetRow, page: str) -> None:
    app = open_page(page)
    is_well(app)
    assert not app.error


@pytest.mark.parametrize("page", EVERYWHERE)
def test_opens_with_a_finished_run(open_page: Open, run: Run, page: str) -> None:
    app = open_page(page)
    is_well(app)
    assert not app.error


@pytest.mark.parametrize("page", EVERYWHERE)
def test_every_control_has_help_and_a_label(open_page: Open, run: Run, page: str) -> None:
    app = open_page(page)
    widgets = [widget for kind in WIDGETS for widget in app.get(kind)]
    assert len(widgets) >= {"": 0, "train": 13, "augment": 6}.get(page, 1)
    for widget in widgets:
        assert widget.proto.label
        assert widget.proto.help, f"{widget.proto.label} has no help"


@pytest.mark.parametrize("page", EVERYWHERE)
def test_every_chart_and_picture_has_alt_text(open_page: Open, run: Run, page: str) -> None:
    app = open_page(page)
    for chart in app.get("plotly_chart"):
        assert chart.proto.alt
    assert {"runs": 2}.get(page, 0) <= len(app.get("plotly_chart"))
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    assert all(alts)
    assert {"": 2, "augment": 10, "runs": 4}.get(page, 0) <= len(alts)


@pytest.mark.parametrize("page", EVERYWHERE)
def test_the_menu_leads_everywhere(open_page: Open, page: str) -> None:
    app = open_page(page)
    labels = [link.proto.label for link in app.sidebar.get("page_link")]
    assert labels[:8] == [
        *("Start", "Photos", "Explore", "Augment", "Train", "Runs", "Evaluate", "Classify")
    ]


@pytest.mark.parametrize("page", EVERYWHERE)
def test_a_workspace_that_cannot_be_written_is_a_sentence(
    open_page: Open, page: str, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    blocked = tmp_path / "a_file"
    blocked.write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("PAWTUNE_HOME", str(blocked / "home"))
    app = open_page(page)
    assert not app.exception
    assert "cannot write there" in words(app)


@pytest.mark.parametrize("page", EVERYWHERE)
def test_what_is_at_work_stands_in_the_sidebar(
    open_page: Open, workspace: Workspace, page: str
) -> None:
    Jobs(workspace).submit_import("/somewhere/birds", "Birds")
    app = open_page(page)
    links = [link.proto.label for link in app.sidebar.get("page_link")]
    assert "Importing: waiting" in links


def test_the_first_set_is_seen_at_once(workspace, tmp_path) -> None:
    assert resources.photo_set_list() == ()
    row = add_photo_set(workspace, class_folders(tmp_path / "first"))
    assert resources.photo_set_list() == (row,), "an empty list must not be remembered"


def test_a_damaged_list_of_runs_is_mended_and_said(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    open_page("")  # a start of the app, which keeps a copy
    assert (workspace.home / "backup" / "pawtune.sqlite").exists()
    (workspace.home / "pawtune.sqlite").write_bytes(b"SQLite format 3\0 and nothing more")
    st.cache_resource.clear()  # as a new start of the server does
    app = open_page("")
    is_well(app)
    assert any("copy from the last start" in warning.value for warning in app.warning)
    assert [found.id for found in Runs(workspace).list()] == [run.id]


@pytest.mark.parametrize("page", ["photos", "explore", "augment", "train"])
def test_a_set_of_one_class_breaks_no_page(
    open_page: Open, workspace: Workspace, tmp_path: Path, page: str
) -> None:
    row = add_photo_set(workspace, class_folders(tmp_path / "one", photos=3, names=("blue",)))
    app = open_page(page, set=row.id)
    assert not app.exception
    assert not app.error


def test_the_web_side_loads_no_tensorflow() -> None:
    files = sorted((REPOSITORY / "pages" / "ui").rglob("*.py"))
    modules = [".".join(path.relative_to(REPOSITORY).with_suffix("").parts) for path in files]
    assert "pages.ui.classify.ask" in modules
    script = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'tensorflow', 'keras', 'tensorflow_datasets'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_no_page_ends_by_stopping() -> None:
    """Streamlit forgets fragments of the run before only where a script runs to its end."""
    for script in (REPOSITORY / "app.py", *(REPOSITORY / "pages").glob("*.py")):
        assert "st.stop(" not in script.read_text(encoding="utf-8"), script.name
