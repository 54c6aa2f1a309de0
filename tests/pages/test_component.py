"""Components of our own: what the browser gets of each, and what they share."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import streamlit as st

from pages.ui import component
from tests import in_node
from tests.conftest import REPOSITORY

UI = REPOSITORY / "pages" / "ui"
ELEMENTS = UI / "elements.js"
# It loads the app's own modules; `tests/browser/test_live_camera.py` sees where it asks.
FROM_THE_APP = {UI / "classify" / "live_camera.js": ("import(whole(files.",)}
SCRIPTS = sorted(UI.rglob("*.js"))
SHOWN_BY = [path for path in UI.rglob("*.py") if "component.beside(" in path.read_text("utf-8")]


def named(path: Path) -> str:
    return path.relative_to(UI).as_posix()


def test_what_every_script_is_built_with_stands_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("wall.js", "tile.js", "tile.css", "wall.html"):
        (tmp_path / name).write_text(f"{name}\n")
    given: dict[str, object] = {}
    monkeypatch.setattr(
        st.components.v2, "component", lambda name, **told: given.update(name=name, **told)
    )
    component.beside(str(tmp_path / "wall.py"), after=("tile",))
    assert given == {
        "name": "pawtune_wall",
        "html": "wall.html\n",
        "css": "tile.css\n",
        "js": ELEMENTS.read_text("utf-8") + "tile.js\nwall.js\n",
        "isolate_styles": True,
    }
    component.beside(str(tmp_path / "tile.py"), "<p></p>", isolated=False)
    assert (given["html"], given["isolate_styles"]) == ("<p></p>", False)


@pytest.mark.parametrize("path", [one for one in SCRIPTS if one != ELEMENTS], ids=named)
def test_no_script_has_its_own_way_to_build(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "createElement" not in text
    assert "data:image/jpeg" not in text
    for name in ("element", "svg", "filled", "jpegUrl"):
        assert f"function {name}(" not in text
        assert f"const {name} =" not in text


@pytest.mark.parametrize("path", SCRIPTS + sorted(UI.rglob("*.css")), ids=named)
def test_nothing_comes_from_the_network(path: Path) -> None:
    text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
    for words in FROM_THE_APP.get(path, ()):
        text = text.replace(words, "")
    assert not [way for way in ("http:", "https:", "import(", "fetch(", "@import") if way in text]


def test_every_component_is_registered_here_under_a_name_of_its_own() -> None:
    elsewhere = [one for one in UI.rglob("*.py") if "components.v2" in one.read_text("utf-8")]
    assert elsewhere == [UI / "component.py"]
    assert len(SHOWN_BY) > 10
    assert max(Counter(path.stem for path in SHOWN_BY).values()) == 1


def test_a_name_with_a_gap_in_it_stays_as_it_is(tmp_path: Path) -> None:
    """A class may be called `{share}`."""
    program = f"""{ELEMENTS.read_text("utf-8")}
    const values = {{ name: "{{share}} $& {{name}}", share: "97 %" }}
    console.log(JSON.stringify(filled("{{name}}, {{share}} sure, {{other}}.", values)))
    """
    assert in_node.told(tmp_path, (), program) == "{share} $& {name}, 97 % sure, {other}."
