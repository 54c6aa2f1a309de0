"""What the members of a zip are called, and the folders that their names mean.

A name is bytes. Letters come from the mark that says UTF-8, from the true name that Info-ZIP and
others put beside an old one, or else from a code page that all names of the zip share. Nothing
is split before it is letters: the second byte of many a Chinese or Japanese sign is a backslash.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from pipeline.errors import SourceError
from pipeline.photos.sources.code_pages import CodePage, Spelling, guess
from pipeline.photos.sources.layout import Parts
from pipeline.wording import source_notes

_UTF8: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_UNICODE_PATH_START: Final = struct.Struct("<BL")  # version, CRC of the name as it is written
_EXTRA_HEADER: Final = struct.Struct("<HH")
_NAMES_TRIED: Final = 1000
_MOST_EXAMPLES: Final = 4
# "C:/cats" and "c:cats", but not "a: apples/1.jpg", which no Windows has made.
_DRIVE: Final = re.compile(r"^[A-Za-z]:(?=[/\\]|[^/]*$)")


class Choice(NamedTuple):
    """A way to read names.

    Attributes:
        code_page: What `code_pages.code_page` takes.
        title: What people call it.
        names: Some folders as it reads them.
    """

    code_page: str
    title: str
    names: tuple[str, ...]


class MemberName(NamedTuple):
    """A member's name.

    Attributes:
        text: As letters.
        parts: The folders that it means, and the file in them.
        is_folder: Whether it ends as the names of folders do.
    """

    text: str
    parts: Parts
    is_folder: bool


class Names(NamedTuple):
    """The names of all members, in their order.

    Attributes:
        names: As they were read.
        choices: How else those could be read that say no code page; empty where that is sure.
    """

    names: tuple[MemberName, ...]
    choices: tuple[Choice, ...]


def names_of(
    members: Sequence[zipfile.ZipInfo], title: str, code_page: CodePage | None = None
) -> Names:
    """Read the names of all members of a zip.

    Args:
        members: All of them, folders too: their names help to tell the code page.
        title: The zip's name for people.
        code_page: How to read names of which nothing says it; guessed unless given.

    Raises:
        SourceError: If some of these names are none in the code page that was given.
    """
    raw = [raw_name(member) for member in members]
    told = [_told(member, name) for member, name in zip(members, raw, strict=True)]
    untold = {name for name, text in zip(raw, told, strict=True) if text is None}
    separator = "/" if any(b"/" in name for name in raw) else "\\"
    spelling = spelling_of(untold, separator, title, code_page) if untold else None
    names = []
    for name, text in zip(raw, told, strict=True):
        # In a zip with slashes, a name without them is a file's, unless it came from Windows.
        between = separator if text is None or "/" in text else "\\"
        if text is None:
            text = (spelling and spelling.read(name)) or ""
        names.append(MemberName(text, parts_of(text, between), text.endswith(between)))
    return Names(tuple(names), choices(spelling, untold))


def spelling_of(
    names: Collection[bytes], separator: str, title: str, code_page: CodePage | None
) -> Spelling:
    """How names are read of which nothing says it.

    Args:
        names: All of them.
        separator: What stands between folders in them.
        title: What they are in, for people.
        code_page: How to read them; guessed unless given.

    Raises:
        SourceError: If some of them are none in the code page that was given.
    """
    if code_page is None:
        return guess(names, separator)
    spelling = Spelling(code_page, separator, mixed=False)
    if not spelling.keeps_apart(names):
        raise SourceError(
            f"{title} has names that are not written in {code_page.title}. Choose another code "
            "page, or none."
        )
    return spelling


def choices(spelling: Spelling | None, names: Collection[bytes]) -> tuple[Choice, ...]:
    """The ways to read names that could mean other letters, the likeliest first.

    Args:
        spelling: How they were read, or None where nothing had to be guessed.
        names: All of them.
    """
    if spelling is None or not spelling.others:
        return ()
    ways = [spelling, *(Spelling(page, spelling.separator, False) for page in spelling.others)]
    return tuple(
        Choice(way.page.codec, way.page.title, _examples(way, sorted(names)[:_NAMES_TRIED]))
        for way in ways
    )


def _examples(spelling: Spelling, names: Iterable[bytes]) -> tuple[str, ...]:
    """Some folders as they would be read; files where no folder has such a name."""
    texts = [text.split(spelling.separator) for name in names if (text := spelling.read(name))]
    folders = dict.fromkeys(part for parts in texts for part in parts[:-1] if not part.isascii())
    return tuple(folders or dict.fromkeys(parts[-1] for parts in texts))[:_MOST_EXAMPLES]


def choice_notes(found: Sequence[Choice]) -> tuple[str, ...]:
    """What to say of names that could mean other letters."""
    return (source_notes.unsure_names(found),) if found else ()


def raw_name(member: zipfile.ZipInfo) -> bytes:
    """The bytes that are written in the zip's directory."""
    encoding = "utf-8" if member.flag_bits & _UTF8 else "cp437"
    return member.orig_filename.encode(encoding).partition(b"\0")[0]


def parts_of(name: str, separators: str = "/\\") -> Parts:
    """The folders and the file that a member's name means; never steps out of the zip.

    Args:
        name: The name.
        separators: What stands between folders. Where a zip has slashes, a backslash is a letter.
    """
    parts: list[str] = []
    name = _DRIVE.sub("", name)
    for part in re.split(f"[{re.escape(separators)}]", name):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return tuple(parts)


def _told(member: zipfile.ZipInfo, raw: bytes) -> str | None:
    """The name where the zip says how it is to be read, or where there is but one way."""
    if member.flag_bits & _UTF8 or raw.isascii():
        return raw.decode("utf-8")
    return _unicode_path(member.extra, member.orig_filename.encode("cp437"))


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The true name beside an old one, unless the old one was changed without it."""
    at = 0
    while at + _EXTRA_HEADER.size <= len(extra):
        kind, length = _EXTRA_HEADER.unpack_from(extra, at)
        at += _EXTRA_HEADER.size
        data = extra[at : at + length]
        at += length
        if kind != _UNICODE_PATH or len(data) <= _UNICODE_PATH_START.size:
            continue
        version, crc = _UNICODE_PATH_START.unpack_from(data)
        if version == 1 and crc == zlib.crc32(raw):
            try:
                return data[_UNICODE_PATH_START.size :].decode("utf-8").partition("\0")[0] or None
            except UnicodeDecodeError:
                return None
    return None
