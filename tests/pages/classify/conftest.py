"""The Classify page in AppTest: what is said of each photo."""

from __future__ import annotations

import hashlib

from tests.pages.conftest import BLUE, RED
from tests.workspaces import jpeg

GREEN = (30, 220, 40)


def under(app, kind: str, name: str):
    """The widgets under the photos whose key begins so, in the order of the photos."""
    return [one for one in app.get(kind) if f"classify_{name}_" in (one.key or "")]


def judge(app, position: int, what: str):
    """Say of the photo at this place whether it was called right."""
    return under(app, "button_group", "judged")[position].set_value(what).run()


def said(app, file: tuple[str, bytes], label: str):
    """The app after somebody typed a new class under this photo, which AppTest cannot do."""
    app.session_state["classify_labels"] = {hashlib.sha256(file[1]).hexdigest(): label}
    return app


def button_labels(app) -> list[str]:
    """What stands on all buttons."""
    return [button.label for button in app.button]


THREE = (("a.jpg", jpeg(BLUE, 1)), ("b.jpg", jpeg(RED, 2)), ("c.jpg", jpeg(GREEN, 3)))
