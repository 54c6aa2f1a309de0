"""Names as they are shown: short enough for their place, and never two that look the same."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from types import MappingProxyType
from typing import Final

ELLIPSIS: Final = "…"
LONGEST: Final = 1_000  # letters; in whole names nothing is left out below
_PLACES: Final = 3  # in one name that are kept because it differs there from others
_UNSEEN: Final = {"Cc", "Cf", "Cs"}  # kinds of characters
_NON_JOINER: Final = "\u200c"  # between letters, as Persian needs it
_JOINER: Final = "\u200d"  # between letters and between emoji
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters, for Unicode
_FLAG: Final = "\U0001f3f4"  # takes tags that tell which one
_TAGS: Final = range(0xE0020, 0xE0080)
_SKIN: Final = range(0x1F3FB, 0x1F400)
_REGIONS: Final = range(0x1F1E6, 0x1F200)  # two of them are a flag
# Letters that stand on the one before, although Unicode does not call them marks.
_LEANING: Final = frozenset("\u0e33\u0eb3\uff9e\uff9f")
_VIRAMA: Final = 9  # combining class: joins the consonants before and behind it
# Korean letters: beginnings, middles and ends of a syllable, and what may follow each.
_JAMO: Final = (
    ("L", (range(0x1100, 0x1160), range(0xA960, 0xA97D))),
    ("V", (range(0x1160, 0x11A8), range(0xD7B0, 0xD7C7))),
    ("T", (range(0x11A8, 0x1200), range(0xD7CB, 0xD7FC))),
)
_FOLLOWS: Final = {"L": "LVS", "V": "VT", "T": "T", "S": "VT"}
_SYLLABLES: Final = range(0xAC00, 0xD7A4)


def visible(text: str) -> str:
    """`text` with a replacement for each character that is not seen and may change the others.

    Joiners stay between what they join, and so do the tags of a flag.
    """
    if text.isprintable():
        return text
    seen = ""
    for place, sign in enumerate(text):
        if sign.isspace():
            seen += " "
        elif unicodedata.category(sign) not in _UNSEEN or _joins(
            seen[-1:], sign, text[place + 1 : place + 2]
        ):
            seen += sign
        else:
            seen += "\ufffd"
    return seen


def _joins(before: str, sign: str, behind: str) -> bool:
    """Whether an unseen character belongs to the script or the emoji around it."""
    if ord(sign) in _TAGS:
        return before == _FLAG or (before != "" and ord(before) in _TAGS)
    around = before + behind
    return (
        sign in (_JOINER, _NON_JOINER)
        and len(around) == 2
        and all(one > "\u02ff" and unicodedata.category(one)[0] in "LMS" for one in around)
    )


def graphemes(text: str) -> list[str]:
    """The letters of `text` as people see them: accents, joined emoji and flags stay whole.

    After Unicode's rules for grapheme clusters (Standard Annex 29); where those let one cut
    between consonants that a virama joins, this does not.
    """
    parts: list[str] = []
    for sign in text:
        if parts and _belongs(parts[-1], sign):
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


def _belongs(before: str, sign: str) -> bool:
    """Whether a character continues the letter before it."""
    last, code = before[-1], ord(sign)
    if unicodedata.category(sign)[0] == "M" or sign in _LEANING or sign in (_JOINER, _NON_JOINER):
        return True
    if last == _JOINER or code in _TAGS or code in _SKIN:
        return True
    if code in _REGIONS:
        return len(before) == 1 and ord(last) in _REGIONS
    if unicodedata.combining(last) == _VIRAMA:
        return unicodedata.category(sign) == "Lo"
    return _jamo(sign) in tuple(_FOLLOWS.get(_jamo(last), ""))


def _jamo(sign: str) -> str:
    code = ord(sign)
    if code in _SYLLABLES:
        return "S"
    return next((kind for kind, parts in _JAMO if any(code in part for part in parts)), "")


def short(text: str, length: int = 40) -> str:
    """`text` with its middle left out when it is longer than `length` characters.

    Never cut within a letter, as `graphemes` tells them; the result may be some characters
    shorter for that.
    """
    if len(text) <= length:
        return text
    parts = graphemes(text)
    half = (length - 1) // 2
    head = fitting(parts, length - 1 - half)
    tail = fitting(parts[::-1], half)
    return "".join((*head, ELLIPSIS, *tail[::-1]))


def with_more(name: str, more: str, length: int = 120) -> str:
    """A name with words behind it that are there in full however long the name is."""
    return f"{short(name, length - len(more))}{more}"


def fitting(parts: Sequence[str], room: int, size: Callable[[str], int] = len) -> Sequence[str]:
    """The first letters, as many as fit into so much room: characters, or what `size` measures."""
    taken = itertools.accumulate(map(size, parts))
    return parts[: sum(1 for _ in itertools.takewhile(lambda most: most <= room, taken))]


def apart(names: Iterable[str], length: int = LONGEST) -> Mapping[str, str]:
    """How names are shown beside each other: at most `length` characters, all looking different.

    A name that fits stands as it is. Of longer ones the middle is left out; where that would make
    two alike, what they differ in stays instead. Where nothing that is seen tells two names apart,
    such as a space more, they are numbered.

    Args:
        names: Those of one view, in its order; equal ones are the same name.
        length: In characters; at least 8.

    Returns:
        What is shown for each name.
    """
    return _apart(tuple(dict.fromkeys(names)), length)


@lru_cache(maxsize=128)  # pages ask for each photo again, and some have a thousand classes
def _apart(names: tuple[str, ...], length: int) -> Mapping[str, str]:
    whole = {name: " ".join(visible(name).split()) for name in names}
    shown = {name: short(text, length) for name, text in whole.items()}
    alike = {name for group in _groups(shown) for name in group}
    shown |= _by_differences(whole, alike, length)
    taken = {_look(text) for text in shown.values()}
    for group in _groups(shown):
        for name in group[1:]:
            shown[name] = _numbered(shown[name], length, taken)
    return MappingProxyType(shown)


def _groups(shown: Mapping[str, str]) -> list[list[str]]:
    """The names that look the same, where there are several."""
    found: dict[str, list[str]] = {}
    for name, text in shown.items():
        found.setdefault(_look(text), []).append(name)
    return [group for group in found.values() if len(group) > 1]


def _look(text: str) -> str:
    """What texts share that nobody can tell apart on a screen."""
    kept = (
        " " if one in _BLANK else one
        for one in unicodedata.normalize("NFC", text)
        if one not in (_JOINER, _NON_JOINER, "\u034f") and not "\ufe00" <= one <= "\ufe0f"
    )
    return " ".join("".join(kept).split())


def _by_differences(whole: Mapping[str, str], some: Set[str], length: int) -> dict[str, str]:
    """Some of the names, each cut so that the places stay where it differs from others."""
    if not some:
        return {}
    parts = {name: graphemes(text) for name, text in whole.items()}
    order = sorted(parts, key=parts.__getitem__)
    pairs = itertools.pairwise(parts[name] for name in order)
    # How many letters neighbours share; of two names farther apart it is the least in between.
    shared = list(itertools.starmap(_shared, pairs))
    found = {}
    for place, name in enumerate(order):
        if name in some:
            behind = itertools.accumulate(shared[place:], min)
            before = itertools.accumulate(reversed(shared[:place]), min)
            # The last ones tell it from those that are most like it.
            differing = sorted({*behind, *before})[-_PLACES:]
            found[name] = _cut(parts[name], differing, length)
    return found


def _shared(one: Sequence[str], two: Sequence[str]) -> int:
    """How many letters two names share from their beginning on."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(two)))


def _cut(parts: Sequence[str], places: Sequence[int], length: int) -> str:
    """The letters from each place on and from the beginning, turn by turn until it is full."""
    kept: set[int] = set()
    for step in range(len(parts)):
        before = len(kept)
        for start in (*places, 0):
            more = kept | {min(start + step, len(parts) - 1)}
            if len(_joined(parts, more)) <= length:
                kept = more
        if len(kept) == before:
            break
    return _joined(parts, kept)


def _joined(parts: Sequence[str], kept: set[int]) -> str:
    """The letters that are kept; an ellipsis for each gap."""
    text, last = "", -1
    for place in sorted(kept):
        text += (ELLIPSIS if place > last + 1 else "") + parts[place]
        last = place
    return text + (ELLIPSIS if last + 1 < len(parts) else "")


def _numbered(text: str, length: int, taken: set[str]) -> str:
    """A text with the first number behind it that makes it another one; it becomes taken."""
    for mark in _marks():
        found = f"{short(text, length - len(mark))}{mark}"
        if _look(found) not in taken:
            break
    taken.add(_look(found))
    return found


def _marks() -> Iterator[str]:
    return (f" ({number})" for number in itertools.count(2))
