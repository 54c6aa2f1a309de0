"""Numbers, times and names as people read them; no Streamlit, no figures."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from pipeline.evaluation import metrics
from pipeline.wording import PHASE_NAMES, duration, interval, percent, rounded, share, share_in_full

__all__ = [
    "PHASE_NAMES",
    "STATES",
    "WORD_JOINER",
    "accuracy_with_margin",
    "ago",
    "chart_text",
    "duration",
    "file_name",
    "interval",
    "joined",
    "learning_rate",
    "literal",
    "percent",
    "plural",
    "progress",
    "rounded",
    "share",
    "share_in_full",
    "short",
    "size",
]

WORD_JOINER: Final = "\u2060"  # invisible; keeps two characters from forming a symbol
STATES: Final = {
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


def short(text: str, length: int = 40) -> str:
    """`text` with its middle left out when it is longer than `length` characters."""
    if len(text) <= length:
        return text
    half = (length - 1) // 2
    return f"{text[: length - 1 - half]}…{text[-half:]}"


def file_name(text: str) -> str:
    """`text` as the name of a file that every system takes."""
    kept = "".join(sign if sign.isalnum() or sign in " -_" else "-" for sign in text)
    return " ".join(kept.split())[:60].strip(" -") or "photos"


def plural(number: int, one: str, many: str | None = None) -> str:
    """`1 photo`, `2,000 photos`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number_of_bytes: float) -> str:
    """Bytes as `14 MB`."""
    value = float(number_of_bytes)
    unit = ""
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(value) < 1000 or unit == "GB":
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 10 or unit == "bytes" else f"{value:.1f} {unit}"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago `moment` was: `just now`, `5 min ago`, `3 days ago`."""
    seconds = max(0.0, ((now or datetime.now(UTC)) - moment).total_seconds())
    if seconds < 60:
        return "just now"
    if seconds < 86_400:
        return f"{duration(max(seconds, 90))} ago"
    days = int(seconds // 86_400)
    return "yesterday" if days == 1 else f"{days} days ago"


def learning_rate(rate: float) -> str:
    """A learning rate without powers of ten: `0.0001`."""
    return f"{rate:.10f}".rstrip("0").rstrip(".") if rate else "0"


def accuracy_with_margin(test: dict[str, float]) -> str:
    """`97.9 %, give or take 2.2, on 192 photos`: half of the 95 % interval each way."""
    margin = metrics.margin(test["low"], test["high"])
    photos = plural(int(test["photos"]), "photo")
    return f"{percent(test['accuracy'])}, give or take {margin:.1f}, on {photos}"


def progress(done: float, total: float | None, unit: str) -> str:
    """`312 MB of 786 MB`, `120 of 2,000 photos`, or only what is done."""
    show: Callable[[float], str] = size if unit == "bytes" else lambda number: f"{number:,.0f}"
    tail = "" if unit in ("bytes", "") else f" {unit}"
    if total is None:
        return f"{show(done)}{tail}" if done else ""
    return f"{show(done)} of {show(total)}{tail}"


def joined(words: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
