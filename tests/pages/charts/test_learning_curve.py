"""Figures and tables say what they should, in words and numbers; and colours can be seen."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from pages.ui.charts import bars, learning_curve, palette, tutorial_curve
from pages.ui.runs import data_frames
from pages.ui.train import network
from pipeline.evaluation.learning_curve import Epoch
from pipeline.evaluation.predictions import Predictions
from pipeline.network.mobilenet_v2 import backbone_layers
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    AugmentConfig,
)
from pipeline.wording import settings_text
from tests.conftest import REPOSITORY

EPOCHS = tuple(
    Epoch(
        FEATURE_EXTRACTION if number <= 3 else FINE_TUNING,
        number,
        0.9 / number,
        1 - 0.4 / number,
        0.8 / number,
        1 - 0.3 / number,
        5.0,
    )
    for number in range(1, 6)
)


@pytest.mark.parametrize("measure", [learning_curve.ACCURACY, learning_curve.LOSS])
def test_curves_carry_both_lines_the_marker_and_the_best(measure: str) -> None:
    figure = learning_curve.of_run(
        measure, EPOCHS, initial={"loss": 0.91, "accuracy": 0.38}, best_epoch=5
    )
    names = [trace.name for trace in figure.data]
    assert names == ["Training", "Validation", "Kept (best)"]
    assert list(figure.data[0].x) == [1, 2, 3, 4, 5]
    assert list(figure.data[1].x) == [0, 1, 2, 3, 4, 5]  # the untrained head is epoch 0
    assert figure.data[0].line.dash != figure.data[1].line.dash  # not by colour alone
    assert figure.layout.shapes[0].x0 == 3.5
    words = figure.layout.annotations[0]
    assert (words.text, words.xanchor) == ("fine-tuning starts", "right")  # the line stands late
    assert figure.layout.title.text
    assert figure.layout.xaxis.title.text == "epoch"
    assert figure.layout.yaxis.title.text


def test_a_growing_curve_keeps_its_axis() -> None:
    short = learning_curve.of_run(learning_curve.ACCURACY, EPOCHS[:1], planned=20)
    long = learning_curve.of_run(learning_curve.ACCURACY, EPOCHS, planned=20)
    assert short.layout.xaxis.range == long.layout.xaxis.range
    assert not short.layout.shapes  # fine-tuning has not begun


def test_the_published_curve_is_the_tutorials() -> None:
    assert len(tutorial_curve.EPOCHS) == 21
    assert [epoch.epoch for epoch in tutorial_curve.EPOCHS] == list(range(1, 22))
    assert tutorial_curve.EPOCHS[9].val_accuracy == 0.9493
    assert tutorial_curve.EPOCHS[10].phase == FINE_TUNING
    assert tutorial_curve.EPOCHS[-1].val_loss == 0.0403
    figure = learning_curve.of_run(learning_curve.LOSS, EPOCHS, reference=tutorial_curve.EPOCHS)
    assert len(figure.data[0].x) == 21


def test_curves_are_described_in_words() -> None:
    assert "no epoch" in learning_curve.describe(learning_curve.LOSS, ())
    assert "5 epochs" in learning_curve.describe(learning_curve.LOSS, EPOCHS)


def test_bars_count_every_split_and_lie_down_for_many_classes() -> None:
    splits = {"training": {"cat": 8, "dog": 9}, "validation": {"cat": 1}, "test": {"dog": 2}}
    figure = bars.photos_per_class(splits, ("cat", "dog"))
    assert [list(trace.y) for trace in figure.data] == [[8, 9], [1, 0], [0, 2]]
    many = bars.photos_per_class({"training": {}}, [str(number) for number in range(20)])
    assert many.data[0].orientation == "h"


def test_a_class_name_in_a_chart_is_no_tag() -> None:
    figure = bars.photos_per_class({"training": {"<i>x": 1}}, ("<i>x", "y"))
    assert figure.data[0].x[0] == "&lt;i&gt;x"


@pytest.mark.parametrize("fine_tune_at", [0, 100, 154])
def test_the_strip_counts_all_layers(fine_tune_at: int) -> None:
    layers = backbone_layers(1.0, 160)
    frozen, released = bars.freezing_line(layers, fine_tune_at).data
    assert sum(frozen.x) == fine_tune_at
    assert sum(released.x) == 154 - fine_tune_at


@pytest.mark.parametrize("fine_tune_at", [0, 1, 100, 153, 154])
def test_the_freezing_line_stands_where_it_should(fine_tune_at: int) -> None:
    layers = backbone_layers(1.0, 160)
    table = network.layers(layers, fine_tune_at, 2).data
    line = table.index[table["Name"] == network.LINE_NAME]
    assert list(line) == [fine_tune_at]
    assert set(table["Fine-tuning"][:fine_tune_at]) <= {"frozen"}
    assert "frozen" not in set(table["Fine-tuning"][fine_tune_at + 1 :])
    assert table["Parameters"].iloc[-1] == "1,281"
    blocks = network.blocks(layers, fine_tune_at).data
    assert list(blocks["Name"]).count(network.LINE_NAME) == 1


def test_predictions_stand_beside_labels() -> None:
    found = Predictions(
        np.array([4, 7, 9]),
        np.array([0, 1, 1]),
        np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]], np.float32),
    )
    table = data_frames.predictions(found, ("cat", "dog"), ["a", "b"], [0, 1])
    assert list(table["Right"]) == [True, False]
    assert list(table["Called"]) == ["cat", "cat"]


@pytest.mark.parametrize("name", list(AUGMENT_PRESETS))
def test_no_preset_is_too_strong(name: str) -> None:
    assert settings_text.too_strong(AUGMENT_PRESETS[name]) == []


def test_too_much_is_said() -> None:
    assert len(settings_text.too_strong(AugmentConfig(rotation=0.5, brightness=0.8))) == 2


def test_the_cut_is_described() -> None:
    assert "block_11_expand_relu" in settings_text.cut(1.0, 100)
    assert "block 11" in settings_text.cut(1.0, 100)
    assert "nothing" in settings_text.cut(1.0, 154)


# === Colours ===


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(scope="module")
def theme() -> dict:
    text = (REPOSITORY / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["theme"]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_colours_can_be_told_from_their_background(theme: dict, look: str) -> None:
    colours = theme[look]
    background = colours["backgroundColor"]
    assert contrast(colours["textColor"], background) >= 7
    assert contrast(colours["linkColor"], background) >= 4.5
    assert contrast(colours["primaryColor"], "#FFFFFF") >= 4.5  # the words on a button
    assert contrast(colours["primaryColor"], background) >= 3
    assert contrast(colours["codeTextColor"], colours["codeBackgroundColor"]) >= 4.5
    for colour in palette.PALETTE:
        assert contrast(colour, background) >= 3, colour


def test_one_palette(theme: dict) -> None:
    assert tuple(theme["chartCategoricalColors"]) == palette.PALETTE
    assert len(set(palette.PALETTE)) == 10
