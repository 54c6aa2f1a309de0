"""What comes with PawTune: its own network, a run as an example, and the words about both."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "builtin"
BACKBONE: Final = _FOLDER / "backbone.safetensors"  # every number of the network, float16
MODEL_CARD: Final = _FOLDER / "MODEL_CARD.md"
EXAMPLE: Final = _FOLDER / "example"  # a bundle, and what else a run leaves
EXAMPLE_ID: Final = "starter"  # of the example among the runs
