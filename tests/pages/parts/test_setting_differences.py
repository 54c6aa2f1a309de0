"""Settings in which runs differ, and those alike."""

from __future__ import annotations

from dataclasses import replace

from pages.ui.parts import setting_differences
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.presets import PRESETS, QUICK
from pipeline.settings.train_config import AUGMENT_PRESETS
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import Runs
from tests.pages.conftest import PLAIN, Open, compared, words
from tests.workspaces import add_run


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
    assert table.loc["Rotation"].tolist() == ["72°", "not used"]
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
    text = words(compared(open_page("runs")))
    assert "What differs is chance" in text
    assert len(Runs(workspace).list()) == 2
