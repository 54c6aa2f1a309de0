"""Videos as people bring them: in folders, zips and uploads; whole, cut short, built to harm."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import PhotoError, Stopped
from pipeline.photos.decoding.clip_kinds import Clip
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.importing import Imported, import_photos
from pipeline.photos.incoming import Incoming
from pipeline.photos.merging import Joining
from pipeline.photos.near_duplicates import distinct
from pipeline.photos.photo_edits import MovePhotos
from pipeline.photos.photo_set import PhotoSet
from pipeline.photos.set_file import save
from pipeline.photos.sources.archive import open_archive
from pipeline.photos.sources.folder import open_folder
from pipeline.progress import Step, silent
from pipeline.settings.limits import LIMITS
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.conftest import REPOSITORY
from tests.file_sets import make_folder, make_zip
from tests.inputs import clips, pictures
from tests.inputs.importing import Bring


@pytest.fixture(autouse=True)
def pyav():
    clips.needs_pyav()


def two_classes(each: int = 4, first: int = 0) -> dict[str, bytes]:
    """Class folders of videos that show different places."""
    return {
        f"{name}/{number}.mp4": clips.walk(first + 100 * order + number)
        for order, name in enumerate(("cat", "dog"))
        for number in range(each)
    }


def splits_of_clips(photo_set: PhotoSet) -> dict[str | None, set[str]]:
    found: dict[str | None, set[str]] = {}
    for photo in photo_set.photos:
        found.setdefault(photo.clip, set()).add(photo.split)
    return found


class TestImport:
    def test_a_folder_of_class_folders(self, bring: Bring):
        outcome = bring(make_folder(bring.folder / "walks", two_classes()))
        assert outcome.received == len(outcome.kept.photos) == 64
        assert outcome.kept.classes == ("cat", "dog")
        assert outcome.rejected == ()
        assert outcome.names[:2] == ["cat/0.mp4 at 0:00.00", "cat/0.mp4 at 0:00.50"]
        assert len({photo.clip for photo in outcome.kept.photos}) == 8
        assert all(len(found) == 1 for found in splits_of_clips(outcome.kept).values())
        assert set(outcome.kept.counts()) == {"training", "validation", "test"}
        assert all(all(sizes.values()) for sizes in outcome.kept.counts().values())
        assert "64 pictures were taken out of 8 videos" in outcome.notes[0]

    def test_a_zip_with_photos_beside(self, bring: Bring):
        files = two_classes(3) | {f"cat/{n}.jpg": pictures.jpeg(seed=n) for n in range(3)}
        outcome = bring(make_zip(bring.folder / "walks.zip", files))
        assert outcome.received == 6 * 8 + 3
        assert sum(photo.clip is None for photo in outcome.kept.photos) == 3
        assert all(len(found) == 1 for clip, found in splits_of_clips(outcome.kept).items() if clip)

    def test_what_hardly_changes_is_taken_once(self, bring: Bring):
        place, other = clips.views(2)
        still = clips.clip([place] * 40 + [other] * 20)
        outcome = bring(make_folder(bring.folder / "still", {"cat/still.mp4": still}))
        assert outcome.names == ["cat/still.mp4 at 0:00.00", "cat/still.mp4 at 0:04.00"]
        assert outcome.received == 2
        assert "12 pictures were taken out of 1 video; 10 of them are left out" in outcome.notes[0]

    def test_one_that_is_cut_short_gives_what_is_there(self, bring: Bring):
        whole = clips.walk(0, 4, "webm", "libvpx-vp9")
        files = {"cat/a.webm": whole[: len(whole) // 2], "cat/b.jpg": pictures.jpeg()}
        outcome = bring(make_folder(bring.folder / "cut", files))
        assert 1 < outcome.received < 9
        assert "cat/a.webm ends early or is damaged." in " ".join(outcome.notes)

    def test_one_that_cannot_be_read_is_one_file_rejected(self, bring: Bring):
        files = {
            "cat/sound.mp4": clips.sound(),
            "cat/broken.mov": b"\0\0\0\x14ftypqt  " + bytes(300),
            "cat/good.mp4": clips.walk(),
        }
        outcome = bring(make_folder(bring.folder / "some", files))
        assert outcome.received == 8 + 2
        assert "sound only" in outcome.reasons["cat/sound.mp4"]
        assert "damaged or incomplete" in outcome.reasons["cat/broken.mov"]

    def test_the_same_video_again_is_not_taken_twice(self, bring: Bring):
        files = {"cat/a.mp4": clips.walk(), "cat/copy.mp4": clips.walk()}
        outcome = bring(make_folder(bring.folder / "twice", files))
        assert outcome.received == 16
        assert len(outcome.kept.photos) == 8
        assert len(outcome.rejected) == 8

    @pytest.mark.parametrize("name", ["clip.mp4", "clip.bin", "clip"])
    def test_the_name_decides_nothing(self, bring: Bring, name: str):
        outcome = bring(make_folder(bring.folder / "named", {f"cat/{name}": clips.walk()}))
        assert len(outcome.kept.photos) == 8

    def test_a_video_too_large_says_so_before_it_is_read(self, bring: Bring):
        small = dataclasses.replace(LIMITS, clip_bytes=5000)
        folder = make_folder(bring.folder / "large", {"cat/a.mp4": clips.walk()})
        (found,) = open_folder(folder, silent, small).photos
        assert isinstance(found, PhotoError)
        assert "kB and the most is 5.0 kB. Cut it into shorter ones" in str(found.why)
        with open_archive(
            make_zip(bring.folder / "large.zip", {"cat/a.mp4": clips.walk()}), limits=small
        ) as opened:
            (found,) = opened.photos
        assert isinstance(found, PhotoError) and "The video has" in str(found.why)

    def test_a_large_video_is_no_large_photo(self, tmp_path: Path):
        small = dataclasses.replace(LIMITS, file_bytes=3000)
        folder = make_folder(tmp_path / "f", {"cat/a.mp4": clips.walk(), "cat/a.jpg": bytes(4000)})
        with Decoder(1, small, 2.0) as decoder:
            made = _import(list(open_folder(folder, silent, small).photos), tmp_path, decoder)
        assert len(made.photo_set.photos) == 8
        assert [error.name for error in made.rejected] == ["cat/a.jpg"]


def _import(photos, folder: Path, decoder: Decoder, joining: Joining | None = None) -> Imported:
    made = import_photos(iter(photos), folder / "sets", decoder, silent, joining)
    assert made.accepted + len(made.rejected) == made.received
    return made


@pytest.fixture(scope="module")
def decoder():
    with Decoder(1, LIMITS, 2.0) as pool:
        yield pool


def incoming(files: dict[str, bytes]) -> list[Incoming]:
    return [
        Incoming(name, name.split("/")[0], None, lambda data=data: data)
        for name, data in files.items()
    ]


class TestHeldTogether:
    """All pictures of a video stay on one side, whatever is done to the set."""

    def test_when_videos_and_photos_join_later(self, decoder: Decoder, tmp_path: Path):
        base = _import(incoming(two_classes(3)), tmp_path, decoder).photo_set
        more = two_classes(3, first=1000) | {"cat/again.mp4": clips.walk(0)}
        joined = _import(incoming(more), tmp_path, decoder, Joining(base)).photo_set
        assert len(joined.photos) == 96
        assert all(len(found) == 1 for found in splits_of_clips(joined).values())
        before = {photo.sha256: photo.split for photo in base.photos}
        assert all(before.get(one.sha256, one.split) == one.split for one in joined.photos)

    def test_other_pictures_of_a_video_that_is_there_join_its_side(self, tmp_path: Path):
        with Decoder(1, LIMITS, 2.0) as decoder:
            base = _import(incoming(two_classes(3)), tmp_path, decoder).photo_set
        moving = {"cat/0.mp4": clips.walk(0)}
        with Decoder(1, LIMITS, 10.0) as decoder:  # more of each second
            joined = _import(incoming(moving), tmp_path, decoder, Joining(base)).photo_set
        assert all(len(found) == 1 for found in splits_of_clips(joined).values())

    def test_through_a_saved_file(self, decoder: Decoder, tmp_path: Path):
        made = _import(incoming(two_classes(3)), tmp_path, decoder).photo_set
        save(made, "Walks", tmp_path / "walks.zip", silent)
        with open_archive(tmp_path / "walks.zip") as opened:
            assert opened.saved is not None
            joining = Joining(classes=opened.saved.classes, seed=opened.saved.seed, settled=True)
            back = _import(list(opened.photos), tmp_path, decoder, joining).photo_set
        assert back.id == made.id

    def test_when_labels_change(self, decoder: Decoder, tmp_path: Path):
        made = _import(incoming(two_classes(3)), tmp_path, decoder).photo_set
        moved = MovePhotos((0, 1, 2), "dog").apply(made.content)
        assert {photo.clip for photo in moved.photos} == {photo.clip for photo in made.photos}

    def test_the_same_place_in_two_videos_is_one_scene(self, decoder: Decoder, tmp_path: Path):
        """Filmed twice: what looks alike joins the two."""
        places = clips.views(6)
        again = clips.clip(
            [
                np.clip(place.astype(int) + 9, 0, 255).astype(np.uint8)
                for place in places[:3]
                for _ in range(5)
            ]
        )
        files = {
            "cat/a.mp4": clips.clip([place for place in places for _ in range(5)]),
            "cat/b.mp4": again,
            **{f"cat/{n}.mp4": clips.walk(50 + n) for n in range(3)},
        }
        made = _import(incoming(files), tmp_path, decoder).photo_set
        sides = {photo.name[:5]: photo.split for photo in made.photos}
        assert sides["cat/a"] == sides["cat/b"]

    def test_a_set_of_photos_is_what_it_was(self, decoder: Decoder, tmp_path: Path):
        files = {f"cat/{n}.jpg": pictures.jpeg(seed=n) for n in range(4)}
        made = _import(incoming(files), tmp_path, decoder).photo_set
        assert b"clip" not in (made.folder / "manifest.json").read_bytes()


class TestHostile:
    def ask(self, data: bytes, decoder: Decoder):
        ((_, answer),) = decoder.stream_with_clips(incoming({"cat/a.mp4": data}))
        return answer

    @settings(max_examples=60, deadline=None)
    @given(seed=st.integers(0, 10**6), kind=st.sampled_from(["mp4", "webm", "matroska", "mov"]))
    def test_damage_anywhere_gives_pictures_or_a_reason(self, decoder, seed: int, kind: str):
        random = np.random.default_rng(seed)
        codec = "libvpx-vp9" if kind == "webm" else "libx264"
        data = bytearray(clips.walk(0, 2, kind, codec))
        for _ in range(int(random.integers(1, 20))):
            at = int(random.integers(8, len(data)))
            data[at : at + 4] = random.integers(0, 256, 4, np.uint8).tobytes()
        answer = self.ask(bytes(data[: int(random.integers(100, len(data) + 1))]), decoder)
        if isinstance(answer, PhotoError):
            assert str(answer.why).endswith(".")
            assert "broke the decoder" not in str(answer.why)
        else:
            assert isinstance(answer, Clip) and answer.frames
        assert not decoder.broken

    def test_after_any_video_photos_go_on(self, decoder: Decoder):
        self.ask(b"\0\0\0\x18ftypisom" + bytes(200), decoder)
        with_photo = decoder.stream_with_clips(incoming({"cat/a.jpg": pictures.jpeg()}))
        assert not isinstance(next(with_photo)[1], PhotoError)

    def test_stop_is_heard_while_a_video_is_read(self):
        ticks = []

        def tick() -> None:
            ticks.append(1)
            if len(ticks) > 2:
                raise Stopped("Stopped.")

        places = clips.views(2, size=(1920, 1080))
        long = clips.clip(
            [places[n % 2] for n in range(120)], per_second=30, options={"preset": "ultrafast"}
        )
        with Decoder(1, LIMITS, 60.0) as decoder, pytest.raises(Stopped):
            list(decoder.stream_with_clips(incoming({"cat/a.mp4": long}), tick))

    def test_a_decoder_for_photos_refuses_videos_as_ever(self):
        with Decoder(1) as decoder, pytest.raises(PhotoError, match="a video"):
            decoder.canonical("a.mp4", clips.walk())


def test_pictures_that_differ_are_those_that_look_like_none_before():
    random = np.random.default_rng(0)
    prints = [random.integers(0, 256, 256, np.uint8).tobytes() for _ in range(5)]
    blank = bytes(256)
    shown = [prints[0], prints[1], prints[0], blank, prints[2], blank, prints[1]]
    assert distinct(shown) == [0, 1, 3, 4]
    assert distinct([blank]) == [0]


def test_on_the_command_line(tmp_path: Path):
    folder = make_folder(tmp_path / "walks", two_classes(1))
    environment = os.environ | {"PAWTUNE_HOME": str(tmp_path / "home")}

    def run(*more: str) -> dict:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "import", str(folder), "--json", *more],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(done.stdout)

    usual, many = run(), run("--frames-per-second", "5", "--name", "More")
    assert (usual["accepted"], many["accepted"]) == (16, 16)  # places that are new: no more
    row = PhotoSets(open_workspace(tmp_path / "home")).get(many["photo_set"])
    assert "40 pictures were taken out of 2 videos; 24" in " ".join(row.notes)
    assert "from 0.01 to 60 is needed. Received: '0'" in run("--frames-per-second", "0")["error"]


def test_an_upload_of_loose_videos(bring: Bring):
    """As the Photos page packs them."""
    path = bring.folder / "upload.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("tom.MOV", clips.walk(0, 4, "mov"))
    outcome = bring(path)
    assert len(outcome.kept.photos) == 8
    assert outcome.names[0] == "tom.MOV at 0:00.00"


@pytest.mark.parametrize(("each", "told"), [(1, True), (2, True), (3, False)])
def test_too_few_videos_to_test_with_are_told(
    each: int, told: bool, decoder: Decoder, tmp_path: Path
):
    made = _import(incoming(two_classes(each)), tmp_path, decoder)
    assert ("bring three or more of each class" in " ".join(made.notes)) is told
    learned = {one.clip for one in made.photo_set.photos if one.split == "training"}
    tested = {one.clip for one in made.photo_set.photos if one.split == "test"}
    assert tested
    assert bool(learned & tested) is (each == 1)


def test_how_far_it_is_is_told_in_files(decoder: Decoder, tmp_path: Path):
    told = []

    def report(stage, done: float = 0, total: float | None = None, unit: str = "") -> None:
        if unit == "photos" and stage.step is Step.READING_PHOTOS:
            told.append((done, total))

    files = incoming(two_classes(2))
    import_photos(iter(files), tmp_path / "sets", decoder, report, None, len(files))
    assert told[0] == (0, 4) and told[-1] == (4, 4)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
