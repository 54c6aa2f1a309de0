"""What people typed, as Markdown that shows it as it is; states with their colour and icon."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, Literal

from pipeline.workspace.states import JobState, RunState

BadgeColour = Literal["gray", "blue", "green", "orange", "red"]

WORD_JOINER: Final = "\u2060"  # invisible; keeps two characters from forming a symbol
# What people read of a state, with its colour and icon.
STATES: Final[Mapping[RunState | JobState, tuple[str, BadgeColour, str]]] = {
    RunState.QUEUED: ("waiting", "gray", ":material/schedule:"),
    RunState.RUNNING: ("at work", "blue", ":material/autorenew:"),
    RunState.DONE: ("finished", "green", ":material/check:"),
    RunState.STOPPED: ("stopped by you", "orange", ":material/stop_circle:"),
    RunState.FAILED: ("failed", "red", ":material/error:"),
    RunState.INTERRUPTED: ("interrupted", "orange", ":material/power_off:"),
    RunState.DAMAGED: ("damaged", "red", ":material/broken_image:"),
}
_UNSEEN: Final = {"Cc", "Cf", "Cs"}  # kinds of characters
_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_SYMBOL: Final = re.compile(r"(?<![^\s])([<>~=-])(?=[<>=-])|(?<=[<-])-(?=>)")


def literal(text: str) -> str:
    """`text` as Markdown that shows exactly these characters.

    Class names, file names and run names belong to people: `:red[x]`, `$x$`, `*x*`,
    `<img>` or `www.example.com` in them is a name, not formatting.
    """
    shown = " ".join(_visible(text).split())
    shown = re.sub(r":(?=\S)", f":{WORD_JOINER}", shown)  # icons, emoji, directives, links
    shown = re.sub(r"(?i)(www)(?=\.)|(@)(?=\S)", rf"\1\2{WORD_JOINER}", shown)
    shown = _SYMBOL.sub(lambda found: found.group(0) + WORD_JOINER, shown)  # -> would be an arrow
    return _PUNCTUATION.sub(r"\\\1", shown)


def _visible(text: str) -> str:
    """Control and direction-changing characters become a visible replacement."""
    return "".join(
        " " if one.isspace() else "\ufffd" if unicodedata.category(one) in _UNSEEN else one
        for one in text
    )


def chart_text(text: str) -> str:
    """`text` for a Plotly label, which would read `<b>` as bold."""
    return _visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
