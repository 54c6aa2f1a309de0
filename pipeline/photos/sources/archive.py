"""Photos in a zip file: class folders, or a photo set that was saved as one file.

Names of members are data: they decide classes and are shown, and never become a path.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from pipeline.errors import PhotoError, Why
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources import label_files, set_file
from pipeline.photos.sources.arranging import arrange
from pipeline.photos.sources.code_pages import CodePage
from pipeline.photos.sources.layout import (
    FOLDERS_ARE_CLASSES,
    HOW_TO_ARRANGE,
    Parts,
    Place,
    clip_in,
    natural_key,
    shown,
)
from pipeline.photos.sources.leftovers import Leftovers, read_of_stand_in, stood_for
from pipeline.photos.sources.leftovers import notes as leftover_notes
from pipeline.photos.sources.member_names import choice_notes
from pipeline.photos.sources.members import Members, open_members
from pipeline.photos.sources.opened import Opened
from pipeline.photos.sources.readings import Reading
from pipeline.settings import mode
from pipeline.settings.limits import Limits


@contextmanager
def open_archive(
    path: Path,
    title: str | None = None,
    limits: Limits | None = None,
    code_page: CodePage | None = None,
    reading: Reading | None = None,
    loose_known: bool = False,
) -> Iterator[Opened]:
    """Open a zip of class folders; its photos are read when their turn comes.

    Args:
        path: The file. What it is, its content decides.
        title: Its name for people; the file's own unless given.
        limits: How much may be in it; what the mode allows unless given.
        code_page: How to read names of which the zip does not say it; guessed unless given.
        reading: Where labels come from; found out unless given.
        loose_known: As `arrange` takes it.

    Yields:
        What is in it; readable until the context is left.

    Raises:
        SourceError: If it is no zip, protected, damaged, built to do harm, too large, or
            cannot be read so.
    """
    limits = limits or mode.current().limits
    with open_members(path, shown(title or path.name), limits, code_page) as members:
        yield _opened(members, reading, loose_known)


def _opened(members: Members, reading: Reading | None, loose_known: bool) -> Opened:
    """Check what can be checked without reading, and give the files in order."""
    leftovers = Leftovers()
    found = [
        (parts, member)
        for member in members.files
        if (parts := members.parts(member)) and not leftovers.is_left_out(parts)
    ]
    found.sort(key=lambda pair: natural_key(pair[0]))  # stable: twins keep their order
    members.check_whole([member for _, member in found], HOW_TO_ARRANGE)
    saved_set = set_file.find(members, found)
    if saved_set is not None:
        return saved_set
    files = [stood_for(parts) for parts, _ in found]
    labelled = label_files.read(files, partial(_content, members, found))
    whys = [labelled.whys.get(place) for place in range(len(found))]
    files, found, whys = labelled.others(files), labelled.others(found), labelled.others(whys)
    if members.comment == FOLDERS_ARE_CLASSES and any(len(parts) > 1 for parts in files):
        reading = reading or Reading.CLASSES
    layout = arrange(files, members.title, members.limits, reading, labelled.places, loose_known)
    photos = (
        _photo(members, member, place, why)
        for (_, member), place, why in zip(found, layout.places, whys, strict=True)
    )
    left_out = leftovers.found()
    return Opened(
        members.title.removesuffix(".zip"),
        len(found),
        photos,
        notes=(
            *layout.notes,
            *labelled.notes_on(layout),
            *choice_notes(members.choices),
            *leftover_notes(left_out),
        ),
        left_out=left_out,
        choices=members.choices,
        layout=layout,
    )


def _content(
    members: Members, found: Sequence[tuple[Parts, zipfile.ZipInfo]], place: int, most_bytes: int
) -> bytes | None:
    """A file that may be a list of labels; None where it is too long or damaged."""
    parts, member = found[place]
    if members.flaw(member, most_bytes) is not None:
        return None
    try:
        return members.read(member, parts[-1])
    except PhotoError:
        return None


def _photo(
    members: Members, member: zipfile.ZipInfo, place: Place, why: Why | None
) -> Incoming | PhotoError:
    name = members.name(member)
    why = members.flaw(member) or why or place.why
    if why is not None:
        return PhotoError(name, *why)
    read = read_of_stand_in(name, members.parts(member)[-1]) or partial(members.read, member, name)
    clip = clip_in(member.comment)
    return Incoming(name, place.class_name, place.split, read, clip=clip)
