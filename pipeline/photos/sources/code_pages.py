"""Which of the world's old code pages names were written in, told by the names themselves.

A zip of before 2007, and many a tool of today, keeps names as the bytes of the computer that made
it and does not say which code page that was. All names of one zip or folder come from the same
computer, so they are judged together.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.errors import SettingError
from pipeline.photos import class_names
from pipeline.photos.sources import letter_costs
from pipeline.photos.sources.letter_costs import Language, cost


@dataclass(frozen=True, slots=True, eq=False)
class CodePage:
    """One way to read bytes as letters.

    Attributes:
        codec: Python's name of it, by which it is chosen.
        title: What people call it.
        language: Of the names that are written in it.
        rarity: How seldom zips are written in it, in bits.
    """

    codec: str
    title: str
    language: Language
    rarity: float = 0.0


UTF_8: Final = CodePage("utf-8", "Unicode (UTF-8)", letter_costs.WESTERN)
# Each byte of it is a letter of its own: any bytes can be read, and no two names become one.
LAST_RESORT: Final = CodePage("cp437", "Western European (DOS)", letter_costs.WESTERN)
CODE_PAGES: Final = (
    UTF_8,
    LAST_RESORT,
    CodePage("cp850", "Western European (DOS, 850)", letter_costs.WESTERN, 0.5),
    CodePage("cp1252", "Western European (Windows)", letter_costs.WESTERN, 1.0),
    CodePage("gb18030", "Simplified Chinese (GBK)", letter_costs.SIMPLIFIED_CHINESE),
    CodePage("cp950", "Traditional Chinese (Big5)", letter_costs.TRADITIONAL_CHINESE),
    CodePage("big5hkscs", "Hong Kong Chinese (Big5)", letter_costs.TRADITIONAL_CHINESE, 4.0),
    CodePage("cp932", "Japanese (Shift-JIS)", letter_costs.JAPANESE),
    CodePage("euc_jp", "Japanese (EUC)", letter_costs.JAPANESE, 8.0),
    CodePage("cp949", "Korean (EUC-KR)", letter_costs.KOREAN),
    CodePage("cp866", "Cyrillic (DOS)", letter_costs.CYRILLIC),
    CodePage("cp1251", "Cyrillic (Windows)", letter_costs.CYRILLIC, 1.0),
    CodePage("koi8_u", "Cyrillic (KOI8)", letter_costs.CYRILLIC, 4.0),
    CodePage("cp852", "Central European (DOS)", letter_costs.CENTRAL, 2.0),
    CodePage("cp1250", "Central European (Windows)", letter_costs.CENTRAL, 3.0),
    CodePage("cp737", "Greek (DOS)", letter_costs.GREEK, 2.0),
    CodePage("cp1253", "Greek (Windows)", letter_costs.GREEK, 3.0),
    CodePage("cp862", "Hebrew (DOS)", letter_costs.HEBREW, 4.0),
    CodePage("cp1255", "Hebrew (Windows)", letter_costs.HEBREW, 5.0),
    CodePage("cp720", "Arabic (DOS)", letter_costs.ARABIC, 2.0),
    CodePage("cp1256", "Arabic (Windows)", letter_costs.ARABIC, 3.0),
    CodePage("cp874", "Thai", letter_costs.THAI, 1.0),
    CodePage("cp857", "Turkish (DOS)", letter_costs.TURKISH, 2.0),
    CodePage("cp1254", "Turkish (Windows)", letter_costs.TURKISH, 2.0),
    CodePage("cp775", "Baltic (DOS)", letter_costs.BALTIC, 3.0),
    CodePage("cp1257", "Baltic (Windows)", letter_costs.BALTIC, 4.0),
    CodePage("cp1258", "Vietnamese (Windows)", letter_costs.VIETNAMESE, 4.0),
)
# What people type, and what is read for it.
_OTHER_NAMES: Final = {
    "big5": "cp950",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "koi8-r": "koi8-u",
    "shift_jis": "cp932",
}

_MOST_JUDGED: Final = 200  # names; more tell nothing new
_MOST_CHARS: Final = 64  # of each folder on the way, and of the file
_SURE_BITS: Final = 8.0  # a spelling that is only so much worse is worth a question
# Other bytes are seldom UTF-8 by chance, but one sign of Chinese in twelve is.
_UTF_8_BITS: Final = 10.0
_UTF_8_LETTER_BITS: Final = 3.6
_MIXED_BITS: Final = 8.0  # two programs at work on one zip are rare
_WRONG_FOLDER_BITS: Final = 20.0  # a backslash that became half a letter, or the other way round
_TWO_BYTES: Final = "\u07ff"  # up to it, a letter of UTF-8 could be one sign of Chinese as well
_LANGUAGES: Final = tuple(dict.fromkeys(page.language for page in CODE_PAGES))


@dataclass(frozen=True, slots=True)
class Spelling:
    """How names are read.

    Attributes:
        page: The code page.
        separator: What stands between folders in these names.
        mixed: Whether what is UTF-8 in them is read as such, and `page` is for the rest.
        others: Pages that fit nearly as well and read other letters; empty where it is sure.
    """

    page: CodePage
    separator: str = "/"
    mixed: bool = True
    others: tuple[CodePage, ...] = ()

    def read(self, name: bytes) -> str | None:
        """The letters of a name, or None where some of its bytes are none."""
        if self.separator != "/":  # half of a letter may look like a backslash
            return self._letters(name)
        texts = [text for part in name.split(b"/") if (text := self._letters(part)) is not None]
        return "/".join(texts) if len(texts) == name.count(b"/") + 1 else None

    def keeps_apart(self, names: Collection[bytes]) -> bool:
        """Whether it reads all these names, each as letters of its own."""
        texts = {self.read(name) for name in names}
        return None not in texts and len(texts) == len(set(names))

    def _letters(self, part: bytes) -> str | None:
        text = _decoded(part, UTF_8) if self.mixed else None
        return _decoded(part, self.page) if text is None else text


def code_page(name: str) -> CodePage:
    """The code page that somebody named.

    Args:
        name: Such as `big5`, `shift_jis` or `cp866`.

    Raises:
        SettingError: If there is none of this name; lists those that there are.
    """
    try:
        codec = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        codec = ""
    codec = _OTHER_NAMES.get(codec, codec)
    for page in CODE_PAGES:
        if codecs.lookup(page.codec).name == codec:
            return page
    known = ", ".join(page.codec for page in CODE_PAGES)
    raise SettingError(f"The code page has to be one of {known}. Received: {name!r}.")


def guess(names: Collection[bytes], separator: str = "/") -> Spelling:
    """Tell by which code page all these names make sense together.

    Args:
        names: Those whose code page nothing says; each has a byte beyond ASCII.
        separator: What stands between folders in them.

    Returns:
        The likeliest one of those that keep all names apart, with those that could be meant.
    """
    sample = _sample(names)
    parts = {part for name in sample for part in _folders_of(name, separator)}
    unicode = {text for part in parts if (text := _decoded(part, UTF_8)) and not part.isascii()}
    is_unicode = all(_decoded(part, UTF_8) is not None for part in parts)
    is_certain = any(max(text) > _TWO_BYTES for text in unicode)
    if is_unicode and is_certain:
        return Spelling(UTF_8, separator)
    judged = []
    if is_unicode:
        bits = sum(min(cost(text[:_MOST_CHARS], one) for one in _LANGUAGES) for text in unicode)
        letters = sum(not letter.isascii() for text in unicode for letter in text)
        proof = min(_UTF_8_BITS, letters * _UTF_8_LETTER_BITS)
        judged.append((0, bits - proof, Spelling(UTF_8, separator)))
    for page in CODE_PAGES[1:]:
        whole = Spelling(page, separator, mixed=False)
        if not is_certain:
            judged.append((*_judged(whole, sample, ()), whole))
        if unicode and not is_unicode:
            mixed = Spelling(page, separator)
            merged, bits = _judged(mixed, sample, unicode)
            judged.append((merged, bits + _MIXED_BITS, mixed))
    judged.sort(key=lambda one: one[:2])  # stable: of equals the first in the table
    return _likeliest([(bits, spelling) for _, bits, spelling in judged], names, sample)


def _likeliest(
    judged: Sequence[tuple[float, Spelling]], names: Collection[bytes], sample: Sequence[bytes]
) -> Spelling:
    apart = (one for one in judged if one[0] < math.inf and one[1].keeps_apart(names))
    bits, best = next(apart, (0.0, Spelling(LAST_RESORT, judged[0][1].separator, mixed=False)))
    seen = [[best.read(name) for name in sample]]
    others = []
    for other_bits, other in judged:
        texts = [other.read(name) for name in sample]
        if abs(other_bits - bits) <= _SURE_BITS and texts not in seen:
            seen.append(texts)
            others.append(other.page)
    return replace(best, others=tuple(dict.fromkeys(others)))


def _judged(
    spelling: Spelling, sample: Sequence[bytes], unicode: Collection[str]
) -> tuple[int, float]:
    """How many folders would count as one, and how unlikely the letters are, in bits."""
    parts, folders, bits = set(), set(), spelling.page.rarity
    for name in sample:
        text = spelling.read(name)
        if text is None:
            return 0, math.inf
        folder, found, _ = text.rpartition(spelling.separator)
        folders.add(folder)
        parts.update(text.split(spelling.separator))
        is_lost = not found and spelling.separator.encode() in name
        if is_lost or spelling.separator * 2 in text.lstrip(spelling.separator):
            bits += _WRONG_FOLDER_BITS
    for part in parts:
        if not part.isascii():
            languages = _LANGUAGES if part in unicode else (spelling.page.language,)
            bits += min(cost(part[:_MOST_CHARS], language) for language in languages)
    return len(folders) - len(set(map(class_names.key, folders))), bits


def _sample(names: Collection[bytes]) -> list[bytes]:
    """Some names of as many folders as there are, the same ones each time."""
    by_folder: dict[bytes, bytes] = {}
    for name in sorted(names):
        by_folder.setdefault(re.split(rb"[/\\][^/\\]*$", name)[0], name)
    return list(dict.fromkeys([*by_folder.values(), *sorted(names)]))[:_MOST_JUDGED]


def _folders_of(name: bytes, separator: str) -> list[bytes]:
    return name.split(b"/") if separator == "/" else [name]


def _decoded(name: bytes, page: CodePage) -> str | None:
    try:
        return name.decode(page.codec)
    except UnicodeDecodeError:
        return None
