"""What can be asked of kept features: one function for each kind of question.

Each takes a `Material`, the settings and what else the question says (texts and numbers), calls
`material.tick()` several times a second, and gives what its annotation says: a dataclass of
numbers, texts, arrays and other dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# By name, so that a question loads only what it needs.
ANSWERS: Final[Mapping[str, str]] = {
    "curve": "pipeline.tuning.live_curve:live_curve",
    "landscape": "pipeline.tuning.landscape:landscape",
}
