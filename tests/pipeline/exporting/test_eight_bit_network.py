"""The small network as a file: measured, told, and refused where it has lost too much."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.__main__ import main
from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError, SettingError
from pipeline.exporting import parity
from pipeline.jobs.queue import Jobs
from pipeline.photos.decoding.decode import square
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings.hyperparameters import SOLVED
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, Runs
from pipeline.workspace.seals import Seals
from tests.pipeline.exporting.conftest import ALPHA, FACTS, export, left, made, unpacked
from tests.toy_litert import SIDE_PX


def test_it_comes_with_what_it_costs(workspace: Workspace, real_run: Run, tmp_path: Path) -> None:
    result = export(workspace, real_run, "int8")
    found = result["eight_bit"]
    photo_set = PhotoSet.open(workspace.photo_sets_folder / real_run.photo_set_id)
    assert found["split"] == "test"
    assert result["photos"] == len(photo_set.indices("test")) == sum_of(found)
    assert found["after"]["bytes"] < found["before"]["bytes"] / 2
    assert found["before"]["accuracy"] == found["after"]["accuracy"] == 1
    assert found["before"]["milliseconds"] > 0 < found["after"]["milliseconds"]
    assert 0 < result["largest_difference"] < 0.5

    folder = tmp_path / "small"
    unpacked(made(workspace, result), folder)
    card = (folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "## In 8 bits" in card and "| Size |" in card and parity.said(result) in card
    assert (folder / "model.tflite").stat().st_size < found["before"]["bytes"] / 2
    program = [sys.executable, folder / "predict.py", next((folder / "photos").iterdir())]
    answer = json.loads(subprocess.run(program, capture_output=True, check=True).stdout)
    assert answer["class"] in real_run.classes


def sum_of(found: dict) -> int:
    return sum(found["pairs"][name] for name in ("both_right", "only_a", "only_b", "both_wrong"))


def test_a_sealed_test_is_left_alone(
    workspace: Workspace, real_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Seals(workspace).seal(real_run.photo_set_id)
    read: list[int] = []
    jpeg = PhotoSet.jpeg
    monkeypatch.setattr(PhotoSet, "jpeg", lambda self, one: read.append(one) or jpeg(self, one))
    result = export(workspace, Runs(workspace).get(real_run.id), "int8")
    assert result["eight_bit"]["split"] == "validation"
    assert "validation photo" in parity.said(result)
    photo_set = PhotoSet.open(workspace.photo_sets_folder / real_run.photo_set_id)
    assert not set(photo_set.indices("test").tolist()) & set(read)


def test_validation_photos_that_it_learned_from_are_called_so(
    workspace: Workspace, real_run: Run
) -> None:
    """The computed head of a small set learns from all photos but the test."""
    Seals(workspace).seal(real_run.photo_set_id)
    sealed = Runs(workspace).get(real_run.id)
    assert not export(workspace, sealed, "int8")["eight_bit"]["learned"]
    computed(real_run)
    result = export(workspace, sealed, "int8")
    assert result["eight_bit"]["learned"]
    assert "from which the network learned, too" in parity.said(result)


def test_test_photos_are_never_learned_from(workspace: Workspace, real_run: Run) -> None:
    computed(real_run)
    assert export(workspace, real_run, "int8")["eight_bit"]["learned"] is False


def computed(run: Run) -> None:
    """Give the run's bundle the settings of a computed head."""
    config = replace(run.config, alpha=ALPHA, head=SOLVED, epochs=1, fine_tune_epochs=0)
    rewrite(run, config=config.to_json())


def rewrite(run: Run, **facts: Any) -> None:
    """Let the run's bundle tell something else."""
    bundle = read_bundle(run.folder / BUNDLE)
    model, told = bundle.model(), {name: bundle.manifest[name] for name in FACTS}
    shutil.rmtree(run.folder / BUNDLE)
    write_bundle(run.folder / BUNDLE, model, told | facts)


def test_probabilities_are_those_that_the_app_shows(workspace: Workspace, real_run: Run) -> None:
    """With their certainty set right."""
    rewrite(real_run, temperature=5.0)
    result = export(workspace, real_run, "int8")
    with zipfile.ZipFile(made(workspace, result)) as archive:
        small = archive.read("model.tflite")
    photo_set = PhotoSet.open(workspace.photo_sets_folder / real_run.photo_set_id)
    tested = photo_set.indices("test")
    squares = np.stack([square(photo_set.jpeg(int(one)), SIDE_PX) for one in tested])
    bundle = read_bundle(real_run.folder / BUNDLE)
    was, now = (Classifier(bundle, model).probabilities(squares) for model in (None, small))
    assert result["largest_difference"] == pytest.approx(np.abs(was - now).max(), abs=1e-5)


def test_above_the_loss_that_is_named_nothing_is_handed_out(
    workspace: Workspace, real_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that answers at random from 8 bits on."""
    monkeypatch.setattr(
        "pipeline.exporting.eight_bit_network.asked",
        lambda content: lambda photos: _half_wrong(photos, len(content)),
    )
    with pytest.raises(RunError, match=r"instead of .* points less, and 1 are allowed"):
        export(workspace, real_run, "int8")
    assert left(workspace) == []


def _half_wrong(photos: np.ndarray, size: int) -> np.ndarray:
    """The colour's logit, blue below 0; of the small network always the same."""
    red = photos[..., 0].mean(axis=(1, 2)) - photos[..., 2].mean(axis=(1, 2))
    return (red if size > 1_000_000 else np.ones(len(photos)))[:, np.newaxis]


def test_without_its_photos_there_is_none(workspace: Workspace, real_run: Run) -> None:
    shutil.rmtree(workspace.photo_sets_folder / real_run.photo_set_id)
    with pytest.raises(RunError, match="fitted to them"):
        export(workspace, real_run, "int8")
    assert left(workspace) == []


def test_another_network_says_so(workspace: Workspace, run: Run) -> None:
    with pytest.raises(RunError, match="8 bits"):
        export(workspace, run, "int8")


def test_the_loss_is_part_of_what_is_asked(workspace: Workspace, real_run: Run) -> None:
    Jobs(workspace).submit_export(real_run.id, "int8", 0.5)
    assert Jobs(workspace).latest("export", format="int8", max_loss="0.5") is not None
    assert Jobs(workspace).latest("export", format="int8", max_loss="1") is None
    with pytest.raises(SettingError, match="between 0 and 20"):
        Jobs(workspace).submit_export(real_run.id, "int8", 50.0)


def test_the_command_line_names_the_loss(
    capsys: pytest.CaptureFixture[str], workspace: Workspace, real_run: Run, tmp_path: Path
) -> None:
    arguments = ["--run", real_run.id, "--format", "int8", "--output", str(tmp_path / "a.zip")]
    assert main(["export", *arguments, "--max-loss", "-1", "--json"]) == 1
    assert "between 0 and 20" in json.loads(capsys.readouterr().out)["error"]
