"""Taking a run away: what is refused, what is in the files, and that a wrong one is never made."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from jinja2 import UndefinedError

from pipeline.__main__ import main
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import PawTuneError, RunError, Stopped
from pipeline.exporting import formats, model_card, parity, report_page, samples, script
from pipeline.exporting.run_facts import RunFacts
from pipeline.exporting.templates import network as taken_network
from pipeline.exporting.templates.network import Network
from pipeline.files.atomic import STAGING_MARK
from pipeline.jobs import dispatch, export_job
from pipeline.jobs.queue import Jobs
from pipeline.photos.decoding.decode import canonical, square
from pipeline.progress import silent
from pipeline.settings.environment import EXAMPLE_ID
from pipeline.settings.hyperparameters import NUM_LAYERS, SOLVED, TRAIN
from pipeline.settings.presets import FIRST, PRESETS
from pipeline.settings.train_config import AUGMENT_PRESETS, AugmentConfig, TrainConfig
from pipeline.settings.without_effect import without_effect
from pipeline.wording import settings_text
from pipeline.workspace import exports_folder
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BUNDLE, PREDICTIONS, Runs, find
from pipeline.workspace.tables import JobRecord
from tests.pages.conftest import finished_run
from tests.workspaces import add_photo_set, add_run, class_folders


@pytest.fixture(autouse=True)
def no_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is submitted stays in the queue; the work is called in this process."""
    monkeypatch.setattr(dispatch, "_start_next", lambda _workspace: False)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set and a run, made once: importing costs most of the time."""
    folder = tmp_path_factory.mktemp("template")
    workspace = open_workspace(folder / "home")
    photos = class_folders(folder / "colours", photos=40)
    finished_run(workspace, add_photo_set(workspace, photos))
    workspace.database.close()
    return folder / "home"


@pytest.fixture
def workspace(template: Path, own_home: Path) -> Workspace:
    shutil.copytree(template, own_home)
    return open_workspace(own_home)


@pytest.fixture
def photo_set(workspace: Workspace) -> PhotoSetRow:
    return PhotoSets(workspace).list()[0]


@pytest.fixture
def run(workspace: Workspace) -> Run:
    """A finished run whose tiny network tells blue from red."""
    return next(run for run in Runs(workspace).list() if not run.is_example)


def export(workspace: Workspace, run: Run, form: str, report: Any = silent) -> dict[str, Any]:
    """What the worker does."""
    request = {"run": run.id, "format": form}
    return export_job.export_run(workspace, JobRecord(kind="export", request=request), report)


def made(workspace: Workspace, result: dict[str, Any]) -> Path:
    return workspace.exports_folder / result["file"]


def left(workspace: Workspace) -> list[str]:
    return [path.name for path in workspace.home.rglob("*") if STAGING_MARK in path.name] + [
        path.name for path in workspace.exports_folder.iterdir()
    ]


# === The bundle ===


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


def unpacked(path: Path, folder: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        return set(archive.namelist())


def test_the_same_run_gives_the_same_bundle(workspace: Workspace, run: Run) -> None:
    first = made(workspace, export(workspace, run, "bundle")).read_bytes()
    assert made(workspace, export(workspace, run, "bundle")).read_bytes() == first


def test_a_run_by_another_name_gives_another_file(workspace: Workspace, run: Run) -> None:
    first = export(workspace, run, "report")["file"]
    script = export(workspace, run, "script")["file"]
    Runs(workspace).rename(run.id, "Second name")
    second = export(workspace, run, "report")["file"]
    assert second != first
    # The earlier file of this form is gone: twenty names do not fill the disk.
    assert sorted(left(workspace)) == sorted([second, script])


def test_what_a_killed_export_left_is_swept(workspace: Workspace) -> None:
    folder = workspace.exports_folder / f"{STAGING_MARK}killed"
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(bytes(1000))
    exports_folder.sweep(workspace)
    assert folder.exists()  # it may be at work
    os.utime(folder, (1, 1))
    exports_folder.sweep(workspace)
    assert not folder.exists()


def test_only_test_photos_are_examples() -> None:
    """Three photos of the test, and others that fill the comparison up."""
    squares = np.zeros((8, 96, 96, 3), np.uint8)
    shown = ("red", "red", "blue", *["red"] * 5)
    found = samples.Samples((b"",) * 8, squares, shown, 3, False)
    assert found.examples() == [0, 1, 2]


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


@pytest.mark.parametrize(
    "picture", ["large", "turned", "transparent", "grey", "16 bits", "small", "palette", "strip"]
)
def test_its_program_sees_any_photo_as_the_app_does(
    workspace: Workspace, run: Run, tmp_path: Path, picture: str
) -> None:
    photo = tmp_path / "photo.any"
    photo.write_bytes(drawn(picture))
    seen = square(canonical(photo.read_bytes()).jpeg, 96).astype(int)
    taken = taken_network.square(taken_network.upright(photo), 96).astype(int)
    # A photo that is turned is shrunk before or after: that can round a pixel the other way.
    assert np.abs(seen - taken).max() <= (3 if picture == "turned" else 0)
    unpacked(made(workspace, export(workspace, run, "bundle")), tmp_path / "taken")
    found = taken_network.Network(tmp_path / "taken").answer(photo)
    answer = Classifier(read_bundle(run.folder / BUNDLE)).classify(
        canonical(photo.read_bytes()).jpeg
    )
    assert found["class"] == answer.class_name
    assert found["probability"] == pytest.approx(answer.probability, abs=1e-3)
    assert found["neither"] is answer.is_neither


def drawn(picture: str) -> bytes:
    """A file as people have it."""
    from PIL import Image

    rng = np.random.default_rng(3)
    sides = {"large": (1400, 900), "turned": (900, 700), "small": (200, 150), "strip": (1500, 60)}
    width, height = sides.get(picture, (300, 260))
    cells = rng.integers(0, 256, (6, 8, 3), np.uint8)
    image = Image.fromarray(cells).resize((width, height), Image.Resampling.BICUBIC)
    stream = io.BytesIO()
    if picture == "turned":
        exif = Image.Exif()
        exif[0x0112] = 6
        image.save(stream, "JPEG", quality=90, exif=exif)
    elif picture == "transparent":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
        image.save(stream, "PNG")
    elif picture == "grey":
        image.convert("L").save(stream, "JPEG")
    elif picture == "16 bits":
        values = np.asarray(image.convert("L")).astype(np.uint16) * 257
        Image.fromarray(values).save(stream, "PNG")
    elif picture == "palette":
        image.quantize(32).save(stream, "PNG", transparency=3)
    else:
        image.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def test_its_program_is_run_with_one_photo(workspace: Workspace, run: Run, tmp_path: Path) -> None:
    unpacked(made(workspace, export(workspace, run, "bundle")), tmp_path / "taken")
    (tmp_path / "text.jpg").write_text("no photo")
    program = [sys.executable, str(tmp_path / "taken/predict.py")]

    def ask(*arguments: str) -> tuple[int, str]:
        done = subprocess.run([*program, *arguments], capture_output=True, text=True)
        return done.returncode, done.stdout or done.stderr

    code, text = ask(str(tmp_path / "taken/photos/1.jpg"))
    assert code == 0
    assert len(text.splitlines()) == 1
    assert json.loads(text)["class"] in ("red", "blue")
    for name in ("text.jpg", "none.jpg"):
        code, text = ask(str(tmp_path / name))
        assert code == 1
        assert name in json.loads(text)["error"]
    code, text = ask()
    assert code == 1
    assert "python predict.py PHOTO" in text


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


# === What is not handed out ===


def test_a_network_that_answers_differently_is_not_handed_out(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = taken_network.Network.answer

    def lie(self: taken_network.Network, photo: Path) -> dict[str, Any]:
        found = honest(self, photo)
        found["probabilities"]["red"] += 2e-4
        return found

    monkeypatch.setattr(taken_network.Network, "answer", lie)
    with pytest.raises(RunError, match=r"differs by 0\.0002 in a probability"):
        export(workspace, run, "bundle")
    assert left(workspace) == []


def test_a_network_that_knows_other_photos_is_not_handed_out(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taken_network.Network, "strangeness", lambda _self, _pooled: 5.0)
    with pytest.raises(RunError, match="does not know its photos"):
        export(workspace, run, "bundle")
    assert left(workspace) == []


def test_the_limit_of_a_comparison() -> None:
    asked = samples.samples(None, 96)
    assert len(asked.jpegs) == 100
    assert asked.squares.shape == (100, 96, 96, 3)
    assert asked.generated
    equal = np.full((100, 2), 0.5)
    assert parity.compare(equal, equal, asked).largest_difference == 0
    near = equal.copy()
    near[3] += (0.99e-4, -0.99e-4)
    assert parity.compare(near, equal, asked).largest_difference == pytest.approx(0.99e-4)
    for far in (equal + 1.1e-4, equal * np.nan, np.full((100, 3), 0.5)):
        with pytest.raises(RunError, match="not handed out"):
            parity.compare(far, equal, asked)


def test_what_a_comparison_says() -> None:
    result = {"photos": 1, "largest_difference": 3.2e-6, "generated": False}
    assert parity.said(result).endswith("on 1 photo: no probability differs by more than 0.000004.")
    assert parity.said({**result, "largest_difference": 0.0}).endswith("more than 0.000001.")
    assert "100 generated pictures" in parity.said({**result, "photos": 100, "generated": True})
    assert parity.said({**result, "largest_difference": None}) == ""


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


def test_what_cannot_be_asked_for(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    jobs = Jobs(workspace)
    busy = add_run(workspace, photo_set.id, "Busy", state="running")
    broken = add_run(workspace, photo_set.id, "Broken", state="failed")
    for run_id, form, words in (
        ("run-none", "bundle", "no such run"),
        (busy.id, "report", "Busy is still at work"),
        (broken.id, "bundle", "Broken ended before a model was kept"),
        (broken.id, "tflite", "bundle, keras, savedmodel, onnx, script, report"),
    ):
        with pytest.raises(RunError, match=words):
            jobs.submit_export(run_id, form)
    assert [job.kind for job in jobs.active()] == ["train"]
    assert jobs.submit_export(broken.id, "report").title == "Report: Broken"


def test_a_run_without_epochs_has_no_report(workspace: Workspace, run: Run) -> None:
    with pytest.raises(RunError, match="nothing to report"):
        from pipeline.jobs.export_job import expect_exportable

        expect_exportable(replace(run, epochs=()), "report")


def test_a_double_click_is_one_job(workspace: Workspace, run: Run) -> None:
    jobs = Jobs(workspace)
    first = jobs.submit_export(run.id, "bundle")
    assert jobs.submit_export(run.id, "bundle").id == first.id
    assert jobs.submit_export(run.id, "script").id != first.id
    assert (first.kind, first.run_id, first.request["format"]) == ("export", None, "bundle")


def test_a_visitor_takes_away_only_what_he_sees(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    run = add_run(workspace, photo_set.id, visitor="anna")
    assert Jobs(workspace, "anna").submit_export(run.id, "report")
    with pytest.raises(RunError, match="no such run"):
        Jobs(workspace, "bert").submit_export(run.id, "report")


def test_missing_packages_are_named(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = formats.FORMATS["onnx"]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "onnx" else 1)
    assert form.missing is not None
    assert "not installed here: onnx." in form.missing
    assert "`pip install tf2onnx onnx onnxruntime`" in form.missing
    with pytest.raises(RunError, match="pip install"):
        Jobs(workspace).submit_export(run.id, "onnx")
    assert formats.FORMATS["keras"].missing is None


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
    assert Jobs(workspace).active() == ()


# === The report ===


@pytest.fixture
def facts(workspace: Workspace, run: Run) -> RunFacts:
    return export_job.facts(workspace, Runs(workspace), run)


class Page(html.parser.HTMLParser):
    """What a browser would make of a page: tags with attributes, and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_report_tells_everything_and_loads_nothing(workspace: Workspace, run: Run) -> None:
    result = export(workspace, run, "report")
    assert (result["photos"], result["largest_difference"]) == (0, None)
    text = made(workspace, result).read_text(encoding="utf-8")
    page = Page(text)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    loaded = [attrs.get(name) for _, attrs in page.tags for name in ("src", "href", "xlink:href")]
    assert [one for one in loaded if one] == []
    assert not re.search(r"https?:|//[a-z]|@import|url\(", text)
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv"))
    assert "default-src 'none'" in (policy or "")
    assert "prefers-color-scheme: dark" in text
    drawings = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert [one["role"] for one in drawings] == ["img", "img"]
    assert "Fine-tuning starts after epoch 3. Kept: epoch 5." in (drawings[0]["aria-label"] or "")
    for words in (
        "First try",
        "87.5 % of 8 photos",
        "95 % interval",
        "fine-tuning starts",
        "What was called what",
        "is blue",
        "called red",
        "Right when called",
        "Learning rate of fine-tuning",
        "0.00001",
    ):
        assert words in page.words, words


@pytest.mark.parametrize(
    "evil", ["<img src=x onerror=alert(1)>\"&'", "</style><script>", "{{ 7 * 7 }}{% raw %}{# no #}"]
)
def test_names_in_a_report_are_names(facts: RunFacts, evil: str) -> None:
    """Whatever somebody called something: the page has the same tags, and shows the name."""
    parameters = facts.parameters or {}
    assert facts.splits
    harmless, hostile = (
        Page(
            report_page.page(
                replace(
                    facts,
                    id=name,
                    name=name,
                    photo_set_name=name,
                    classes=(name, f"2 {name}"),
                    splits={name: {name: 5}},
                    parameters={**parameters, "total": 5},
                    versions={name: name},
                )
            )
        )
        for name in ("plain", evil)
    )
    assert hostile.tags == harmless.tags
    assert hostile.words == harmless.words.replace("plain", evil)
    assert hostile.words.count(evil) >= 15


def test_a_report_leaves_no_gap_where_something_is_missing(facts: RunFacts) -> None:
    with pytest.raises(UndefinedError):
        report_page._TEMPLATES.get_template("report.html").render(facts=facts)


def test_curves_are_well_formed_whatever_the_run(facts: RunFacts) -> None:
    from pipeline.exporting import curve_svg

    solved = replace(facts, config=replace(facts.config, head=SOLVED))
    one = replace(facts, points=facts.points[:1], best_epoch=1)
    flat = replace(
        facts,
        points=tuple(
            replace(p, accuracy=1.0, val_accuracy=1.0, loss=0.0, val_loss=0.0) for p in facts.points
        ),
    )
    for told in (facts, solved, one, flat, replace(facts, best_epoch=None)):
        for measure in (curve_svg.ACCURACY, curve_svg.LOSS):
            drawing = ElementTree.fromstring(curve_svg.curves(told, measure))
            assert "nan" not in ElementTree.tostring(drawing).decode()
            dots = [node for node in drawing.iter("circle") if node.get("class") != "kept"]
            assert len(dots) == 2 * len(told.points)
            for node in dots:
                assert 0 <= float(node.get("cx", "-1")) <= 480
                assert 0 <= float(node.get("cy", "-1")) <= 280
    text = ElementTree.tostring(ElementTree.fromstring(curve_svg.curves(solved, "loss"))).decode()
    assert "solver step, then fine-tuning epoch" in text
    assert "fine-tuning epoch 1: validation" in text


def test_a_report_of_many_classes_lists_the_mix_ups(facts: RunFacts) -> None:
    names = tuple(f"class {number}" for number in range(40))
    truth = np.arange(40)
    shares = np.eye(40, dtype=np.float32)
    shares[7] = shares[8]
    told = replace(facts, classes=names, truth=truth, probabilities=shares)
    page = Page(report_page.page(told))
    assert "Most frequent mix-ups" in page.words
    assert "class 7 class 8 1" in " ".join(page.words.split())
    assert "40 classes" in page.words


def test_a_report_without_answers_or_test(workspace: Workspace, run: Run) -> None:
    (run.folder / PREDICTIONS).unlink()
    told = export_job.facts(workspace, Runs(workspace), run)
    assert told.truth is None
    page = Page(report_page.page(told))
    assert "What was called what" not in page.words
    assert "Curves" in page.words
    page = Page(report_page.page(replace(told, test=None, parameters=None, seconds=None)))
    assert "This run has no test result." in page.words


# === The model card ===


def test_a_model_card_tells_the_runs_own_facts(facts: RunFacts) -> None:
    text = model_card.card(facts, "It was compared.", 96, num_photos=5)
    for words in (
        "# First try",
        "tells blue and red apart",
        "64 photos of the set Colours; 8 more",
        "87.5 % of 8 photos",
        "| blue | 4 |",
        "It was compared.",
        "(1, 96, 96, 3)",
        "5 of its test photos",
        "take both out before you hand this on",
        "| Learning rate of fine-tuning | 0.00001 |",
    ):
        assert words in text, words
    told = replace(facts, name="[x](http://y) *a* |b|", classes=("<i>", "`d`"))
    text = model_card.card(told, "", 96, num_photos=0)
    assert r"\[x\]\(http://y\) \*a\* \|b\|" in text
    assert r"\<i\> and \`d\`" in text
    assert "take both out" not in text


@pytest.mark.parametrize("name", PRESETS)
def test_the_settings_of_a_report_are_those_that_counted(name: str) -> None:
    config = PRESETS[name].config
    told = {label for label, _ in settings_text.settings(config)}
    idle = without_effect(config.to_json())
    for setting, entry in TRAIN.items():
        assert (entry.label in told) == (setting not in idle), setting
    assert ("Rotation" in told or "Augmentation" in told) == ("augment" not in idle)


# === The script ===

CONFIGS = {
    **{name: preset.config for name, preset in PRESETS.items()},
    "first": FIRST,
    "strong": TrainConfig(augment=AUGMENT_PRESETS["strong"], early_stopping=True, weights="none"),
    "plain": TrainConfig(augment=AugmentConfig(), fine_tune_epochs=0),
    "nothing released": TrainConfig(fine_tune_at=NUM_LAYERS, weight_averaging=True),
}


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("classes", [("cat", "dog"), ("a'b", 'c"d\n', "con")])
def test_a_script_has_what_its_run_needs_and_nothing_else(
    facts: RunFacts, tmp_path: Path, name: str, classes: tuple[str, ...]
) -> None:
    config = CONFIGS[name]
    told = replace(facts, config=config, classes=classes, name='"""\n\u202eevil\\')
    text = script.script(told)
    compile(text, "train.py", "exec")
    assert "$" not in text
    assert "\u202e" not in text
    path = tmp_path / "train.py"
    path.write_text(text, encoding="utf-8")
    rules = ["--isolated", "--line-length", "100", "--select", "E,F,W,I"]
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", *rules, str(path)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert ("Phase 2" in text) == (config.fine_tune_epochs > 0)
    assert ("FINE_TUNE_AT" in text) == (config.fine_tune_epochs > 0)
    assert ("L2(strength / 2)" in text) == (config.head == SOLVED)
    assert ("LEARNING_RATE = " in text) == (config.head != SOLVED or config.fine_tune_epochs > 0)
    averaged = "weight_averaging" not in without_effect(config.to_json())
    assert ("SwapEMAWeights" in text) == (config.weight_averaging and averaged)
    assert ("EarlyStopping" in text) == config.early_stopping
    assert ('weights="imagenet"' in text) == (config.weights == "imagenet")
    assert ("BinaryCrossentropy" in text) == (len(classes) == 2)
    assert ("RandomRotation" in text) == (config.augment.rotation > 0)
    assert "keras#20285" in text.replace("keras-team/", "")


def test_a_scripts_folders_are_those_of_a_saved_set(facts: RunFacts) -> None:
    told = replace(facts, classes=("a/b", "a:b", "con"))
    assert "CLASSES = ['a_b', 'a_b-2', '_con']" in script.script(told)


def test_a_script_from_the_built_in_network_brings_its_numbers(
    facts: RunFacts, tmp_path: Path
) -> None:
    script.write(replace(facts, config=FIRST), tmp_path / "script.zip")
    assert unpacked(tmp_path / "script.zip", tmp_path / "taken") == {"train.py", "backbone.npz"}
    with np.load(tmp_path / "taken/backbone.npz", allow_pickle=False) as numbers:
        assert numbers["Conv1/kernel"].shape == (3, 3, 3, 16)
        assert len(numbers.files) == 52 * 5


def test_a_script_is_a_plain_file_otherwise(workspace: Workspace, run: Run) -> None:
    path = made(workspace, export(workspace, run, "script"))
    assert path.suffix == ".py"
    assert path.read_text(encoding="utf-8").startswith('"""Transfer learning with Keras')


# === Tables ===


def test_predictions_as_csv(workspace: Workspace, run: Run) -> None:
    rows = list(csv.reader(io.StringIO(Runs(workspace).predictions_csv(run.id))))
    assert rows[0] == ["name", "is", "called", "probability of blue", "probability of red"]
    assert len(rows) == 9
    test = [
        photo
        for photo in PhotoSets(workspace).open(run.photo_set_id).photos
        if photo.split == "test"
    ]
    assert [row[0] for row in rows[1:]] == [photo.name for photo in test]
    assert [row[1] != row[2] for row in rows[1:]].count(True) == 1
    for row in rows[1:]:
        assert float(row[3]) + float(row[4]) == pytest.approx(1)


def test_predictions_of_photos_that_are_gone_are_numbered(workspace: Workspace, run: Run) -> None:
    (workspace.photo_sets_folder / run.photo_set_id / "manifest.json").unlink()
    rows = list(csv.reader(io.StringIO(Runs(workspace).predictions_csv(run.id))))
    assert re.fullmatch(r"photo \d+", rows[1][0])


def test_predictions_that_are_missing(workspace: Workspace, run: Run) -> None:
    (run.folder / PREDICTIONS).unlink()
    with pytest.raises(PawTuneError, match="missing or damaged"):
        Runs(workspace).predictions_csv(run.id)


def test_curves_as_csv_are_as_before(workspace: Workspace, run: Run) -> None:
    lines = Runs(workspace).curves_csv(run.id).splitlines()
    assert lines[0] == "phase,epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    assert len(lines) == 6
