"""Whoever takes output 0 of a LiteRT file gets the answer, also of files from before."""

from __future__ import annotations

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from pipeline.network.litert_file import litert_file
from pipeline.network.litert_graph import Graph
from pipeline.network.litert_outputs import answer_first
from tests.pipeline.network.test_litert_file import random_head, random_tensors

SIDE_PX = 96


def first_output(content: bytes, photos: np.ndarray) -> np.ndarray:
    """What most programs write: no names, no signature."""
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], photos)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def by_name(content: bytes, photos: np.ndarray) -> dict[str, np.ndarray]:
    return Interpreter(model_content=content).get_signature_runner()(photos=photos)


def as_before(monkeypatch: pytest.MonkeyPatch, **wanted: object) -> bytes:
    """A file with the answer behind feature map and features, as earlier versions wrote it."""
    pack = Graph.pack
    monkeypatch.setattr(
        Graph, "pack", lambda self, outputs: pack(self, dict(reversed(outputs.items())))
    )
    content = litert_file(random_tensors(0.35), 0.35, SIDE_PX, **wanted)  # type: ignore[arg-type]
    monkeypatch.undo()
    return content


@pytest.mark.parametrize("logits", [1, 3])
@pytest.mark.parametrize("more", [{"feature_map": True}, {"cut": 7, "pooled": False}, {}], ids=str)
def test_the_first_output_is_the_answer(
    monkeypatch: pytest.MonkeyPatch, logits: int, more: dict[str, object]
) -> None:
    photos = np.random.default_rng(5).uniform(0, 255, (1, SIDE_PX, SIDE_PX, 3)).astype(np.float32)
    wanted = {"head": random_head(1280, logits), **more}
    content = litert_file(random_tensors(0.35), 0.35, SIDE_PX, **wanted)  # type: ignore[arg-type]
    expected = by_name(content, photos)
    assert expected["logits"].shape == (1, logits)
    np.testing.assert_array_equal(first_output(content, photos), expected["logits"])

    before = as_before(monkeypatch, **wanted)
    mended = answer_first(before)
    assert len(mended) == len(before)
    np.testing.assert_array_equal(first_output(mended, photos), expected["logits"])
    found = by_name(mended, photos)
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)
    if len(expected) > 1:
        assert first_output(before, photos).shape != (1, logits)


def test_what_is_right_already_stays_as_it_is() -> None:
    content = litert_file(random_tensors(0.35), 0.35, SIDE_PX, head=random_head(1280, 1))
    assert answer_first(content) == content


def test_a_file_without_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="logits"):
        answer_first(litert_file(random_tensors(0.35), 0.35, SIDE_PX))
