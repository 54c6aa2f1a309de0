"""One byte of a kept file is flipped, again and again: does an answer change, and nobody says so?

    python -m tests.soak.flips [--count 1000] [--seed 7] [--home FOLDER]

Makes a workspace with two drawn pets' photos and a quick training (or takes a copy of one), then
flips a byte of a file by chance, asks for everything that people are shown, has the doctor look,
and puts the byte back. Prints one JSON object; ends with 1 if an answer changed unnoticed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import PawTuneError
from pipeline.evaluation import epoch_answers
from pipeline.files.atomic import STAGING_MARK
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.drawn import paint
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.live_curve import live_curve
from pipeline.tuning.material import Material
from pipeline.workspace.doctor import examine
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.states import RunState
from tests.workspaces import add_photo_set, finished

T = TypeVar("T")
SIDE_PX: Final = 96
PHOTOS: Final = 15  # of each class
TRAINING_S: Final = 300
# What no answer is made from: it is text for people, or for another program, or made anew.
_TOLD: Final = ("log.txt", ".log", ".lock", ".pawtune")


def prepare(home: Path, photos: int = PHOTOS) -> None:
    """A workspace with one set of drawn pets and a finished run, with all that it keeps."""
    workspace = open_workspace(home)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("cat", "dog"):
            (Path(folder) / kind).mkdir()
            for number in range(photos):
                paint(kind, number, SIDE_PX).save(Path(folder) / kind / f"{number}.jpg", quality=90)
        row = add_photo_set(workspace, Path(folder))
    job = Jobs(workspace).submit_train(row.id, config())
    ended = finished(workspace, job.id, TRAINING_S)
    assert ended.error is None, ended.error


def config() -> TrainConfig:
    """What is trained."""
    quick = PRESETS[QUICK].config.to_json()
    chosen = {"weights": BUILT_IN, "alpha": BUILT_IN_ALPHA, "image_size_px": SIDE_PX}
    return TrainConfig.from_json({**quick, **chosen})


def answers(workspace: Workspace) -> dict[str, Callable[[], bytes]]:
    """What people are shown of the first run, each by its name, as the bytes of all it says."""
    run = [run for run in Runs(workspace).list() if not run.is_example][-1]
    row = PhotoSets(workspace).get(run.photo_set_id)

    def classified() -> bytes:
        network = Classifier(read_bundle(Runs(workspace).bundle_folder(run.id)))
        told = [network.classify(_jpeg(kind)) for kind in ("cat", "dog")]
        return _bytes([[*one.probabilities.items(), one.strangeness] for one in told])

    def predicted() -> bytes:
        found = [Runs(workspace).predictions(run.id), Runs(workspace).cross_validated(run.id)]
        return b"".join(one.probabilities.tobytes() + one.truth.tobytes() for one in _there(found))

    def scored() -> bytes:
        now = Runs(workspace).get(run.id)
        if now.state is RunState.DAMAGED:
            raise PawTuneError(now.error or "")
        return _bytes([now.test, now.cross_validation, now.epochs, now.initial, now.config])

    def flipping() -> bytes:
        photos = row.split_sizes.get("validation", 0)
        found = epoch_answers.read(Runs(workspace).results_folder(run.id), photos, len(run.epochs))
        return b"".join(one.called.tobytes() + one.shares.tobytes() for one in _there([found]))

    def photographed() -> bytes:
        photo_set = PhotoSets(workspace).open(row.id)
        jpegs = b"".join(photo_set.jpeg(place) for place in range(len(photo_set.photos)))
        looks = [photo_set.fingerprints(), photo_set.measures()]
        told = [[one.name, one.split, one.class_index] for one in photo_set.photos]
        seen = b"".join(b"" if one is None else one.tobytes() for one in looks)
        return jpegs + seen + _bytes([told, photo_set.classes])

    def arranged() -> bytes:
        photo_set = PhotoSets(workspace).open(row.id)
        return np.array(photo_set.arrays(SIDE_PX, workspace.cache_folder)).tobytes()

    def tuned() -> bytes:
        curve = live_curve(Material(workspace, row.id, config()), config())
        points = [[one.loss, one.accuracy, one.val_loss, one.val_accuracy] for one in curve.epochs]
        return _bytes([points, curve.initial]) + curve.shares.tobytes()

    asked = (classified, predicted, scored, flipping, photographed, arranged, tuned)
    return {one.__name__: one for one in asked}


def _there(found: Sequence[T | None]) -> list[T]:
    """All of them; a page leaves out what is damaged, which changes no answer that it gives."""
    there = [one for one in found if one is not None]
    if len(there) < len(found):
        raise PawTuneError("left out")
    return there


def _jpeg(kind: str) -> bytes:
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        paint(kind, 1000, SIDE_PX).save(file.name, quality=90)
        return Path(file.name).read_bytes()


def _bytes(told: Any) -> bytes:
    return repr(told).encode()


def kept_files(home: Path) -> list[Path]:
    """What may rot: everything but what nobody is answered from."""
    return sorted(
        path
        for path in home.rglob("*")
        if path.is_file()
        and path.stat().st_size
        and not path.name.endswith(_TOLD)
        and "locks" not in path.parts
        and not path.name.startswith(STAGING_MARK)
        and ".sqlite" not in path.name  # SQLite's own, see `PRAGMA integrity_check`
    )


def look(asked: dict[str, Callable[[], bytes]]) -> Iterator[tuple[str, str]]:
    """What each answer is now: a checksum, or why there is none."""
    for name, answer in asked.items():
        try:
            yield name, hashlib.sha256(answer()).hexdigest()
        except PawTuneError as error:
            yield name, f"refused: {error}"


def flip(path: Path, place: int, bits: int) -> None:
    """Change one byte where it lies."""
    with path.open("r+b") as stream:
        stream.seek(place)
        (byte,) = stream.read(1)
        stream.seek(place)
        stream.write(bytes([byte ^ bits]))


def run_flips(home: Path, count: int, seed: int) -> dict[str, Any]:
    """Flip bytes, one at a time.

    Args:
        home: Of a workspace as `prepare` leaves it.
        count: How many.
        seed: Of chance.

    Returns:
        Counts of flips: `refused` on use, `made_anew` or `harmless` (the answers stay), of which
        `doctor` saw how many; `unnoticed` are the files and answers that changed without a word.
    """
    workspace, chance = open_workspace(home), random.Random(seed)
    asked = answers(workspace)
    before = dict(look(asked))
    assert not any(one.startswith("refused") for one in before.values()), before
    counts: Counter[str] = Counter()
    unnoticed: list[str] = []
    files = kept_files(home)
    for number in range(count):
        path = files[number % len(files)] if number < len(files) else chance.choice(files)
        saved = path.read_bytes()
        flip(path, chance.randrange(len(saved)), 1 << chance.randrange(8))
        seen = not examine(workspace)["healthy"]
        now = dict(look(asked))
        changed = [name for name in before if now[name] != before[name]]
        is_refused = any(now[name].startswith("refused") for name in changed)
        silent = [name for name in changed if not now[name].startswith("refused")]
        counts["doctor"] += seen
        counts["refused" if is_refused else "changed" if silent else "same"] += 1
        if silent:
            where = path.relative_to(home)
            unnoticed.append(f"{where}: {', '.join(silent)}{'; the doctor saw it' * seen}")
        if path.exists():
            path.write_bytes(saved)
        else:  # thrown away as damaged, and made anew under another name
            files = kept_files(home)
    return {"flips": count, **counts, "unnoticed": unnoticed, "files": len(files)}


def main() -> int:
    """Flip and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--home", type=Path)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if wanted.home:
            shutil.copytree(wanted.home, home)
        else:
            prepare(home)
        found = run_flips(home, wanted.count, wanted.seed)
    print(json.dumps(found, indent=2))
    return 1 if found["unnoticed"] else 0


if __name__ == "__main__":
    sys.exit(main())
