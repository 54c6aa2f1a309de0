"""An answer about an upload outlasts the start of a run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from pages.ui import upload_answers


def answer() -> ForwardMsg:
    message = ForwardMsg()
    message.file_urls_response.response_id = "asked"
    return message


@pytest.fixture
def as_streamlit_has_it(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    clear: Callable[..., None] = ForwardMsgQueue.clear
    clear = getattr(clear, "__wrapped__", clear)
    monkeypatch.setattr(ForwardMsgQueue, "clear", clear)
    return clear


def left(**options: object) -> list[str | None]:
    queue = ForwardMsgQueue()
    delta = ForwardMsg()
    delta.delta.new_element.empty.SetInParent()
    queue.enqueue(delta)
    queue.enqueue(answer())
    queue.clear(**options)  # type: ignore[arg-type]
    return [message.WhichOneof("type") for message in queue.flush()]


def test_streamlit_still_needs_it(as_streamlit_has_it: Callable[..., None]) -> None:
    """Once this fails, the module can go."""
    assert left(retain_lifecycle_msgs=True) == []


def test_an_answer_outlasts_the_start_of_a_run(as_streamlit_has_it: Callable[..., None]) -> None:
    upload_answers.keep()
    upload_answers.keep()
    assert ForwardMsgQueue.clear.__wrapped__ is as_streamlit_has_it  # type: ignore[attr-defined]
    assert left(retain_lifecycle_msgs=True) == ["file_urls_response"]
    assert left() == ["file_urls_response"]
    told = left(retain_lifecycle_msgs=True, fragment_ids_this_run=["gallery"])
    assert told.count("file_urls_response") == 1
