"""Feed damaged files to the decoder and to the import, and see whether anything but a plain
reason comes back.

    python -m tests.fuzz.fuzz_files [--minutes 3] [--seed N] [--keep FOLDER] [FOLDER ...]

Files are damaged by chance, the same for the same seed. The files of each FOLDER are first put
through as they are, then damaged, too. A file that misbehaves is kept, and the exit code is 1:
when it cost a decoding process, hung, raised something, was lost from the count, was told in
words that no person understands, or when this process grows.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from pipeline.errors import NothingUsable, PhotoError, PhotoSetError, SourceError
from pipeline.photos.decoding.canonical import Canonical
from pipeline.photos.decoding.clip_kinds import FRAMES_PER_SECOND, Clip
from pipeline.photos.decoding.decode import pixels
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.folder import open_folder
from pipeline.photos.sources.opened import Opened
from pipeline.progress import silent
from pipeline.settings.limits import LIMITS
from tests.conftest import REPOSITORY
from tests.fuzz import seeds
from tests.fuzz.mutations import mutant
from tests.inputs.importing import check_plain
from tests.memory import children_most_bytes

_LOST: Final = ("It broke the decoder", "It took more than")
_NOT_OPENED: Final = "It was not opened"
_BATCH: Final = 256  # files that one stream decodes
_DECODER_BATCH: Final = 16  # of them whose answers may come at once
_FILES_PER_ARCHIVE: Final = 32
_MOST_GROWTH_BYTES: Final = 100 * 2**20  # of this process, once it is warm
_WARM_S: Final = 2.0
_MOST_SEED_BYTES: Final = 2**20


@dataclass
class Figures:
    """What came of it.

    Attributes:
        files: Files that were decoded or refused.
        accepted: Those of them that became photos.
        archives: Zips that were imported or refused.
        slowest_s: Seconds of the slowest file.
        slowest: Its name.
        findings: What misbehaved, in words.
    """

    files: int = 0
    accepted: int = 0
    archives: int = 0
    archives_kept: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    findings: list[str] = field(default_factory=list)


class Fuzzer:
    """Puts files through, counts, and keeps those that misbehave."""

    def __init__(self, seed: int, keep: Path) -> None:
        self.figures = Figures()
        self._seed = seed
        self._keep = keep
        self._rng = random.Random(seed)
        self._decoder = Decoder(frames_per_second=FRAMES_PER_SECOND)
        self._children_most_bytes = 0
        self._warm_bytes = 0

    def close(self) -> None:
        """End the decoder."""
        self._children_most_bytes = self.children_most_bytes()
        self._decoder.close()

    def children_most_bytes(self) -> int:
        """The most that a decoding process held."""
        return max(self._children_most_bytes, children_most_bytes(self._decoder))

    def run(self, folders: Sequence[Path], seconds: float) -> None:
        """All files of the folders, then damaged ones until the time is over."""
        began = time.monotonic()
        files, archives = list(seeds.files()), list(seeds.archives())
        self.stream({f"seed {place}": data for place, data in enumerate(files)})
        for folder in folders:
            self.folder(folder)
            files += self._seeds_in(folder)
        number = 0
        while time.monotonic() - began < seconds:
            batch = {}
            for _ in range(_BATCH):
                number += 1
                batch[f"mutant {number}"] = mutant(self._rng.choice(files), files, self._rng)
            self.stream(batch)
            for _ in range(_BATCH // _FILES_PER_ARCHIVE):
                self.archive(mutant(self._rng.choice(archives), [*archives, *files], self._rng))
            self._watch_memory(time.monotonic() - began)

    def folder(self, folder: Path) -> None:
        """All files of a folder as they are, as an import would read them."""
        try:
            photos = list(open_folder(folder, silent).photos)
        except SourceError as error:
            print(f"{folder}: {error}")
            return
        for start in range(0, len(photos), _BATCH):
            self._stream(photos[start : start + _BATCH])
        for path in sorted(folder.rglob("*.zip")):
            self.archive(path)

    def stream(self, files: dict[str, bytes]) -> None:
        """Decode files and judge the answers."""
        self._stream(
            [Incoming(name, "cats", None, lambda data=data: data) for name, data in files.items()]
        )

    def _stream(self, photos: Sequence[Incoming | PhotoError]) -> None:
        answers: list[tuple[Incoming, Canonical | PhotoError | Clip]] = []
        gaps: list[float] = []
        last = time.monotonic()
        try:
            for answer in self._decoder.stream_with_clips(photos):
                answers.append(answer)
                now = time.monotonic()
                gaps.append(now - last)
                last = now
        except Exception:
            self._found("an error came out", photos[len(answers) :], traceback.format_exc())
            return
        if [one.name for one, _ in answers] != [one.name for one in photos]:
            self._found("the files were not all answered, in order", photos)
        again = []
        for photo, answer in answers:
            if isinstance(answer, PhotoError) and str(answer.why).startswith(_NOT_OPENED):
                again.append(photo)
            else:
                self._judge(photo, answer)
        for place, gap in enumerate(gaps):
            if gap > max(0.05, self.figures.slowest_s):
                self._time(answers[place : place + _DECODER_BATCH])
        if self._decoder.broken:
            self._children_most_bytes = self.children_most_bytes()
            self._decoder.close()
            self._decoder = Decoder(frames_per_second=FRAMES_PER_SECOND)
        if again:
            self._stream(again)

    def _judge(self, photo: Incoming, answer: Canonical | PhotoError | Clip) -> None:
        self.figures.files += 1
        if isinstance(answer, PhotoError):
            if str(answer.why).startswith(_LOST):
                self._found(str(answer.why), [photo])
            try:
                check_plain(str(answer.why))
            except AssertionError:
                self._found(f"this is no plain reason: {str(answer.why)!r}", [photo])
            return
        self.figures.accepted += 1
        shown = [frame.photo for frame in answer.frames] if isinstance(answer, Clip) else [answer]
        for one in shown:
            self._look_at(photo, one)

    def _look_at(self, photo: Incoming, answer: Canonical) -> None:
        try:
            shape = pixels(answer.jpeg).shape
        except Exception:
            self._found("what was kept cannot be read", [photo], traceback.format_exc())
            return
        if shape != (answer.height, answer.width, 3):
            self._found("what was kept has another size", [photo])

    def _time(self, answers: Iterable[tuple[Incoming, Canonical | PhotoError | Clip]]) -> None:
        """Find the slow one among files whose answers came together."""
        for photo, answer in answers:
            if isinstance(answer, PhotoError) and str(answer.why).startswith(_LOST):
                continue
            began = time.monotonic()
            for _ in self._decoder.stream_with_clips([photo]):
                pass
            seconds = time.monotonic() - began
            if seconds > self.figures.slowest_s:
                self.figures.slowest_s, self.figures.slowest = seconds, photo.name

    def archive(self, zipped: bytes | Path) -> None:
        """Import a zip into a workspace that is thrown away, beside a canary."""
        self.figures.archives += 1
        with tempfile.TemporaryDirectory(prefix="pawtune-fuzz-") as name:
            cage = Path(name)
            (cage / "canary").write_bytes(b"canary")
            path = zipped if isinstance(zipped, Path) else cage / "pets.zip"
            if isinstance(zipped, bytes):
                path.write_bytes(zipped)
            before = sorted(entry.name for entry in cage.iterdir())
            try:
                self._import(path, cage / "sets")
            except Exception:
                self._found("an error came out of an import", [path], traceback.format_exc())
            shutil.rmtree(cage / "sets", ignore_errors=True)
            left = sorted(entry.name for entry in cage.iterdir())
            if left != before or (cage / "canary").read_bytes() != b"canary":
                self._found("an import has written where it must not", [path])

    def _import(self, path: Path, sets: Path) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # zipfile's, about names that come twice
                with open_archive(path) as opened:
                    made = import_photos(opened.photos, sets, self._decoder, silent)
        except (NothingUsable, SourceError, PhotoSetError) as error:
            check_plain(str(error), plain_names=False)
            rejected = error.rejected if isinstance(error, NothingUsable) else ()
        else:
            self._count(opened, made.received, made.accepted, len(made.photo_set.photos), path)
            rejected = made.rejected
            self.figures.archives_kept += 1
        for one in rejected:
            check_plain(str(one.why), plain_names=False)
            if str(one.why).startswith(_LOST):
                self._found(f"{one.name} in it: {one.why!s}", [path])

    def _count(self, opened: Opened, received: int, accepted: int, kept: int, path: Path) -> None:
        if opened.total != received or accepted != kept:
            self._found(
                f"{opened.total} files were there, {received} came, {accepted} were accepted and "
                f"{kept} are kept",
                [path],
            )

    def _seeds_in(self, folder: Path) -> list[bytes]:
        """Some of a folder's files, small ones, to be damaged."""
        paths = [
            path
            for path in sorted(folder.rglob("*"))
            if path.is_file() and 4 < path.stat().st_size <= _MOST_SEED_BYTES
        ]
        return [path.read_bytes() for path in self._rng.sample(paths, min(1000, len(paths)))]

    def _watch_memory(self, seconds: float) -> None:
        now = psutil.Process().memory_info().rss
        if not self._warm_bytes and seconds > _WARM_S:
            self._warm_bytes = now
        if self._warm_bytes and now - self._warm_bytes > _MOST_GROWTH_BYTES:
            self._found(f"this process grew by {(now - self._warm_bytes) / 2**20:.0f} MiB", [])
            self._warm_bytes = now

    def _found(
        self, what: str, culprits: Sequence[Incoming | PhotoError | Path], trace: str = ""
    ) -> None:
        """Say it at once and keep the files."""
        kept = [str(self._kept(data)) for data in _contents(culprits)]
        told = f"{what}: {', '.join(kept) or 'no single file'}"
        self.figures.findings.append(told)
        print(f"FOUND (seed {self._seed}) {told}\n{trace}", flush=True)

    def _kept(self, data: bytes) -> Path:
        self._keep.mkdir(parents=True, exist_ok=True)
        path = self._keep / f"{hashlib.sha256(data).hexdigest()[:16]}.bin"
        path.write_bytes(data)
        return path


def _contents(culprits: Sequence[Incoming | PhotoError | Path]) -> Iterator[bytes]:
    for one in culprits:
        if isinstance(one, Path):
            yield one.read_bytes()
        elif isinstance(one, Incoming):
            yield one.read()


def main() -> int:
    """Run, print, and tell by the exit code whether all was well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long (default: 3)")
    parser.add_argument("--seed", type=int, default=None, help="of chance; another each time")
    parser.add_argument("--keep", type=Path, default=REPOSITORY / "test-results" / "fuzz")
    given = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    print(f"Seed {seed}, {given.minutes:g} minutes, limits {LIMITS}", flush=True)
    began = time.monotonic()
    fuzzer = Fuzzer(seed, given.keep)
    try:
        fuzzer.run(given.folders, 60 * given.minutes)
    finally:
        fuzzer.close()
    figures = fuzzer.figures
    own = psutil.Process().memory_info().rss
    seconds = time.monotonic() - began
    print(
        f"{figures.files:,} files in {seconds:.0f} s ({figures.files / seconds:,.0f} a second): "
        f"{figures.accepted:,} accepted, {figures.files - figures.accepted:,} rejected; "
        f"{figures.archives:,} zips, photos kept of {figures.archives_kept:,}\n"
        f"slowest file {figures.slowest_s:.2f} s ({figures.slowest}); this process "
        f"{own / 2**20:.0f} MiB, a decoding process at most "
        f"{fuzzer.children_most_bytes() / 2**20:.0f} MiB\n"
        f"{len(figures.findings)} findings, seed {seed}"
    )
    return 1 if figures.findings else 0


if __name__ == "__main__":
    sys.exit(main())
