"""Our JavaScript modules as one script, for a page that is one file.

They import and export in one plain way each, so that no bundler is needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter
from typing import Final

_IMPORT: Final = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js"$', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_LEFT: Final = re.compile(r"^(?:import\s[^(]|export\s).*$", re.MULTILINE)


def joined(modules: Mapping[str, str]) -> str:
    """One script that does what the modules do; each keeps its names to itself.

    Args:
        modules: Their sources, by name without `.js`.

    Raises:
        ValueError: If one imports or exports in a way that is not ours.
    """
    uses = {name: {used for _, used in _IMPORT.findall(text)} for name, text in modules.items()}
    order = TopologicalSorter(uses).static_order()
    return "\n".join(_alone(name, modules[name]) for name in order)


def _alone(name: str, source: str) -> str:
    """A module as a constant (`NAME_js`) that holds what it exports."""
    given = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub(r"const { \1 } = \2_js", source))
    if left := _LEFT.search(body):
        raise ValueError(f"{name}.js has a line that is not joined: {left.group()}")
    return f"const {name}_js = (() => {{\n{body}\nreturn {{ {given} }}\n}})()"
