"""What may be chosen of an export."""

from __future__ import annotations

from typing import Final

from pipeline.settings.setting import Setting

MAX_LOSS: Final = Setting(
    "max_loss",
    "May cost at most",
    1.0,
    "How many of 100 photos more the 8-bit network may get wrong; above that there is no file.",
    "0.5 to 2 points.",
    "too high: a network that has lost what it learned is handed out; too low: chance on a few "
    "photos decides.",
    low=0.0,
    high=20.0,
    step=0.5,
    unit="points",
)
