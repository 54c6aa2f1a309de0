"""What the example run makes of pets and of pictures that are none: prints one JSON object.

    python -m tests.benchmarks.bench_starter [RUN]

Needs `../shared` for the pets: the 2,000 photos numbered 9,000 to 9,999 that neither the built-in
network nor the example learned from. The others are drawn (see `tests/non_pets.py`), and the drawn
pets of the first photo set, which are no photos. RUN is the folder of another run.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.classify.answer import Answer
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.evaluation.accuracy_interval import accuracy_interval
from pipeline.evaluation.calibration import expected_calibration_error
from pipeline.photos.decoding.decode import square
from pipeline.photos.sources import drawn
from pipeline.settings.environment import EXAMPLE
from tests.conftest import SHARED
from tests.non_pets import non_pets

OF_EACH = 100
DRAWN = 200
CHUNK = 64


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    """A picture as a file, as a person would bring it."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def answers(classifier: Classifier, files: list[bytes]) -> list[Answer]:
    """One answer per file."""
    side = classifier.image_size_px
    found: list[Answer] = []
    for start in range(0, len(files), CHUNK):
        chunk = [square(data, side) for data in files[start : start + CHUNK]]
        found += classifier.answers(np.stack(chunk))
    return found


def kept_pets() -> tuple[list[bytes], NDArray[np.int64]]:
    """The kept photos and their classes, cats first."""
    files, truth = [], []
    with zipfile.ZipFile(SHARED / "photos" / "pet_images_180px.zip") as photos:
        for index, kind in enumerate(("Cat", "Dog")):
            for number in range(9_000, 10_000):
                files.append(photos.read(f"PetImages/{kind}/{number}.jpg"))
                truth.append(index)
    return files, np.array(truth)


def auroc(strange: NDArray[np.float64], known: NDArray[np.float64]) -> float:
    """How often something strange lies farther away than something known, ties half."""
    order = np.concatenate([known, strange]).argsort(kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    above = ranks[len(known) :].sum() - len(strange) * (len(strange) + 1) / 2
    return float(above / (len(strange) * len(known)))


def strangeness(found: list[Answer]) -> NDArray[np.float64]:
    """How far each photo lies from those that were learned from."""
    return np.array([answer.strangeness for answer in found], np.float64)


def measure(folder: Path) -> dict[str, Any]:
    """All figures of one run."""
    classifier = Classifier(read_bundle(folder / "bundle"))
    files, truth = kept_pets()
    pets = answers(classifier, files)
    shares = np.array([list(answer.probabilities.values()) for answer in pets])
    right = int((shares.argmax(axis=1) == truth).sum())
    known = strangeness(pets)
    kinds: dict[str, list[bytes]] = {}
    for name, picture in non_pets(OF_EACH):
        kinds.setdefault(name, []).append(jpeg(picture))
    kinds["drawn pets"] = [photo.read() for photo in drawn.photos(0, DRAWN, 0, 0)]
    strange = {name: strangeness(answers(classifier, pictures)) for name, pictures in kinds.items()}
    generated = np.concatenate([found for name, found in strange.items() if name != "drawn pets"])
    return {
        "photos": len(truth),
        "accuracy": right / len(truth),
        "interval": accuracy_interval(right, len(truth)),
        "calibration_error": expected_calibration_error(truth, shares),
        "called_neither": float(np.mean(known > 1)),
        "auroc_generated": auroc(generated, known),
        "neither": {name: float(np.mean(found > 1)) for name, found in strange.items()},
        "auroc": {name: auroc(found, known) for name, found in strange.items()},
    }


def main() -> None:
    """Measure and print."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE
    print(json.dumps(measure(folder), indent=2))


if __name__ == "__main__":
    main()
