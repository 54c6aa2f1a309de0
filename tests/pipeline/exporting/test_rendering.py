"""Templates: what is put in is escaped, and nothing that is missing leaves a gap."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from pipeline.exporting import rendering
from pipeline.exporting.rendering import literal, rendered


@pytest.mark.parametrize(
    ("name", "shown"),
    [("my *best* cat", r"my \*best\* cat"), ("a\n# b", r"a \# b"), ("plain", "plain")],
)
def test_a_name_is_no_markdown(name: str, shown: str) -> None:
    assert literal(name) == shown


def test_only_what_a_template_is_for_is_escaped() -> None:
    made = [rendering._TEMPLATES.autoescape(name) for name in ("a.html", "a.svg", "a.md", "a.txt")]
    assert made == [True, True, False, False]


@pytest.mark.parametrize("template", ["report.html", "model_card.md", "curves.svg"])
def test_what_is_missing_leaves_no_gap(template: str) -> None:
    with pytest.raises(UndefinedError):
        rendered(template)
