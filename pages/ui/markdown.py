"""What people typed, as Markdown that shows it as it is; states with their colour and icon."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

WORD_JOINER: Final = "\u2060"  # invisible; keeps two characters from forming a symbol
Colour = Literal["gray", "blue", "green", "orange", "red"]  # of a badge
STATES: Final[Mapping[str, tuple[str, Colour, str]]] = {
    "queued": ("waiting", "gray", ":material/schedule:"),
    "running": ("at work", "blue", ":material/autorenew:"),
    "done": ("finished", "green", ":material/check:"),
    "stopped": ("stopped by you", "orange", ":material/stop_circle:"),
    "failed": ("failed", "red", ":material/error:"),
    "interrupted": ("interrupted", "orange", ":material/power_off:"),
}
_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_SYMBOL: Final = re.compile(r"(?<![^\s])([<>~=-])(?=[<>=-])|(?<=[<-])-(?=>)")


def literal(text: str) -> str:
    """`text` as Markdown that shows exactly these characters.

    Class names, file names and run names belong to people: `:red[x]`, `$x$`, `*x*`,
    `<img>` or `www.example.com` in them is a name, not formatting.
    """
    shown = "".join(_visible(character) for character in text)
    shown = " ".join(shown.split())
    shown = re.sub(r":(?=\S)", f":{WORD_JOINER}", shown)  # icons, emoji, directives, links
    shown = re.sub(r"(?i)(www)(?=\.)|(@)(?=\S)", rf"\1\2{WORD_JOINER}", shown)
    shown = _SYMBOL.sub(lambda found: found.group(0) + WORD_JOINER, shown)  # -> would be an arrow
    return _PUNCTUATION.sub(r"\\\1", shown)


def _visible(character: str) -> str:
    """Control and direction-changing characters become a visible replacement."""
    if character.isspace():
        return " "
    return "\ufffd" if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character


def chart_text(text: str) -> str:
    """`text` for a Plotly label, which would read `<b>` as bold."""
    shown = "".join(_visible(character) for character in text)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
