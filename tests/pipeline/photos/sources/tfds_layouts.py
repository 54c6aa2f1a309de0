"""What the makers of a few sets give out, in their layout, with a handful of drawn pictures."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image

from tests.loopback import Loopback, Reply


def picture(seed: int, kind: str = "JPEG") -> bytes:
    """A picture of noise that is like no other."""
    values = np.random.default_rng(seed).integers(0, 256, (24, 24, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, kind)
    return stream.getvalue()


def packed(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(files: Mapping[str, bytes], mode: str = "w") -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as archive:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return stream.getvalue()


def beans() -> dict[str, bytes]:
    """Three zips, one for each part."""
    host = "https://storage.googleapis.com/ibeans"
    sizes = {"train": 6, "validation": 2, "test": 2}
    return {
        f"{host}/{part}.zip": packed(
            {
                f"{part}/{name}/{number}.jpg": picture(10 * order + number + 1000 * len(part))
                for order, name in enumerate(("healthy", "bean_rust", "angular_leaf_spot"))
                for number in range(count)
            }
        )
        for part, count in sizes.items()
    }


def tf_flowers() -> dict[str, bytes]:
    """One packed tar of class folders."""
    files = {
        f"flower_photos/{name}/{number}.jpg": picture(100 * order + number)
        for order, name in enumerate(("daisy", "dandelion", "roses", "sunflowers", "tulips"))
        for number in range(4)
    }
    url = "http://download.tensorflow.org/example_images/flower_photos.tgz"
    return {url: tarred(files | {"flower_photos/LICENSE.txt": b"CC BY"}, "w:gz")}


def oxford_iiit_pet() -> dict[str, bytes]:
    """Two tars, not packed for all their names; labels stand in a list."""
    parts = {"trainval": range(1, 5), "test": range(5, 7)}
    breeds = {"Abyssinian": (1, 1), "beagle": (5, 2)}
    images, notes = {}, {}
    for part, numbers in parts.items():
        lines = []
        for name, (label, species) in breeds.items():
            for number in numbers:
                images[f"images/{name}_{number + 500}.jpg"] = picture(label * 100 + number)
                mask = Image.new("L", (24, 24), 1)
                stream = io.BytesIO()
                mask.save(stream, "PNG")
                notes[f"annotations/trimaps/{name}_{number + 500}.png"] = stream.getvalue()
                lines.append(f"{name}_{number + 500} {label} {species} 1")
        notes[f"annotations/{part}.txt"] = "\n".join(lines).encode() + b"\n"
    host = "https://thor.robots.ox.ac.uk/~vgg/data/pets"
    return {
        f"{host}/images.tar.gz": tarred(images),
        f"{host}/annotations.tar.gz": tarred(notes),
    }


def stanford_dogs() -> dict[str, bytes]:
    """Tars of pictures, of boxes around the dogs, and of lists that MATLAB wrote."""
    import scipy.io

    breeds = [f"n{20_000 + number}-Breed_{number}" for number in range(120)]
    names = [f"{breed}/{breed.split('-')[0]}_{number}.jpg" for breed in breeds for number in (1, 2)]
    box = "".join(
        f"<{key}>12</{key}>" for key in ("width", "height", "xmin", "ymin", "xmax", "ymax")
    )
    boxes = {f"Annotation/{name.removesuffix('.jpg')}": f"<a>{box}</a>".encode() for name in names}
    lists = {}
    for part, some in {"train": names[::2], "test": names[1::2]}.items():
        stream = io.BytesIO()
        cells = np.array([[name] for name in some], dtype=object)
        scipy.io.savemat(stream, {"file_list": cells})
        lists[f"{part}_list.mat"] = stream.getvalue()
    host = "http://vision.stanford.edu/aditya86/ImageNetDogs"
    return {
        f"{host}/images.tar": tarred(
            {f"Images/{name}": picture(number) for number, name in enumerate(names)}
        ),
        f"{host}/lists.tar": tarred(lists),
        f"{host}/annotation.tar": tarred(boxes),
    }


def serve(
    server: Loopback, files: Mapping[str, bytes], code: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have these files given out, and known to the library by size and hash like the real ones."""
    from tensorflow_datasets.core.download.checksums import UrlInfo

    infos = {}
    for url, data in files.items():
        name = PurePosixPath(urlsplit(url).path).name
        server.serve(f"/{name}", Reply(data))
        infos[url] = UrlInfo(len(data), hashlib.sha256(data).hexdigest(), name)
    monkeypatch.setattr(code, "url_infos", infos)
