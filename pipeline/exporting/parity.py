"""Does an exported network give the app's own answers? If not, it is not handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import RunError
from pipeline.exporting.samples import Samples
from pipeline.wording import eight_bit_text
from pipeline.wording.numbers import photos

# The engines add the same float32 products in another order; on real runs their probabilities
# differ by a few millionths. More than this is a fault.
LIMIT: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Parity:
    """What a comparison found.

    Attributes:
        photos: How many were asked about.
        generated: Whether they were drawn patterns instead of the run's own photos.
        largest_difference: Of any probability, 0 to 1.
    """

    photos: int
    generated: bool
    largest_difference: float


def said(result: Mapping[str, Any]) -> str:
    """A sentence about an export's result; empty for what gives no answers.

    Args:
        result: What `exporter.export` gives, or a `Parity` as a mapping.
    """
    if small := result.get("eight_bit"):
        return eight_bit_text.verdict(small)
    number, difference = result["photos"], result["largest_difference"]
    if difference is None:
        return ""
    asked = f"{number} generated pictures" if result["generated"] else photos(number)
    return (
        f"It was compared with PawTune's own answers on {asked}: no probability differs by more "
        f"than {_rounded_up(difference)}."
    )


def compare(
    found: NDArray[np.floating], expected: NDArray[np.floating], samples: Samples
) -> Parity:
    """Hold an export's answers against the app's.

    Args:
        found: `(N, C)` probabilities, by the export.
        expected: `(N, C)`, by the run's own bundle.
        samples: What was asked about.

    Raises:
        RunError: If any differs by more than 0.0001, or is no number.
    """
    if found.shape != expected.shape:
        raise RunError(_apart("gives other answers"))
    difference = float(np.abs(found.astype(np.float64) - expected).max())
    if not difference <= LIMIT:
        raise RunError(_apart(f"differs by {difference:.4f} in a probability"))
    return Parity(len(samples.jpegs), samples.generated, difference)


def _apart(how: str) -> str:
    return (
        f"The exported network {how} from the one that PawTune asks, so it is not handed out and "
        "no file was made. Train the run again, and report this if it happens again."
    )


def _rounded_up(difference: float) -> str:
    """A small number in plain digits, never less than it is."""
    return f"{max(np.ceil(difference * 1e6), 1) / 1e6:.6f}".rstrip("0")
