"""The bundle to take away: network, labels, model card, examples, and a program that asks it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.classify.answer import Answer
from pipeline.classify.bundle import FAMILIAR_FILE, MODEL_FILE, Bundle
from pipeline.errors import RunError
from pipeline.exporting.labels import LABELS, labels
from pipeline.exporting.samples import Samples
from pipeline.exporting.templates import network
from pipeline.files.atomic import STAGING_MARK
from pipeline.network.litert_outputs import answer_first
from pipeline.photos.decoding import colour
from pipeline.photos.set_file import member

CARD: Final = "MODEL_CARD.md"
EXPECTED: Final = "expected.json"
LIST: Final = "labels.txt"
_TEMPLATES: Final = Path(network.__file__).parent
# The very files that show the app its photos; alone they know each other by a shorter name.
_COLOUR: Final = Path(colour.__file__).parent
_STRANGENESS: Final = 1e-3  # it ends at 1; nobody sees less


def programs() -> dict[str, bytes]:
    """The program that asks the network, by its files' names: it needs nothing of PawTune."""
    sources = {
        "predict.py": _TEMPLATES / "predict.txt",
        "network.py": _TEMPLATES / "network.py",
        **{f"{_COLOUR.name}/{path.name}": path for path in sorted(_COLOUR.glob("*.py"))},
    }
    return {
        name: path.read_bytes().replace(colour.__name__.encode(), _COLOUR.name.encode())
        for name, path in sources.items()
    }


def contents(
    bundle: Bundle, samples: Samples, expected: list[Answer], model: bytes | None = None
) -> dict[str, bytes]:
    """Every file of the zip but the model card, by name.

    Args:
        bundle: The run's own.
        samples: Photos, of which `Samples.examples` go along.
        expected: The answers about `samples`.
        model: The network that goes along, if not the run's own.
    """
    familiar = bundle.familiar()
    told = labels(bundle.classes, bundle.image_size_px, bundle.temperature)
    told["neither"] = (
        None if familiar is None else {"file": FAMILIAR_FILE, "strangeness_above": 1.0}
    )
    meaning = {
        LABELS: _json(told),
        LIST: "".join(f"{name}\n" for name in bundle.classes).encode(),
    }
    files = {
        MODEL_FILE: _with_files(answer_first(model or bundle.model()), meaning),
        **meaning,
        **programs(),
        "requirements.txt": b"ai-edge-litert>=2.1\nnumpy>=2.1\npillow>=11\n",
    }
    if familiar is not None:
        files[FAMILIAR_FILE] = familiar.to_bytes()
    answers = []
    for number, place in enumerate(samples.examples(), 1):
        name = f"photos/{number}.jpg"
        files[name] = samples.jpegs[place]
        answers.append({"path": name, **expected[place].told(), "is": samples.shown[place]})
    if answers:
        files[EXPECTED] = _json(answers)
    return files


def write(files: Mapping[str, bytes], path: Path) -> None:
    """Write the zip; the same files give the same bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            packed = zipfile.ZIP_STORED if name.endswith(".jpg") else zipfile.ZIP_DEFLATED
            archive.writestr(member(name), data, packed)


def ask(
    files: Mapping[str, bytes], photos: Sequence[bytes], expected: list[Answer], near: Path
) -> NDArray[np.float64]:
    """Ask the bundle's own program, in a folder of its own, about photos in files.

    Args:
        files: What goes into the zip.
        photos: Files of any kind that is read.
        expected: The run's answers about them.
        near: Where there is room for a moment.

    Returns:
        `(N, C)` probabilities, columns in the order of the classes.

    Raises:
        RunError: If it would call photos "None of them" that the app does not, or the reverse.
    """
    with TemporaryDirectory(prefix=STAGING_MARK, dir=near, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for file in (MODEL_FILE, LABELS, FAMILIAR_FILE):
            if file in files:
                (folder / file).write_bytes(files[file])
        asked = network.Network(folder)
        photo = folder / "photo"
        rows = []
        for data, answer in zip(photos, expected, strict=True):
            photo.write_bytes(data)
            found = asked.answer(photo)
            _check_strangeness(found["strangeness"], answer.strangeness)
            rows.append(list(found["probabilities"].values()))
        return np.array(rows)


def expected_probabilities(expected: list[Answer]) -> NDArray[np.float64]:
    """`(N, C)`, from the run's answers."""
    return np.array([list(answer.probabilities.values()) for answer in expected])


def _check_strangeness(found: float | None, expected: float | None) -> None:
    if found is None or expected is None:
        same = found is expected
    else:
        same = abs(found - expected) <= _STRANGENESS * max(1.0, expected)
    if not same:
        raise RunError(
            "The exported network does not know its photos as PawTune does, so it is not handed "
            "out. Train the run again, and report this if it happens again."
        )


def _with_files(model: bytes, files: Mapping[str, bytes]) -> bytes:
    """A LiteRT file with files behind the network, as its metadata has them: it is a zip, too."""
    whole = io.BytesIO(model)
    with zipfile.ZipFile(whole, "a") as archive:
        for name, data in files.items():
            archive.writestr(member(name), data)
    return whole.getvalue()


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"
