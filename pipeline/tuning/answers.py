"""What can be asked of kept features: one function for each kind of question.

Each takes a `Material`, the settings and what else the question says, calls `material.tick()`
several times a second, and gives a dataclass of numbers, texts, arrays and other dataclasses.
"""

from __future__ import annotations

from typing import Any, Final

from pipeline.settings.train_config import TrainConfig
from pipeline.tuning.material import Material


def _curve(material: Material, config: TrainConfig, **more: Any) -> Any:
    from pipeline.tuning.live_curve import live_curve

    return live_curve(material, config, **more)


def _landscape(material: Material, config: TrainConfig, **more: Any) -> Any:
    from pipeline.tuning.landscape import landscape

    return landscape(material, config, **more)


# The imports stand inside the functions so that a question loads only what it needs.
ANSWERS: Final = {"curve": _curve, "landscape": _landscape}
