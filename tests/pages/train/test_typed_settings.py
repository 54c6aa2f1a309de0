"""Numbers are typed or slid; the session has one value of both."""

from __future__ import annotations

import pytest

from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.runs import Runs
from tests.pages.conftest import Open, words


def test_a_typed_number_moves_the_slider(
    open_page: Open, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    app = open_page("train")
    app.text_input(key="train_learning_rate_typed").set_value("2e-4").run()
    assert app.select_slider(key="train_learning_rate").value == 2e-4
    assert app.text_input(key="train_learning_rate_typed").value == "0.0002"
    app.text_input(key="train_epochs_typed").set_value("33").run()
    app.text_input(key="train_dropout_typed").set_value("0,33").run()
    app.text_input(key="train_fine_tune_at_typed").set_value("90").run()
    app.button(key="train_start").click().run()
    config = Runs(workspace).list()[0].config
    assert (config.learning_rate, config.epochs, config.dropout) == (2e-4, 33, 0.33)
    assert config.fine_tune_at == 90


def test_a_slid_number_stands_in_the_field(open_page: Open, photo_set: PhotoSetRow) -> None:
    app = open_page("train")
    app.text_input(key="train_epochs_typed").set_value("33").run()
    app.select_slider(key="train_epochs").set_value(7).run()
    assert app.text_input(key="train_epochs_typed").value == "7"


@pytest.mark.parametrize(
    ("name", "typed", "rule"),
    [
        ("learning_rate", "5", "Learning rate: between 0.000001 and 0.1, please."),
        ("epochs", "many", "Epochs: a whole number between 1 and 100, please."),
        ("dropout", "0.9", "Dropout: between 0 and 0.8, please."),
        ("fine_tune_at", "155", "Fine-tune from layer: a whole number between 0 and 154, please."),
    ],
)
def test_what_cannot_be_is_one_sentence_and_changes_nothing(
    open_page: Open, photo_set: PhotoSetRow, name: str, typed: str, rule: str
) -> None:
    app = open_page("train")
    before = app.text_input(key=f"train_{name}_typed").value
    app.text_input(key=f"train_{name}_typed").set_value(typed).run()
    assert not app.exception
    assert len(app.error) == 1
    assert rule in words(app).replace("\\", "")
    assert app.text_input(key=f"train_{name}_typed").value == before
    app.text_input(key="train_epochs_typed").set_value("4").run()
    assert not app.error, "it is over with the next one"


def test_a_text_of_a_moment_ago_takes_nothing_back(open_page: Open, photo_set: PhotoSetRow) -> None:
    """A browser whose slider is moved quickly still sends the number that it was told before."""
    app = open_page("train")
    app.select_slider(key="train_epochs").set_value(11).run()
    app.text_input(key="train_epochs_typed").set_value("10").run()
    assert app.select_slider(key="train_epochs").value == 11
    app.text_input(key="train_epochs_typed").set_value("7").run()
    assert app.select_slider(key="train_epochs").value == 7
