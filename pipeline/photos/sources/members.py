"""What is in a zip from outside, read one by one from where it lies and never unpacked as told.

Nothing that a zip says of itself is believed: names are data, and sizes are counted.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from pipeline.errors import PhotoError, SourceError, Why
from pipeline.files.sizes import size
from pipeline.photos.decoding.clip_kinds import may_be_clip
from pipeline.photos.decoding.decode import too_large
from pipeline.photos.sources.code_pages import CodePage
from pipeline.photos.sources.layout import Parts
from pipeline.photos.sources.member_names import names_of
from pipeline.photos.sources.zip_directory import (
    check_directory,
    check_kind,
    check_overlap,
    damaged,
)
from pipeline.photos.sources.zip_repair import readable
from pipeline.settings.limits import LIMITS, Limits

_TEXTS: Final = (".csv", ".json", ".txt", ".md", ".pdf", ".docx")  # that lie beside archives
_LARGEST_RATIO: Final = 100  # photos hardly shrink; a bomb shrinks a thousandfold
_RATIO_FREE_BYTES: Final = 10**6  # below this a ratio harms nobody
_CHUNK_BYTES: Final = 2**18
_ENCRYPTED: Final = 0x1
# The others of `zipfile` unpack without any limit on memory.
_READABLE: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVE_SUFFIXES: Final = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")
_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


class BrokenMember(Exception):  # noqa: N818 - it describes the member
    """A member cannot be read, or is not as long as the zip says."""


@contextmanager
def open_members(
    path: Path, title: str, limits: Limits = LIMITS, code_page: CodePage | None = None
) -> Iterator[Members]:
    """Open a zip after the checks that come before anything in it is believed.

    Args:
        path: The file. What it is, its content decides.
        title: Its name for people.
        limits: How much may be in it.
        code_page: How to read names of which the zip does not say it; guessed unless given.

    Yields:
        What is in it; readable until the context is left.

    Raises:
        SourceError: If it is no zip, damaged, built to do harm, or has too many entries.
    """
    if not path.is_file():  # a device or a pipe could be read for ever
        raise SourceError(f"{title} is not a file. Choose a folder or a zip file.")
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(path.open("rb"))
            check_kind(stream, title)
            directory = check_directory(stream, title, limits)
            archive = stack.enter_context(zipfile.ZipFile(readable(stream, directory)))
        except OSError as error:
            raise SourceError(
                f"{title} cannot be read ({error.strerror or error}). Check that you may open it."
            ) from error
        except _DAMAGE as error:
            raise damaged(title) from error
        del directory  # megabytes
        check_overlap(archive.infolist(), archive.start_dir, title)
        yield Members(archive, title, limits, code_page)


class Members:
    """An open zip and what has been read from it so far.

    Attributes:
        title: The zip's name for people.
        limits: How much may be read from it.
        files: Its entries but for the folders.
        choices: How else names could be read of which the zip does not say it.
        comment: What the zip says of itself.
    """

    def __init__(
        self,
        archive: zipfile.ZipFile,
        title: str,
        limits: Limits,
        code_page: CodePage | None = None,
    ) -> None:
        self._zip = archive
        self.title = title
        self.limits = limits
        self.comment = archive.comment
        entries = archive.infolist()
        named = names_of(entries, title, code_page)
        self.choices = named.choices
        self._names = dict(zip(entries, named.names, strict=True))
        self.files = [
            member for member, name in self._names.items() if not _is_folder(member, name.is_folder)
        ]
        self._unpacked_bytes = 0

    def name(self, member: zipfile.ZipInfo) -> str:
        """An entry's name for people."""
        return self._names[member].text

    def parts(self, member: zipfile.ZipInfo) -> Parts:
        """The folders and the file that an entry's name means; never out of the zip."""
        return self._names[member].parts

    def check_whole(self, members: Sequence[zipfile.ZipInfo], advice: str) -> None:
        """Refuse the zip as a whole for what its entries tell together.

        Args:
            members: Those that count.
            advice: What to do with an archive in the archive, after it was unpacked.

        Raises:
            SourceError: If they are protected, nothing but another archive, or too large.
        """
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise SourceError(
                f"{self.title} is protected by a password. Unpack it with the password, then "
                "choose the folder, or zip it without one."
            )
        archives = [member for member in members if self._is_archive(member)]
        texts = sum(self.name(member).casefold().endswith(_TEXTS) for member in members)
        if archives and len(archives) + texts == len(members):
            raise SourceError(
                f"{self.title} holds only another archive, {self.name(archives[0])}. Unpack "
                f"it, then choose the inner one. {advice}"
            )
        unpacked = sum(member.file_size for member in members if self.flaw(member) is None)
        if unpacked > self.limits.zip_bytes:
            raise self._too_much()

    def flaw(self, member: zipfile.ZipInfo, most_bytes: int | None = None) -> Why | None:
        """Why an entry is not read, told by what the directory says of it.

        Args:
            member: The entry.
            most_bytes: How long it may be; as long as any photo, unless given.
        """
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            return Why("This is a link or a device, not a photo.", "Zip the photo itself.")
        if self._is_archive(member):
            return Why("This is an archive inside the zip.", "Unpack the inner one first.")
        packed, unpacked = member.compress_size, member.file_size
        if unpacked > _RATIO_FREE_BYTES and unpacked > _LARGEST_RATIO * max(packed, 1):
            return Why("This unpacks to more than a hundred times its size, as no photo does.")
        if member.compress_type not in _READABLE:
            return Why(
                "It is packed in a rare way.", "Zip the folder again with the usual settings."
            )
        if most_bytes is None:
            return too_large(unpacked, self.limits, may_be_clip(self.name(member)))
        return too_large(unpacked, replace(self.limits, file_bytes=most_bytes))

    def read(self, member: zipfile.ZipInfo, name: str) -> bytes:
        """Content of an entry.

        Args:
            member: An entry without a flaw.
            name: Its name for people.

        Raises:
            PhotoError: If it is damaged.
            SourceError: If more has been read by now than may be in a zip.
        """
        try:
            return b"".join(self.pieces(member))
        except BrokenMember as error:
            raise PhotoError(
                name, "It is damaged inside the zip.", "Download or zip it again."
            ) from error

    def pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Content of an entry piece by piece, counted.

        Raises:
            BrokenMember: If it is damaged; perhaps only after the last piece.
            SourceError: If more has been read by now than may be in a zip.
        """
        read_bytes = 0
        try:
            with self._zip.open(member) as stream:
                # In pieces: read() in one go unpacks whatever comes before it looks at the size.
                while piece := stream.read(_CHUNK_BYTES):
                    read_bytes += len(piece)
                    self._unpacked_bytes += len(piece)
                    if self._unpacked_bytes > self.limits.zip_bytes:
                        raise self._too_much()
                    yield piece
        except _DAMAGE as error:
            raise BrokenMember(str(error)) from error
        if read_bytes != member.file_size:
            raise BrokenMember("Its length is another.")

    def _is_archive(self, member: zipfile.ZipInfo) -> bool:
        return self.name(member).lower().endswith(_ARCHIVE_SUFFIXES)

    def _too_much(self) -> SourceError:
        return SourceError(
            f"{self.title} unpacks to more than {size(self.limits.zip_bytes)}, and that "
            "is the most. Take fewer photos, or save them smaller."
        )


def _is_folder(member: zipfile.ZipInfo, has_folder_name: bool) -> bool:
    is_marked = stat.S_ISDIR(member.external_attr >> 16)
    return has_folder_name or (is_marked and member.file_size == 0)
