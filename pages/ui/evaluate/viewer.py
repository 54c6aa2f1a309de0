"""Photos of a run's answers: one large, the others small, with one key for each verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from pages.ui import component, inline, resources
from pages.ui.evaluate.answers import Asked
from pages.ui.evaluate.label_verdicts import BAD, FINE, Verdicts
from pages.ui.parts.before_after import Look
from pipeline.wording.names import apart

SIDE_PX: Final = 256
_SHOWN: Final = "evaluate_viewer"  # session: which photos are shown, and what was said then
_COMPONENT: Final = component.beside(__file__, '<section class="viewer"></section>')
_WORDS: Final = {
    "label": "Photos with their answers",
    "all": "All of these photos",
    "place": "Photo {number} of {all}",
    "correct": "Label is correct",
    "wrong": "Actually {name}",
    "other": "Wrong: another class",
    "bad": "Bad photo",
    "unsaid": "Not judged",
    "keys": "Arrow keys go through the photos; C, W and B judge one and go on.",
    "arrows": "Arrow keys go through the photos.",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One photo.

    Attributes:
        position: Its place among the answers.
        loss: How much its label surprised the network, in nats.
        looks: Where networks looked in it, to be shown beside it.
    """

    position: int
    loss: float
    looks: Sequence[Look] = field(default=())


def show(asked: Asked, photos: Sequence[Shown], judged: Verdicts | None) -> None:
    """Draw the photos.

    Args:
        asked: Whose answers.
        photos: Which of them, at least one.
        judged: What was said of photos, by their place in the set; verdicts are put into it. None
            where nothing can be said.
    """
    key = f"evaluate_viewer_{asked.key}"

    def take() -> None:
        assert judged is not None
        for index, said in st.session_state[key]["said"]["all"].items():
            if said is None:
                judged.pop(int(index), None)
            else:
                judged[int(index)] = int(said)

    _COMPONENT(key=key, data=message(asked, photos, judged), on_said_change=take)


def message(asked: Asked, photos: Sequence[Shown], judged: Verdicts | None) -> dict[str, Any]:
    """What the browser gets, as plain JSON; see `show`.

    It stays the same while people judge, so that the pictures are sent once: what was said before
    is that of the moment when these photos came on the page. What is said since, the browser knows.
    """
    indices = [asked.index(one.position) for one in photos]
    signature = f"{asked.key} {indices}"
    before: tuple[str, Verdicts] | None = st.session_state.get(_SHOWN)
    if before is None or before[0] != signature:
        before = st.session_state[_SHOWN] = (signature, dict(judged or {}))
    labels = asked.photo_set.labels()
    classes = list(apart(asked.photo_set.classes).values())
    return {
        "signature": signature,
        "said": [[index, before[1][index]] for index in indices if index in before[1]],
        "judged": judged is not None,
        "fine": FINE,
        "bad": BAD,
        "classes": classes,
        "words": _WORDS,
        "photos": [
            {
                "id": index,
                "jpeg": inline.text(resources.thumbnail(asked.photo_set.id, index, SIDE_PX)),
                "heat": [
                    {"jpeg": inline.text(look.picture), "alt": look.alt, "told": look.alt}
                    for look in one.looks
                ],
                "told": asked.told(one.position),
                "alt": asked.alt(one.position),
                "loss": f"loss {one.loss:.2f}",
                "right": bool(asked.found.right[one.position]),
                "label": int(labels[index]),
                "predicted": _in_set(asked, one.position, int(labels[index])),
            }
            for index, one in zip(indices, photos, strict=True)
        ],
    }


def _in_set(asked: Asked, position: int, label: int) -> int:
    """The set's class of what was predicted; the label where the set has no such class."""
    name = asked.name(int(asked.found.called[position]))
    classes = asked.photo_set.classes
    if asked.found.right[position] or name not in classes:
        return label
    return classes.index(name)
