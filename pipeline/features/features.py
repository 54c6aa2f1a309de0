"""What the frozen part of the network makes of the photos: computed once, then kept.

Below the cut nothing ever changes, so its results are data: "pooled" for the head, "cut" for the
tail. One pass of the network gives both. They lie in the cache under everything that decides
them, so that a run with another learning rate, dropout or number of epochs starts with them.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from pipeline.features.frozen_pass import FrozenPass, Show
from pipeline.files.cache import Cache, Wanted, key_of
from pipeline.files.npy import ArrayFile, take
from pipeline.network.convolutions import convolutions
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import CUT, POOLED
from pipeline.network.mobilenet_v2 import num_features
from pipeline.network.tensors import Tensors
from pipeline.photos.arrays import photo_file
from pipeline.photos.augment import augment_batch
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Report, Stage, Step
from pipeline.settings.hyperparameters import FRESH_VIEWS, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.stopwatch import Stopwatch

_RECIPE: Final = 2  # part of every key: to be raised when augmentation or network change
_LARGEST_HALF: Final = float(np.finfo(np.float16).max)

_Files = dict[str, tuple[ArrayFile, Path]]  # by output


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
        found: NDArray[np.float32] = self._get(outputs, split, view)
        return found

    def kept(self, split: str, view: int | None) -> NDArray[np.float32] | None:
        """What `pooled` would give, where nothing has to be computed for it; else None.

        Args:
            split: "training", "validation" or "test".
            view: Number of the view, from 0; None for the photos as they are.

        Raises:
            WorkspaceError: If the cache's folder cannot be written to.
        """
        view = self._shown(view)
        file = _array_file(POOLED, len(self._photo_set.indices(split)), self._config, self._cut)
        key = self._key(POOLED, split, view)
        lease = self._cache.kept(Wanted(key, file.bytes, file.is_whole))
        return None if lease is None else file.open(lease)

    def cut(self, split: str, view: int | None) -> NDArray[np.float16]:
        """What leaves the cut: all that a tail sees of a photo.

        Float16 keeps 11 bits. Measured with the published numbers and a solved head of two
        classes, whose logits reach +-15: they move by 0.0004 on average and 0.002 at most. What
        lies beyond +-65,504 is kept as that.

        Args:
            split: "training", "validation" or "test".
            view: Number of the view, from 0; None for the photos as they are.

        Returns:
            Read-only `(n, h, w, c)` float16, in the order of `photo_set.indices(split)`.

        Raises:
            CacheFull: If there is no room for it.
            PhotoSetError: If a photo is damaged.
            Stopped: From `report`; nothing half-made is left.
            ValueError: If the cut is 0: then the photos themselves are what the tail sees.
        """
        if not self._cut:
            raise ValueError("Nothing lies below the cut. Received: cut=0.")
        found: NDArray[np.float16] = self._get([CUT], split, self._shown(view))
        return found

    def adopt(self, split: str, pooled: NDArray[np.float32]) -> None:
        """Keep what is known of photos as they are already, from another version of their set.

        Args:
            split: "training", "validation" or "test".
            pooled: `(n, F)` pooled features, in the order of `photo_set.indices(split)`.

        Raises:
            CacheFull: If there is no room for it.
        """
        file = _array_file(POOLED, len(pooled), self._config, self._cut)

        def make(path: Path) -> None:
            with file.writing(path) as append:
                append(pooled)

        key = self._key(POOLED, split, None)
        self._cache.file(key, make, file.bytes, file.is_whole, self._report).release()

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
        needed = photo_file(len(photo_set.photos), config.image_size_px).bytes
        for split in ("training", "validation"):
            photos = len(photo_set.indices(split))
            needed += _array_file(POOLED, photos, config, cut).bytes
            if _has_tail(config, cut):
                needed += _array_file(CUT, photos, config, cut).bytes
        return needed

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

    def _get(self, outputs: Sequence[str], split: str, view: int | None) -> Any:
        """The first of `outputs`; the others are there for later."""
        indices = self._photo_set.indices(split)
        files = {
            self._key(output, split, view): _array_file(
                output, len(indices), self._config, self._cut
            )
            for output in outputs
        }
        wanted = [Wanted(key, file.bytes, file.is_whole) for key, file in files.items()]
        output_of = dict(zip(files, outputs, strict=True))

        def make(paths: Mapping[str, Path]) -> None:
            missing = {output_of[key]: (files[key], path) for key, path in paths.items()}
            self._compute(missing, indices, split, view)

        with self._watch.stage("save"):
            first, *others = self._cache.files(wanted, make, self._report)
        for lease in others:
            lease.release()
        return files[wanted[0].key].open(first)

    def _key(self, output: str, split: str, view: int | None) -> str:
        config = self._config
        shown: Any = "plain"
        if view is not None:
            shown = {"view": view, "seed": config.seed, **dataclasses.asdict(config.augment)}
        return key_of(
            output,
            self._photo_set.id,
            recipe=_RECIPE,
            split=split,
            shown=shown,
            image_size_px=config.image_size_px,
            alpha=config.alpha,
            weights=self._weights_key,
            cut=self._cut if output == CUT else None,
        )

    def _compute(
        self, missing: _Files, indices: NDArray[np.int64], split: str, view: int | None
    ) -> None:
        """Look at the photos of a split once, and write every output that is missing."""
        stage, total = self._stage(split, view), len(indices)
        self._report(stage, 0, total, "photos")
        show = self._showing(view)
        done, showing_s, seconds = 0, 0.0, 0.0
        began = time.monotonic()
        with self._watch.stage("frozen"), ExitStack() as stack:
            appends = [
                (output, stack.enter_context(file.writing(path)))
                for output, (file, path) in missing.items()
            ]
            chunks = stack.enter_context(closing(self._network(tuple(missing)).look(indices, show)))
            for looked in chunks:
                for (output, append), result in zip(appends, looked.results, strict=True):
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


def _array_file(output: str, photos: int, config: TrainConfig, cut: int) -> ArrayFile:
    """What an output is for that many photos."""
    if output == POOLED:
        return ArrayFile((photos, num_features(config.alpha)), np.float32)
    shape = convolutions(config.alpha, config.image_size_px)[cut - 1].output_shape
    return ArrayFile((photos, *shape), np.float16)


def _half(values: NDArray[np.float32]) -> NDArray[np.float16]:
    return np.clip(values, -_LARGEST_HALF, _LARGEST_HALF).astype(np.float16)
