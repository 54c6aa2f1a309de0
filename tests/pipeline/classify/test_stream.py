"""Answers about many files: in order, ahead of the network, one bad file loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipeline.classify.answer import Answer
from pipeline.classify.classifier import Classifier
from pipeline.classify.stream import BATCH, Answered, answers, from_path
from pipeline.errors import PhotoError
from pipeline.photos.decoding.decoder import Decoder
from pipeline.photos.incoming import Incoming
from tests.inputs import pictures

RED, BLUE = (190, 20, 20), (20, 20, 190)


def picture(colour: tuple[int, int, int], shade: int = 0) -> bytes:
    rows = np.full((40, 50, 3), colour, np.uint8)
    rows[:, :, 1] += np.uint8(shade)
    rows[0, 0] = 255  # not blank
    return pictures.encoded(rows, "JPEG", quality=95)


def incoming(number: int, data: bytes, class_name: str = "") -> Incoming:
    return Incoming(f"{number}.jpg", class_name, None, lambda: data)


def mixed(count: int) -> list[Incoming | PhotoError]:
    """Red and blue photos in turns; every seventh file is none, every eleventh not even there."""
    photos: list[Incoming | PhotoError] = []
    for number in range(count):
        if number % 7 == 3:
            photos.append(incoming(number, b"no picture"))
        elif number % 11 == 5:
            photos.append(PhotoError(f"{number}.jpg", "It is gone."))
        else:
            photos.append(incoming(number, picture(RED if number % 2 else BLUE, number % 60)))
    return photos


def test_every_file_gets_its_own_answer_in_order(classifier: Classifier, decoder: Decoder) -> None:
    photos = mixed(3 * BATCH + 5)
    found = list(answers(photos, classifier, decoder))
    assert [one.photo.name for one in found] == [f"{n}.jpg" for n in range(len(photos))]
    for number, one in enumerate(found):
        if number % 7 == 3 or number % 11 == 5:
            assert one.answer is None
            assert one.jpeg is None
            assert one.error is not None
        else:
            assert one.answer is not None
            assert one.answer.class_name == ("red" if number % 2 else "blue")


def test_many_at_once_answer_as_one_by_one(classifier: Classifier, decoder: Decoder) -> None:
    for one in answers(mixed(2 * BATCH), classifier, decoder):
        if one.jpeg is not None and one.answer is not None:
            alone = classifier.classify(one.jpeg)
            assert one.answer.class_name == alone.class_name
            assert one.answer.probabilities == pytest.approx(alone.probabilities, abs=1e-6)


def test_none_usable_and_none_at_all(classifier: Classifier, decoder: Decoder) -> None:
    assert list(answers([], classifier, decoder)) == []
    found = list(answers([incoming(n, b"") for n in range(BATCH + 1)], classifier, decoder))
    assert len(found) == BATCH + 1
    assert {str(one.error.why) for one in found if one.error} == {
        "The file is empty. Copy or download it again."
    }


def test_a_single_photo_needs_no_pools_and_gets_the_same_answer(
    classifier: Classifier, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = mixed(12)
    expected = list(answers(photos, classifier, decoder))

    def none(*_: object, **__: object) -> None:
        raise AssertionError("a pool was asked about one photo")

    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor.submit", none)
    for photo, one in zip(photos, expected, strict=True):
        (alone,) = answers([photo], classifier, decoder)
        assert alone.photo.name == one.photo.name
        assert alone.jpeg == one.jpeg
        assert (alone.error and str(alone.error)) == (one.error and str(one.error))
        assert (alone.answer is None) == (one.answer is None)
        if alone.answer and one.answer:
            same = pytest.approx(one.answer.probabilities, abs=1e-6)
            assert alone.answer.probabilities == same


def test_the_next_photos_are_read_while_the_network_works(
    classifier: Classifier, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    read_ahead, working = threading.Event(), threading.Event()
    ask = classifier.answers

    def slowly(pixels: np.ndarray) -> list[Answer]:
        working.set()
        assert read_ahead.wait(60), "nothing was read while the network worked"
        return ask(pixels)

    monkeypatch.setattr(classifier, "answers", slowly)

    def photos() -> Iterator[Incoming]:
        for number in range(2000):
            read.append(number)
            if working.is_set():
                read_ahead.set()
            yield incoming(number, picture(RED))

    for handed_out, _ in enumerate(answers(photos(), classifier, decoder)):
        assert len(read) - handed_out < 300, "memory would grow with the number of photos"
    assert len(read) == 2000


def test_who_leaves_early_leaves_a_decoder_that_works(
    classifier: Classifier, decoder: Decoder
) -> None:
    found = answers(mixed(10 * BATCH), classifier, decoder)
    assert isinstance(next(found), Answered)
    found.close()
    assert decoder.canonical("good.jpg", picture(BLUE))
    assert threading.active_count() < 20


def test_an_error_of_the_network_reaches_the_caller(
    classifier: Classifier, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(pixels: np.ndarray) -> list[Answer]:
        raise MemoryError

    monkeypatch.setattr(classifier, "answers", fail)
    with pytest.raises(MemoryError):
        list(answers(mixed(4 * BATCH), classifier, decoder))


def test_a_path_is_read_when_its_turn_comes(
    classifier: Classifier, decoder: Decoder, tmp_path: Path
) -> None:
    there, missing = tmp_path / "there.jpg", tmp_path / "missing.jpg"
    there.write_bytes(picture(BLUE))
    first, second = answers(map(from_path, (missing, there)), classifier, decoder)
    assert first.error is not None
    assert "cannot be read" in str(first.error.why)
    assert second.answer is not None
    assert second.answer.class_name == "blue"
