"""What the frozen part of the network makes of the photos: computed once, then kept.

Below the cut nothing ever changes, so its results are data: "pooled" for the head, "cut" for the
tail. One pass of the network gives both. They lie in the cache by photo, under everything else
that decides them, so that a run with another learning rate, dropout or number of epochs starts
with them, and so does a run with another version of the photo set.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.features.frozen_pass import FrozenPass, Show
from pipeline.files.cache import Cache
from pipeline.files.npy import Append, take
from pipeline.files.row_file import RowFile, Table, recipe_of
from pipeline.files.row_store import RowStore
from pipeline.files.rows import Rows
from pipeline.network.convolutions import convolutions, frozen_convolutions
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import CUT, POOLED
from pipeline.network.mobilenet_v2 import num_features
from pipeline.network.tensors import Tensors
from pipeline.photos.arrays import photo_table
from pipeline.photos.augment import augment_batch
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Report, Stage, Step
from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.stopwatch import Stopwatch

_RECIPE: Final = 2  # part of every key: to be raised when augmentation or network change
_LARGEST_HALF: Final = float(np.finfo(np.float16).max)


class Frozen:
    """What the frozen part makes of the photos, from the cache or computed now.

    What it gives is mapped from files, which stay for as long as they are used; who drops what
    is no longer needed lets the cache make room.
    """

    def __init__(
        self,
        config: TrainConfig,
        photo_set: PhotoSet,
        cache: Cache,
        tensors: Tensors,
        weights_key: str,
        cut: int,
        watch: Stopwatch,
        report: Report,
    ) -> None:
        """Nothing is computed before it is asked for.

        Args:
            config: The run's settings.
            photo_set: The photos.
            cache: Where the results are kept.
            tensors: The numbers of the backbone, by "layer/weight".
            weights_key: SHA-256 that stands for `tensors`.
            cut: How many convolutions are frozen in fine-tuning, too, 0 to 52; see
                `convolutions.frozen_convolutions`.
            watch: Told where the time goes: "decode", "augment", "frozen" and "save".
            report: Told how far it is; may raise `Stopped`.
        """
        self._config, self._photo_set, self._cache = config, photo_set, cache
        self._tensors, self._weights_key, self._cut = tensors, weights_key, cut
        self._watch, self._report = watch, report
        self._pass: FrozenPass | None = None

    def pooled(self, split: str, view: int | None) -> NDArray[np.float32]:
        """The pooled features: all that a head sees of a photo.

        Where they have to be computed, what fine-tuning will ask for comes of the same pass.

        Args:
            split: "training", "validation" or "test".
            view: Number of the view, from 0; None for the photos as they are.

        Returns:
            Read-only `(n, F)` float32, in the order of `photo_set.indices(split)`.

        Raises:
            CacheFull: If there is no room for it.
            PhotoSetError: If a photo is damaged.
            Stopped: From `report`; nothing half-made is left.
        """
        view = self._shown(view)
        outputs = [POOLED, CUT] if self._tail_needs(split, view) else [POOLED]
        return self._get(outputs, split, view).whole()

    def kept(self, split: str, view: int | None) -> NDArray[np.float32] | None:
        """What `pooled` would give, where nothing has to be computed for it; else None.

        Args:
            split: "training", "validation" or "test".
            view: Number of the view, from 0; None for the photos as they are.

        Raises:
            WorkspaceError: If the cache's folder cannot be written to.
        """
        table = self._table(POOLED, self._shown(view))
        rows = RowStore(self._cache).kept(table, self._digests(self._photo_set.indices(split)))
        return None if rows is None else rows.whole()

    def cut(self, split: str, view: int | None) -> Rows[np.float16]:
        """What leaves the cut: all that a tail sees of a photo.

        Float16 keeps 11 bits. Measured with the published numbers and a solved head of two
        classes, whose logits reach +-15: they move by 0.0004 on average and 0.002 at most. What
        lies beyond +-65,504 is kept as that.

        Args:
            split: "training", "validation" or "test".
            view: Number of the view, from 0; None for the photos as they are.

        Returns:
            `(n, h, w, c)` float16, in the order of `photo_set.indices(split)`.

        Raises:
            CacheFull: If there is no room for it.
            PhotoSetError: If a photo is damaged.
            Stopped: From `report`; nothing half-made is left.
            ValueError: If the cut is 0: then the photos themselves are what the tail sees.
        """
        if not self._cut:
            raise ValueError("Nothing lies below the cut. Received: cut=0.")
        return self._get([CUT], split, self._shown(view))

    def close(self) -> None:
        """Free the network's memory."""
        self._pass = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def bytes_needed(config: TrainConfig, photo_set: PhotoSet, cut: int) -> int:
        """What a training must have on disk at the same time.

        These are the decoded photos, and what head and tail see of the validation photos and of
        one view of the training photos. Where there is room for more, every view is kept.

        Args:
            config: The run's settings.
            photo_set: The photos.
            cut: How many convolutions are frozen in fine-tuning, too, 0 to 52.
        """
        table, photos = photo_table(config.image_size_px), len(photo_set.photos)
        needed = RowFile(table, photos).num_bytes
        for split in ("training", "validation"):
            photos = len(photo_set.indices(split))
            for output in (POOLED, CUT) if _has_tail(config, cut) else (POOLED,):
                needed += RowFile(_table(output, "", config, cut), photos).num_bytes
        return needed

    @staticmethod
    def cut_to_keep(config: TrainConfig, photo_set: PhotoSet, cache: Cache) -> int:
        """How many convolutions stay frozen in fine-tuning, and are worth keeping the results of.

        Where there is no room to keep them, they are computed in every step: slower, same result.
        """
        cut = frozen_convolutions(config.alpha, config.image_size_px, config.fine_tune_at)
        needed = Frozen.bytes_needed(config, photo_set, cut)
        return 0 if config.fine_tune_epochs and not cache.room_for(needed) else cut

    def _shown(self, view: int | None) -> int | None:
        """Without augmentation every view is the photo as it is."""
        return None if self._config.augment == AUGMENT_PRESETS["none"] else view

    def _tail_needs(self, split: str, view: int | None) -> bool:
        """Whether fine-tuning will ask for the cut of the same photos in the same view."""
        config = self._config
        if not _has_tail(config, self._cut) or split == "test":
            return False
        if view is None:
            return split == "validation" or self._shown(0) is None
        epochs = range(config.epochs, config.epochs + config.fine_tune_epochs)
        return config.head != SOLVED and view in map(config.view_of, epochs)

    def _get(self, outputs: Sequence[str], split: str, view: int | None) -> Rows[Any]:
        """The first of `outputs`; of photos that it has to look at, it keeps the others, too."""
        indices = self._photo_set.indices(split)
        tables = {self._table(output, view): output for output in outputs}

        def make(appends: Mapping[Table, Append], missing: NDArray[np.int64]) -> None:
            wanted = {tables[table]: append for table, append in appends.items()}
            self._compute(wanted, indices[missing], split, view)

        with self._watch.stage("save"):
            return RowStore(self._cache).rows(
                list(tables), self._digests(indices), self._photo_set.id, make, self._report
            )

    def _digests(self, indices: NDArray[np.int64]) -> list[bytes]:
        digests = self._photo_set.digests()
        return [digests[index] for index in indices]

    def _table(self, output: str, view: int | None) -> Table:
        config = self._config
        shown: Any = "plain"
        if view is not None:
            shown = {"view": view, "seed": config.seed, **dataclasses.asdict(config.augment)}
        recipe = recipe_of(
            recipe=_RECIPE,
            shown=shown,
            image_size_px=config.image_size_px,
            alpha=config.alpha,
            weights=self._weights_key,
            cut=self._cut if output == CUT else None,
        )
        return _table(output, recipe, config, self._cut)

    def _compute(
        self,
        appends: Mapping[str, Append],
        indices: NDArray[np.int64],
        split: str,
        view: int | None,
    ) -> None:
        """Look at photos once, and hand every output on to what takes it."""
        stage, total = self._stage(split, view), len(indices)
        self._report(stage, 0, total, "photos")
        show = self._showing(view)
        done, showing_s, seconds = 0, 0.0, 0.0
        began = time.monotonic()
        looking = self._network(tuple(appends)).look(indices, show)
        with self._watch.stage("frozen"), closing(looking):
            for looked in looking:
                for (output, append), result in zip(appends.items(), looked.results, strict=True):
                    append(_half(result) if output == CUT else result)
                done += looked.photos
                showing_s += looked.showing_s
                seconds += looked.seconds
                self._report(stage, done, total, "photos")
        if view is not None and seconds:
            # Threads do both at once; the time that passed is split as theirs was.
            self._watch.move("frozen", "augment", (time.monotonic() - began) * showing_s / seconds)

    def _showing(self, view: int | None) -> Show:
        """What gives photos by their index, in a view."""
        config = self._config
        with self._watch.stage("decode"):
            arrays = self._photo_set.arrays(config.image_size_px, self._cache.folder, self._report)
        if view is None:
            return lambda chosen: take(arrays, chosen)
        keys = self._photo_set.keys()
        return lambda chosen: augment_batch(
            take(arrays, chosen), config.augment, config.seed, keys[chosen], view
        )

    def _network(self, outputs: tuple[str, ...]) -> FrozenPass:
        """As much of the network as these outputs need; the last one is kept for the next view."""
        if self._pass is None or self._pass.outputs != outputs:
            config = self._config
            content = litert_file(
                self._tensors,
                config.alpha,
                config.image_size_px,
                cut=self._cut if CUT in outputs else None,
                pooled=POOLED in outputs,
            )
            self._pass = FrozenPass(content, outputs)
        return self._pass

    def _stage(self, split: str, view: int | None) -> Stage:
        if view is None:
            return Stage(Step.LOOKING, split)
        config = self._config
        fresh = config.views == FRESH_VIEWS
        views = config.epochs + config.fine_tune_epochs if fresh else config.views
        return Stage(Step.LOOKING_AT_VIEW, epoch=view + 1, epochs=max(views, view + 1))


def _has_tail(config: TrainConfig, cut: int) -> bool:
    every = convolutions(config.alpha, config.image_size_px)
    return config.fine_tune_epochs > 0 and 0 < cut < len(every)


def _table(output: str, recipe: str, config: TrainConfig, cut: int) -> Table:
    """What rows of an output are."""
    if output == POOLED:
        return Table(output, recipe, (num_features(config.alpha),), np.float32)
    shape = convolutions(config.alpha, config.image_size_px)[cut - 1].output_shape
    return Table(output, recipe, tuple(shape), np.float16)


def _half(values: NDArray[np.float32]) -> NDArray[np.float16]:
    return np.clip(values, -_LARGEST_HALF, _LARGEST_HALF).astype(np.float16)
