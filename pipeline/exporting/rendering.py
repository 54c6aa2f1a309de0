"""Fills the templates. In HTML and SVG all that is put in is escaped; Markdown, see `literal`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.wording.numbers import photos, share

_MARKS: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&])")
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html", "svg"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)


def literal(text: str) -> str:
    """`text` as Markdown that shows exactly these characters, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


_TEMPLATES.filters |= {"literal": literal, "photos": photos, "share": share}


def rendered(template: str, **values: Any) -> str:
    """The text of a file in `templates` with `values` put in, all that it asks for.

    Raises:
        UndefinedError: If one is missing.
    """
    return _TEMPLATES.get_template(template).render(values)
