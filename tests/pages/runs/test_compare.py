"""Compare: the same photos or not, the verdict, aligned curves, settings that differ."""

from __future__ import annotations

import itertools
import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.charts import learning_curve, overlaid_curves
from pages.ui.runs import same_photos, setting_differences
from pipeline.evaluation.learning_curve import Epoch
from pipeline.evaluation.predictions import read_predictions, write_predictions
from pipeline.photos.editing import MovePhotos, Relabel, RemovePhotos
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    TrainConfig,
)
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.run_notes import Remarks
from pipeline.workspace.runs import PREDICTIONS, Runs
from pipeline.workspace.versions import Versions
from tests.conftest import REPOSITORY
from tests.pages.charts.test_charts import EYES, lab
from tests.pages.charts.test_learning_curve import contrast
from tests.pages.conftest import Open, words
from tests.workspaces import add_photo_set, add_run, class_folders

PLAIN = TrainConfig(epochs=3, fine_tune_epochs=2)


def epochs(first: int, second: int) -> tuple[Epoch, ...]:
    """Curves of so many epochs in either phase."""
    return tuple(
        Epoch(
            FEATURE_EXTRACTION if number <= first else FINE_TUNING,
            number,
            1 / number,
            1 - 0.5 / number,
            0.9 / number,
            1 - 0.4 / number,
            1.0,
        )
        for number in range(1, first + second + 1)
    )


def answer(run: Run, wrong: list[int]) -> None:
    """Let a run be right on all its test photos but these."""
    told = read_predictions(run.folder / PREDICTIONS)
    assert told is not None
    truth = told.truth
    probabilities = np.full((len(truth), 2), 0.1, np.float32)
    probabilities[np.arange(len(truth)), truth] = 0.9
    probabilities[wrong] = probabilities[wrong][:, ::-1]
    write_predictions(run.folder / PREDICTIONS, replace(told, probabilities=probabilities))


@pytest.fixture
def many(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """A set with 40 test photos."""
    return add_photo_set(workspace, class_folders(tmp_path / "many", photos=200), "Many")


@pytest.fixture
def others(workspace: Workspace, tmp_path: Path) -> PhotoSetRow:
    """A set that shares no photo with `photo_set`: its second class is another colour."""
    folder = class_folders(tmp_path / "others", photos=12, names=("x", "y", "green"))
    for name in ("x", "y"):
        for path in (folder / name).iterdir():
            path.rename(path.with_name(f"{name}{path.name}"))
    return add_photo_set(workspace, folder, "Others")


def spec(app: AppTest, key: str = "compare_accuracy") -> dict:
    chart = next(chart for chart in app.get("plotly_chart") if chart.key == key)
    return json.loads(chart.proto.spec)


# === The paired test ===


def test_the_verdict_in_words_with_the_photos_behind_it(
    open_page: Open, workspace: Workspace, many: PhotoSetRow
) -> None:
    first = add_run(workspace, many.id, "A")
    second = add_run(workspace, many.id, "B")
    answer(first, list(range(14)))
    answer(second, list(range(14, 23)))
    Remarks(workspace).pin(first.id)
    app = open_page("runs")
    text = words(app)
    assert (
        "“B” is right on 14 photos that “A” got wrong, “A” on 9 that “B” got wrong: no real "
        "difference with this many photos"
    ) in text.replace("\\", "")
    assert "would most likely settle it" in text
    assert "Both were tested on the same 40 photos" in text
    groups = [one.label for one in app.expander if "alone" in one.label]
    assert groups == ["Right by “B” alone \\(14\\)", "Right by “A” alone \\(9\\)"]
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    said = [alt for alt in alts if "said" in alt]
    assert len(said) == 16, "eight of each at a time"
    assert all("; A said" in alt for alt in said[:8])


def test_two_runs_of_one_name_are_told_apart(
    open_page: Open, workspace: Workspace, many: PhotoSetRow
) -> None:
    first, second = (add_run(workspace, many.id, "Try") for _ in range(2))
    answer(first, list(range(14)))
    answer(second, list(range(14, 23)))
    app = open_page("runs")
    assert not app.exception
    groups = [one.label.replace("\\", "") for one in app.expander if "alone" in one.label]
    assert groups == ["Right by “Try (2)” alone (9)", "Right by “Try (1)” alone (14)"]
    alts = [picture.alt for group in app.get("image") for picture in group.proto.imgs]
    said = [alt for alt in alts if "said" in alt]
    assert len(said) == 16
    assert all("; Try (" in alt for alt in said)


def test_three_verdicts_at_once_are_remarked_on(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    made = [add_run(workspace, photo_set.id, f"Run {number}") for number in range(4)]
    app = open_page("runs")
    assert "wrong 1 time in 20" not in words(app)
    app.multiselect(key="runs_compare").set_value([run.id for run in made]).run()
    assert "Each of these 3 verdicts is wrong 1 time in 20" in words(app)


# === The same photos, or not ===


def test_other_test_photos_are_said_before_any_number(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow, others: PhotoSetRow
) -> None:
    add_run(workspace, others.id, "On others")
    add_run(workspace, photo_set.id, "On colours")
    app = open_page("runs")
    (warning,) = [one.value for one in app.warning if "Not the same" in one.value]
    assert "*On others* and *On colours* have no test photo in common" in warning
    blocks = [one.value for one in app.main if getattr(one, "type", "") in ("warning", "markdown")]
    numbers = next(
        at for at, text in enumerate(blocks) if "give or take" in text and "- **" in text
    )
    assert blocks.index(warning) < numbers
    assert "; on other test photos" in words(app)
    assert "points against" not in words(app)
    table = next(frame.value for frame in app.dataframe if "On others" in frame.value)
    assert list(table["Setting"]) == ["Photo set"]


def test_a_new_version_with_the_same_test_photos_is_the_same_to_the_test(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    blue = {index for index, photo in enumerate(content.photos) if photo.class_index == 0}
    learned = next(index for index in content.indices("training").tolist() if index in blue)
    asked = next(index for index in content.indices("test").tolist() if index in blue)
    first = add_run(workspace, photo_set.id, "First")
    second = Versions(workspace).edit(photo_set.id, MovePhotos((learned,), "red"))
    again = add_run(workspace, second.id, "Again")
    assert first.photo_set_id != again.photo_set_id
    assert same_photos.warning(first, [again]) == ""
    assert same_photos.points_apart(again, first) == 0.0
    third = Versions(workspace).edit(second.id, MovePhotos((asked,), "red"))
    relabelled = add_run(workspace, third.id, "Relabelled")
    assert same_photos.points_apart(relabelled, first) is None


@pytest.fixture
def mended(workspace: Workspace, photo_set: PhotoSetRow) -> tuple[Run, Run]:
    """A run, and one on the same photos, of which two of the test have other labels."""
    content = PhotoSets(workspace).open(photo_set.id)
    asked = content.indices("test").tolist()
    names = [content.classes[content.photos[index].class_index] for index in asked]
    wrong = tuple(
        (index, "red" if name == "blue" else "blue")
        for index, name in zip(asked[:2], names[:2], strict=True)
    )
    first = add_run(workspace, photo_set.id, "First")
    again = Versions(workspace).edit(photo_set.id, Relabel(wrong))
    return first, add_run(workspace, again.id, "Mended")


def test_mended_labels_are_no_other_photos(mended: tuple[Run, Run]) -> None:
    first, again = mended
    assert same_photos.warning(first, [again]) == (
        "Same test photos, 2 labels changed in between. Part of the difference comes from the "
        "labels; the comparison leaves those 2 out."
    )
    assert same_photos.relabelled(first, again) == same_photos.relabelled(again, first) == 2
    assert same_photos.relabelled(first, first) == 0
    assert same_photos.warning(first, [again, first]).startswith("*Mended* against *First*: Same")
    assert "leaves that one out" in same_photos.labels_changed(1)


def test_mended_labels_are_told_on_the_page(
    open_page: Open, workspace: Workspace, mended: tuple[Run, Run]
) -> None:
    first, again = mended
    Remarks(workspace).pin(first.id)
    app = open_page("runs", run=again.id)
    assert not app.exception
    text = words(app)
    assert "Against the baseline *First*: Same test photos, 2 labels changed in between" in text
    assert "; same test photos, 2 labels changed" in text
    assert "other photos" not in text.replace("learned from other photos before", "")
    assert "Left out: 2 whose label changed in between" in text.replace("\\", "")


def test_mended_validation_labels_are_no_other_photos(
    workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    looked = int(content.indices("validation")[0])
    other = "red" if content.classes[content.photos[looked].class_index] == "blue" else "blue"
    first = add_run(workspace, photo_set.id, "First")
    again = Versions(workspace).edit(photo_set.id, Relabel(((looked, other),)))
    told = same_photos.warning(first, [add_run(workspace, again.id, "Mended")])
    assert told.startswith("Same validation photos, but *Mended* had other labels on some of them")


def test_some_photos_in_common_are_counted(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    first = add_run(workspace, photo_set.id, "First")
    gone = RemovePhotos((int(content.indices("test")[0]),))
    fewer = add_run(workspace, Versions(workspace).edit(photo_set.id, gone).id, "Fewer")
    told = same_photos.warning(first, [fewer])
    assert "*Fewer* and *First* have 3 test photos in common, out of 3 and 4." in told


def test_other_validation_photos_are_said_too(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    content = PhotoSets(workspace).open(photo_set.id)
    first = add_run(workspace, photo_set.id, "First")
    gone = RemovePhotos((int(content.indices("validation")[0]),))
    fewer = add_run(workspace, Versions(workspace).edit(photo_set.id, gone).id, "Fewer")
    told = same_photos.warning(first, [fewer])
    assert told.startswith("**Not the same validation photos.** The curves of *Fewer*")


def test_the_example_never_saw_ones_own_photos(run: Run) -> None:
    example = replace(run, id="starter", photo_set_id="", name="Example", is_example=True)
    assert "never saw the photos of *First try*" in same_photos.warning(run, [example])
    assert "never saw the photos of *First try*" in same_photos.warning(example, [run])
    assert same_photos.points_apart(run, example) is None


# === Aligned curves ===


def test_curves_are_aligned_where_fine_tuning_starts() -> None:
    lines = [
        overlaid_curves.Line("<b>one</b>", epochs(2, 3)),
        overlaid_curves.Line("two", epochs(5, 1)),
    ]
    figure = overlaid_curves.figure(learning_curve.ACCURACY, lines)
    assert [list(trace.x) for trace in figure.data] == [
        [-1, 0, 1, 2, 3],
        [-4, -3, -2, -1, 0, 1],
    ]
    assert figure.layout.shapes[0].x0 == 0
    assert [note.text for note in figure.layout.annotations] == [
        "feature extraction",
        "fine-tuning",
    ]
    assert figure.data[0].name == "&lt;b&gt;one&lt;/b&gt;, validation"
    assert list(figure.data[0].customdata)[1:3] == ["epoch 2", "fine-tuning epoch 1"]
    assert figure.layout.title.text == "Accuracy on validation photos"
    assert figure.layout.xaxis.title.text == "epochs from the start of fine-tuning"
    assert figure.layout.yaxis.title.text == "share of photos right"


def test_training_curves_are_told_from_validation_without_colours() -> None:
    lines = [overlaid_curves.Line("one", epochs(2, 3)), overlaid_curves.Line("two", epochs(3, 2))]
    figure = overlaid_curves.figure(learning_curve.LOSS, lines, training=True)
    styles = {(trace.marker.symbol, trace.line.dash) for trace in figure.data}
    assert len(figure.data) == len(styles) == 4
    assert [trace.showlegend for trace in figure.data] == [True, False, True, False]
    assert figure.layout.yaxis.range[0] == 0


def test_what_was_not_fine_tuned_ends_where_it_would_begin() -> None:
    lines = [
        overlaid_curves.Line("tuned", epochs(2, 3)),
        overlaid_curves.Line("never", epochs(4, 0)),
        overlaid_curves.Line("not yet", epochs(2, 0), planned=5),
        overlaid_curves.Line("solved", epochs(9, 2), solved=True),
    ]
    figure = overlaid_curves.figure(learning_curve.ACCURACY, lines)
    assert [list(trace.x) for trace in figure.data[1:]] == [[-3, -2, -1, 0], [-4, -3], [0, 1, 2]]
    assert figure.data[3].customdata[0] == "solver step 9"


def test_without_any_fine_tuning_epochs_are_counted_from_the_first() -> None:
    lines = [
        overlaid_curves.Line("one", epochs(3, 0)),
        overlaid_curves.Line("two", epochs(5, 0), solved=True),
    ]
    figure = overlaid_curves.figure(learning_curve.ACCURACY, lines)
    assert list(figure.data[0].x) == [1, 2, 3]
    assert not figure.layout.shapes
    assert figure.layout.xaxis.title.text == "epoch, or step of the solver"


def test_the_table_has_the_numbers_of_the_chart() -> None:
    lines = [overlaid_curves.Line("one", epochs(1, 1)), overlaid_curves.Line("two", epochs(2, 1))]
    table = overlaid_curves.table(learning_curve.ACCURACY, lines)
    assert list(table["From fine-tuning"]) == [-1, 0, 1]
    assert table["one, validation"].isna().tolist() == [True, False, False]
    assert table["two, training"].tolist() == pytest.approx([0.5, 0.75, 1 - 0.5 / 3])
    assert "two from 0.600 to 0.867" in overlaid_curves.describe(learning_curve.ACCURACY, lines)


def test_measure_and_training_curves_can_be_chosen(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    add_run(workspace, photo_set.id, "Short", config=PLAIN)
    add_run(workspace, photo_set.id, "Long", config=replace(PLAIN, epochs=6))
    app = open_page("runs")
    drawn = spec(app)
    assert [trace["x"][0] for trace in drawn["data"]] == [-5, -2]
    app.toggle(key="runs_compare_training").set_value(True)
    app.button_group(key="runs_compare_measure").set_value(learning_curve.LOSS).run()
    assert len(spec(app, "compare_loss")["data"]) == 4


@pytest.mark.parametrize("eye", EYES)
def test_compared_colours_are_told_apart_by_every_eye(eye: str) -> None:
    for one, other in itertools.combinations(overlaid_curves.COLOURS, 2):
        assert np.linalg.norm(lab(one, eye) - lab(other, eye)) >= 24, (one, other)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_compared_colours_stand_out(look: str) -> None:
    text = (REPOSITORY / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    background = tomllib.loads(text)["theme"][look]["backgroundColor"]
    assert all(contrast(colour, background) >= 3.2 for colour in overlaid_curves.COLOURS)


# === Settings ===


def like(run: Run, name: str, **settings: object) -> Run:
    return replace(run, name=name, config=replace(PLAIN, **settings))


def test_settings_that_differ_stand_before_those_alike(run: Run) -> None:
    one = like(run, "same name")
    two = like(run, "same name", dropout=0.5, augment=AUGMENT_PRESETS["strong"])
    table = setting_differences.differing([one, two]).data
    assert list(table.columns) == ["Setting", "same name", "same name (2)"]
    assert table["Setting"][0] == "Dropout"
    assert "Zoom" in set(table["Setting"])
    alike = setting_differences.alike([one, two])
    assert not set(alike["Setting"]) & set(table["Setting"])
    assert "Batch size" in set(alike["Setting"])


def test_only_what_is_not_as_in_the_first_is_marked(run: Run) -> None:
    runs = [like(run, "a"), like(run, "b", dropout=0.5), like(run, "c", head=SOLVED)]
    page = setting_differences.differing(runs).to_html()
    assert page.count("font-weight: 600") == 1, "one style for all cells"
    marked = page.split("{")[0]
    assert marked.count("#T_") == 3, "dropout; the head, and the epochs that it does not take"


def test_settings_without_effect_are_not_used(run: Run) -> None:
    quick = replace(run, name="quick", config=PRESETS[QUICK].config)
    table = setting_differences.differing([like(run, "stepped"), quick]).data.set_index("Setting")
    assert table.loc["Epochs"].tolist() == ["3", "not used"]
    assert table.loc["Batch size"].tolist() == ["32 photos", "not used"]
    assert table.loc["Rotation"].tolist() == ["0.2 of a full turn", "not used"]
    assert "Zoom" not in table.index, "off, or not used: no difference"
    other = replace(quick, name="other", config=replace(quick.config, epochs=9, dropout=0.5))
    assert setting_differences.differing([quick, other]).data.empty
    plain = replace(quick.config, fine_tune_epochs=0, weight_averaging=False)
    averaged = replace(quick, name="averaged", config=replace(plain, weight_averaging=True))
    assert setting_differences.differing([replace(quick, config=plain), averaged]).data.empty
    own_rate = {"head": SOLVED, "fine_tune_learning_rate": 1e-4}
    fast, slow = (like(run, f"{rate}", **own_rate, learning_rate=rate) for rate in (1e-3, 1e-4))
    assert setting_differences.differing([fast, slow]).data.empty, "no step is taken at this rate"


def test_another_version_of_the_photos_is_a_difference(run: Run) -> None:
    runs = [run, replace(run, photo_set_id="f" * 16)]
    table = setting_differences.differing(runs).data
    assert table.iloc[0].tolist() == ["Photo set", "Colours", "Colours, another version"]


def test_nothing_differs_but_chance(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    for name in ("One", "Two"):
        add_run(workspace, photo_set.id, name)
    text = words(open_page("runs"))
    assert "What differs is chance" in text
    assert len(Runs(workspace).list()) == 2
