"""The photo set that a visitor is putting together: boxes, and the files that wait in them.

What is dropped lies on the disk and nowhere else until somebody presses Train; only then it is
imported. The session knows the boxes, so a page switch loses nothing; and the server remembers them
for who looks, so that a page that is loaded anew begins with them.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final

import streamlit as st
from PIL import Image, ImageOps
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.ui import resources, stores, visitor
from pages.ui.parts import uploads
from pages.ui.photos import waiting_files
from pages.ui.photos.waiting_files import Reader, WaitingFile
from pipeline.classify.sorted_folders import Sorted
from pipeline.errors import PawTuneError, PhotoError, PhotoSetError, Why
from pipeline.phone.inbox import Came
from pipeline.photos import burst
from pipeline.photos.box_marks import Near, Seen
from pipeline.photos.burst import Frame
from pipeline.photos.class_boxes import PILE, Box, ClassBoxes
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.incoming import Incoming
from pipeline.settings import mode

ADDRESS: Final = "new"  # names the place in the address of the Photos page
AT_ONCE: Final = 16  # files that are looked at between two drawings of the page
_SIDE_PX: Final = 144
_KEY: Final = "new_set"  # session
_STEPS: Final = 50  # changes that can be taken back
_VISITORS: Final = 50  # whose boxes are remembered
_HOURS: Final = timedelta(hours=mode.DEMO.hours_kept or 24)  # for so long


@dataclass(frozen=True, slots=True)
class Going:
    """A press on Train: the import that it began, and the training that follows.

    Attributes:
        import_id: The first job.
        train_id: The second.
        from_built_in: Whether the training is the second one, because ImageNet's weights could not
            be had for the first.
    """

    import_id: str
    train_id: str
    from_built_in: bool = False


@dataclass(slots=True)
class NewSet:
    """Boxes, and what is known of the files in them.

    Attributes:
        boxes: As they stand now.
        earlier: The same before each of the last changes.
        files: By their keys.
        looks: How those look that were decoded, or why they cannot be used.
        thumbnails: Small square JPEGs of them.
        drops: How many drops each box has seen, by its number.
        trained: Keys of the photos of the last press on Train.
        going: That press, until the boxes are emptied.
        near: Which of them look nearly the same, as it was found last.
        shared: The zips that another session has as well.
        problem: What could not be done last; told once.
        hold: The hold of the camera that made the last change, if one did.
        emptied: All of it before a press on Start over, which can be taken back until something
            new comes.
    """

    boxes: ClassBoxes = field(default_factory=ClassBoxes)
    earlier: list[ClassBoxes] = field(default_factory=list)
    files: dict[str, WaitingFile] = field(default_factory=dict)
    looks: dict[str, Seen | Why] = field(default_factory=dict)
    thumbnails: dict[str, bytes] = field(default_factory=dict)
    drops: dict[int, int] = field(default_factory=dict)
    trained: frozenset[str] = frozenset()
    going: Going | None = None
    near: Near = field(default_factory=Near)
    shared: frozenset[Path] = frozenset()
    problem: str = ""
    hold: str = ""
    emptied: NewSet | None = None

    @property
    def zips(self) -> frozenset[Path]:
        """Where its files lie."""
        return frozenset(file.kept for file in self.files.values())

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self.earlier) or self.emptied is not None

    @property
    def unseen(self) -> list[str]:
        """Keys of photos that nobody has looked at yet."""
        return [photo for photo in self.boxes.photos if photo not in self.looks]

    def change(self, change: Callable[[ClassBoxes], ClassBoxes]) -> None:
        """Other boxes, unless nothing is different; `undo` brings back those before."""
        after = change(self.boxes)
        if after != self.boxes:
            self.earlier = [*self.earlier[-_STEPS + 1 :], self.boxes]
            self.boxes = after
            self.hold = ""

    def undo(self) -> None:
        """Take the last change back, if there is one: a second press comes before it is shown."""
        if self.earlier:
            self.boxes = self.earlier.pop()
            self.hold = ""

    def drop(self, files: Sequence[UploadedFile], number: int) -> None:
        """Keep what was dropped on a box, or on the pile.

        Raises:
            PawTuneError: From `waiting_files.keep`.
        """
        self._let_emptied_go()
        paths = {}
        for arrived in waiting_files.keep(files):
            key = uuid.uuid4().hex
            self.files[key] = arrived.file
            if arrived.why is not None:
                self.looks[key] = arrived.why
            paths[key] = arrived.path
        self.change(lambda boxes: boxes.dropped(paths, number))

    def grow(self, frames: Sequence[Frame], number: int, hold: str) -> None:
        """Put what the camera took into a box; all of one hold is one change.

        Raises:
            PawTuneError: From `waiting_files.keep_frames`.
        """
        if not frames:
            return
        self._let_emptied_go()
        named = [(frame.name, frame.data) for frame in frames]
        kept = waiting_files.keep_frames(named, burst.clip_of(hold))
        keys = [uuid.uuid4().hex for _ in kept]
        self.files.update(zip(keys, kept, strict=True))
        for key, frame in zip(keys, frames, strict=True):
            self._saw(key, frame.photo)
        if hold == self.hold:
            self.boxes = self.boxes.put(keys, number)
        else:
            self.change(lambda boxes: boxes.put(keys, number))
            self.hold = hold

    def take(self, came: Came) -> None:
        """Take what a phone brought; the photos of a box that has gone wait to be labelled."""
        self._let_emptied_go()
        number = int(came.box) if int(came.box) in self.boxes.titles else PILE
        keys = []
        for place, (name, num_bytes) in enumerate(came.photos):
            keys.append(uuid.uuid4().hex)
            self.files[keys[-1]] = WaitingFile(name, came.kept, place, num_bytes)
        self.change(lambda boxes: boxes.put(keys, number))

    def _let_emptied_go(self) -> None:
        """What was emptied makes room for what comes now."""
        gone, self.emptied = self.emptied, None
        for path in gone.zips - gone.shared if gone else ():
            with suppress(OSError):  # swept in a day
                path.unlink()

    def look(self, most: int = AT_ONCE) -> None:
        """Decode some of the photos that nobody has looked at yet."""
        keys = list(islice(self.unseen, most))
        files = [self.files[key] for key in keys]
        with Reader() as reader:
            coming = [Incoming(one.name, "", None, partial(reader.read, one)) for one in files]
            for key, (_, answer) in zip(keys, resources.decoder().stream(coming), strict=True):
                if isinstance(answer, PhotoError):
                    self.looks[key] = answer.why
                else:
                    self._saw(key, answer)

    def _saw(self, key: str, photo: Canonical) -> None:
        self.thumbnails[key] = _thumbnail(photo.jpeg)
        self.looks[key] = Seen(hashlib.sha256(photo.jpeg).hexdigest(), photo.fingerprint)

    def pack(self, boxes: Iterable[Box]) -> Path:
        """All files of some boxes in one zip of class folders, to be imported.

        Raises:
            PhotoSetError: If a file is no longer there.
            WorkspaceError: If it cannot be saved.
            QuotaError: If a visitor has brought as much as one may.
        """
        boxes = list(boxes)
        num_bytes = sum(self.files[photo].num_bytes for box in boxes for photo in box.photos)
        try:
            return uploads.keep_sorted(self._sorted(boxes), num_bytes)
        except PhotoError as error:
            raise PhotoSetError(str(error)) from error

    def _sorted(self, boxes: Iterable[Box]) -> Iterator[Sorted]:
        titles = self.boxes.titles
        with Reader() as reader:
            for box in boxes:
                for photo in box.photos:
                    file = self.files[photo]
                    if file.place is not None:
                        yield Sorted(titles[box.number], file.name, reader.read(file), file.clip)


def current() -> NewSet:
    """What this session is putting together; at its start what this visitor has put together."""
    kept = _kept(str(stores.workspace().home), visitor.visitor())
    made: NewSet | None = st.session_state.get(_KEY)
    if made is None:
        made = _again(kept[0]) if kept else NewSet()
        st.session_state[_KEY] = made
    kept[:] = [made]
    return made


def _kept(home: str, visitor_id: str | None) -> list[NewSet]:
    """Room for what a visitor has put together last; in the demo it goes as all work does."""
    return _for_good(home) if visitor_id is None else _for_hours(home, visitor_id)


@st.cache_resource(max_entries=1, show_spinner=False)
def _for_good(home: str) -> list[NewSet]:
    return []


@st.cache_resource(max_entries=_VISITORS, ttl=_HOURS, show_spinner=False)
def _for_hours(home: str, visitor_id: str) -> list[NewSet]:
    return []


def _again(made: NewSet) -> NewSet:
    """The same for another session, which changes nothing of it; empty where its files are gone."""
    if not all(path.exists() for path in made.zips):
        return NewSet()
    made.shared = made.zips
    return replace(
        made,
        earlier=list(made.earlier),
        files=dict(made.files),
        looks=dict(made.looks),
        thumbnails=dict(made.thumbnails),
        drops={},
        near=Near(),
        emptied=None,
        going=made.going if made.going and _is_known(made.going) else None,
    )


def _is_known(going: Going) -> bool:
    """Whether its jobs are still there."""
    try:
        for job_id in (going.import_id, going.train_id):
            stores.jobs().get(job_id)
    except PawTuneError:
        return False
    return True


def untrained() -> int:
    """How many photos lie here that nobody has trained on yet."""
    made = current()
    return len(set(made.boxes.photos) - made.trained)


def trained(boxes: Iterable[Box]) -> None:
    """Take note that a training takes the photos of these boxes."""
    current().trained = frozenset(photo for box in boxes for photo in box.photos)


def begin_anew() -> None:
    """Empty all boxes, until `undo`; what was imported stays, a running training is followed on."""
    before = current()
    going = before.going if before.going and not _has_ended(before.going) else None
    st.session_state[_KEY] = NewSet(going=going, emptied=before)


def undo() -> None:
    """Take back the last change of the boxes, or else what emptied them."""
    made = current()
    if made.earlier or made.emptied is None:
        made.undo()
        return
    st.session_state[_KEY] = made.emptied


def _has_ended(going: Going) -> bool:
    return not _is_known(going) or stores.jobs().get(going.train_id).finished


def _thumbnail(jpeg: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as photo:
        square = ImageOps.fit(photo.convert("RGB"), (_SIDE_PX, _SIDE_PX))
        square.save(out, "JPEG", quality=80)
    return out.getvalue()
