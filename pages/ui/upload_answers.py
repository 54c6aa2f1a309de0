"""Streamlit's answers about uploads, which must not get lost where a script begins to run.

A browser asks where to send the files that were dropped. Streamlit 1.67 empties a session's queue
of messages at the start of each run, and an answer that waits in it goes, too: the files are never
sent, and nobody is told. A drop that also takes a name that is being typed meets that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

P = ParamSpec("P")
_ANSWER = "file_urls_response"


def keep() -> None:
    """Let them outlast the start of a run, in all sessions of this process."""
    if not hasattr(ForwardMsgQueue.clear, "__wrapped__"):
        ForwardMsgQueue.clear = _keeping(ForwardMsgQueue.clear)  # type: ignore[method-assign]


def _keeping(clear: Callable[Concatenate[ForwardMsgQueue, P], None]) -> Callable[..., None]:
    @wraps(clear)
    def kept(queue: ForwardMsgQueue, *args: P.args, **options: P.kwargs) -> None:
        answers = [message for message in queue._queue if message.WhichOneof("type") == _ANSWER]
        clear(queue, *args, **options)
        queue._queue += [answer for answer in answers if answer not in queue._queue]

    return kept
