"""How fast photos come in, on this machine: prints one JSON object, asserts nothing.

    python -m tests.benchmarks.bench_import [PART ...]

Parts: photos (2,000 of 1,600 x 1,200 pixels, as messengers send them), pets (the 17,999 of
`../shared`, one zip), phones (200 of 12 megapixels, half of them HEIC), small (2,000 of 180 x 180
pixels), lists (what is read and written of a set of 18,000); all of them when none is named (about
five minutes on two cores, most of it to make the large photos). Photos are made from those in
`../shared`, or from clouds where it is missing.

Each part is also done by a plain loop in one process, over a part of its files (lists: by Python's
own JSON); `ratio` is how many times as fast ours is, checks and all.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from tests.benchmarks import parts
from tests.benchmarks.bench_app import rounded
from tests.benchmarks.lists import lists
from tests.conftest import REPOSITORY, SHARED
from tests.inputs import pictures

Figures = dict[str, Any]
_PETS: Final = SHARED / "photos" / "pet_images_180px.zip"
_PHONE: Final = (4000, 3000)
_DISTINCT_PHONES: Final = 10  # of each format: to make one takes seconds; each is in ten classes


def originals(count: int) -> Iterator[tuple[str, Image.Image]]:
    """So many small photos, each with its class."""
    if not _PETS.exists():
        for number in range(count):
            yield f"clouds{number % 2}", Image.fromarray(pictures.clouds(number, 180))
        return
    with zipfile.ZipFile(_PETS) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        for member in members[:: len(members) // count][:count]:
            with Image.open(io.BytesIO(archive.read(member))) as image:
                yield member.filename.split("/")[1], image.convert("RGB")


def scaled(photo: Image.Image, size: tuple[int, int], seed: int) -> Image.Image:
    """A larger photo with a camera's noise, so that it is as long a file as a real one."""
    large = np.asarray(photo.resize(size, Image.Resampling.BICUBIC)).astype(np.int16)
    noise = np.random.default_rng(seed).integers(-6, 7, (*large.shape[:2], 1), np.int16)
    return Image.fromarray(np.clip(large + noise, 0, 255).astype(np.uint8))


def photos(folder: Path) -> Figures:
    """2,000 photos of ordinary size, in class folders."""
    return compared(made(folder, 2_000, (1_600, 1_200)), 200)


def small(folder: Path) -> Figures:
    """2,000 photos as small as those of the tutorial's set here."""
    return compared(made(folder, 2_000, (180, 180)), 1_000)


def made(folder: Path, count: int, size: tuple[int, int]) -> Path:
    for number, (name, photo) in enumerate(originals(count)):
        path = folder / name / f"{number}.jpg"
        path.parent.mkdir(exist_ok=True)
        scaled(photo, size, number).save(path, quality=85)
    return folder


def pets(_folder: Path) -> Figures:
    """The large set, as one zip."""
    if not _PETS.exists():
        return {"skipped": "needs ../shared"}
    return compared(_PETS, 2_000)


def phones(folder: Path) -> Figures:
    """200 photos of 12 megapixels: JPEG, HEIC, and both together."""
    import pillow_heif

    figures = {}
    for kind in ("jpeg", "heic"):
        for number, (_, photo) in enumerate(originals(_DISTINCT_PHONES)):
            stream = io.BytesIO()
            large = scaled(photo, _PHONE, number)
            if kind == "jpeg":
                large.save(stream, "JPEG", quality=90)
            else:
                fast = {"preset": "ultrafast"}
                pillow_heif.from_pillow(large).save(stream, quality=60, enc_params=fast)
            for copy in range(100 // _DISTINCT_PHONES):
                path = folder / kind / f"class {copy}" / f"{number}.{kind}"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(stream.getvalue())
        figures[kind] = compared(folder / kind, 20)
    return figures


def compared(source: Path, most: int) -> Figures:
    """One import, and the plain loop over `most` of the files."""
    ours = once("import", source)
    theirs = once("plain", source, most)
    mb = sum(path.stat().st_size for path in files_of(source)) / 1e6
    ratio = ours["photos_per_s"] / theirs["photos_per_s"]
    return {"source_mb": mb, "import": ours, "plain": theirs, "ratio": ratio}


def files_of(source: Path) -> list[Path]:
    return [source] if source.is_file() else [one for one in source.rglob("*") if one.is_file()]


def once(how: str, source: Path, most: int | None = None) -> Figures:
    """In a process of its own, so that its memory can be told."""
    command = [sys.executable, "-m", "tests.benchmarks.importing_once", how, str(source)]
    command += [] if most is None else [str(most)]
    done = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


PARTS: Final[dict[str, Callable[[Path], Figures]]] = {
    "photos": photos,
    "small": small,
    "pets": pets,
    "phones": phones,
    "lists": lists,
}


def main() -> None:
    """Measure and print."""
    figures: Figures = {}
    for part in parts.chosen(PARTS, __doc__):
        with tempfile.TemporaryDirectory() as folder:
            figures[part] = PARTS[part](Path(folder))
    print(json.dumps(rounded(figures), indent=2))


if __name__ == "__main__":
    main()
