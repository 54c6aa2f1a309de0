"""What each phase brought, froze, moved and cost; and where it looked before and after."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from pages.ui.parts import before_after, run_curves
from pages.ui.runs import phases, weight_change
from pipeline.classify.bundle import write_bundle
from pipeline.coach.curves import Course
from pipeline.coach.phase_rules import fine_tuning_gained
from pipeline.evaluation.learning_curve import Epoch
from pipeline.network.weight_change import Moved, to_json
from pipeline.settings.hyperparameters import SOLVED
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING, TrainConfig
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run
from pipeline.workspace.runs import BEFORE, Runs, find
from pipeline.workspace.tables import EpochRecord
from tests.pages.classify.test_questions import BLUE, upload
from tests.pages.classify.test_similar_photos import alts
from tests.pages.conftest import Open, words
from tests.toy_litert import SIDE_PX, colour_network
from tests.workspaces import add_run, jpeg

BLOCKS = ("stem", *(f"block {number}" for number in range(1, 17)), "top")
MOVED = tuple(
    Moved(block, 1000, (0, 500, 998)[(place > 10) + (place > 11)], 0.002 * (place > 10) * place)
    for place, block in enumerate(BLOCKS)
)


def epochs(first: list[float], second: list[float]) -> tuple[Epoch, ...]:
    in_order = [FEATURE_EXTRACTION] * len(first) + [FINE_TUNING] * len(second)
    return tuple(
        Epoch(phase, number, 0.3, 0.9, 0.3, accuracy, 5.0)
        for number, (phase, accuracy) in enumerate(zip(in_order, first + second, strict=True), 1)
    )


@pytest.fixture
def known(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run whose validation photos are as many as a test says."""
    photos(monkeypatch, 1000)
    return run


def photos(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    splits = {"validation": {"blue": number // 2, "red": number - number // 2}} if number else {}
    for module in (phases, run_curves):
        monkeypatch.setattr(module, "split_classes", lambda _run: splits)


def curve(run: Run, first: list[float], second: list[float]) -> Run:
    return replace(run, epochs=epochs(first, second), best_epoch=len(first) + len(second))


# === The sentence below the curves ===


def test_a_clear_gain(known: Run) -> None:
    said = run_curves.sentence(curve(known, [0.95] * 4, [0.975, 0.98, 0.981]))
    assert said == (
        "**Fine-tuning added 2.9 points** of validation accuracy, more than chance would with "
        "1,000 validation photos."
    )


def test_a_gain_that_may_be_the_heads_own_is_told_as_the_coach_tells_it(known: Run) -> None:
    made = curve(known, [0.5, 0.6, 0.7, 0.75, 0.8, 0.85], [0.95, 0.95, 0.95])
    falling = tuple(replace(one, val_loss=1 - one.epoch / 10) for one in made.epochs)
    rising = replace(made, epochs=falling)
    assert run_curves.sentence(rising) == (
        "**Validation accuracy rose by 10.0 points** during fine-tuning, more than chance would; "
        "how much of it fine-tuning did, nobody can tell: the head was still improving."
    )
    assert phases.cost_sentence(rising) == "", "no price for points that may be the head's"
    coach = fine_tuning_gained(
        Course(rising.config, rising.epochs, run_curves.split_classes(rising))
    )
    assert coach is not None
    assert "nobody can tell" in coach.says
    short = run_curves.sentence(curve(known, [0.8, 0.85], [0.95, 0.95, 0.95]))
    assert str(short).endswith("the head had 2 epochs only, and might have got better, too.")


def test_a_gain_within_chance_is_no_gain(known: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    photos(monkeypatch, 120)
    said = run_curves.sentence(curve(known, [0.95, 0.95, 0.95], [0.958, 0.958, 0.958]))
    assert said == (
        "Fine-tuning changed validation accuracy by +0.8 points: no more than chance would with "
        "120 validation photos."
    )
    lost = run_curves.sentence(curve(known, [0.958, 0.958, 0.958], [0.95, 0.95, 0.95]))
    assert "by \N{MINUS SIGN}0.8 points: no more than chance" in str(lost)


def test_up_and_down_is_nothing_that_lasts(known: Run) -> None:
    said = run_curves.sentence(curve(known, [0.95, 0.96, 0.95], [0.93, 0.94, 0.955]))
    assert "changed nothing in validation accuracy that would last" in str(said)


def test_a_loss_is_said_and_what_was_kept(known: Run) -> None:
    lost = curve(known, [0.95, 0.95, 0.95], [0.8, 0.8, 0.8])
    said = str(run_curves.sentence(replace(lost, best_epoch=3)))
    assert said.startswith("**Fine-tuning took 15.0 points of validation accuracy away**")
    assert said.endswith("What was kept is the network from before it.")


@pytest.mark.parametrize(
    ("number", "second", "says"),
    [
        (12, [0.9, 0.9], "with fewer than 20, single photos decide"),
        (1000, [0.9], "one epoch of it tells too little"),
        (1000, [float("nan"), 0.9], "the curves are not whole"),
        (0, [0.9, 0.97], "was 95.0 % before fine-tuning and 97.0 % after it"),
    ],
)
def test_what_cannot_be_told_is_not_told(
    known: Run, monkeypatch: pytest.MonkeyPatch, number: int, second: list[float], says: str
) -> None:
    photos(monkeypatch, number)
    assert says in str(run_curves.sentence(curve(known, [0.95, 0.95], second)))


def test_without_fine_tuning_nothing_is_said_of_it(known: Run) -> None:
    assert run_curves.sentence(curve(known, [0.9, 0.9], [])) is None
    assert "There was no fine-tuning" in phases.frozen(curve(known, [0.9, 0.9], []))


@pytest.mark.parametrize("page", ["train", "runs"])
def test_it_stands_below_the_curves_on_both_pages(open_page: Open, run: Run, page: str) -> None:
    text = words(open_page(page, run=run.id))
    assert "Whether fine-tuning helped, 4 validation photos cannot tell" in text
    assert "lifted" not in text


# === What was frozen, and the cost ===


@pytest.mark.parametrize(
    ("first", "says"),
    [
        (100, "the first 100 layers stayed frozen; the other 54 learned together with the head"),
        (0, "nothing was frozen: all layers learned"),
        (154, "they all stayed frozen, and the head went on learning"),
    ],
)
def test_what_was_frozen(known: Run, first: int, says: str) -> None:
    run = replace(known, config=replace(known.config, fine_tune_at=first))
    assert says in phases.frozen(run)
    assert "all 154 layers of the backbone" in phases.frozen(run)


def test_the_cost_of_each_phase(known: Run) -> None:
    told = phases.costs(known)
    first, second = (told[name] for name in ("Feature extraction", "Fine-tuning"))
    lines = dict(zip(told[""], zip(first, second, strict=True), strict=True))
    assert lines["Weights that could change"] == ("1,281", "1,800,000")
    assert lines["Went on for"] == ("3 epochs", "2 epochs")
    assert lines["Time"] == ("30 s", "25 s")
    assert lines["Time for each epoch"] == ("10 s", "12 s")
    assert lines["Share of the time"] == ("55 %", "45 %")
    gained = curve(known, [0.9, 0.9, 0.9], [0.92, 0.92, 0.92])
    assert phases.cost_sentence(gained) == (
        "Fine-tuning took 25 s, for a difference that may be chance."
    )
    gained = curve(known, [0.9] * 4, [0.95, 0.95, 0.95])
    assert phases.cost_sentence(gained) == (
        "Fine-tuning took 25 s for 5.0 points: 5 s for each point."
    )
    lost = curve(known, [0.95, 0.95, 0.95], [0.9, 0.9, 0.9])
    assert phases.cost_sentence(lost) == "Fine-tuning took 25 s, and did harm."


def test_a_gain_that_rounds_to_nothing_has_no_price_for_a_point(
    known: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos(monkeypatch, 20_000)  # seven wrong before, none after
    gained = curve(known, [0.99965] * 4, [1.0] * 3)
    assert phases.cost_sentence(gained) == "Fine-tuning took 25 s for less than 0.1 points."


def test_a_run_without_times_or_counts_has_fewer_lines(known: Run) -> None:
    bare = replace(known, phase_seconds={}, parameters=None)
    assert phases.costs(bare)[""] == ["Went on for", "Validation photos right at its end"]
    assert phases.cost_sentence(bare) == ""


def test_a_solved_head_has_steps(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    config = TrainConfig(head=SOLVED, fine_tune_epochs=3)
    made = add_run(workspace, photo_set.id, config=config)
    told = phases.costs(made)
    assert told["Feature extraction"][1] == "12 solver steps"
    app = open_page("runs", run=made.id)
    assert not app.exception
    assert any("12 solver steps" in str(table.value.to_numpy()) for table in app.table)


# === What moved ===


EVIL = {"block": "[click](https://evil.example)", "weights": 9, "changed": 9, "distance": 0.5}
HUGE = {"block": "stem", "weights": 10**400, "changed": 10**400, "distance": 0.5}


def shown(open_page: Open, workspace: Workspace, run: Run, told: object) -> tuple[str, dict | None]:
    """What the Runs page says and draws of a run with these blocks."""
    with workspace.database.writing() as session:
        find(session, run.id).moved = told  # type: ignore[assignment]
    app = open_page("runs", run=run.id)
    assert not app.exception
    charts = [chart for chart in app.get("plotly_chart") if chart.key == "runs_moved"]
    return words(app), json.loads(charts[0].proto.spec) if charts else None


def test_blocks_and_their_way(open_page: Open, workspace: Workspace, run: Run) -> None:
    text, spec = shown(open_page, workspace, run, to_json(MOVED))
    assert spec is not None
    frozen, released, head = spec["data"]
    assert len(frozen["y"]) == 11
    assert frozen["x"] == [0] * 11
    assert released["y"][0] == "block 11"
    assert released["x"][-1] == pytest.approx(3.4)
    assert head["text"] == ["learned from nothing"]
    assert len({trace["marker"]["color"] for trace in spec["data"]}) == 3
    assert frozen["marker"]["symbol"] != head["marker"]["symbol"]  # not by colour alone
    assert "most in **the last convolution**, by 3.4 % of their size" in text
    assert "The 11 frozen blocks did not move at all" in text


def test_the_table_behind_it_has_shares_and_the_layers_names(run: Run) -> None:
    rows = weight_change.table(MOVED, run.config).rows
    assert len(rows) == len(BLOCKS) + 1
    line = rows[rows["Block"] == "block 11"].iloc[0]
    assert line["Layers"] == "block_11_expand to block_11_add"
    assert line["Share that changed"] == "50.0 %"
    assert rows.iloc[0]["Moved by, of their size"] == "0"
    assert rows.iloc[-1]["Moved by, of their size"] == "learned from nothing"
    assert "11 blocks frozen" in weight_change.describe(MOVED)


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (None, "was not noted for this run"),
        ([], "was not noted for this run"),
        ([{"block": "stem"}], "was not noted for this run"),
        ([EVIL], "was not noted for this run"),
        ([HUGE], "was not noted for this run"),
    ],
)
def test_an_earlier_run_has_one_calm_sentence(
    open_page: Open, workspace: Workspace, run: Run, told: object, says: str
) -> None:
    text, spec = shown(open_page, workspace, run, told)
    assert spec is None
    assert says in text


def test_where_the_kept_epoch_is_from_before_nothing_moved(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    with workspace.database.writing() as session:
        find(session, run.id).best_epoch = 3
    text, spec = shown(open_page, workspace, run, None)
    assert spec is None
    assert "The epoch that was kept is one before fine-tuning" in text


def test_more_tags_than_fit_and_an_unknown_phase_hide_no_run(
    open_page: Open, workspace: Workspace, run: Run
) -> None:
    """What a damaged database may hold; a backup leaves such a run out."""
    with workspace.database.writing() as session:
        find(session, run.id).tags = [f"tag {number}" for number in range(13)]
        session.get_one(EpochRecord, (run.id, 2)).phase = "x"
    app = open_page("runs", run=run.id)
    assert not app.exception
    next(button for button in app.button if button.label == "Save").click().run()
    assert not app.exception
    assert "A run carries up to 12 tags" in app.error[0].value


# === Before and after ===


@pytest.fixture
def both(workspace: Workspace, run: Run) -> Run:
    """The same run with a network from before fine-tuning."""
    manifest = {
        "run_id": run.id,
        "photo_set_id": run.photo_set_id,
        "classes": ["red", "blue"],
        "image_size_px": SIDE_PX,
        "config": run.config.to_json(),
        "versions": {},
        "weights_sha256": None,
        "temperature": 10.0,  # less sure of everything
    }
    write_bundle(run.folder / BEFORE, colour_network(), manifest)
    return Runs(workspace).get(run.id)


def test_an_earlier_run_is_not_asked_whose_look(open_page: Open, run: Run) -> None:
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    assert not app.exception
    assert "Whose look" not in [group.label for group in app.get("button_group")]


def test_both_looks_stand_side_by_side(open_page: Open, both: Run) -> None:
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    app.button_group(key="evaluate_heat_moment").set_value(before_after.BOTH).run()
    assert not app.exception
    captions = [one.value for one in app.caption]
    assert len([one for one in captions if one.startswith("**Before fine-tuning**")]) == 1
    assert len([one for one in captions if one.startswith("**After fine-tuning**")]) == 1
    assert any("compare where, not how bright" in one for one in captions)
    assert len([alt for alt in alts(app) if "what speaks for" in alt]) == 2
    app.button_group(key="evaluate_heat_moment").set_value(before_after.BEFORE).run()
    captions = [one.value for one in app.caption]
    assert not [one for one in captions if one.startswith("**After fine-tuning**")]


def test_each_network_gives_its_own_answer(both: Run, photo_set: PhotoSetRow) -> None:
    from pages.ui import resources

    photo = resources.photo_set(photo_set.id).jpeg(0)
    before, after = before_after.looks(both, photo, 0.5, before_after.BOTH)
    assert before.told != after.told  # the temperature makes the first less sure
    assert "with " in before.alt
    assert before.alt.startswith("Before fine-tuning")
    (only,) = before_after.looks(both, photo, 0.5, before_after.AFTER)
    assert only == after
    other = before_after.looks(both, photo, 0.5, before_after.BOTH, 0)
    sought = before_after.looks(both, photo, 0.5, before_after.BOTH, 1)
    assert other[0].picture != sought[0].picture


def test_a_damaged_network_from_before_is_a_sentence(open_page: Open, both: Run) -> None:
    (both.folder / BEFORE / "model.tflite").write_bytes(b"broken")
    app = open_page("evaluate")
    app.toggle(key="evaluate_heat").set_value(True).run()
    assert not app.error
    app.button_group(key="evaluate_heat_moment").set_value(before_after.BOTH).run()
    assert not app.exception
    assert "damaged" in app.error[0].value


def test_classify_shows_both_looks(open_page: Open, both: Run) -> None:
    app = upload(open_page("classify", run=both.id), ("sky.jpg", jpeg(BLUE)))
    app.toggle(key="classify_heat").set_value(True).run()
    (only,) = alts(app)
    assert only.startswith("sky.jpg, called blue; for blue it looked at ")
    app.button_group(key="classify_heat_moment").set_value(before_after.BOTH).run()
    assert not app.exception
    before, after = alts(app)
    assert before.startswith("sky.jpg: Before fine-tuning: called blue with ")
    assert after.startswith("sky.jpg: After fine-tuning: called blue with ")
    assert "Look whether the bright part moves" in words(app)
