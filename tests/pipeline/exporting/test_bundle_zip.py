"""The bundle to take away: complete, the same every time, and answering as the app does."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from ai_edge_litert.interpreter import Interpreter

from pipeline.exporting.templates.network import Network
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.pipeline.exporting.conftest import export, made, unpacked


def test_a_bundle_is_complete_and_answers_as_the_app_does(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    result = export(workspace, run, "bundle")
    path = made(workspace, result)
    assert result == {
        "format": "bundle",
        "file": path.name,
        "bytes": path.stat().st_size,
        "photos": 80,
        "largest_difference": result["largest_difference"],
        "generated": False,
    }
    assert path.name.startswith(f"{run.id}-bundle-")
    assert path.suffix == ".zip"
    assert 0 <= result["largest_difference"] < 1e-6
    files = unpacked(path, tmp_path / "taken")
    assert files == {
        "MODEL_CARD.md",
        "model.tflite",
        "labels.json",
        "labels.txt",
        "familiar.safetensors",
        "predict.py",
        "network.py",
        *(
            f"colour/{name}.py"
            for name in ("__init__", "boxes", "depth", "icc", "light", "seen", "tags")
        ),
        "requirements.txt",
        "expected.json",
        *(f"photos/{number}.jpg" for number in range(1, 6)),
    }
    labels = json.loads((tmp_path / "taken/labels.json").read_text())
    assert labels["classes"] == ["red", "blue"]
    assert (tmp_path / "taken/labels.txt").read_text() == "red\nblue\n"
    expected = json.loads((tmp_path / "taken/expected.json").read_text())
    assert {one["is"] for one in expected} == {"red", "blue"}
    assert all(one["class"] == one["is"] for one in expected)
    network = Network(tmp_path / "taken")
    for one in expected:
        found = network.answer(tmp_path / "taken" / one["path"])
        assert set(found) == set(one) - {"is"}
        assert found["probabilities"] == pytest.approx(one["probabilities"], abs=1e-6)
        assert found["strangeness"] == pytest.approx(one["strangeness"], rel=1e-5)
        assert found["neither"] is one["neither"]


def test_the_network_of_a_bundle_answers_those_who_know_nothing_of_it(
    workspace: Workspace, run: Run, tmp_path: Path
) -> None:
    """Output 0 is the answer, and the file itself tells the classes, as LiteRT's metadata does."""
    unpacked(made(workspace, export(workspace, run, "bundle")), tmp_path)
    interpreter = Interpreter(model_path=str(tmp_path / "model.tflite"))
    interpreter.allocate_tensors()
    first = interpreter.get_output_details()[0]["index"]
    signature = interpreter.get_signature_runner()
    assert first == signature.get_output_details()["logits"]["index"]
    with zipfile.ZipFile(tmp_path / "model.tflite") as inside:
        for name in ("labels.json", "labels.txt"):
            assert inside.read(name) == (tmp_path / name).read_bytes()


def test_the_same_run_gives_the_same_bundle(workspace: Workspace, run: Run) -> None:
    first = made(workspace, export(workspace, run, "bundle")).read_bytes()
    assert made(workspace, export(workspace, run, "bundle")).read_bytes() == first


@pytest.mark.parametrize("gone", ["deleted", "damaged"])
def test_without_its_photos_a_run_is_compared_on_generated_ones(
    workspace: Workspace, run: Run, tmp_path: Path, gone: str
) -> None:
    folder = workspace.photo_sets_folder / run.photo_set_id
    if gone == "deleted":
        (folder / "manifest.json").unlink()
    else:
        pack = next(folder.glob("*.pack"))
        pack.write_bytes(bytes(pack.stat().st_size))
    result = export(workspace, run, "bundle")
    assert (result["photos"], result["generated"]) == (100, True)
    assert result["largest_difference"] < 1e-6
    files = unpacked(made(workspace, result), tmp_path / "taken")
    assert "expected.json" not in files
    assert not [name for name in files if name.startswith("photos/")]
    assert "100 generated pictures" in (tmp_path / "taken/MODEL_CARD.md").read_text()


def test_the_example_can_be_taken_away(workspace: Workspace, with_example: None) -> None:
    result = export(workspace, Runs(workspace).get(EXAMPLE_ID), "bundle")
    assert result["file"].startswith("starter-bundle-")
    assert result["generated"]
    assert result["largest_difference"] < 1e-5
