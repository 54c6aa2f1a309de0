"""What is there to tune with: kept features of a photo set, mapped; nothing is computed here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import NotReady
from pipeline.evaluation.class_weights import settled
from pipeline.features.features import Frozen
from pipeline.files.atomic import sha256_of
from pipeline.files.cache import Cache
from pipeline.heads.head_data import SEEN, HeadData
from pipeline.network.imagenet_weights import weights_are_here, weights_file
from pipeline.network.mobilenet_v2 import num_features
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.small_sets import groups_of_few
from pipeline.progress import silent
from pipeline.settings.environment import BACKBONE
from pipeline.settings.hyperparameters import BUILT_IN, FRESH_VIEWS, IMAGENET, SOLVED
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.stopwatch import Stopwatch

_NOT_YET: Final = "What the network sees of these photos is not prepared yet."

Needed = tuple[str, int | None]  # a split, and the number of a view; None: photos as they are


class Folders(Protocol):
    """What is looked for of a workspace, which is one of these."""

    @property
    def photo_sets_folder(self) -> Path:
        """One folder for each photo set, named by its id."""

    @property
    def cache_folder(self) -> Path:
        """Where features are kept."""


class Material:
    """Photos as a frozen network sees them, for any head.

    Attributes:
        photo_set_id: The photos.
        classes: Names of their classes.
        indices: Positions of each split's photos in the set, by split: those of `SEEN`.
        data: Their classes, keys and lookalikes, by split.
        num_features: Values per photo, F.
        tick: To be called several times a second by whoever answers: raises `Stopped` once nobody
            wants the answer any more.
    """

    def __init__(
        self,
        folders: Folders,
        photo_set_id: str,
        config: TrainConfig,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """Open a set; its features are mapped as they are asked for.

        Args:
            folders: Where both lie.
            photo_set_id: The photos.
            config: Says which network looks at them and in which views; what concerns the head
                alone may be anything.
            tick: See above.

        Raises:
            NotReady: If it is not known which numbers the network has.
            PhotoSetError: If the set is damaged, or has nothing to validate with.
        """
        photo_set = PhotoSet.open(folders.photo_sets_folder / photo_set_id)
        self.photo_set_id, self.classes, self.tick = photo_set_id, photo_set.classes, tick
        self.indices = {split: photo_set.indices(split) for split in SEEN}
        self.num_features = num_features(config.alpha)
        # On its own, so that this can be let go without a search for circles.
        self._mapped = _Mapped(_frozen(folders, photo_set, config))
        labels, groups = photo_set.labels(), groups_of_few(photo_set)
        self.data = HeadData(
            len(photo_set.classes),
            {split: labels[chosen] for split, chosen in self.indices.items()},
            photo_set.keys()[self.indices["training"]],
            None if groups is None else {split: groups[self.indices[split]] for split in SEEN},
            self._mapped.pooled,
        )

    def pooled(self, split: str, view: int | None) -> NDArray[np.float32]:
        """The pooled features, see `Frozen.pooled`; mapped for as long as this lives.

        Raises:
            NotReady: If they were not computed yet.
        """
        return self._mapped.pooled(split, view)

    @property
    def num_bytes(self) -> int:
        """Of all features that were asked for."""
        return self._mapped.num_bytes

    def settled(self, config: TrainConfig) -> TrainConfig:
        """The settings as a run with these photos would have them, see `class_weights.settled`."""
        return settled(config, np.bincount(self.data.labels["training"]).tolist())


class _Mapped:
    """Features that were asked for."""

    def __init__(self, frozen: Frozen) -> None:
        self._frozen = frozen
        self._found: dict[Needed, NDArray[np.float32]] = {}

    @property
    def num_bytes(self) -> int:
        return sum(one.nbytes for one in self._found.values())

    def pooled(self, split: str, view: int | None) -> NDArray[np.float32]:
        if (split, view) not in self._found:
            kept = self._frozen.kept(split, view)
            if kept is None:
                raise NotReady(_NOT_YET)
            self._found[split, view] = kept
        return self._found[split, view]


def needed(config: TrainConfig) -> tuple[Needed, ...]:
    """The features that heads with these settings learn from and are judged by.

    Every view of the settings is among them, however few epochs there are: somebody who tunes
    may want more.
    """
    validation: Needed = ("validation", None)
    if config.head == SOLVED or config.augment == AUGMENT_PRESETS["none"]:
        return validation, ("training", None)
    views = config.epochs if config.views == FRESH_VIEWS else config.views
    return validation, *(("training", view) for view in range(views))


def missing(
    folders: Folders, photo_set: PhotoSet, config: TrainConfig, wanted: Sequence[Needed]
) -> list[Needed]:
    """Which of the features that somebody wants were not computed yet.

    Raises:
        NotReady: If it is not known which numbers the network has, though they may be had.
    """
    frozen = _frozen(folders, photo_set, config)
    return [one for one in wanted if frozen.kept(*one) is None]


def expect(folders: Folders, photo_set_id: str, config: TrainConfig) -> None:
    """Find out, at a look, that nothing at all is there to answer with.

    Raises:
        NotReady: If not even the features of the validation photos are kept.
        PhotoSetError: If the set is damaged.
    """
    photo_set = PhotoSet.open(folders.photo_sets_folder / photo_set_id)
    if missing(folders, photo_set, config, [("validation", None)]):
        raise NotReady(_NOT_YET)


def _frozen(folders: Folders, photo_set: PhotoSet, config: TrainConfig) -> Frozen:
    cache, sha256 = Cache(folders.cache_folder), weights_sha256(config)
    return Frozen(config, photo_set, cache, {}, sha256, 0, Stopwatch(), silent)


def decisive(config: TrainConfig) -> TrainConfig:
    """The settings with all that does not concern the features as usual: equal for one material."""
    return TrainConfig(
        weights=config.weights,
        alpha=config.alpha,
        image_size_px=config.image_size_px,
        augment=config.augment,
        seed=config.seed,
    )


def weights_sha256(config: TrainConfig) -> str:
    """What stands for the network's numbers in the names of kept features.

    Raises:
        NotReady: If they are not here, or are drawn anew by each run.
    """
    if config.weights == BUILT_IN:
        return sha256_of(BACKBONE)
    if config.weights == IMAGENET and weights_are_here(config.alpha, config.image_size_px):
        return sha256_of(weights_file(config.alpha, config.image_size_px, False, silent))
    raise NotReady(_NOT_YET)
