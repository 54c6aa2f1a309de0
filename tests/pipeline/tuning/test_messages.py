"""What goes through the pipes comes out as it went in."""

from __future__ import annotations

import io
from dataclasses import replace

import msgspec
import numpy as np
import pytest

from pipeline.errors import NotReady, PawTuneError
from pipeline.evaluation.learning_curve import Epoch
from pipeline.heads.epochs import Astray
from pipeline.settings.train_config import FEATURE_EXTRACTION, TrainConfig
from pipeline.tuning import messages
from pipeline.tuning.answers import ANSWERS
from pipeline.tuning.live_curve import LiveCurve
from pipeline.tuning.messages import Asked, Question, Said

CURVE = LiveCurve(
    TrainConfig(seed=4),
    {"loss": 0.7, "accuracy": 0.5},
    (Epoch(FEATURE_EXTRACTION, 1, 0.1, 0.2, 1 / 3, float("inf"), 0.5),),
    1,
    np.arange(6, dtype=np.uint16).reshape(1, 6)[:, ::2],
    np.array([[0.5, 1.0, 0.25]], np.float16),
    0.1,
)


def test_an_answer_comes_out_as_it_went_in() -> None:
    found = messages.unpacked(messages.packed(CURVE), LiveCurve)
    without = {"answers": None, "shares": None}
    assert replace(found, **without) == replace(CURVE, **without)
    for name in ("answers", "shares"):
        before, after = getattr(CURVE, name), getattr(found, name)
        np.testing.assert_array_equal(after, before)
        assert after.dtype == before.dtype
        assert not after.flags.writeable


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="No answer has such a part"):
        messages.packed({"a": object()})
    with pytest.raises(msgspec.ValidationError):
        messages.unpacked(messages.packed({"a": 1}), LiveCurve)


def test_questions_and_answers_pass_one_after_the_other() -> None:
    question = Question("curve", "set", TrainConfig(dropout=0.5).to_json(), {"axis": "dropout"})
    pipe = io.BytesIO()
    sent = [Asked(1, question), Asked(1), Said(1, b"answer"), Said(2, None, "NotReady", "Wait.")]
    for message in sent:
        messages.send(pipe, message)
    pipe.seek(0)
    received = [messages.receive(pipe, type(message)) for message in sent]
    assert received == sent
    assert received[0].question.settings == TrainConfig(dropout=0.5)
    with pytest.raises(EOFError):
        messages.receive(pipe, Said)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NotReady("Not prepared."), NotReady),
        (Astray(), Astray),
        (type("Unheard", (Exception,), {})("Odd."), PawTuneError),
    ],
)
def test_errors_keep_their_kind_and_words(error: Exception, kind: type[Exception]) -> None:
    found = messages.error_of(Said(1, None, type(error).__name__, str(error)))
    assert type(found) is kind
    assert str(found) == str(error)


def test_a_bug_is_no_sentence() -> None:
    assert not isinstance(messages.error_of(Said(1, None, "", "KeyError: 3")), PawTuneError)


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_function_promises_what_can_be_sent(kind: str) -> None:
    function, answer = messages.promised(ANSWERS[kind])
    assert callable(function)
    assert msgspec.inspect.type_info(answer)
