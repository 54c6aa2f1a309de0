"""Cases 63 to 69: what can be wrong with many photos together."""

from __future__ import annotations

import itertools
import math
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import PhotoSetError
from pipeline.jobs.queue import Jobs
from pipeline.photos.checkup import checkup
from pipeline.photos.checkup.checkup import Checkup
from pipeline.photos.splits import SPLITS
from pipeline.settings.train_config import TrainConfig
from tests.inputs import pictures, zips
from tests.inputs.importing import Bring, Outcome
from tests.inputs.test_names import entry

MIB = 2**20
_numbers = itertools.count(10_000)


def cloudy(**sizes: int) -> dict[str, bytes]:
    """So many photos of each class; no two of them look alike."""
    return {
        f"{name}/{number}.jpg": pictures.encoded(pictures.clouds(next(_numbers)), "JPEG")
        for name, size in sizes.items()
        for number in range(size)
    }


def blocked(bring: Bring, outcome: Outcome) -> str:
    """Why a training on it is refused; the photos are kept nevertheless."""
    jobs = Jobs(bring.workspace)
    with pytest.raises(PhotoSetError) as refused:
        jobs.submit_train(outcome.stored.id, TrainConfig())
    assert not jobs.active()
    reason = str(refused.value)
    assert reason.startswith("Photos cannot be trained on yet.")
    assert all(sentence in reason for sentence in outcome.stored.missing)
    return reason


def looked_over(outcome: Outcome) -> Checkup:
    """The check-up; whatever it finds, it never shows a number that is none."""
    found = checkup.check(outcome.kept, len(outcome.rejected))
    for finding in found.findings:
        for text in (finding.title, finding.text):
            assert "nan" not in text.lower().split()
            assert "inf" not in text.lower().split()
    assert 0 <= found.score <= 100
    assert not math.isnan(found.usual_interval[0] if found.usual_interval else 0.0)
    return found


def titles(found: Checkup) -> list[str]:
    return [finding.title for finding in found.findings]


def test_63_one_class_only(bring: Bring) -> None:
    outcome = bring(cloudy(cats=12))
    assert len(outcome.names) == 12
    assert "Add photos of a second class" in blocked(bring, outcome)
    assert "A second class is missing" in titles(looked_over(outcome))
    assert not looked_over(outcome).ready


def test_63_a_second_class_may_join_later(bring: Bring) -> None:
    first = bring(cloudy(cats=6))
    both = bring(cloudy(dogs=6), into=first.stored.id)
    assert both.stored.missing == ()
    assert both.stored.class_sizes == {"cats": 6, "dogs": 6}


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_64_too_few_photos_of_each_class(bring: Bring, size: int) -> None:
    outcome = bring(cloudy(cats=size, dogs=size))
    assert len(outcome.names) == 2 * size
    assert f"Each class needs at least 5 photos: cats has {size}, dogs has {size}." in blocked(
        bring, outcome
    )
    assert "Too few photos: cats and dogs" in titles(looked_over(outcome))
    if size >= 3:
        assert all(outcome.kept.counts()[split]["cats"] for split in SPLITS)


def test_64_one_class_is_too_small(bring: Bring) -> None:
    outcome = bring(cloudy(cats=9, dogs=9, birds=1))
    reason = blocked(bring, outcome)
    assert "birds has 1." in reason
    assert "cats" not in reason
    assert "Too few photos: birds" in titles(looked_over(outcome))


def test_64_five_of_each_are_enough(bring: Bring) -> None:
    outcome = bring(cloudy(cats=5, dogs=5))
    assert outcome.stored.missing == ()
    assert looked_over(outcome).ready
    assert all(count for split in outcome.kept.counts().values() for count in split.values())


@pytest.mark.parametrize("classes", [1_001, 10_000])
def test_65_ten_thousand_classes(bring: Bring, classes: int) -> None:
    path = bring.folder / "pets.zip"
    photo = pictures.jpeg(20, 20)
    path.write_bytes(zips.written(entry(f"c{n}/1.jpg", 0, photo) for n in range(classes)))
    outcome = bring.zip_refused(path, f"{classes:,} class folders", "1,000 are the most")
    assert outcome.memory_bytes < 100 * MIB


def test_65_a_thousand_classes_are_taken(bring: Bring) -> None:
    path = bring.folder / "pets.zip"
    cloud = [pictures.encoded(pictures.clouds(n, 16), "JPEG") for n in range(1_000)]
    path.write_bytes(zips.written(entry(f"c{n}/1.jpg", 0, cloud[n]) for n in range(1_000)))
    outcome = bring(path, again=False)
    assert len(outcome.stored.classes) == 1_000
    assert len(blocked(bring, outcome)) < 600, "not every class is listed"
    looked_over(outcome)


def test_66_same_picture_twice_in_a_class(bring: Bring) -> None:
    files = cloudy(cats=5, dogs=5)
    copies = {"cats/copy 1.jpg": files["cats/1.jpg"], "cats/copy 2.jpg": files["cats/1.jpg"]}
    outcome = bring({**files, **copies})
    assert outcome.reasons == dict.fromkeys(
        copies, "It is the same picture as cats/1.jpg. One of them is enough."
    )
    assert not any("two classes" in title for title in titles(looked_over(outcome)))


def test_66_same_picture_in_two_classes(bring: Bring) -> None:
    files = cloudy(cats=6, dogs=6)
    outcome = bring({**files, "dogs/clash.jpg": files["cats/1.jpg"]})
    assert not outcome.rejected, "who knows which of the two is wrong?"
    found = looked_over(outcome)
    (clash,) = [finding for finding in found.findings if "in two classes" in finding.title]
    assert clash.title == "1 picture in two classes"
    names = {outcome.kept.photos[index].name for index in clash.photos}
    assert names == {"cats/1.jpg", "dogs/clash.jpg"}


def variants(picture: np.ndarray) -> list[bytes]:
    """The same photo as it comes back from a messenger, a viewer and a photo program."""
    image = Image.fromarray(picture)
    brighter = Image.fromarray(np.clip(picture * 1.06, 0, 255).astype(np.uint8))
    return [
        pictures.encoded(image, "JPEG", quality=60),
        pictures.encoded(image.resize((32, 32)), "PNG"),
        pictures.encoded(brighter, "WEBP", quality=80),
    ]


def test_66_near_copies_are_in_one_split(bring: Bring) -> None:
    files = {}
    for number in range(40):
        folder = "cats" if number % 2 else "dogs"
        picture = pictures.clouds(500 + number)
        shots = [pictures.encoded(picture, "JPEG", quality=90), *variants(picture)]
        for shot, data in enumerate(shots):
            files[f"{folder}/{number}-{shot}.jpg"] = data
    outcome = bring(files)
    assert not outcome.rejected
    splits: dict[str, set[str]] = {}
    for photo in outcome.kept.photos:
        splits.setdefault(photo.name.split("-")[0], set()).add(photo.split)
    assert all(len(found) == 1 for found in splits.values()), splits
    assert set.union(*splits.values()) == set(SPLITS)
    said = "160 photos of the set look nearly like another one"
    assert any(said in note for note in outcome.notes)


def test_67_all_pictures_the_same(bring: Bring) -> None:
    data = pictures.jpeg(seed=67)
    files = {f"{name}/{n}.jpg": data for name in ("cats", "dogs") for n in range(10)}
    outcome = bring(files)
    assert len(outcome.names) == 2
    assert len(outcome.rejected) == 18
    assert "cats has 1, dogs has 1" in blocked(bring, outcome)
    assert "1 picture in two classes" in titles(looked_over(outcome))


def test_67_all_pictures_nearly_the_same(bring: Bring) -> None:
    files = {
        f"{name}/{quality}.jpg": pictures.jpeg(seed=67, quality=quality)
        for name, qualities in (("cats", range(50, 70)), ("dogs", range(70, 90)))
        for quality in qualities
    }
    outcome = bring(files)
    assert len(outcome.names) > 35, "the others are the same to the byte"
    found = looked_over(outcome)
    assert "All photos look the same" in titles(found)
    assert any("A network guesses then" in finding.text for finding in found.findings)


def test_68_one_against_a_thousand(bring: Bring) -> None:
    files = {
        f"dogs/{n}.jpg": pictures.encoded(pictures.clouds(n, 16), "JPEG") for n in range(1_000)
    }
    outcome = bring({**files, **cloudy(cats=1)}, again=False)
    assert len(outcome.names) == 1_001
    assert "cats has 1" in blocked(bring, outcome)
    enough = bring(cloudy(cats=4), into=outcome.stored.id)
    assert enough.stored.missing == ()
    found = looked_over(enough)
    (uneven,) = [finding for finding in found.findings if "uneven" in finding.title]
    assert uneven.title == "Very uneven: 200 times as many dogs as cats"
    assert "look at each class's own score" in uneven.text


def dirty() -> dict[str, tuple[Callable[[int], bytes], str, int]]:
    """Kinds of dirt as real collections have it: a maker, words of the reason, how many."""
    gif = pictures.encoded(pictures.scene(), "GIF")
    return {
        "empty": (lambda _: b"", "is empty", 12),
        "cut": (lambda n: pictures.jpeg(seed=n)[: -100 - n], "damaged or incomplete", 25),
        "no end": (lambda n: pictures.jpeg(seed=n)[:-3], "damaged or incomplete", 9),
        "gif": (lambda _: gif, "a GIF picture", 6),
        "bmp": (lambda _: pictures.encoded(pictures.scene(), "BMP"), "a BMP picture", 4),
        "page": (lambda _: b"<!doctype html><h1>404</h1>", "a web page", 14),
        "text": (lambda _: b"Not found.", "a text file", 3),
        "tiny": (lambda n: pictures.png(8, 8, seed=n), "too small", 5),
        "strip": (lambda n: pictures.png(2_000, 20, seed=n), "a thin strip", 2),
        "bomb": (lambda _: pictures.pixel_bomb(), "50 million pixels", 1),
        "noise": (lambda n: np.random.default_rng(n).bytes(500), "not a picture", 20),
    }


def check_dirty(outcome: Outcome, good: dict[str, bytes], clutter: int) -> None:
    """Every single file is accounted for, with the reason that it deserves."""
    kinds = dirty()
    bad = {
        f"cats/{kind} {n}.jpg": kind for kind, (_, _, count) in kinds.items() for n in range(count)
    }
    assert outcome.received == len(good) + len(bad), f"{clutter} files of systems do not count"
    assert set(outcome.names) == set(good)
    assert set(outcome.reasons) == set(bad)
    told = Counter(kind for name, kind in bad.items() if kinds[kind][1] in outcome.reasons[name])
    assert told == {kind: count for kind, (_, _, count) in kinds.items()}


def dirt() -> dict[str, bytes]:
    return {
        f"cats/{kind} {n}.jpg": make(n)
        for kind, (make, _, count) in dirty().items()
        for n in range(count)
    }


def test_69_a_dirty_collection(bring: Bring) -> None:
    good = cloudy(cats=100, dogs=120)
    good |= {f"dogs/png {n}.jpg": pictures.png(seed=n) for n in range(4)}
    clutter = {"cats/Thumbs.db": b"x", "dogs/.DS_Store": b"x", "__MACOSX/cats/._1.jpg": b"x"}
    outcome = bring({**good, **dirt(), **clutter})
    check_dirty(outcome, good, len(clutter))
    assert outcome.stored.missing == ()
    assert outcome.memory_bytes < 60 * MIB
    assert "101 files could not be used" in titles(looked_over(outcome))


@pytest.mark.slow
def test_69_real_dirty_sets(bring: Bring, shared: Path) -> None:
    path = bring.folder / "pets.zip"
    good = {}
    with (
        zipfile.ZipFile(shared / "photos" / "pet_images_180px.zip") as real,
        zipfile.ZipFile(path, "w") as archive,
    ):
        members = [member for member in real.infolist() if not member.is_dir()]
        for member in members[::9]:
            name = member.filename.replace("PetImages/Cat", "cats").replace("PetImages/Dog", "dogs")
            good[name] = real.read(member)
            archive.writestr(name, good[name])
        for name, data in dirt().items():
            archive.writestr(name, data)
    outcome = bring(path)
    assert outcome.received == len(good) + len(dirt())
    twins = {name for name, reason in outcome.rejected if "same picture" in reason}
    assert len(twins) <= 2
    rest = tuple(pair for pair in outcome.rejected if pair[0] not in twins)
    left = {name: data for name, data in good.items() if name not in twins}
    assert set(outcome.names) == set(left)
    assert {name for name, _ in rest} == set(dirt())
    assert outcome.memory_bytes < 80 * MIB
    assert looked_over(outcome).ready
