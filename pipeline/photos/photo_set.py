"""A photo set on disk, read-only: `manifest.json`, and all photos in a few packs."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import PhotoSetError
from pipeline.files.cache import Cache
from pipeline.files.rows import Rows
from pipeline.photos import manifest, packs
from pipeline.photos.arrays import photo_array
from pipeline.photos.manifest import Manifest, Photo
from pipeline.photos.packs import Kept, Packs
from pipeline.photos.splits import SPLITS
from pipeline.progress import Report, silent

MANIFEST_NAME: Final = "manifest.json"


@dataclass(frozen=True)
class PhotoSet:
    """Accepted photos with classes and splits; never changes once it is made.

    Attributes:
        folder: Holds the manifest and the packs; its name is the set's id.
        content: What the manifest says.
        packs: Where each photo lies.
    """

    folder: Path
    content: Manifest
    packs: Packs

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read a set's manifest and check that the files belong together.

        Raises:
            PhotoSetError: If the set is missing or damaged.
        """
        try:
            data = (folder / MANIFEST_NAME).read_bytes()
        except OSError as error:
            raise PhotoSetError(
                f"The photo set {folder.name} is not there any more. Import the photos again."
            ) from error
        if manifest.manifest_id(data) != folder.name:
            raise PhotoSetError(
                f"The photo set {folder.name} was changed after it was made. "
                "Import the photos again."
            )
        content = manifest.from_bytes(data)
        if content.places is not None:
            return cls(folder, content, packs.read_old(folder, content.places))
        return cls(folder, content, packs.read(folder, len(content.photos)))

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; a class index counts in this order."""
        return self.content.classes

    @property
    def photos(self) -> tuple[Photo, ...]:
        """A photo's index is its place here, and in everything computed from the set."""
        return self.content.photos

    @property
    def kept(self) -> Kept:
        """What another set may take from this one."""
        return Kept(self.folder, self.packs, [photo.sha256 for photo in self.photos])

    def fingerprints(self) -> NDArray[np.uint8] | None:
        """How each photo looks, very small: `(N, 256)` uint8; None in sets of version 1.

        Raises:
            PhotoSetError: If they are not what was written.
        """
        return packs.fingerprints(self.folder, len(self.photos))

    def measures(self) -> NDArray[np.uint8] | None:
        """How bright, coloured and sharp each photo is: `(N, 7)` uint8, see `measures.NAMES`.

        None in sets of an earlier version.

        Raises:
            PhotoSetError: If they are not what was written.
        """
        return packs.measures(self.folder, len(self.photos))

    @property
    def id(self) -> str:
        """First 16 hexadecimal digits of the manifest's SHA-256."""
        return self.folder.name

    def keys(self) -> NDArray[np.uint64]:
        """A number for every photo that depends on nothing but its pixels, `(N,)` uint64.

        What is drawn by chance for a photo hangs on it, so that it stays the same in every version
        of a set.
        """
        return np.array([self.key(index) for index in range(len(self.photos))], dtype=np.uint64)

    def key(self, index: int) -> int:
        """That of one photo."""
        return int(self.photos[index].sha256[:16], 16)

    def labels(self) -> NDArray[np.int64]:
        """Class index of every photo, `(N,)` int64."""
        return np.array([photo.class_index for photo in self.photos], dtype=np.int64)

    def indices(self, split: str) -> NDArray[np.int64]:
        """Indices of the photos of one split, ascending, `(n,)` int64."""
        return np.array(self.content.where(lambda photo: photo.split == split), dtype=np.int64)

    def counts(self) -> dict[str, dict[str, int]]:
        """How many photos each class has in each split: `{split: {class name: photos}}`."""
        found = Counter((photo.split, photo.class_index) for photo in self.photos)
        return {
            split: {name: found[split, index] for index, name in enumerate(self.classes)}
            for split in SPLITS
        }

    def jpeg(self, index: int) -> bytes:
        """Read one photo's canonical JPEG; any thread may call this.

        Raises:
            PhotoSetError: If the bytes are not those that were imported.
        """
        photo, place = self.photos[index], self.packs.places[index]
        try:
            with (self.folder / place.pack).open("rb") as pack:
                pack.seek(place.offset)
                data = pack.read(place.length)
        except OSError as error:
            raise PhotoSetError(
                f"The photo set {self.id} cannot be read. Import the photos again."
            ) from error
        if hashlib.sha256(data).hexdigest() != photo.sha256:
            raise PhotoSetError(
                f"The photo {photo.name} of the set {self.id} is damaged. Import the photos again."
            )
        return data

    def digests(self) -> list[bytes]:
        """The SHA-256 of every photo, 32 bytes each: what is kept of photos goes by it."""
        return [bytes.fromhex(photo.sha256) for photo in self.photos]

    def arrays(
        self, image_size_px: int, cache_folder: Path, report: Report = silent
    ) -> Rows[np.uint8]:
        """All photos as squares, decoded once per image size and kept in `cache_folder`.

        Returns:
            `(N, S, S, 3)` uint8 RGB in [0, 255], in the order of `photos`. The cache keeps it
            for as long as it is used.

        Raises:
            CacheFull: If there is no room for it.
            PhotoSetError: If a photo is damaged.
            Stopped: From `report`; nothing half-made is left.
        """
        cache = Cache(cache_folder)
        return photo_array(cache, self.id, self.digests(), image_size_px, self.jpeg, report)

    def check(self) -> list[str]:
        """Read everything again and say what is wrong; empty when the set is whole."""
        try:
            self.open(self.folder)
        except PhotoSetError as error:
            return [str(error)]
        problems = []
        photos = (partial(self.jpeg, index) for index in range(len(self.photos)))
        reads: list[Callable[[], object]] = [self.fingerprints, self.measures, *photos]
        for read in reads:
            try:
                read()
            except PhotoSetError as error:
                problems.append(str(error))
        return problems
