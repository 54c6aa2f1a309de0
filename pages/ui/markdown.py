"""What people typed, as Markdown that shows it as it is; states with their colour and icon."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from pipeline.wording import names
from pipeline.workspace.states import JobState, RunState

BadgeColour = Literal["gray", "blue", "green", "orange", "red"]

WORD_JOINER: Final = "\u2060"  # invisible; keeps two characters from forming a symbol
# What people read of a state, with its colour and icon.
STATES: Final[Mapping[RunState | JobState, tuple[str, BadgeColour, str]]] = {
    RunState.QUEUED: ("waiting", "gray", ":material/schedule:"),
    RunState.RUNNING: ("running", "blue", ":material/autorenew:"),
    RunState.DONE: ("finished", "green", ":material/check:"),
    RunState.STOPPED: ("stopped", "orange", ":material/stop_circle:"),
    RunState.FAILED: ("failed", "red", ":material/error:"),
    RunState.INTERRUPTED: ("interrupted", "orange", ":material/power_off:"),
    RunState.DAMAGED: ("damaged", "red", ":material/broken_image:"),
}
_RIGHT_TO_LEFT: Final = {"R", "AL"}
_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")
_SYMBOL: Final = re.compile(r"(?<![^\s])([<>~=-])(?=[<>=-])|(?<=[<-])-(?=>)")


def literal(text: str) -> str:
    """`text` as Markdown that shows exactly these characters.

    Class names, file names and run names belong to people: `:red[x]`, `$x$`, `*x*`,
    `<img>` or `www.example.com` in them is a name, not formatting.
    """
    shown = " ".join(names.visible(text).split())
    shown = re.sub(r":(?=\S)", f":{WORD_JOINER}", shown)  # icons, emoji, directives, links
    shown = re.sub(r"(?i)(www)(?=\.)|(@)(?=\S)", rf"\1\2{WORD_JOINER}", shown)
    shown = _SYMBOL.sub(lambda found: found.group(0) + WORD_JOINER, shown)  # -> would be an arrow
    return _on_its_own(_PUNCTUATION.sub(r"\\\1", shown))


def name(one: str, among: Iterable[str], length: int = names.LONGEST) -> str:
    """A name as Markdown, which looks like none of the others; see `names.apart`.

    Args:
        one: The name.
        among: All names of its view, this one too.
        length: In characters at most.
    """
    return literal(names.apart(among, length)[one])


def chart_text(text: str) -> str:
    """`text` for a Plotly label, which would read `<b>` as bold."""
    shown = names.visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _on_its_own(shown)


def chart_names(among: Sequence[str], length: int) -> list[str]:
    """Names for the labels of a chart, no two of them alike; see `names.apart`."""
    shown = names.apart(among, length)
    return [chart_text(shown[one]) for one in among]


def _on_its_own(text: str) -> str:
    """Text that runs from right to left, so that it does not pull what stands beside it."""
    if any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in text):
        return f"\u2068{text}\u2069"
    return text
