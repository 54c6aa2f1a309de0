"""How a run does on photos in class folders: its score, and what could not be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from shlex import quote

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.classifier import Classifier
from pipeline.classify.stream import answers
from pipeline.errors import PhotoError, Why
from pipeline.evaluation.accuracy_interval import answers_interval
from pipeline.evaluation.calibration import expected_calibration_error
from pipeline.evaluation.metrics import confusion_matrix
from pipeline.photos import class_names, near_duplicates, other_names
from pipeline.photos.decoding.canonical import FINGERPRINT_BYTES
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.incoming import Incoming
from pipeline.wording import numbers


def score(
    photos: Iterable[Incoming | PhotoError],
    classifier: Classifier,
    decoder: Decoder,
    said: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Score the classifier on labelled photos.

    Args:
        photos: Photos with their class names; those of a class that the run never learned are
            counted, and not asked about.
        classifier: The model.
        decoder: Who reads the files.
        said: Which class a name stands for, see `other_names.read_pairs`.

    Returns:
        `accuracy`, its 95 % interval `low`..`high`, `photos`, how many different `scenes` they
        show, `classes`, the `confusion` matrix (rows: actual, columns: predicted), `neither`
        (photos among them that look like nothing the run learned from), `calibration_error` (see
        `calibration.expected_calibration_error`), `rejected` files with reasons, `unknown` classes
        (see `_Labels.told`), `received` (the files of all three), and `map_unused`: names of which
        something was said, and that no photo has.
    """
    labels = _Labels(classifier.classes, said or {})
    truth: list[int] = []
    shares: list[list[float]] = []
    prints: list[bytes] = []
    neither = 0
    rejected: list[dict[str, str]] = []
    for answered in answers(labels.known(photos), classifier, decoder):
        if answered.answer is None:
            assert answered.error is not None
            rejected.append({"name": answered.photo.name, **answered.error.why._asdict()})
        else:
            truth.append(labels.index(answered.photo.class_name))
            prints.append(answered.fingerprint)
            shares.append(list(answered.answer.probabilities.values()))
            neither += answered.answer.is_neither
    classes = len(classifier.classes)
    right, given = np.array(truth, int), np.array(shares).reshape(len(truth), classes)
    matrix = confusion_matrix(right, given.argmax(axis=1), classes)
    correct = int(np.trace(matrix))
    scenes = _scenes(prints)
    low, high = (0.0, 1.0)
    if truth:
        low, high = answers_interval(right == given.argmax(axis=1), right, scenes)
    return {
        "received": len(truth) + len(rejected) + labels.unknown.total(),
        "photos": len(truth),
        "scenes": len(np.unique(scenes)),
        "accuracy": correct / len(truth) if truth else None,
        "low": low,
        "high": high,
        "classes": list(classifier.classes),
        "confusion": matrix.tolist(),
        "neither": neither,
        "calibration_error": expected_calibration_error(right, given),
        "rejected": rejected,
        "unknown": labels.told(),
        "map_unused": sorted(set(said or {}) - set(labels.seen)),
    }


def _scenes(prints: Sequence[bytes]) -> NDArray[np.int64]:
    """`(N,)`, see `near_duplicates.groups`."""
    pixels = np.frombuffer(b"".join(prints), np.uint8)
    return near_duplicates.groups(pixels.reshape(len(prints), FINGERPRINT_BYTES))


class _Labels:
    """Which learned class a name is, and how many photos have names that are none.

    Attributes:
        seen: The first spelling of each name that came, by its key.
        unknown: How many photos have a name that is no learned class, by its key.
    """

    def __init__(self, learned: Sequence[str], said: Mapping[str, str]) -> None:
        self._learned, self._said = learned, said
        self._index: dict[str, int] = {}
        self.seen: dict[str, str] = {}
        self.unknown: Counter[str] = Counter()

    def known(self, photos: Iterable[Incoming | PhotoError]) -> Iterator[Incoming | PhotoError]:
        """The photos of learned classes, and files that cannot be read; the others are counted."""
        for photo in photos:
            if isinstance(photo, Incoming):
                name = class_names.key(photo.class_name)
                if name not in self.seen:
                    self.seen[name] = class_names.clean(photo.class_name)
                    self._index |= other_names.labels([name], self._learned, self._said)
                if name not in self._index:
                    self.unknown[name] += 1
                    continue
            yield photo

    def index(self, name: str) -> int:
        """Of the class that a name which `known` let through stands for."""
        return self._index[class_names.key(name)]

    def told(self) -> list[dict[str, object]]:
        """Each name that is no learned class, the most frequent first.

        Its `class` (empty where nothing says one), how many `photos`, the `reason` and what to do
        in a sentence each, the class that it may mean as `suggestion` or None, and as `map` what
        says so to the command line.
        """
        named = {key: self.seen[key] for key in self.unknown if key and key not in self._said}
        present = {self._learned[index] for index in self._index.values()}
        meant = other_names.suggest(named.values(), self._learned, present)
        return [
            {
                "class": (name := self.seen[key]),
                "photos": count,
                **self._why(key, count, class_ := meant.get(name))._asdict(),
                "suggestion": class_,
                "map": f"{name}={class_}" if class_ else None,
            }
            for key, count in self.unknown.most_common()
        ]

    def _why(self, key: str, count: int, meant: str | None) -> Why:
        many, name = numbers.photos(count), self.seen[key]
        if key in self._said:
            return Why(f"{many} of {name} left out, as you said.")
        if not key:
            return Why(
                f"Nothing says the class of {many}.",
                "Put each into a folder with the name of its class.",
            )
        reason = f"The run never learned the class {name}: {many} left out."
        if meant is None:
            return Why(reason, f"If it means a learned class, say {_to_type(f'{name}=CLASS')}.")
        return Why(reason, f"If it means {meant}, say {_to_type(f'{name}={meant}')}.")


def _to_type(pair: str) -> str:
    """As a shell takes it; what begins with a dash would be an option of its own."""
    return f"--map{'=' if pair.startswith('-') else ' '}{quote(pair)}"
