"""The way through the app."""

from __future__ import annotations

from pages.ui import frame
from pages.ui.start import steps
from tests.pages.conftest import Open


def test_three_steps_then_one_line(open_page: Open, workspace: object) -> None:
    links = [link.proto.label for link in open_page().main.get("page_link")]
    numbered = [f"**{number}. {name}**" for number, name in enumerate(steps._STEPS, 1)]
    others = [page.name for page in frame.PAGES[1:] if page.name not in steps._STEPS]
    assert links[-len(numbered) - len(others) :] == numbered + others
