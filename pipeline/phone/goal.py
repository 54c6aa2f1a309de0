"""Where photos from the phone go: what the computer shows at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.wording import phone_text


@dataclass(frozen=True, slots=True)
class Goal:
    """A photo set, or the boxes of one in the making.

    Attributes:
        id: Tells goals apart; a phone that still shows another one is told so.
        name: What it is called.
        classes: What is sent for a class, and what it is called.
        into: Id of the photo set that photos join; None for boxes, where they wait.
    """

    id: str
    name: str
    classes: Mapping[str, str] = field(default_factory=dict)
    into: str | None = None

    def told(self) -> dict[str, Any]:
        """What the phone gets, as plain JSON."""
        classes = [{"id": one, "title": title} for one, title in self.classes.items()]
        where = phone_text.JOIN if self.into else phone_text.WAIT
        return {
            "id": self.id,
            "name": self.name,
            "classes": classes,
            "where": where.format(name=self.name),
        }
