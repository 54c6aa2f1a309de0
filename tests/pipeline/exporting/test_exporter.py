"""Taking a run away: what is made, what is refused, and that nothing is left when it fails."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.__main__ import main
from pipeline.browser.details import details
from pipeline.classify.bundle import read_bundle, write_bundle
from pipeline.errors import DownloadError, RunError, Stopped
from pipeline.jobs.queue import Jobs
from pipeline.wording.names import apart
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, Runs, find
from pipeline.workspace.seals import Seals
from tests.pipeline.exporting.conftest import FACTS, export, left, made, unpacked

# === The bundle ===


def test_a_run_by_another_name_gives_another_file(workspace: Workspace, run: Run) -> None:
    first = export(workspace, run, "report")["file"]
    script = export(workspace, run, "script")["file"]
    Runs(workspace).rename(run.id, "Second name")
    second = export(workspace, run, "report")["file"]
    assert second != first
    # The earlier file of this form is gone: twenty names do not fill the disk.
    assert sorted(left(workspace)) == sorted([second, script])


def test_of_a_sealed_test_nothing_leaves(workspace: Workspace, run: Run, tmp_path: Path) -> None:
    """Neither a score, nor test photos with what the network says about them."""
    scored = made(workspace, export(workspace, run, "report")).read_text(encoding="utf-8")
    assert "that it had never seen" in scored
    Seals(workspace).seal(run.photo_set_id)
    run = Runs(workspace).get(run.id)
    for form in ("report", "script"):
        told = made(workspace, export(workspace, run, form)).read_text(encoding="utf-8")
        assert "that it had never seen" not in told
        assert "Its test photos are for a final test" in told
    names = unpacked(made(workspace, export(workspace, run, "bundle")), tmp_path / "bundle")
    assert not [name for name in names if name.startswith("photos/") or name == "expected.json"]
    card = (tmp_path / "bundle" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "Its test photos are for a final test" in card
    with pytest.raises(RunError, match="sealed"):
        Runs(workspace).predictions_csv(run.id)


@pytest.mark.parametrize("form", ["script", "report"])
def test_without_its_bundle_a_run_still_has_script_and_report(
    workspace: Workspace, run: Run, form: str
) -> None:
    shutil.rmtree(run.folder / BUNDLE)
    assert made(workspace, export(workspace, run, form)).stat().st_size > 1000


def test_settings_that_cannot_be_read_are_not_told_as_the_recipe(
    workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        find(session, run.id).config = {"epochs": -5}
    with pytest.raises(RunError, match="nothing true could be told"):
        export(workspace, run, "script")


# === The web page ===


def test_a_page_is_compared_and_says_so(
    workspace: Workspace, run: Run, tmp_path: Path, no_engine: None
) -> None:
    result = export(workspace, run, "web")
    assert result["photos"] == 80 and result["largest_difference"] < 1e-6
    names = unpacked(made(workspace, result), tmp_path / "page")
    assert {"index.html", "service_worker.js", "model.tflite", "engine/litert.js"} <= names
    card = (tmp_path / "page/MODEL_CARD.md").read_text(encoding="utf-8")
    assert "on 80 photos: no probability differs" in card and "predict.py" not in card
    one = made(workspace, export(workspace, run, "web-file")).read_text(encoding="utf-8")
    assert "First try</title>" in one and card.splitlines()[0] in one


def test_a_page_shows_no_two_classes_alike(
    workspace: Workspace, run: Run, tmp_path: Path, no_engine: None
) -> None:
    """The app numbers names that nobody can tell apart on a screen."""
    bundle = run.folder / BUNDLE
    model, told = read_bundle(bundle).model(), read_bundle(bundle).manifest
    shutil.rmtree(bundle)
    facts = {name: told[name] for name in FACTS} | {"classes": ["cat", "cat\u200b"]}
    write_bundle(bundle, model, facts)
    unpacked(made(workspace, export(workspace, run, "web")), tmp_path / "page")
    details = json.loads((tmp_path / "page/details.json").read_text(encoding="utf-8"))
    assert details["classes"] == list(apart(["cat", "cat\u200b"]).values())
    assert "\u200b" not in "".join(details["classes"])


def test_a_page_that_would_answer_otherwise_is_refused(
    workspace: Workspace, run: Run, no_engine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other(*given: object) -> dict[str, object]:
        return {**details(*given), "temperature": 3.0}

    monkeypatch.setattr("pipeline.exporting.exporter.details", other)
    with pytest.raises(RunError, match="not handed out"):
        export(workspace, run, "web")
    assert left(workspace) == []


def test_a_page_without_its_engine_says_what_to_do(workspace: Workspace, run: Run) -> None:
    with pytest.raises(DownloadError, match="LiteRT"):
        export(workspace, run, "web")
    assert left(workspace) == []


# === What is not handed out ===


@pytest.mark.parametrize("form", ["bundle", "report", "script"])
def test_stopped_nothing_is_left(workspace: Workspace, run: Run, form: str) -> None:
    def stop(*_: object) -> None:
        raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        export(workspace, run, form, stop)
    assert left(workspace) == []


def test_a_network_whose_numbers_are_gone_is_refused(workspace: Workspace, run: Run) -> None:
    # The tiny network is no MobileNetV2, and there is no file of its numbers.
    with pytest.raises(RunError, match="not there any more"):
        export(workspace, run, "keras")
    assert left(workspace) == []


def test_a_damaged_bundle_is_refused(workspace: Workspace, run: Run) -> None:
    model = run.folder / BUNDLE / "model.tflite"
    model.write_bytes(model.read_bytes()[:-1])
    with pytest.raises(RunError, match="damaged"):
        export(workspace, run, "bundle")
    assert left(workspace) == []


# === Asking for it ===


def test_a_run_without_epochs_has_no_report(workspace: Workspace, run: Run) -> None:
    with pytest.raises(RunError, match="nothing to report"):
        from pipeline.jobs.export_job import expect_exportable

        expect_exportable(replace(run, epochs=()), "report")


def test_deleting_a_run_deletes_what_was_to_be_taken_away(workspace: Workspace, run: Run) -> None:
    path = made(workspace, export(workspace, run, "report"))
    assert path.exists()
    with workspace.database.writing() as session:
        find(session, run.id).state = "done"
    Runs(workspace).delete(run.id)
    assert not path.exists()


def test_the_command_line_refuses_early(capsys, workspace: Workspace, run: Run, tmp_path) -> None:
    for output, form, words in (
        (tmp_path / "a.txt", "bundle", "will be a .zip file"),
        (tmp_path, "bundle", "is a folder"),
        (workspace.runs_folder / "a.zip", "bundle", "keeps its own work"),
        (tmp_path / "a.zip", "pickle", "invalid choice"),
    ):
        arguments = ["--run", run.id, "--format", form, "--output", str(output), "--json"]
        assert main(["export", *arguments]) == 1
        assert words in json.loads(capsys.readouterr().out)["error"]
    one_file = ["--run", run.id, "--single-file", "--output", str(tmp_path / "a.zip"), "--json"]
    for form, words in (("web", "will be a .html file"), ("keras", "Only a web page")):
        assert main(["export", *one_file, "--format", form]) == 1
        assert words in json.loads(capsys.readouterr().out)["error"]
    assert Jobs(workspace).active() == ()
