"""The file of a run's answers: what is written is read, and nothing else is believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.evaluation.predictions import Predictions, read_predictions, write_predictions

GOOD: dict[str, Any] = {
    "photo_indices": np.array([1, 4]),
    "truth": np.array([0, 1]),
    "probabilities": np.array([[0.9, 0.1], [0.4, 0.6]], np.float32),
}


@pytest.mark.parametrize(
    "change",
    [
        {"photo_indices": np.array([-1, 4])},
        {"photo_indices": np.array([1])},
        {"photo_indices": np.array([1.0, 4.0])},
        {"photo_indices": np.array(1)},
        {"photo_indices": np.array(["a", "b"])},
        {"truth": np.array([0, 2])},
        {"truth": np.array([0, -1])},
        {"truth": np.array([[0], [1]])},
        {"probabilities": np.array([0.9, 0.1], np.float32)},
        {"probabilities": np.zeros((2, 0), np.float32)},
        {"probabilities": np.ones((2, 1), np.float32), "truth": np.array([0, 0])},
        {"probabilities": np.array([[0.9, 0.1]], np.float32)},
        {"probabilities": np.array([[0.9, np.nan], [0.4, 0.6]], np.float32)},
        {"probabilities": np.array([[0.9, np.inf], [0.4, 0.6]], np.float32)},
        {"probabilities": np.array([[1.9, -0.9], [0.4, 0.6]], np.float32)},
        {"probabilities": np.array([[1, 0], [0, 1]])},
        {"scenes": np.array([0])},
        {"scenes": np.array([0.5, 1])},
    ],
)
def test_predictions_that_cannot_be_so_are_damaged(tmp_path: Path, change: dict[str, Any]) -> None:
    path = tmp_path / "predictions.npz"
    np.savez(path, **GOOD)
    found = read_predictions(path)
    assert found is not None
    assert found.called.tolist() == [0, 1]
    np.savez(path, **(GOOD | change))
    assert read_predictions(path) is None


def test_predictions_cut_or_garbled_anywhere_are_damaged_or_sound(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    np.savez_compressed(path, **GOOD)
    whole = path.read_bytes()
    for end in range(0, len(whole), 7):
        path.write_bytes(whole[:end])
        assert read_predictions(path) is None
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1 :])
        found = read_predictions(path)
        assert found is None or found.called.tolist() == [0, 1]
    np.save(path.with_suffix(".npy"), GOOD["truth"])
    assert read_predictions(path.with_suffix(".npy")) is None


def test_a_photo_that_is_not_in_the_set_any_more_is_numbered(tmp_path: Path) -> None:
    np.savez(tmp_path / "predictions.npz", **GOOD)
    found = read_predictions(tmp_path / "predictions.npz")
    assert found is not None
    lines = found.csv(("cat", "dog"), ["a.jpg", "b.jpg"]).splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["b.jpg", "photo 5"]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "set.npz"  # its folder comes with it
    write_predictions(path, Predictions(**GOOD))
    found = read_predictions(path)
    assert found is not None
    for name, kept in GOOD.items():
        read = getattr(found, name)
        np.testing.assert_array_equal(read, kept)
        assert read.dtype == kept.dtype, name
    assert [one.name for one in path.parent.iterdir()] == ["set.npz"]


def test_how_strange_the_photos_are_is_kept_where_it_is_known(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    known = np.linspace(0, 2, len(GOOD["truth"]))
    known[0] = np.nan  # not known
    write_predictions(path, Predictions(**GOOD, strangeness=known))
    found = read_predictions(path)
    assert found is not None
    np.testing.assert_array_equal(found.strangeness, known)
    np.savez(path, **GOOD, strangeness=known[1:])
    assert read_predictions(path) is None
    np.savez(path, **GOOD, strangeness=known.astype(str))
    assert read_predictions(path) is None


def test_scenes_are_kept_where_they_are_known(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    write_predictions(path, Predictions(**GOOD, scenes=np.array([3, 3]), in_turns=True))
    found = read_predictions(path)
    assert found is not None
    assert found.scenes is not None
    assert found.scenes.tolist() == [3, 3]
    assert found.in_turns
    np.savez(path, **GOOD)  # as earlier versions did
    found = read_predictions(path)
    assert found is not None
    assert found.scenes is None
    assert not found.in_turns


def test_it_is_the_file_that_earlier_versions_wrote_and_read(tmp_path: Path) -> None:
    path = tmp_path / "predictions.npz"
    write_predictions(path, Predictions(**GOOD))
    with np.load(path, allow_pickle=False) as kept:
        assert set(kept.files) == set(GOOD)


def test_what_cannot_be_written_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "predictions.npz"
    good = Predictions(**GOOD)
    write_predictions(path, good)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.files.atomic.sync_file", full)
    with pytest.raises(OSError, match="No space"):
        write_predictions(path, replace(good, truth=np.array([1, 1])))
    found = read_predictions(path)
    assert found is not None
    assert found.truth.tolist() == [0, 1]
    assert [one.name for one in tmp_path.iterdir()] == ["predictions.npz"]


def test_some_of_the_answers_keep_all_that_is_known_of_them() -> None:
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], np.float32)
    found = Predictions(np.arange(3), np.array([0, 1, 1]), shares, np.array([0.5, 2.0, 0.1]))
    some = found.only(np.array([True, False, True]))
    assert some.photo_indices.tolist() == [0, 2]
    assert some.truth.tolist() == [0, 1]
    np.testing.assert_array_equal(some.probabilities, shares[[0, 2]])
    assert some.strangeness is not None and some.strangeness.tolist() == [0.5, 0.1]
    nobody_kept_it = Predictions(np.arange(3), found.truth, shares)
    assert nobody_kept_it.only(np.array([True, True, False])).strangeness is None
