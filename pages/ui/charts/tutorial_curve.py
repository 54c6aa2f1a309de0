"""The second tutorial's published training, for comparison with one's own.

TensorFlow's "Transfer learning and fine-tuning": 2,000 training photos, 10 + 10 epochs.
Its second phase repeats the number 10; here its rows count on from 11, one per epoch.
"""

from __future__ import annotations

from typing import Final

from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.train_config import FEATURE_EXTRACTION, FINE_TUNING

TITLE: Final = "Tutorial (published)"

# loss, accuracy, validation loss, validation accuracy, seconds
_FIRST: Final = (
    (0.7643, 0.5285, 0.6197, 0.6324, 22),
    (0.5608, 0.6780, 0.4556, 0.7710, 19),
    (0.4410, 0.7810, 0.3487, 0.8428, 19),
    (0.3661, 0.8270, 0.2757, 0.8948, 19),
    (0.3097, 0.8680, 0.2295, 0.9134, 19),
    (0.2851, 0.8795, 0.2078, 0.9257, 19),
    (0.2658, 0.8865, 0.1758, 0.9418, 21),
    (0.2432, 0.8990, 0.1697, 0.9369, 19),
    (0.2305, 0.9025, 0.1516, 0.9468, 19),
    (0.2104, 0.9170, 0.1451, 0.9493, 20),
)
_SECOND: Final = (
    (0.1810, 0.9288, 0.0674, 0.9752, 31),
    (0.1221, 0.9494, 0.0592, 0.9827, 26),
    (0.1116, 0.9529, 0.0732, 0.9666, 26),
    (0.0950, 0.9586, 0.0467, 0.9790, 26),
    (0.1075, 0.9556, 0.0487, 0.9814, 25),
    (0.0664, 0.9741, 0.0435, 0.9827, 25),
    (0.0860, 0.9681, 0.0428, 0.9790, 25),
    (0.0709, 0.9740, 0.0662, 0.9691, 25),
    (0.0787, 0.9685, 0.0390, 0.9827, 25),
    (0.0733, 0.9734, 0.0577, 0.9728, 25),
    (0.0642, 0.9739, 0.0403, 0.9802, 25),
)

EPOCHS: Final = tuple(
    Epoch(phase, epoch, *scores)
    for epoch, (phase, scores) in enumerate(
        [(FEATURE_EXTRACTION, row) for row in _FIRST] + [(FINE_TUNING, row) for row in _SECOND],
        start=1,
    )
)
