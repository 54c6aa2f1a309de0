"""Photos in a folder of this computer. Reads; never writes, and never leaves the folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from pipeline.errors import PhotoError, SourceError, Why
from pipeline.photos.decoding import stand_ins
from pipeline.photos.decoding.clip_kinds import may_be_clip
from pipeline.photos.decoding.decode import too_large
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import label_files
from pipeline.photos.sources.arranging import arrange
from pipeline.photos.sources.code_pages import CodePage
from pipeline.photos.sources.layout import Parts, Place, natural_key, shown
from pipeline.photos.sources.leftovers import (
    Leftovers,
    is_in_cloud,
    read_of_stand_in,
    stood_for,
    system_of,
)
from pipeline.photos.sources.leftovers import notes as leftover_notes
from pipeline.photos.sources.member_names import Choice, choice_notes, choices, spelling_of
from pipeline.photos.sources.opened import Opened
from pipeline.photos.sources.readings import Reading
from pipeline.progress import Report, Stage, Step
from pipeline.settings import mode
from pipeline.settings.limits import Limits

_MOST_COUNTED: Final = 10_000  # files of folders that are left out: a NAS may keep millions


@dataclass(frozen=True, slots=True)
class _Found:
    """Something in the folder that is no plain folder.

    Attributes:
        parts: The folders on the way to it and its own name, as people read them.
        path: The same as this system knows them.
        why: Why it cannot be used, or None.
    """

    parts: Parts
    path: Parts
    why: Why | None = None


def open_folder(
    folder: Path,
    report: Report,
    limits: Limits | None = None,
    code_page: CodePage | None = None,
    reading: Reading | None = None,
    loose_known: bool = False,
) -> Opened:
    """Look through `folder`, and give its files one by one.

    Args:
        folder: The folder around the class folders.
        report: Hears how many files were found, so that a wrong choice can be stopped.
        limits: How large one file may be; the mode's unless given.
        code_page: How to read names that are no text on this system; guessed unless given.
        reading: Where labels come from; found out unless given.
        loose_known: As `arrange` takes it.

    Raises:
        SourceError: If the folder cannot be read, is empty, or cannot be read so.
        Stopped: From `report`.
    """
    limits = limits or mode.current().limits
    title = shown(folder.resolve().name or str(folder))
    leftovers = Leftovers()
    try:
        found = list(_walk(folder.resolve(), report, limits, leftovers))
    except OSError as error:
        raise SourceError(
            f"The folder {title} cannot be read ({error.strerror or error}). Check that you may "
            "open it."
        ) from error
    other_names = _with_letters(found, f"The folder {title}", code_page)
    found.sort(key=lambda one: natural_key(one.parts))
    files = [stood_for(one.parts) for one in found]
    labelled = label_files.read(files, partial(_content, folder.resolve(), found))
    for place, why in labelled.whys.items():
        found[place] = replace(found[place], why=found[place].why or why)
    files, found = labelled.others(files), labelled.others(found)
    layout = arrange(files, f"The folder {title}", limits, reading, labelled.places, loose_known)
    photos = _photos(folder.resolve(), found, layout.places, limits)
    left_out = leftovers.found()
    notes = (
        *layout.notes,
        *labelled.notes_on(layout),
        *choice_notes(other_names),
        *leftover_notes(left_out),
    )
    return Opened(
        title,
        len(found),
        photos,
        notes=notes,
        left_out=left_out,
        layout=layout,
        choices=other_names,
    )


def _with_letters(
    found: list[_Found], title: str, code_page: CodePage | None
) -> tuple[Choice, ...]:
    """Read names that came from an older system and are no text on this one, in place.

    Returns:
        How else they could be read.
    """
    odd = {part: raw for one in found for part in one.path if (raw := _raw(part)) is not None}
    if not odd:
        return ()
    spelling = spelling_of(odd.values(), "/", title, code_page)
    letters = {part: spelling.read(raw) or shown(part) for part, raw in odd.items()}
    for place, one in enumerate(found):
        parts = tuple(letters.get(part, part) for part in one.path)
        found[place] = replace(one, parts=parts)
    return choices(spelling, list(odd.values()))


def _raw(name: str) -> bytes | None:
    """The bytes of a name that is no text on this system; None for any other name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        try:
            return name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:  # half a letter, as Windows allows it
            return None
    return None


def _photos(
    folder: Path, found: list[_Found], places: Sequence[Place], limits: Limits
) -> Iterator[Incoming | PhotoError]:
    for one, place in zip(found, places, strict=True):
        name = shown("/".join(one.parts))
        why = one.why or place.why
        if why is not None:
            yield PhotoError(name, *why)
        else:
            read = read_of_stand_in(name, one.parts[-1]) or partial(
                _read, folder.joinpath(*one.path), name, limits
            )
            yield Incoming(name, place.class_name, place.split, read)


def _content(folder: Path, found: Sequence[_Found], place: int, most_bytes: int) -> bytes | None:
    """A file that may be a list of labels; None where it is too long or cannot be read."""
    if found[place].why is not None:
        return None
    try:
        with folder.joinpath(*found[place].path).open("rb") as stream:
            data = stream.read(most_bytes + 1)
    except OSError:
        return None
    return data if len(data) <= most_bytes else None


def _read(path: Path, name: str, limits: Limits) -> bytes:
    try:
        with path.open("rb") as stream:
            most = limits.clip_bytes if may_be_clip(path.name) else limits.file_bytes
            data = stream.read(most + 1)  # it may have grown since
    except OSError as error:
        if is_in_cloud(error):
            raise PhotoError(name, *stand_ins.CLOUD_FOLDER) from error
        raise PhotoError(
            name,
            f"The file could not be read ({error.strerror or error}).",
            "Check that you may open it.",
        ) from error
    if why := too_large(len(data), limits, may_be_clip(path.name)):
        raise PhotoError(name, *why)
    return data


def _walk(folder: Path, report: Report, limits: Limits, leftovers: Leftovers) -> Iterator[_Found]:
    """Everything below `folder` but clutter; not recursive, as folders may be nested deeply."""
    pending: list[Parts] = [()]
    count = 0
    while pending:
        parts = pending.pop()
        report(Stage(Step.SEARCHING_FOLDER, shown(folder.name)), count, None, "files")
        try:
            with os.scandir(folder.joinpath(*parts)) as entries:
                inside = list(entries)
        except OSError as error:
            if not parts:
                raise
            reason = f"This folder cannot be opened ({error.strerror or error})."
            yield _Found(parts, parts, Why(reason, "Check that you may open it."))
            continue
        for entry in inside:
            if entry.is_dir(follow_symlinks=False) and not _is_link(entry):
                if system_of(entry.name) is None:
                    pending.append((*parts, entry.name))
                else:
                    leftovers.add(shown(entry.name), *_count(Path(entry.path)))
            elif not leftovers.is_left_out((*parts, entry.name)):
                path = (*parts, entry.name)
                yield _Found(path, path, _flaw(entry, folder, limits))
                count += 1


def _count(folder: Path) -> tuple[int, bool]:
    """How many files lie in a folder that is left out, and whether there are more."""
    count = 0
    for _, _, files in os.walk(folder):  # follows no links, and passes over what is closed
        count += len(files)
        if count > _MOST_COUNTED:
            return _MOST_COUNTED, True
    return count, False


def _is_link(entry: os.DirEntry[str]) -> bool:
    """Whether it only points to another place; Windows has two kinds of such things."""
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return entry.is_symlink() or tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)


def _why_broken(link: os.DirEntry[str]) -> Why:
    """Why a link leads nowhere: mostly the store is empty that it leads into."""
    try:
        target = Path(os.readlink(link.path)).parts  # noqa: PTH115 - what it says, true or not
    except OSError:
        target = ()
    if "annex" in target and "objects" in target:
        return stand_ins.GIT_ANNEX
    if ".dvc" in target:
        return stand_ins.DVC
    return Why("This is a link that leads nowhere.", "Copy the photo itself here.")


def _flaw(entry: os.DirEntry[str], folder: Path, limits: Limits) -> Why | None:
    """Why a file cannot be used, told without opening it."""
    try:
        if _is_link(entry):
            if not Path(entry.path).resolve(strict=True).is_relative_to(folder):
                return Why(
                    "This is a link to a place outside the folder.", "Copy the photo itself here."
                )
            if not entry.is_file():
                return Why("This is a link to another folder.", "Put that folder itself here.")
        status = entry.stat()
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        return _why_broken(entry)
    if not stat.S_ISREG(status.st_mode):
        return Why("This is neither a file nor a folder.", "Leave it out.")
    return too_large(status.st_size, limits, may_be_clip(entry.name))
