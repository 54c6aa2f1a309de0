"""The tree of what was understood shows names as they are."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import words


def test_names_are_shown_as_they_are() -> None:
    def script() -> None:
        from pages.ui.parts import layout_tree

        layout_tree.account(
            {
                "classes": {"*cats*": 2},
                "splits": {},
                "unlabelled": 0,
                "photos": [{"split": None, "class": "*cats*", "photos": 2}],
                "left_out": [{"files": 1, "reason": "Its folder *x* is odd.", "advice": ""}],
            }
        )

    app = AppTest.from_function(script).run()
    assert not app.exception
    assert app.code[0].value == "*cats*: 2\nleft out: 1 file"
    assert "\\*x\\*" in words(app)
    assert app.expander[0].label == "Read as 1 class; left out: 1 file."
