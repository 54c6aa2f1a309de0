"""Components of our own: a script and a style beside the module that shows them.

The browser gets all of a component as one script without imports, so what every script is built
with, `elements.js`, stands before each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import streamlit as st

_ELEMENTS: Final = Path(__file__).with_name("elements.js")


def beside(
    module: str, html: str = "", *, after: Sequence[str] = (), isolated: bool = True
) -> Callable[..., Any]:
    """Register the component whose code lies beside a module, and is called as it is.

    Args:
        module: The module's `__file__`.
        html: What there is before the script has run; else `.html` beside the module, if any.
        after: What comes before the component's own, without its ending, as seen from there.
        isolated: Whether the page's styles stay outside, and the component's inside.

    Returns:
        What mounts it, as `st.components.v2.component` does.
    """
    path = Path(module)
    parts = [path.parent / name for name in (*after, path.stem)]
    made: Callable[..., Any] = st.components.v2.component(
        f"pawtune_{path.stem}",
        html=html or _text([path], ".html") or None,
        css=_text(parts, ".css") or None,
        js=_text([_ELEMENTS, *parts], ".js"),
        isolate_styles=isolated,
    )
    return made


def _text(parts: Sequence[Path], ending: str) -> str:
    """The code of all that have some of this kind, one below the other."""
    paths = [part.with_suffix(ending) for part in parts]
    return "".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
