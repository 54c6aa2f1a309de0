"""Training against TensorFlow's tutorial, in one run on this machine.

Prints a table, asserts nothing.

    KERAS_HOME=../shared/keras python -m tests.benchmarks.bench_training [--photos N] [PART ...]

Parts: reference, fresh, tutorial, quick, careful, frozen, classify, growth; all of them when none
is named (about 30 minutes on two cores). Needs `../shared`. Both sides learn from the same photos
and are asked about the same ones that neither learned from: numbers 5,000 and above of
`pet_images_180px.zip`. Every duration of ours is that of a command, from its start to its end.

`fresh` is the reference's own recipe: a new augmented view of each photo in each of the 20 epochs.
`tutorial`, the preset, draws four views of each photo once and goes through them in turn, which is
a fifth of the frozen passes: another recipe, and its ratio is no measure of speed alone.

`--photos` takes so many photos of each class (at least 80), to see that the benchmark itself runs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.benchmarks import parts, speeds
from tests.conftest import REPOSITORY

SHARED: Final = REPOSITORY.parent / "shared"
TUTORIAL_ZIP: Final = SHARED / "photos" / "cats_and_dogs_filtered.zip"
LARGE_ZIP: Final = SHARED / "photos" / "pet_images_180px.zip"
FIRST_HELD_OUT: Final = 5000
_NUMBERED: Final = re.compile(r"PetImages/(Cat|Dog)/(\d+)\.jpg")

Figures = dict[str, Any]


def source(folder: Path) -> Path:
    """The zip of the tutorial's photos that both sides learn from."""
    return folder / TUTORIAL_ZIP.name


def unpack_photos(folder: Path, photos: int | None) -> None:
    """The tutorial's photos for both sides, and the photos that nobody learns from.

    Args:
        folder: Where they go.
        photos: At most so many of each class, in each folder; all of them with None.
    """
    with (
        zipfile.ZipFile(TUTORIAL_ZIP) as archive,
        zipfile.ZipFile(source(folder), "w") as taken,
    ):
        for member in _first(archive.namelist(), photos):
            archive.extract(member, folder / "tutorial")
            taken.writestr(member, archive.read(member))
    with zipfile.ZipFile(LARGE_ZIP) as archive:
        numbered = filter(_NUMBERED.fullmatch, archive.namelist())
        kept = [one for one in numbered if int(Path(one).stem) >= FIRST_HELD_OUT]
        for member in _first(kept, photos):
            # The tutorial's own names of the classes.
            target = folder / "held_out" / f"{Path(member).parent.name.lower()}s"
            target.mkdir(parents=True, exist_ok=True)
            (target / Path(member).name).write_bytes(archive.read(member))


def _first(members: Iterable[str], photos: int | None) -> Iterator[str]:
    """The members of a zip that are files, at most so many of each folder."""
    seen: Counter[str] = Counter()
    for member in members:
        folder = member.rpartition("/")[0]
        if not member.endswith("/") and (photos is None or seen[folder] < photos):
            seen[folder] += 1
            yield member


class Command:
    """`python -m pipeline` on a workspace of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: object) -> tuple[Figures, float]:
        """The command's answer and its seconds."""
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *map(str, arguments), "--json"],
            cwd=REPOSITORY,
            env={**os.environ, "PAWTUNE_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout), time.perf_counter() - began

    def peak_mib(self, run: str) -> int:
        """Most memory that a run's worker held."""
        log = (self.home / "runs" / run / "log.txt").read_text(encoding="utf-8")
        return int(re.findall(r"Peak memory: (\d+) MiB", log)[-1])

    def cache_mib(self) -> float:
        """Room that kept intermediate results take."""
        files = (self.home / "cache").rglob("*")
        return sum(path.stat().st_size for path in files if path.is_file()) / 2**20


def reference(folder: Path) -> Figures:
    """The tutorial's recipe, both phases, on Keras."""
    script = SHARED / "reference" / "tutorial_recipe.py"
    photos = folder / "tutorial" / "cats_and_dogs_filtered"
    held_out = folder / "held_out"
    done = subprocess.run(
        [sys.executable, str(script), str(photos), "--freeze-bn", "--held-out", str(held_out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    found["seconds"] = sum(
        found[key] for key in ("import_s", "feature_extraction_s", "fine_tuning_s")
    )
    return found


def trained(command: Command, photo_set: str, held_out: Path, *options: object) -> Figures:
    """Train, and ask about photos that nobody learned from."""
    run, seconds = command("train", "--photo-set", photo_set, *options)
    scores, _ = command("evaluate", "--run", run["run"], held_out)
    phases = {phase["name"]: phase["seconds"] for phase in run["phases"]}
    return {
        "train_s": seconds,
        "phase_s": phases,
        "stage_s": run["stages"],
        "peak_mib": command.peak_mib(run["run"]),
        "cache_mib": command.cache_mib(),
        "held_out": scores["accuracy"],
        "held_out_low": scores["low"],
        "held_out_high": scores["high"],
        "held_out_photos": scores["photos"],
        "run": run["run"],
    }


def from_nothing(folder: Path, preset: str, *options: object) -> Figures:
    """Import and train in a fresh workspace: every cache from nothing."""
    command = Command(folder / "-".join(map(str, (preset, *options))))
    imported, import_s = command("import", source(folder))
    held_out = folder / "held_out"
    found = trained(command, imported["photo_set"], held_out, "--preset", preset, *options)
    return {"import_s": import_s, "seconds": import_s + found["train_s"], **found}


def tutorial(folder: Path) -> Figures:
    """The tutorial's preset from nothing, then again with another learning rate."""
    cold = from_nothing(folder, "tutorial")
    command = Command(folder / "tutorial")
    sets, _ = command("photo-sets")
    photo_set = sets["photo_sets"][0]["photo_set"]
    held_out = folder / "held_out"
    warm = trained(command, photo_set, held_out, "--learning-rate", 0.0003)
    return {"cold": cold, "warm": warm}


def growth(folder: Path) -> Figures:
    """The same few epochs on 3,000 and on 18,000 photos."""
    found = {}
    for name, photos in (("small", source(folder)), ("large", LARGE_ZIP)):
        command = Command(folder / f"growth-{name}")
        imported, import_s = command("import", photos)
        options = ("--views", 1, "--epochs", 3, "--fine-tune-epochs", 1)
        run, seconds = command("train", "--photo-set", imported["photo_set"], *options)
        accepted = imported["accepted"]
        working_s = sum(value for name, value in run["stages"].items() if name != "start")
        found[name] = {
            "photos": accepted,
            "import_s": import_s,
            "train_s": seconds,
            "working_ms_per_photo": 1000 * working_s / accepted,
            "import_ms_per_photo": 1000 * import_s / accepted,
            "peak_mib": command.peak_mib(run["run"]),
            "stage_s": run["stages"],
        }
    return found


PARTS: Final[Mapping[str, Callable[[Path], Figures]]] = {
    "reference": reference,
    "fresh": lambda folder: from_nothing(folder, "tutorial", "--views", 0),
    "tutorial": tutorial,
    "quick": lambda folder: from_nothing(folder, "quick"),
    "careful": lambda folder: from_nothing(folder, "careful"),
    "frozen": speeds.frozen_forward,
    "classify": speeds.classification,
    "growth": growth,
}


def ratios(found: Mapping[str, Figures]) -> list[tuple[str, str]]:
    """The lines of the comparison for which both sides were measured."""
    lines = []
    base = found.get("reference")
    if base and "fresh" in found:
        ratio = base["seconds"] / found["fresh"]["seconds"]
        lines.append(("10 + 10 epochs, a fresh view in each, cold", f"{ratio:.1f} x"))
    if base and "tutorial" in found:
        cold, warm = found["tutorial"]["cold"], found["tutorial"]["warm"]
        first, second = base["feature_extraction_s"], base["fine_tuning_s"]
        lines += [
            ("10 + 10 epochs over four views, cold", f"{base['seconds'] / cold['seconds']:.1f} x"),
            ("feature extraction, cold", f"{first / cold['phase_s']['feature_extraction']:.1f} x"),
            ("feature extraction, warm", f"{first / warm['phase_s']['feature_extraction']:.0f} x"),
            ("fine-tuning, warm", f"{second / warm['phase_s']['fine_tuning']:.1f} x"),
            ("a run, warm", f"{base['seconds'] / warm['train_s']:.1f} x"),
        ]
    if base and "quick" in found:
        lines.append(("quick, cold", f"{base['seconds'] / found['quick']['seconds']:.1f} x"))
    for name, figures in found.items():
        part = figures.get("cold", figures)
        accuracy = part.get("held_out", part.get("held_out_after_fine_tuning"))
        if accuracy is not None:
            lines.append((f"held-out accuracy, {name}", f"{100 * accuracy:.2f} %"))
    return lines


def flame(stages: Mapping[str, float], width: int = 60) -> list[str]:
    """Where the time went, longest first, as bars of text."""
    whole = max(sum(stages.values()), 1e-9)
    longest_first = sorted(stages.items(), key=lambda entry: -entry[1])
    return [
        f"{name:>12} {seconds:7.2f} s {'#' * round(width * seconds / whole)}"
        for name, seconds in longest_first
    ]


def main() -> None:
    """Measure the parts that were asked for, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, metavar="N", help="of each class; all without it")
    chosen, options = parts.chosen_with(PARTS, parser)
    found: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unpack_photos(folder, options.photos)
        for part in chosen:
            found[part] = PARTS[part](folder)
            print(json.dumps({part: found[part]}), flush=True)
            for title, run in (("", found[part]), *found[part].items()):
                if isinstance(run, dict) and "stage_s" in run:
                    print(f"where the time goes: {part} {title}", *flame(run["stage_s"]), sep="\n")
    for what, figure in ratios(found):
        print(f"{what:40} {figure}")


if __name__ == "__main__":
    main()
