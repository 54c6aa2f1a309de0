"""Studies of photo sets: what the frozen network sees in the photos, and what heads say of them.

Files in a folder of the set's id: features, which hold for as long as the photos do, a map that is
drawn from them, and answers. A version that is made by a change takes the study of the one before
along; photos are known by their SHA-256, so it still holds for those that both have.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.files.atomic import staged_file
from pipeline.photos import class_names
from pipeline.photos.photo_set import PhotoSet
from pipeline.workspace.home import Workspace

_ANSWERS: Final = "answers.npz"
_FEATURES: Final = "features.npz"
_MAP: Final = "map.npz"
NO_CLASS: Final = -1


@dataclass(frozen=True, slots=True)
class Study:
    """What heads on kept features say of the photos of a set.

    Attributes:
        sha256: `(N,)` bytes, of each photo that was looked at.
        classes: The classes that heads told apart; none where too few photos have a label.
        probabilities: `(N, C)` float32 that sum to 1, each from heads that did not learn from
            the photo; zeros for photos that had no label then.
        pruned: `(N, C)` float32, likewise, to rank labels by; see `heads.label_check`.
        sizes: What `evaluation.more_photos.SizeCurve.to_json` gave; empty where there are too
            few photos.
        confirmed: SHA-256 of photos of which somebody said that their label is right.
        of: Id of the version that was studied, whose photos and labels it speaks of; empty where
            nobody kept that.
    """

    sha256: NDArray[np.bytes_]
    classes: tuple[str, ...]
    probabilities: NDArray[np.float32]
    pruned: NDArray[np.float32]
    sizes: Mapping[str, Any] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    of: str = ""


@dataclass(frozen=True, slots=True)
class KnownFeatures:
    """What a frozen network made of photos.

    Attributes:
        sha256: `(N,)` bytes, of each photo.
        pooled: `(N, F)` float32.
        config: The network: "weights", "alpha" and "image_size_px", as in `TrainConfig`.
        weights_sha256: Of the file that the network's numbers came from.
    """

    sha256: NDArray[np.bytes_]
    pooled: NDArray[np.float32]
    config: Mapping[str, Any]
    weights_sha256: str

    def rows(self, photo_set: PhotoSet) -> NDArray[np.float32] | None:
        """`(n, F)`, of every photo of a set in its order; None where one is not known."""
        rows = places(self.sha256, photo_set)
        return None if (rows < 0).any() else self.pooled[rows]


@dataclass(frozen=True, slots=True)
class Answers:
    """A study held against a photo set as it is now.

    Attributes:
        photos: `(M,)` int64 positions in the set, of photos that the study judged.
        labels: `(M,)` int64 their classes now, as indices into the study's, or `NO_CLASS`.
        probabilities: `(M, C)` float32, see `Study`.
        pruned: `(M, C)` float32, see `Study`.
        confirmed: `(M,)` bool, see `Study`.
    """

    photos: NDArray[np.int64]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    pruned: NDArray[np.float32]
    confirmed: NDArray[np.bool_]


def hashes(photo_set: PhotoSet) -> NDArray[np.bytes_]:
    """`(N,)` bytes: the SHA-256 of every photo, 64 hexadecimal digits each."""
    return np.array([photo.sha256.encode() for photo in photo_set.photos], "S64")


def places(sha256: NDArray[np.bytes_], photo_set: PhotoSet) -> NDArray[np.int64]:
    """`(n,)` int64: where among `sha256` each photo of a set stands, -1 where it does not."""
    known = {one: place for place, one in enumerate(sha256.tolist())}
    return np.array([known.get(one, -1) for one in hashes(photo_set).tolist()], np.int64)


def answers(study: Study, photo_set: PhotoSet) -> Answers:
    """What a study says of the photos of a set, whichever version of it was studied."""
    rows = places(study.sha256, photo_set)
    asked = np.asarray(study.probabilities.any(axis=1))  # those without a label were not
    photos = np.flatnonzero((rows >= 0) & asked[rows])
    keys = [class_names.key(name) for name in study.classes]
    index = {name: keys.index(key) if (key := class_names.key(name)) in keys else NO_CLASS
             for name in photo_set.classes}  # fmt: skip
    labels = np.array([index[name] for name in photo_set.classes], np.int64)[photo_set.labels()]
    said = [photo_set.photos[place].sha256 in study.confirmed for place in photos]
    chosen = rows[photos]
    return Answers(
        photos,
        labels[photos],
        study.probabilities[chosen],
        study.pruned[chosen],
        np.array(said, np.bool_),
    )


def without_test(study: Study, photo_set: PhotoSet) -> Study:
    """What a study says, less what it says of the test photos of a set, which are sealed.

    Its curve is gone, too, where they were asked about: nobody can take them out of it.
    """
    tests = [place for place, photo in enumerate(photo_set.photos) if photo.split == "test"]
    is_test = np.isin(study.sha256, hashes(photo_set)[tests])
    if not study.probabilities[is_test].any():
        return study
    left = ~is_test[:, np.newaxis]
    return replace(
        study, probabilities=study.probabilities * left, pruned=study.pruned * left, sizes={}
    )


class Studies:
    """The studies of one workspace.

    Args:
        workspace: Where they are kept.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.studies_folder

    def keep(self, photo_set_id: str, study: Study, features: KnownFeatures) -> None:
        """Keep a study of a set; an earlier one of the same set is gone."""
        folder = self._folder / photo_set_id
        _write(
            folder / _FEATURES,
            sha256=features.sha256,
            pooled=features.pooled,
            facts=_facts(features),
        )
        self._keep_answers(photo_set_id, replace(study, of=photo_set_id))

    def get(self, photo_set_id: str) -> Study | None:
        """What is known of a set; None where it was not studied, or the file is damaged."""
        kept = _read(self._folder / photo_set_id / _ANSWERS)
        try:
            facts = json.loads(str(kept["facts"]))
            shape = len(kept["sha256"]), len(facts["classes"])
            return Study(
                kept["sha256"],
                tuple(facts["classes"]),
                kept["probabilities"].reshape(shape),
                kept["pruned"].reshape(shape),
                facts["sizes"],
                frozenset(facts["confirmed"]),
                facts.get("of", ""),
            )
        except (KeyError, ValueError, TypeError):
            return None

    def features(self, photo_set_id: str) -> KnownFeatures | None:
        """What the frozen network made of a set's photos; None where nobody knows."""
        kept = _read(self._folder / photo_set_id / _FEATURES)
        try:
            config, weights = json.loads(str(kept["facts"]))
            return KnownFeatures(kept["sha256"], kept["pooled"], config, weights)
        except (KeyError, ValueError, TypeError):
            return None

    def keep_map(
        self, photo_set_id: str, features: KnownFeatures, places: NDArray[np.float32]
    ) -> None:
        """Keep where photos lie on maps that were drawn from these features, `(N, K)` float32."""
        path = self._folder / photo_set_id / _MAP
        _write(path, sha256=features.sha256, places=places, facts=_facts(features))

    def map(self, photo_set: PhotoSet) -> NDArray[np.float32] | None:
        """`(n, K)`: where a set's photos lie; None where no map of what is known has them all."""
        folder = self._folder / photo_set.id
        kept, known = _read(folder / _MAP), _read(folder / _FEATURES, "facts")
        try:
            rows = places(kept["sha256"], photo_set)
            if str(kept["facts"]) != str(known["facts"]) or (rows < 0).any():
                return None
            return np.asarray(kept["places"][rows], np.float32)
        except (KeyError, IndexError):
            return None

    def stamp(self, photo_set_id: str) -> int | None:
        """Another number after each study or map of a set; None where it was not studied."""
        folder = self._folder / photo_set_id
        try:
            drawn = (folder / _MAP).stat().st_mtime_ns if (folder / _MAP).exists() else 0
            return max((folder / _FEATURES).stat().st_mtime_ns, drawn)
        except OSError:
            return None

    def confirm(self, photo_set_id: str, sha256: Collection[str]) -> None:
        """Remember that the labels of these photos are right."""
        study = self.get(photo_set_id)
        if study is not None:
            self._keep_answers(photo_set_id, replace(study, confirmed=study.confirmed | {*sha256}))

    def carry(self, old: str, new: str) -> None:
        """Let a new version have the study of the one before, unless it has one."""
        source, target = self._folder / old, self._folder / new
        if target.exists() or not source.exists():
            return
        target.mkdir()
        for path in source.iterdir():
            try:
                os.link(path, target / path.name)  # files are replaced, never changed
            except OSError:  # a file system without links
                shutil.copyfile(path, target / path.name)

    def forget(self, photo_set_id: str) -> None:
        """Delete the study of a set."""
        shutil.rmtree(self._folder / photo_set_id, ignore_errors=True)

    def _keep_answers(self, photo_set_id: str, study: Study) -> None:
        facts = {
            "classes": study.classes,
            "sizes": dict(study.sizes),
            "confirmed": sorted(study.confirmed),
            "of": study.of,
        }
        _write(
            self._folder / photo_set_id / _ANSWERS,
            sha256=study.sha256,
            probabilities=study.probabilities,
            pruned=study.pruned,
            facts=np.array(json.dumps(facts)),
        )


def _facts(features: KnownFeatures) -> NDArray[np.str_]:
    return np.array(json.dumps([dict(features.config), features.weights_sha256]))


def _write(path: Path, **arrays: NDArray[Any]) -> None:
    with staged_file(path) as temporary, temporary.open("wb") as stream:  # a name would get .npz
        np.savez(stream, allow_pickle=False, **arrays)


def _read(path: Path, *names: str) -> Mapping[str, NDArray[Any]]:
    """The arrays of a file, or those of some names; none where it is missing or damaged."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            return {name: kept[name] for name in names or kept.files}
    except Exception:  # zip, zlib and NumPy's readers raise ten kinds and more on damaged files
        return {}
