"""The camera that answers live: its picture, the answer, and where the network looks.

The network runs in the browser, and frames stay there, until somebody takes one; see
`live_camera.js`. Where the browser cannot, frames come here one at a time and the server answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import streamlit as st

from pages.ui import camera, component, networks, resources
from pages.ui.charts import photo_courier
from pages.ui.parts import dropped
from pipeline.api import browser_files
from pipeline.classify.answer import Answer, gives_name
from pipeline.classify.stream import answers
from pipeline.photos.incoming import Incoming
from pipeline.wording import live_text
from pipeline.wording.names import apart
from pipeline.workspace.run import Run

KEY: Final = "classify_live"
NAME: Final = "camera photo.jpg"
_TAKEN: Final = "classify_live_taken"  # session: whether the page is to be drawn with a new photo
_COMPONENT: Final = component.beside(__file__, '<div class="live"></div>\n', after=(camera.SCRIPT,))


@st.fragment
def show(run: Run, sure_from: float) -> None:
    """Draw the camera, and take what comes from it.

    Args:
        run: The model.
        sure_from: See `answer.called`.
    """
    event = _COMPONENT(
        key=KEY,
        data=told(run, sure_from),
        on_taken_change=_take,
        on_asked_change=_nothing,
    )
    if st.session_state.pop(_TAKEN, False):
        st.rerun()
    asked = event.get("asked")
    if isinstance(asked, Mapping):
        photo_courier.send(KEY, number=asked.get("number"), **answered(run, asked, sure_from))


def told(run: Run, sure_from: float) -> dict[str, Any]:
    """What the browser gets, as plain JSON."""
    classifier = networks.classifier(run.id)
    return {
        "key": KEY,
        "files": browser_files.addresses(run.id, classifier.sha256),
        "classes": [str(name) for name in apart(classifier.classes).values()],
        "sure_from": sure_from,
        "tells_where": classifier.tells_where,
        "words": dict(live_text.WORDS),
    }


def answered(run: Run, asked: Mapping[str, Any], sure_from: float) -> dict[str, Any]:
    """The server's answer about a frame, as `answer.js` would give it, or why there is none."""
    data = camera.frame_of(asked)
    if data is None:
        return {"why": "It is no picture."}
    photo = Incoming(NAME, "", None, partial(bytes, data))
    (one,) = answers([photo], networks.classifier(run.id), resources.decoder())
    if one.answer is None:
        return {"why": str(one.error.why) if one.error else ""}
    return {"found": _found(one.answer, sure_from)}


def _found(answer: Answer, sure_from: float) -> dict[str, Any]:
    shares = list(answer.probabilities.values())
    return {
        "shares": shares,
        "classIndex": shares.index(max(shares)),
        "share": answer.probability,
        "isNone": answer.is_neither,
        "isSure": gives_name(answer, sure_from),
        "heat": None,
    }


def _take() -> None:
    data = camera.frame_of(st.session_state[KEY]["taken"])
    if data is not None:
        dropped.put([(NAME, data)])
        st.session_state[_TAKEN] = True


def _nothing() -> None:
    """Streamlit tells what was asked only where somebody listens."""
