"""Pictures that travel with the page, and that all of them do."""

from __future__ import annotations

import ast
import base64

import pytest

from pages.ui import inline
from tests.conftest import REPOSITORY
from tests.workspaces import jpeg

MODULES = sorted((REPOSITORY / "pages").rglob("*.py"))


def test_a_picture_says_what_it_is() -> None:
    photo = jpeg((10, 20, 30), side=8)
    head, _, text = inline.source(photo).partition(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(text) == photo
    assert inline.source(b"\x89PNG\r\n").startswith("data:image/png;base64,")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_picture_has_an_address_of_its_own(path) -> None:
    """Streamlit serves bytes by an address that may be gone when the browser comes for it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.image":
            assert ast.unparse(node.args[0]).startswith("inline.source("), f"line {node.lineno}"
