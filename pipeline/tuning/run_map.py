"""The map of a run: where photos lie by what its network sees, and where before its fine-tuning.

The second map begins with the first and is turned onto it, so that a photo that moves does so
because the network sees it otherwise. Both are kept in the cache as long as there is room.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.classifier import Classifier
from pipeline.files.cache import Cache, Wanted, key_of
from pipeline.files.npy import ArrayFile, take
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Report, Stage, Step
from pipeline.tuning.neighbourhoods import aligned, neighbourhoods
from pipeline.tuning.photo_map import Places

_RECIPE: Final = 1  # another one where the same photos would lie elsewhere
_CHUNK: Final = 64  # photos that the network looks at at a time


@dataclass(frozen=True, slots=True, eq=False)
class RunMap:
    """Where the photos of a set lie.

    Attributes:
        places: `(N, 2)` float32, as the run's network sees them.
        before: `(N, 2)` float32, as it did before fine-tuning; None where there was none.
    """

    places: Places
    before: Places | None


@dataclass(frozen=True, slots=True, eq=False)
class Mapped:
    """A photo set and the networks that look at it.

    Attributes:
        photo_set: The photos.
        after: The run's network.
        before: The same before fine-tuning; None where there was none, or it was not kept.
    """

    photo_set: PhotoSet
    after: Classifier
    before: Classifier | None

    def kept(self, cache: Cache) -> RunMap | None:
        """The map; None where it has to be made.

        Raises:
            WorkspaceError: If the cache cannot be written to.
        """
        wanted = self._wanted
        leases = cache.lease(wanted.key, lambda paths: [*filter(wanted.is_whole, paths)])
        return self._read(self._file.open(leases[0])) if leases else None

    def make(self, cache: Cache, report: Report) -> RunMap:
        """The map, made if it has to be.

        Raises:
            CacheFull: If there is no room for it.
            PhotoSetError: If a photo is damaged.
            Stopped: From `report`; nothing half-made is left.
        """
        wanted = self._wanted

        def draw(path: Path) -> None:
            with self._file.writing(path) as append:
                append(self._draw(cache, report))

        lease = cache.file(wanted.key, draw, wanted.bytes, wanted.is_whole, report)
        return self._read(self._file.open(lease))

    @property
    def _file(self) -> ArrayFile:
        return ArrayFile((len(self.photo_set.photos), 2 if self.before is None else 4), np.float32)

    @property
    def _wanted(self) -> Wanted:
        networks = [one and one.sha256 for one in (self.after, self.before)]
        key = key_of("map", self.photo_set.id, recipe=_RECIPE, networks=networks)
        return Wanted(key, self._file.bytes, self._file.is_whole)

    @staticmethod
    def _read(columns: NDArray[np.float32]) -> RunMap:
        places = np.array(columns)
        return RunMap(places[:, :2], places[:, 2:] if places.shape[1] == 4 else None)

    def _draw(self, cache: Cache, report: Report) -> NDArray[np.float32]:
        if self.before is None:
            return neighbourhoods(self._looked(self.after, cache, report), report)
        before = neighbourhoods(self._looked(self.before, cache, report), report)
        after = neighbourhoods(self._looked(self.after, cache, report), report, start=before)
        return np.hstack([aligned(after, before), before])

    def _looked(self, network: Classifier, cache: Cache, report: Report) -> NDArray[np.float32]:
        arrays = self.photo_set.arrays(network.image_size_px, cache.folder, report)
        count = len(self.photo_set.photos)
        pooled = np.empty((count, network.num_features), np.float32)
        for begin in range(0, count, _CHUNK):
            report(Stage(Step.ASKING), begin, count, "photos")
            chosen = np.arange(begin, min(begin + _CHUNK, count))
            pooled[chosen] = network.pooled(take(arrays, chosen))
        return pooled
