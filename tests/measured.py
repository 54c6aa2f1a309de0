"""How long a computer took, as a measurement says."""

from __future__ import annotations

# As on two cores, rounded: seconds for one photo at 160 px, for one step, and once.
MEASURED = {
    "decode_s": 1e-3,
    "augment_s": 2e-4,
    "frozen_s": 2e-3,
    "head_s": 1e-5,
    "solve_s": 3e-7,
    "tail_s": 2.3e-3,
    "scoring_s": 9e-4,
    "step_s": 1e-2,
    "start_s": 6.0,
    "alpha": 1.0,
    "image_size_px": 160,
    "fine_tune_at": 100,
}
