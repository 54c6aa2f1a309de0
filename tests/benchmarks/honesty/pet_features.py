"""What the frozen network of *quick* sees in real cats and dogs; looked at once, then kept."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.features.frozen_pass import FrozenPass
from pipeline.learning.initial_weights import starting_tensors
from pipeline.network.litert_file import litert_file
from pipeline.network.litert_runner import POOLED
from pipeline.photos.decoding.decode import square
from pipeline.progress import silent
from pipeline.settings.presets import PRESETS, QUICK
from tests.conftest import SHARED

CONFIG: Final = PRESETS[QUICK].config
KINDS: Final = ("Cat", "Dog")
_ZIP: Final = SHARED / "photos" / "pet_images_180px.zip"


def pet_features(each: int) -> dict[str, NDArray[np.float32]]:
    """Pooled features `(each, 1280)` of the first photos of each kind, by kind; about 6 ms each.

    They are kept in the system's folder for temporary files.
    """
    folder = Path(tempfile.gettempdir()) / "pawtune_pet_features"
    folder.mkdir(exist_ok=True)
    found = {}
    for kind in KINDS:
        path = folder / f"{kind}-{each}-{CONFIG.image_size_px}.npy"
        if not path.exists():
            np.save(path, _look(_photos(kind, each)))
        found[kind] = np.load(path)
    return found


def _photos(kind: str, each: int) -> list[bytes]:
    with zipfile.ZipFile(_ZIP) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"PetImages/{kind}/")]
        names = sorted((n for n in names if n.endswith(".jpg")), key=lambda n: int(Path(n).stem))
        return [archive.read(name) for name in names[:each]]


def _look(photos: list[bytes]) -> NDArray[np.float32]:
    side = CONFIG.image_size_px
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(SHARED / "keras"))
        start = starting_tensors(CONFIG, Path(), np.empty((0, side, side, 3), np.uint8), silent)
    network = FrozenPass(litert_file(start.tensors, CONFIG.alpha, side, pooled=True), [POOLED])

    def show(chosen: NDArray[np.int64]) -> NDArray[np.uint8]:
        return np.stack([square(photos[index], side) for index in chosen])

    chunks = network.look(np.arange(len(photos)), show)
    return np.concatenate([looked.results[0] for looked in chunks])
