"""Whole imports for tests: files go in as people bring them, and everything is looked at after.

`Bring` puts files through the worker's own import job, in this process, and checks after each
import what must hold whatever came: the counts add up, every refusal is plain, the set is
whole, nothing was written but the set, and the same upload again changes nothing.
"""

from __future__ import annotations

import hashlib
import re
import uuid
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from sqlalchemy import select

from pipeline.errors import Why
from pipeline.jobs import import_job, worker
from pipeline.photos import class_names
from pipeline.photos.decoding.clip_kinds import FRAMES_PER_SECOND
from pipeline.photos.decoding.decode import pixels
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.manifest import Photo
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace.home import new_id, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.tables import JobRecord
from tests.file_sets import make_folder, make_zip
from tests.inputs import pictures
from tests.memory import growth

# Two that do not look alike.
GOOD = {
    "cats/good.jpg": pictures.jpeg(seed=101),
    "dogs/good.jpg": pictures.encoded(pictures.scene(seed=202)[::-1, ::-1], "JPEG"),
}
# What only a programmer understands has no place in a sentence for people.
JARGON = re.compile(
    r"[Ee]xception|[Tt]raceback|[Ee]rrno|segfault|PIL\b|Pillow|0x|\b[A-Z]\w+Error"
    r"|\b(?:bytes|uuid|stderr)\b|\bNone\b(?! of)"
)
_OF_A_SET = re.compile(
    r"manifest\.json|packs\.json|(?:fingerprints|measures)\.bin|photos-[0-9a-f]+\.pack"
)

Source: TypeAlias = Path | bytes | Mapping[str, bytes]


@dataclass(frozen=True)
class Outcome:
    """What came of an import.

    Attributes:
        error: What the job says, when it failed.
        received: Files that came.
        rejected: Name and reason of each that was left out.
        row: The photo set as the pages list it, when there is one.
        photo_set: The photos themselves.
        notes: What was said of the import as a whole.
        memory_bytes: By how much this process grew at most while it worked.
    """

    error: str | None
    received: int
    rejected: tuple[tuple[str, str], ...]
    row: PhotoSetRow | None
    photo_set: PhotoSet | None
    notes: tuple[str, ...]
    memory_bytes: int

    @property
    def names(self) -> list[str]:
        """Names of the photos that were kept."""
        return [photo.name for photo in self.kept.photos]

    @property
    def kept(self) -> PhotoSet:
        """The set; fails where there is none."""
        assert self.photo_set is not None, self.error
        return self.photo_set

    @property
    def stored(self) -> PhotoSetRow:
        """Its row; fails where there is none."""
        assert self.row is not None, self.error
        return self.row

    @property
    def reasons(self) -> dict[str, str]:
        """Why each file was left out, by its name."""
        return dict(self.rejected)

    def photo(self, name: str) -> Photo:
        """One photo that was kept."""
        (found,) = [photo for photo in self.kept.photos if photo.name == name]
        return found

    def pixels(self, name: str) -> np.ndarray:
        """What is seen in one photo that was kept: (height, width, 3)."""
        return pixels(self.kept.jpeg(self.names.index(name)))

    def label(self, name: str) -> str:
        """The class of one photo that was kept."""
        return self.kept.classes[self.photo(name).class_index]


class Shared:
    """A decoder that stays warm between imports: `import_source` may close it in vain."""

    def __init__(self, decoder: Decoder) -> None:
        self.decoder = decoder

    def __enter__(self) -> Decoder:
        return self.decoder

    def __exit__(self, *_: object) -> None:
        return None


class Bring:
    """Brings files into a workspace that lies beside a folder where nothing may change.

    Attributes:
        folder: Where a test may put what it brings.
        decoder: Who decodes.
        workspace: Where it goes.
        plain_names: Whether the names that came are such that whole messages can be judged.
    """

    def __init__(
        self, place: Place, folder: Path, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self.decoder = decoder
        self.workspace = place.workspace
        self.plain_names = True
        self._watched = (place.outside, folder)
        monkeypatch.setattr(import_job, "Decoder", lambda **_: Shared(decoder))
        # Should anything be written to a relative path, it lands where it is seen.
        monkeypatch.chdir(place.outside / "in")

    def __call__(
        self,
        source: Source,
        label: str | None = None,
        into: str | None = None,
        again: bool = True,
        name: str | None = "Photos",
    ) -> Outcome:
        """Import a folder, a zip, or an upload; then the same once more.

        Args:
            source: A path; or an upload: the bytes of a zip, or contents by name.
            label: The class of photos in no folder.
            into: Id of the set that they join.
            again: Whether it is imported a second time, which has to change nothing.
            name: What the set is called.
        """
        outcome = self._once(source, label, into, name)
        if again and into is None:
            sets = PhotoSets(self.workspace).list()
            second = self._once(source, label, into, name)
            assert (second.error, second.received, second.rejected, second.notes) == (
                outcome.error,
                outcome.received,
                outcome.rejected,
                outcome.notes,
            )
            assert [row.id for row in PhotoSets(self.workspace).list()] == [row.id for row in sets]
        return outcome

    def beside(self, files: bytes | Mapping[str, bytes], **options: Any) -> Outcome:
        """Import odd files among two good ones, which have to be kept whatever happens.

        One file alone is called `cats/odd.jpg`.
        """
        odd = {"cats/odd.jpg": files} if isinstance(files, bytes) else files
        outcome = self({**GOOD, **odd}, **options)
        assert set(GOOD) <= set(outcome.names)
        assert outcome.received == len(GOOD) + len(odd)
        return outcome

    def refuses(self, files: bytes | Mapping[str, bytes], *words: str) -> Outcome:
        """None of these files is kept, and each reason has all these words in it."""
        odd = {"cats/odd.jpg": files} if isinstance(files, bytes) else files
        outcome = self.beside(odd)
        assert set(outcome.reasons) == set(odd)
        for reason in outcome.reasons.values():
            assert all(word in reason for word in words), reason
        return outcome

    def accepts(self, files: bytes | Mapping[str, bytes], note: str = "") -> Outcome:
        """All these files are kept; each carries a note with these words, or none at all."""
        odd = {"cats/odd.jpg": files} if isinstance(files, bytes) else files
        outcome = self.beside(odd)
        assert not outcome.rejected
        for name in odd:
            told = outcome.photo(name).note or ""
            assert (note in told) if note else not told
        return outcome

    def zip_refused(self, path: Path, *words: str) -> Outcome:
        """The zip as a whole is refused, in a sentence that begins with its name."""
        outcome = self(path)
        assert outcome.row is None
        assert outcome.error is not None
        assert outcome.error.startswith(path.name)
        assert all(word in outcome.error for word in words), outcome.error
        return outcome

    def zip(
        self, files: Mapping[str, bytes], change: Callable[[zipfile.ZipFile], None] | None = None
    ) -> Path:
        """A zip beside the workspace, as it lies in somebody's downloads."""
        return make_zip(self.folder / "pets.zip", files, change)

    def close(self) -> None:
        """Delete what was imported: the next test begins with nothing."""
        sets = PhotoSets(self.workspace)
        for row in sets.list():
            sets.delete(row.id)
        assert not list(self.workspace.photo_sets_folder.iterdir())

    def _once(
        self,
        source: Source,
        label: str | None,
        into: str | None,
        name: str | None,
    ) -> Outcome:
        path = source if isinstance(source, Path) else self._uploaded(source)
        before = _listing(self._watched)
        request = {"source": str(path), "name": name, "data_dir": None, "into": into}
        job_id = self._do({**request, "label": label})
        outcome = self._outcome(job_id)
        assert _listing(self._watched) == before, "something outside was changed"
        self._check_workspace()
        check(outcome, self.plain_names)
        return outcome

    def _uploaded(self, files: bytes | Mapping[str, bytes]) -> Path:
        """As the Photos page keeps what a browser sends."""
        path = self.workspace.uploads_folder / f"{uuid.uuid4().hex}.zip"
        if isinstance(files, bytes):
            path.write_bytes(files)
            return path
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, data in files.items():
                archive.writestr(zipfile.ZipInfo(name), data)
        return path

    def _do(self, request: dict[str, Any]) -> str:
        """Do the job as a worker does that `dispatch` has started."""
        job_id = new_id("job")
        with self.workspace.database.writing() as session:
            session.add(
                JobRecord(
                    id=job_id,
                    kind="import",
                    lane="photos",
                    title="Import",
                    request=request,
                    state="starting",
                    attempt=1,
                )
            )
        with growth() as grown:
            code = worker.do_job(self.workspace, job_id, 1)
        self._grown = grown[0]
        assert code in (0, 1)
        return job_id

    def _outcome(self, job_id: str) -> Outcome:
        with self.workspace.database.reading() as session:
            job = session.scalars(select(JobRecord).where(JobRecord.id == job_id)).one()
            state, error, result = job.state, job.error, dict(job.result or {})
        assert state == ("failed" if error else "done")
        row = PhotoSets(self.workspace).get(result["photo_set"]) if not error else None
        photo_set = PhotoSets(self.workspace).open(row.id) if row else None
        rejected = tuple((one["name"], _said(one)) for one in result.get("rejected", ()))
        if row is not None:
            assert result["accepted"] + len(rejected) == result["received"]
        return Outcome(
            error=error,
            received=result.get("received", 0),
            rejected=rejected,
            row=row,
            photo_set=photo_set,
            notes=tuple(result.get("notes", ())),
            memory_bytes=self._grown,
        )

    def _check_workspace(self) -> None:
        """Nothing but whole sets; names from outside are in no path."""
        assert not list(self.workspace.uploads_folder.iterdir())
        assert not list(self.workspace.downloads_folder.iterdir())
        for folder in self.workspace.photo_sets_folder.iterdir():
            assert re.fullmatch(r"[0-9a-f]{16}", folder.name), folder.name
            for entry in folder.iterdir():
                assert entry.is_file()
                assert _OF_A_SET.fullmatch(entry.name), entry.name


def check(outcome: Outcome, plain_names: bool = True) -> None:
    """What holds for every import, whatever came."""
    texts = [*outcome.notes, *(reason for _, reason in outcome.rejected)]
    texts += [outcome.error] if outcome.error else []
    for text in texts:
        check_plain(text, plain_names)
    for name, reason in outcome.rejected:
        assert name == class_names.printable(name)
        assert len(reason) < 300 or not plain_names, reason
    if outcome.error is not None:
        assert outcome.photo_set is None
        return
    row, photo_set = outcome.stored, outcome.kept
    listed = [(one["name"], _said(one)) for one in row.rejected]
    assert row.accepted == len(photo_set.photos) == row.received - len(listed)
    # A set that photos joined has its own behind it: what came now stands at the end.
    assert listed[len(listed) - len(outcome.rejected) :] == list(outcome.rejected)
    if row.versions == 1:
        assert (row.received, len(listed)) == (outcome.received, len(outcome.rejected))
    assert photo_set.check() == []
    for missing in row.missing:
        check_plain(missing, plain_names)


def check_plain(text: str, plain_names: bool = True) -> None:
    """A sentence or more that a person without programming understands.

    A text that quotes odd names cannot be judged word by word.
    """
    assert text.strip() == text
    assert text.endswith("."), text
    assert "inside PawTune" not in text, "a bug ended the import"
    if plain_names:
        assert text.isprintable(), text
        assert not JARGON.search(text), text


def _listing(folders: Iterable[Path]) -> dict[str, str]:
    """What lies where below these folders, with checksums."""
    found = {}
    for path in (path for folder in folders for path in sorted(folder.rglob("*"))):
        if path.is_symlink():
            what = f"link to {path.readlink()}"
        elif path.is_file():
            what = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            what = "something else"
        found[str(path)] = what
    return found


class Place:
    """What the tests of one module share: a workspace, a warm decoder, a canary's cage."""

    def __init__(self, folder: Path) -> None:
        # Its neighbours are watched, and so is everything above them that is ours.
        self.outside = make_folder(
            folder / "outside", {"canary.txt": b"canary", "in/canary.txt": b"canary"}
        )
        self.workspace = open_workspace(folder / "workspace")
        self._decoder: Decoder | None = None

    def close(self) -> None:
        if self._decoder is not None:
            self._decoder.close()
        self.workspace.database.close()

    @property
    def decoder(self) -> Decoder:
        """The decoder; a new one when the last has given up."""
        if self._decoder is None or self._decoder.broken:
            if self._decoder is not None:
                self._decoder.close()
            self._decoder = Decoder(processes=1, frames_per_second=FRAMES_PER_SECOND)
        return self._decoder


def _said(rejected: Mapping[str, str]) -> str:
    """Why a file was left out, and what to do, as it stands in the table of a page."""
    return str(Why(rejected["reason"], rejected["advice"]))
