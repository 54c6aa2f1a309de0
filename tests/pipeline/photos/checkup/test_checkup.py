"""The check-up: what it finds, what each button does, and that it is quiet about good sets."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.evaluation.accuracy_interval import accuracy_interval
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import score
from pipeline.photos.checkup import checkup
from pipeline.photos.checkup.checkup import Checkup, Judges, check
from pipeline.photos.decoding.canonical import Origin
from pipeline.photos.photo_notes import PhotoNote, kept_text
from tests.pipeline.photos.checkup.conftest import Maker, mended, titled


def test_a_good_set_has_nothing_to_mend(maker: Maker) -> None:
    maker.add(0, 60)
    maker.add(1, 50)
    found = check(maker.made("cat", "dog"))
    assert (found.findings, found.score, found.ready) == ((), 100, True)


def test_what_nine_of_ten_right_will_mean_has_the_ends_of_the_interval_that_will_be_shown(
    maker: Maker,
) -> None:
    """Of a small set all photos judge; the score of a run whose answers are such has these ends."""
    maker.add(0, 30)
    maker.add(1, 30)
    found = check(maker.made("cat", "dog"))
    assert (found.judges.photos, found.judges.scenes, found.judges.are_all) == (60, 60, True)
    truth = np.arange(60) % 2
    called = np.eye(2, dtype=np.float32)[np.where(np.arange(60) < 6, 1 - truth, truth)]
    shown = score(Predictions(np.arange(60), truth, called, scenes=np.arange(60), in_turns=True))
    assert found.usual_interval == (shown["low"], shown["high"])
    few = accuracy_interval(0.9 * found.test_photos, found.test_photos)
    assert found.usual_interval[1] - found.usual_interval[0] < few[1] - few[0]


def test_a_large_set_is_judged_by_its_test_photos(
    maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "CROSS_VALIDATED_BELOW", 40)
    maker.add(0, 30)
    maker.add(1, 30)
    found = check(maker.made("cat", "dog"))
    tests = found.test_photos
    assert (found.judges.photos, found.judges.are_all) == (tests, False)
    assert found.usual_interval == accuracy_interval(0.9 * tests, tests)


def test_photos_of_one_scene_are_counted_as_one(
    maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for class_index in range(2):
        maker.add(class_index, 20)
        maker.add(class_index, 5, split="test", shows=100 + class_index)
    photo_set = maker.made("cat", "dog", divide=False)
    found = check(photo_set)
    assert (found.test_photos, found.judges.photos, found.judges.scenes) == (10, 50, 42)
    monkeypatch.setattr(checkup, "CROSS_VALIDATED_BELOW", 40)
    found = check(photo_set)
    assert (found.judges.photos, found.judges.scenes) == (10, 2)
    assert found.usual_interval == accuracy_interval(9, 10, 2)


def test_photos_without_a_label_judge_nothing(maker: Maker) -> None:
    maker.add(0, 20)
    maker.add(1, 20)
    maker.add(2, 5)
    assert check(maker.made("cat", "dog", "unlabelled")).judges.photos == 40


def test_without_photos_there_is_no_interval() -> None:
    assert Checkup((), 100, 0, Judges(0, None, 0.0, True)).usual_interval is None


def test_photos_without_a_label_stop_training_and_are_labelled_by_a_button(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    maker.add(2, 3)
    photo_set = maker.made("cat", "dog", "unlabelled")
    found = check(photo_set)
    finding = titled(found, "3 photos without a label")
    assert (finding.level, found.ready, found.score <= 20) == ("stops", False, True)
    made = mended(photo_set, finding, "All are cat")
    assert sum(made.classes[one.class_index] == "cat" for one in made.photos) == 33
    assert len(mended(photo_set, finding, "Take them out").photos) == 60


def test_blank_and_tiny_photos_are_taken_out_by_a_button(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    maker.add(0, 1, note=kept_text([PhotoNote.BLANK]))
    maker.add(0, 1, note=kept_text([PhotoNote.ANIMATED, PhotoNote.BLANK]))
    maker.add(0, 1, note="Its owner says: It is blank: one colour all over.")
    maker.add(1, 1, origin=Origin("PNG", 40, 30, turned=False))
    photo_set = maker.made("cat", "dog")
    found = check(photo_set)
    assert len(mended(photo_set, titled(found, "2 photos all of one colour"), "out").photos) == 62
    assert len(mended(photo_set, titled(found, "1 photo smaller than 64"), "out").photos) == 63


def test_sealed_test_photos_stay_the_test_and_judge_nothing_else(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    photo_set = maker.made("cat", "dog")
    found, sealed = check(photo_set), check(photo_set, is_sealed=True)
    tests = len(photo_set.indices("test"))
    assert (sealed.judges.photos, sealed.judges.scenes) == (60 - tests, 60 - tests)
    assert (sealed.judges.without_test, found.judges.without_test) == (True, False)
    assert sealed.test_photos == tests
    assert sealed.findings == found.findings, "they are looked over like all others"


def test_files_that_could_not_be_used_are_mentioned(maker: Maker) -> None:
    maker.add(0, 30)
    maker.add(1, 30)
    found = check(maker.made("cat", "dog"), num_rejected=3)
    assert titled(found, "3 files could not be used").mends[0].place == "rejected"


def test_every_finding_is_plain_and_every_change_makes_a_sound_set(maker: Maker) -> None:
    maker.add(0, 200, shows=1)
    maker.add(1, 6, origin=Origin("PNG", 20, 20, turned=True), note=kept_text([PhotoNote.BLANK]))
    maker.add(2, 3)
    maker.add(3, 2)
    photo_set = maker.made("cat", "dog", "eel", "unlabelled")
    found = check(photo_set, num_rejected=1)
    assert len(found.findings) >= 8
    assert [one.level for one in found.findings] == sorted(
        (one.level for one in found.findings), key=("stops", "mend", "know").index
    )
    for finding in found.findings:
        assert finding.text.endswith(".")
        assert finding.mends or finding.level == "know"
        for mend in finding.mends:
            if mend.edit is not None:
                assert mend.edit.sentence(photo_set.content)
                assert mend.edit.apply(photo_set.content) != photo_set.content
