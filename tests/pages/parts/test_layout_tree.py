"""The tree of what was understood shows names as they are."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words


def script() -> None:
    from pages.ui.parts import layout_tree

    layout = {
        "classes": {"*cats*": 2},
        "splits": {},
        "unlabelled": 0,
        "notes": ["The folder *y* tells no class."],
        "photos": [{"split": None, "class": "*cats*", "photos": 2}],
        "left_out": [{"files": 1, "reason": "Its folder *x* is odd.", "advice": ""}],
    }
    layout_tree.show(layout)
    layout_tree.account(layout)


def test_names_are_shown_as_they_are() -> None:
    app = AppTest.from_function(script).run()
    assert not app.exception
    assert [one.value for one in app.code] == ["*cats*: 2\nleft out: 1 file"] * 2
    assert "\\*x\\*" in words(app)
    assert words(app).count("\\*y\\* tells no class") == 1, "the account tells its notes itself"
    assert app.expander[0].label == "Read as 1 class; left out: 1 file."
