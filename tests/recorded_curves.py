"""Curves of trainings with what the coach is to say about each: recorded ones, and made ones.

One epoch is `loss accuracy val_loss val_accuracy`. The recorded ones are PawTune's own runs, the
tutorial's published one, and small networks on scikit-learn's digits (8 x 8 pixels).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pages.ui.charts import tutorial_curve
from pipeline.coach.curves import Points
from pipeline.evaluation.learning_curve import Epoch
from pipeline.settings.presets import CAREFUL, FIRST, PRESETS, QUICK
from pipeline.settings.train_config import (
    AUGMENT_PRESETS,
    FEATURE_EXTRACTION,
    FINE_TUNING,
    TrainConfig,
)

Photos = dict[str, dict[str, int]]
Rows = list[tuple[float, ...]]


@dataclass(frozen=True)
class Recorded:
    """A run as the coach gets it, and the kinds of advice that it is to give."""

    name: str
    kinds: tuple[str, ...]
    config: TrainConfig
    points: Points
    photos: Photos
    confusion: tuple[tuple[int, ...], ...] = ()
    initial: dict[str, float] | None = None


def photos(training: int, validation: int, test: int, classes: str = "cat dog") -> Photos:
    counts = {"training": training, "validation": validation, "test": test}
    return {split: dict.fromkeys(classes.split(), count) for split, count in counts.items()}


def rows(text: str) -> Rows:
    return [tuple(map(float, row.split())) for row in text.split("|") if row.strip()]


def curves(head: str | Rows, tuned: str | Rows = "") -> tuple[Epoch, ...]:
    first, second = (rows(part) if isinstance(part, str) else part for part in (head, tuned))
    named = [(FEATURE_EXTRACTION, row) for row in first] + [(FINE_TUNING, row) for row in second]
    return tuple(
        Epoch(phase, number, *row[:4], 1.0) for number, (phase, row) in enumerate(named, start=1)
    )


def noisy(
    losses: list[float], val_losses: list[float], val_accuracy: float, seed: int, count: int = 200
) -> Rows:
    """Rows around given losses, with the noise that so many validation photos make."""
    rng = np.random.default_rng(seed)
    return [
        (
            loss * rng.normal(1, 0.02),
            math.exp(-loss / 3),
            val_loss + rng.normal(0, 0.3 * math.sqrt(val_loss / count)),
            rng.binomial(count, val_accuracy) / count,
        )
        for loss, val_loss in zip(losses, val_losses, strict=True)
    ]


def falling(start: float, end: float, epochs: int) -> list[float]:
    """A curve that falls fast at first and then slowly."""
    return [end + (start - end) * math.exp(-4 * epoch / epochs) for epoch in range(epochs)]


PETS: Final = photos(240, 80, 80)
TUTORIAL: Final = photos(999, 400, 100, "cats dogs")
MANY: Final = photos(8000, 800, 200)
DIGITS: Final = photos(15, 30, 0, "a b c d e f g h i j")
BUILT_IN: Final = replace(FIRST, fine_tune_at=100, fine_tune_learning_rate=0.0, batch_size=32)
SMALL: Final = TrainConfig(image_size_px=96, alpha=0.35)

_TUTORIAL_HERE: Final = curves(
    """
    .9005 .5195 .6383 .6613 | .6202 .6922 .4086 .8187 | .4693 .7883 .3009 .8838 |
    .3858 .8163 .2331 .9125 | .3359 .8514 .1999 .9263 | .2958 .8719 .1747 .9400 |
    .2811 .8794 .1561 .9425 | .2688 .8884 .1444 .9437 | .2581 .8854 .1354 .9500 |
    .2270 .9079 .1287 .9513
""",
    """
    .1950 .9134 .0929 .9600 | .1599 .9389 .0838 .9625 | .1498 .9399 .0862 .9600 |
    .1286 .9469 .0822 .9625 | .1028 .9630 .0733 .9688 | .0901 .9665 .0792 .9650 |
    .0911 .9610 .0716 .9738 | .0754 .9730 .0706 .9725 | .0652 .9755 .0710 .9738 |
    .0515 .9835 .0736 .9750
""",
)
_EXAMPLE: Final = curves(
    """
    .1883 .9305 .1477 .9431 | .1295 .9485 .1477 .9425 | .1264 .9492 .1467 .9450 |
    .1253 .9487 .1432 .9463 | .1270 .9503 .1504 .9437
""",
    """
    .1489 .9413 .1365 .9519 | .1415 .9427 .1366 .9500 | .1346 .9449 .1354 .9513 |
    .1219 .9530 .1336 .9506 | .1196 .9520 .1346 .9456 | .1154 .9537 .1366 .9469
""",
)
_EXAMPLE_DRAFT: Final = curves(
    """
    .1496 .9423 .1439 .9463 | .1295 .9470 .1691 .9319 | .1283 .9475 .1421 .9481 |
    .1286 .9492 .1414 .9469 | .1294 .9477 .1682 .9306
""",
    """
    .1264 .9506 .1363 .9494 | .1222 .9492 .1358 .9513 | .1151 .9545 .1387 .9487 |
    .1146 .9537 .1371 .9513 | .1079 .9570 .1374 .9475
""",
)
_FIRST: Final = curves(
    """
    .6908 .5604 .5937 .7750 | .5710 .7042 .5603 .6937 | .5199 .7542 .4950 .8313 |
    .5235 .7417 .4834 .8063 | .4810 .7937 .4821 .8063
""",
    """
    .7325 .7000 .4080 .8688 | .3904 .8458 .2675 .9000 | .2436 .9021 .1864 .9187 |
    .1593 .9521 .1287 .9437 | .1462 .9625 .1126 .9500
""",
)
_FIRST_OTHER_SEED: Final = curves(
    """
    .6515 .6188 .5622 .7625 | .5350 .7375 .6427 .5875 | .5132 .7458 .5125 .7812 |
    .4953 .7542 .4598 .8063 | .4644 .7812 .4478 .8250
""",
    """
    .9762 .5042 .6121 .7375 | .5287 .8042 .3967 .9062 | .2941 .8833 .2218 .9375 |
    .3078 .8938 .1539 .9563 | .1708 .9396 .1139 .9688
""",
)
_TEN_AND_TEN: Final = curves(
    """
    .6687 .6667 .6449 .6500 | .5709 .7125 .5600 .7000 | .4522 .7854 .5260 .7500 |
    .4263 .7979 .4804 .7688 | .4148 .8062 .4873 .7688 | .3852 .8375 .4546 .7937 |
    .3645 .8417 .4609 .7875 | .3399 .8458 .4338 .8000 | .3214 .8625 .4775 .7937 |
    .2804 .8875 .4888 .7812
""",
    """
    .4770 .8229 .2374 .8938 | .1777 .9250 .1576 .9250 | .1251 .9625 .1530 .9500 |
    .0913 .9646 .1213 .9500 | .0900 .9667 .2285 .9125 | .0671 .9812 .1205 .9500 |
    .0830 .9688 .4382 .8500 | .0282 .9896 .0769 .9563 | .0736 .9812 .1135 .9563 |
    .0278 .9875 .0522 .9812
""",
)
_RATE_HIGH: Final = curves(
    """
    24.06 .5437 4.6875 .6562 | 9.0376 .6542 4.7093 .6250 | 11.30 .6375 6.7474 .5375 |
    7.1603 .6937 4.8601 .6562 | 6.7563 .7312 3.7689 .7188 | 7.8378 .7271 3.4436 .7250 |
    8.3214 .7167 3.0440 .7500 | 7.1083 .7417 6.0411 .6000 | 7.6884 .7167 5.9818 .6062 |
    5.1469 .7896 3.2584 .7562
""",
    """
    166.24 .5479 8.0590 .5000 | 25.17 .4583 4.2966 .5000 | 21.23 .4833 .8665 .5000
""",
)
_TOO_FREE: Final = curves(
    """
    .6615 .6417 .6789 .6125 | .4957 .7500 .6464 .6625 | .4311 .7917 .6435 .6750
""",
    """
    1.6458 .5521 .7527 .5000 | .7160 .5708 .7792 .5000 | .7733 .5563 .7831 .5000 |
    .7081 .6062 .6093 .5750 | .5954 .7125 .8312 .5437 | .4717 .8042 .5720 .7438 |
    .3771 .8458 1.1207 .5500 | .3478 .8604 .4821 .7812 | .2100 .9208 .6946 .8187 |
    .1863 .9167 .6237 .6813 | .1036 .9604 .6414 .8750 | .4086 .9146 .6246 .8000 |
    .0657 .9667 .5482 .8500 | .0194 .9979 2.6731 .6500 | .1362 .9563 .7306 .8313
""",
)
_SLOW_HEAD: Final = curves(
    """
    .8150 .6187 .7529 .6250 | .7824 .6208 .7377 .6313 | .7998 .6146 .7269 .6313 |
    .7825 .6000 .7143 .6375 | .7636 .6104 .7033 .6438 | .7159 .6667 .6948 .6438
""",
    """
    .6315 .6479 .6319 .6875 | .6164 .6667 .6071 .7063 | .5169 .7563 .5912 .7312 |
    .4684 .7896 .6029 .7000
""",
)
_FROM_NOTHING: Final = curves(
    """
    .7307 .4771 .7078 .4938
""",
    """
    .7226 .4562 .7066 .5125 | .6825 .5583 .7062 .4625 | .6509 .6229 .7068 .5125 |
    .6498 .6333 .7065 .5062
""",
)
_THREE_AND_THREE: Final = curves(
    """
    .9005 .5195 .6383 .6613 | .6202 .6922 .4086 .8187 | .4693 .7883 .3009 .8838
""",
    """
    .2853 .8764 .1179 .9575 | .1975 .9229 .1046 .9600 | .1613 .9309 .0906 .9675
""",
)
_THREE_FASTER: Final = curves(
    """
    .6163 .6937 .2994 .8812 | .3252 .8559 .1681 .9387 | .2653 .8879 .1399 .9500
""",
    """
    .1968 .9189 .0824 .9637 | .1459 .9369 .1281 .9537 | .1156 .9550 .0760 .9650
""",
)
_SMALL_IMAGES: Final = curves(
    """
    .7007 .5750 .5437 .7750 | .4998 .7917 .4697 .7937 | .4352 .8333 .4199 .8625 |
    .4174 .8104 .3854 .8625 | .4041 .8271 .3738 .8625
""",
    """
    .3584 .8500 .3405 .8625 | .3556 .8375 .3310 .8750 | .3273 .8562 .3244 .8750 |
    .3080 .8625 .3266 .8562 | .2754 .8771 .3379 .8562
""",
)
_UNDECIDED: Final = curves(
    """
    .7349 .6125 .5884 .6750 | .5722 .7083 .5671 .6687 | .5341 .7417 .5033 .7438 |
    .4927 .7688 .4562 .8125 | .5304 .7333 .4412 .8125
""",
    """
    .4865 .8229 .2762 .8812 | .2275 .9104 .2755 .9062 | .1791 .9333 .2310 .9313 |
    .1074 .9604 .2892 .9000 | .0858 .9729 .2728 .9187
""",
)
_SOLVED_PETS: Final = """
    .2134 .9187 .4019 .8625 | .0453 .9833 .2108 .9062 | .0181 1.0000 .1909 .9062 |
    .0106 1.0000 .1774 .9187 | .0077 1.0000 .1731 .9437 | .0060 1.0000 .1571 .9437 |
    .0059 1.0000 .1527 .9437 | .0060 1.0000 .1515 .9437 | .0060 1.0000 .1503 .9437 |
    .0060 1.0000 .1503 .9437 | .0061 1.0000 .1499 .9437 | .0061 1.0000 .1496 .9437 |
    .0060 1.0000 .1493 .9437 | .0060 1.0000 .1490 .9437 | .0060 1.0000 .1490 .9437 |
    .0061 1.0000 .1491 .9437 | .0060 1.0000 .1491 .9437 | .0060 1.0000 .1492 .9437 |
    .0060 1.0000 .1493 .9437 | .0060 1.0000 .1492 .9437 | .0060 1.0000 .1492 .9437 |
    .0060 1.0000 .1492 .9437 | .0060 1.0000 .1492 .9437
"""
_CAREFUL: Final = """
    .2778 .9000 .1804 .9250 | .1925 .9271 .1091 .9313 | .1710 .9396 .1240 .9437
"""
_SOLVED_TUTORIAL: Final = """
    .0694 .9755 .0461 .9812 | .0354 .9845 .0509 .9788 | .0155 .9975 .0458 .9800 |
    .0139 .9995 .0445 .9800 | .0149 1.0000 .0451 .9812 | .0168 .9995 .0447 .9812 |
    .0170 .9995 .0447 .9800 | .0172 .9995 .0446 .9812 | .0171 .9995 .0447 .9812 |
    .0171 .9995 .0447 .9812 | .0171 .9995 .0446 .9812 | .0171 .9995 .0446 .9800 |
    .0171 .9995 .0445 .9800 | .0171 .9995 .0444 .9800 | .0171 .9995 .0445 .9800 |
    .0171 .9995 .0445 .9800 | .0171 .9995 .0445 .9800 | .0171 .9995 .0445 .9800 |
    .0171 .9995 .0445 .9800 | .0171 .9995 .0445 .9800
"""
_RATE_LOW: Final = """
    1.3324 .5208 1.2993 .5062 | 1.4563 .4958 1.2953 .5062 | 1.3064 .5167 1.2916 .5000 |
    1.3928 .5167 1.2879 .5000 | 1.2791 .5292 1.2842 .5000 | 1.3574 .5167 1.2806 .5000 |
    1.3925 .5104 1.2768 .5000 | 1.3684 .5104 1.2732 .5000
"""
_DIGITS: Final = """
    1.6741 .7000 1.9995 .3633 | 1.1583 .8533 1.6803 .4933 | .7323 .9400 1.3728 .6267 |
    .4557 .9733 1.1697 .6533 | .3022 .9933 1.0661 .6567 | .2009 1.0000 1.0220 .6700 |
    .1435 1.0000 .9834 .6533 | .1072 1.0000 1.0002 .6500 | .0804 1.0000 .9835 .6633 |
    .0632 1.0000 1.0045 .6567 | .0525 1.0000 .9818 .6767 | .0422 1.0000 1.0056 .6633 |
    .0361 1.0000 1.0239 .6533 | .0310 1.0000 1.0184 .6667 | .0271 1.0000 1.0159 .6600 |
    .0238 1.0000 1.0341 .6567 | .0213 1.0000 1.0484 .6533 | .0189 1.0000 1.0592 .6733 |
    .0170 1.0000 1.0634 .6667 | .0154 1.0000 1.0648 .6600
"""
# The same at a higher rate: it only gets too sure of itself.
_SURE: Final = """
    1.1280 .7133 1.6424 .4867 | .4221 .9267 1.2766 .6000 | .1701 .9733 1.0821 .6300 |
    .0970 .9867 1.1255 .5900 | .0404 1.0000 1.2154 .6300 | .0187 1.0000 1.1753 .6667 |
    .0111 1.0000 1.2002 .6500 | .0082 1.0000 1.2118 .6567 | .0064 1.0000 1.2173 .6700 |
    .0053 1.0000 1.2459 .6667 | .0045 1.0000 1.2443 .6667 | .0040 1.0000 1.2589 .6600 |
    .0035 1.0000 1.2720 .6667 | .0032 1.0000 1.2842 .6567 | .0029 1.0000 1.2845 .6667 |
    .0026 1.0000 1.2894 .6700 | .0024 1.0000 1.2996 .6667 | .0022 1.0000 1.3167 .6700 |
    .0021 1.0000 1.3280 .6567 | .0019 1.0000 1.3294 .6633
"""
# With 30 % of 300 training photos in a class drawn by lot: learned by heart, they mislead.
_WRONG_CLASSES: Final = """
    1.4589 .6133 1.1268 .7567 | 1.2820 .6600 .8773 .8333 | 1.1623 .6867 .8619 .8300 |
    1.2125 .6400 .9123 .7400 | 1.0213 .7133 .7705 .8233 | .9591 .7000 .6686 .8300 |
    .9649 .7233 .7802 .8100 | .8585 .7333 .7540 .8033 | .9527 .6867 .8750 .7333 |
    .7493 .7600 .7219 .8400 | .6813 .7767 .6960 .8200 | .7012 .7467 .8133 .7633 |
    .5893 .8200 .7126 .8133 | .4956 .8500 .6822 .8133 | .4482 .8600 .6956 .8233 |
    .4431 .8467 .7253 .8267 | .3900 .8900 .7583 .7867 | .4274 .8733 .8392 .7567 |
    .3418 .8900 .7121 .8000 | .3060 .9433 .8673 .7600 | .2613 .9167 .7899 .7800 |
    .3250 .9133 .9568 .7100 | .2448 .9600 .9123 .7367 | .1828 .9667 .8239 .7633 |
    .1623 .9533 .7934 .7833 | .1828 .9600 .9927 .7100 | .1500 .9733 .9022 .7467 |
    .1295 .9867 .9656 .7267 | .1216 .9867 .9754 .7400 | .0887 .9833 .8395 .7867
"""

RECORDED: Final = (
    Recorded(
        "the tutorial, as published",
        (),
        TrainConfig(views=0),
        tutorial_curve.EPOCHS,
        photos(1000, 403, 96),
        ((94, 2), (2, 94)),
        {"loss": 0.91, "accuracy": 0.38},
    ),
    Recorded(
        "the tutorial's first phase alone",
        ("more_epochs", "validation_above"),
        TrainConfig(views=0, fine_tune_epochs=0),
        tutorial_curve.EPOCHS[:10],
        photos(1000, 403, 96),
    ),
    Recorded(
        "the tutorial on its photos",
        (),
        TrainConfig(),
        _TUTORIAL_HERE,
        TUTORIAL,
        ((98, 2), (2, 98)),
        {"loss": 1.2301, "accuracy": 0.4113},
    ),
    Recorded(
        "the example",
        (),
        replace(BUILT_IN, fine_tune_epochs=6, fine_tune_at=54, learning_rate=3e-4),
        _EXAMPLE,
        MANY,
        ((187, 13), (5, 195)),
        {"loss": 0.9516, "accuracy": 0.4994},
    ),
    Recorded(
        "a draft of the example, ragged in the first phase",
        (),
        replace(BUILT_IN, fine_tune_at=80, views=2),
        _EXAMPLE_DRAFT,
        MANY,
        ((186, 14), (6, 194)),
    ),
    Recorded(
        "quick on drawn pets: all training photos right after three steps",
        (),
        PRESETS[QUICK].config,
        curves(_SOLVED_PETS),
        PETS,
        ((77, 3), (9, 71)),
        {"loss": 1.0712, "accuracy": 0.5063},
    ),
    Recorded(
        "quick on the tutorial's photos",
        (),
        PRESETS[QUICK].config,
        curves(_SOLVED_TUTORIAL),
        TUTORIAL,
        ((99, 1), (1, 99)),
    ),
    Recorded(
        "careful, three epochs: validation fell and rose within its noise",
        (),
        replace(PRESETS[CAREFUL].config, fine_tune_epochs=3, weight_averaging=False),
        curves(_SOLVED_PETS, _CAREFUL),
        PETS,
        ((78, 2), (8, 72)),
    ),
    Recorded(
        "three and three epochs at a higher rate",
        (),
        TrainConfig(epochs=3, fine_tune_epochs=3, learning_rate=3e-4),
        _THREE_FASTER,
        TUTORIAL,
        ((96, 4), (1, 99)),
    ),
    Recorded(
        "small images: fine-tuning changed nothing that 160 photos could show",
        (),
        BUILT_IN,
        _SMALL_IMAGES,
        PETS,
        ((69, 11), (18, 62)),
    ),
    Recorded(
        "a first training",
        ("more_epochs", "fine_tuning_gained"),
        FIRST,
        _FIRST,
        PETS,
        ((79, 1), (6, 74)),
    ),
    Recorded(
        "a first training with another seed",
        ("more_epochs", "fine_tuning_gained", "validation_above"),
        replace(FIRST, seed=2),
        _FIRST_OTHER_SEED,
        PETS,
        ((77, 3), (2, 78)),
    ),
    Recorded(
        "ten and ten: one epoch fell back, but not by three standard errors",
        ("fine_tuning_gained",),
        TrainConfig(learning_rate=1e-3, views=0),
        _TEN_AND_TEN,
        PETS,
        ((76, 4), (1, 79)),
    ),
    Recorded(
        "three and three: nobody knows whether the head alone would have got there",
        ("fine_tuning_gained", "validation_above"),
        TrainConfig(epochs=3, fine_tune_epochs=3),
        _THREE_AND_THREE,
        TUTORIAL,
        ((97, 3), (1, 99)),
    ),
    Recorded(
        "a hint of overfitting, but too short to tell",
        ("fine_tuning_gained",),
        replace(BUILT_IN, augment=AUGMENT_PRESETS["none"], fine_tune_at=54, batch_size=16),
        _UNDECIDED,
        PETS,
        ((76, 4), (11, 69)),
    ),
    Recorded(
        "a learning rate of 0.1",
        ("rate_too_high",),
        replace(SMALL, learning_rate=0.1, fine_tune_epochs=3),
        _RATE_HIGH,
        PETS,
        ((46, 34), (9, 71)),
        {"loss": 1.3053, "accuracy": 0.5063},
    ),
    Recorded(
        "a learning rate of a millionth",
        ("rate_too_low", "class_never_called"),
        replace(SMALL, learning_rate=1e-6, epochs=8, fine_tune_epochs=0),
        curves(_RATE_LOW),
        PETS,
        ((4, 76), (3, 77)),
        {"loss": 1.3053, "accuracy": 0.5063},
    ),
    Recorded(
        "too much released at too high a rate: single epochs fall back",
        ("rate_too_high",),
        replace(
            SMALL,
            learning_rate=1e-3,
            fine_tune_learning_rate=3e-4,
            fine_tune_at=54,
            epochs=3,
            fine_tune_epochs=15,
            views=1,
            dropout=0.0,
            augment=AUGMENT_PRESETS["none"],
        ),
        _TOO_FREE,
        PETS,
        ((74, 6), (11, 69)),
    ),
    Recorded(
        "a head that hardly moved",
        ("rate_too_low",),
        TrainConfig(image_size_px=96, epochs=6, fine_tune_epochs=4),
        _SLOW_HEAD,
        PETS,
        ((66, 14), (32, 48)),
        {"loss": 0.7817, "accuracy": 0.6},
    ),
    Recorded(
        "from nothing",
        ("from_nothing",),
        TrainConfig(weights="none", epochs=1, fine_tune_epochs=30, views=1),
        _FROM_NOTHING,
        PETS,
        ((35, 45), (42, 38)),
    ),
    Recorded(
        "digits: validation loss rises, but by less than its noise",
        (),
        TrainConfig(epochs=20, fine_tune_epochs=0, augment=AUGMENT_PRESETS["none"], dropout=0.0),
        curves(_DIGITS),
        DIGITS,
    ),
    Recorded(
        "digits: only too sure of itself, not worse",
        (),
        TrainConfig(epochs=20, fine_tune_epochs=0, augment=AUGMENT_PRESETS["none"], dropout=0.0),
        curves(_SURE),
        DIGITS,
    ),
    Recorded(
        "digits: wrong classes learned by heart",
        ("overfitting",),
        TrainConfig(epochs=30, fine_tune_epochs=0, augment=AUGMENT_PRESETS["none"], dropout=0.0),
        curves(_WRONG_CLASSES),
        DIGITS,
    ),
)

_FLAT: Final = noisy([0.1] * 10, [0.06] * 10, 0.98, 1)
_HEAD: Final = noisy(falling(0.7, 0.3, 10), falling(0.6, 0.25, 10), 0.92, 2)
_FORGOT: Final = noisy([0.8, 0.6, 0.55, 0.5, 0.5], [0.9, 0.7, 0.6, 0.55, 0.55], 0.75, 3)
_BY_HEART: Final = noisy(
    falling(0.3, 0.01, 12), [0.25 + 0.06 * epoch for epoch in range(12)], 0.82, 4
)
_STILL: Final = noisy([0.69] * 8, [0.69] * 8, 0.52, 5)
_FADING: Final = [*_HEAD[:6], (0.3, 0.87, 0.9, 0.6), *_HEAD[7:]]

MADE: Final = (
    Recorded("flat at 98 %", (), TrainConfig(), curves(_FLAT, _FLAT), photos(500, 100, 100)),
    Recorded(
        "solved, flat, then fine-tuning brings a point",
        (),
        PRESETS[CAREFUL].config,
        curves(_FLAT, noisy([0.08] * 12, [0.055] * 12, 0.985, 6)),
        photos(500, 100, 100),
    ),
    Recorded(
        "stopped early while validation still fell",
        (),
        replace(PRESETS[CAREFUL].config, fine_tune_epochs=20),
        curves(_FLAT, noisy(falling(0.4, 0.1, 8), [0.2 * 0.9**e for e in range(8)], 0.97, 7)),
        photos(500, 100, 100),
    ),
    Recorded(
        "eight validation photos: any curve is chance",
        (),
        TrainConfig(epochs=10, fine_tune_epochs=5),
        curves(_HEAD, _FORGOT),
        photos(10, 4, 0),
    ),
    Recorded(
        "fine-tuning forgot",
        ("fine_tuning_lost",),
        TrainConfig(fine_tune_epochs=5),
        curves(_HEAD, _FORGOT),
        photos(500, 100, 100),
    ),
    Recorded(
        "fine-tuning learned by heart and lost",
        ("fine_tuning_lost",),
        TrainConfig(fine_tune_epochs=12),
        curves(_HEAD, _BY_HEART),
        photos(500, 100, 100),
    ),
    Recorded(
        "fine-tuning behind a solved head lost",
        ("fine_tuning_lost",),
        replace(PRESETS[CAREFUL].config, fine_tune_epochs=12),
        curves(_HEAD, _BY_HEART),
        photos(500, 100, 100),
    ),
    Recorded(
        "fine-tuning alone learns by heart, without losing more than noise",
        ("overfitting",),
        TrainConfig(fine_tune_epochs=12),
        curves(noisy([0.4] * 10, [0.4] * 10, 0.83, 8), _BY_HEART),
        photos(500, 100, 100),
    ),
    Recorded(
        "no number any more",
        ("rate_too_high",),
        TrainConfig(learning_rate=0.1),
        curves([*_HEAD[:3], (math.nan, 0.5, math.nan, 0.5)]),
        photos(500, 100, 100),
    ),
    Recorded(
        "an epoch of the head fell far back",
        ("rate_too_high",),
        TrainConfig(fine_tune_epochs=0, learning_rate=3e-3),
        curves(_FADING),
        photos(500, 100, 100),
    ),
    Recorded(
        "flat and far from good, at a rate that is not low",
        ("stuck",),
        TrainConfig(epochs=8, fine_tune_epochs=0, learning_rate=1e-3),
        curves(_STILL),
        photos(500, 100, 100),
    ),
    Recorded(
        "a solved head that is far from good",
        ("stuck",),
        PRESETS[QUICK].config,
        curves(noisy([0.5] * 8, [0.65] * 8, 0.6, 9)),
        photos(500, 100, 100),
    ),
    Recorded(
        "a class with few photos is never called",
        ("class_never_called",),
        TrainConfig(),
        curves(_FLAT, _FLAT),
        {
            "training": {"cat": 300, "dog": 300, "fox": 20},
            "validation": {"cat": 100, "dog": 100, "fox": 7},
            "test": {"cat": 100, "dog": 100, "fox": 7},
        },
        ((98, 2, 0), (1, 99, 0), (3, 4, 0)),
    ),
    Recorded(
        "a class with as many photos is hardly ever called",
        ("class_never_called",),
        TrainConfig(),
        curves(_FLAT, _FLAT),
        photos(300, 100, 100, "cat dog fox"),
        ((98, 2, 0), (1, 97, 2), (3, 94, 3)),
    ),
    Recorded(
        "twenty test photos",
        ("few_test_photos",),
        TrainConfig(),
        curves(_FLAT, _FLAT),
        photos(500, 100, 10),
        ((9, 1), (0, 10)),
    ),
)

ALL: Final = RECORDED + MADE
