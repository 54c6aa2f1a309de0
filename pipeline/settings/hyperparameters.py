"""Every setting that a person may change, once: default, range, unit and words.

Sliders, the command line and the checks all read the `Setting` objects below; nothing
else in the project repeats a default or a range. Which of them change nothing beside the
others is said in `without_effect`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.settings.setting import SHARE, TURN, Setting

NUM_LAYERS: Final = 154  # MobileNetV2 without its top, at every width and image size
FRESH_VIEWS: Final = 0  # of the setting `views`: another view of each photo in every epoch
STEPPED: Final = "stepped"  # of the setting `head`
SOLVED: Final = "solved"
IMAGENET: Final = "imagenet"  # of the setting `weights`
BUILT_IN: Final = "built-in"
NOTHING: Final = "none"
AUTO: Final = "auto"  # of the setting `class_weight`: on for very uneven classes
BALANCED: Final = "balanced"
UNWEIGHTED: Final = "none"
BUILT_IN_ALPHA: Final = 0.5  # the one width that the built-in network has


def _settings(*settings: Setting) -> Mapping[str, Setting]:
    return {setting.name: setting for setting in settings}


AUGMENT: Final = _settings(
    Setting(
        "horizontal_flip",
        "Mirror left and right",
        True,
        "Shows half of the photos mirrored.",
        "on, unless left and right mean something (letters, signs).",
        "with letters or signs, accuracy falls because mirrored ones do not exist.",
    ),
    Setting(
        "rotation",
        "Rotation",
        0.2,
        "Turns each photo by a random angle of up to this, either way.",
        "0 to 72 degrees, 0.2 of a full turn.",
        "too much: animals stand on their heads, and training accuracy stays far below validation.",
        low=0.0,
        high=0.5,
        step=0.01,
        unit=TURN,
    ),
    Setting(
        "zoom",
        "Zoom",
        0.0,
        "Enlarges or shrinks each photo by up to this share of its size.",
        "0 to 30 %.",
        "too much: heads are cut off, and accuracy falls in training and validation.",
        low=0.0,
        high=0.5,
        step=0.05,
        unit=SHARE,
    ),
    Setting(
        "shift",
        "Shift",
        0.0,
        "Moves each photo sideways and up or down by up to this share of its size.",
        "0 to 20 %.",
        "too much: the subject leaves the picture.",
        low=0.0,
        high=0.5,
        step=0.05,
        unit=SHARE,
    ),
    Setting(
        "brightness",
        "Brightness",
        0.0,
        "Makes each photo lighter or darker by up to this much.",
        "0 to 30 %.",
        "too much: pictures turn white or black and nothing can be learned from them.",
        low=0.0,
        high=0.8,
        step=0.05,
        unit=SHARE,
    ),
    Setting(
        "contrast",
        "Contrast",
        0.0,
        "Strengthens or weakens the contrast of each photo by up to this share of it.",
        "0 to 40 %.",
        "too much: pictures turn grey or posterlike.",
        low=0.0,
        high=0.9,
        step=0.05,
        unit=SHARE,
    ),
)

TRAIN: Final = _settings(
    Setting(
        "epochs",
        "Epochs",
        10,
        "How often the new top layer (the head) sees all training photos while the rest is "
        "frozen. A closed-form solver needs none.",
        "5 to 20.",
        "too few: the curves still climb at the marker; too many: they are flat and time is lost.",
        low=1,
        high=100,
        step=1,
    ),
    Setting(
        "fine_tune_epochs",
        "Fine-tuning epochs",
        10,
        "How many more rounds follow with part of the network released; 0 skips fine-tuning.",
        "5 to 20.",
        "too many: training accuracy climbs while validation stays or falls (overfitting).",
        low=0,
        high=100,
        step=1,
    ),
    Setting(
        "fine_tune_at",
        "Fine-tune from layer",
        100,
        "Layers from this number on learn in the second phase; those before stay frozen. In Keras: "
        "fine_tune_at.",
        "80 to 130 of 154; 154 keeps everything frozen.",
        "too low with few photos: the network forgets what it knew and validation falls.",
        low=0,
        high=NUM_LAYERS,
        step=1,
    ),
    Setting(
        "learning_rate",
        "Learning rate",
        1e-4,
        "How big a step the network takes after each batch; fine-tuning takes a tenth of it.",
        "0.00003 to 0.001.",
        "too high: the loss jumps up and down; too low: the curves hardly move.",
        low=1e-6,
        high=1e-1,
        step=0.0,
        log=True,
    ),
    Setting(
        "fine_tune_learning_rate",
        "Fine-tuning learning rate",
        0.0,
        "Step size of the second phase; 0 means a tenth of the learning rate.",
        "a tenth of the learning rate.",
        "too high: accuracy drops sharply right after the marker.",
        low=0.0,
        high=1e-1,
        step=0.0,
        log=True,
    ),
    Setting(
        "batch_size",
        "Batch size",
        32,
        "How many photos the network sees between two steps.",
        "16 to 64.",
        "too small: a ragged curve; too large: fewer steps in an epoch, so slower learning.",
        choices=(4, 8, 16, 32, 64, 128),
        unit="photos",
    ),
    Setting(
        "dropout",
        "Dropout",
        0.2,
        "Hides this share of the features at random while training, so that none is relied on.",
        "0.1 to 0.5.",
        "too high: training accuracy stays low; too low with few photos: overfitting.",
        low=0.0,
        high=0.8,
        step=0.05,
        unit="of the features",
    ),
    Setting(
        "image_size_px",
        "Image size",
        160,
        "Side of the square that every photo is scaled to before the network sees it.",
        "160; 224 is a little more accurate and takes twice as long.",
        "too small: details such as whiskers are lost; too large: slow.",
        choices=(96, 128, 160, 192, 224),
        unit="pixels",
    ),
    Setting(
        "alpha",
        "Width multiplier (alpha)",
        1.0,
        "Width of MobileNetV2: how many filters each layer has.",
        "1.0; 0.35 is about three times as fast and a little less accurate.",
        "too small: accuracy stays below what the photos allow; large: slow.",
        choices=(0.35, 0.5, 0.75, 1.0, 1.3, 1.4),
    ),
    Setting(
        "weights",
        "Pretrained weights",
        IMAGENET,
        "Whether the network starts with what it learned from the 1.2 million photos of ImageNet "
        "(fetched once for each width; 9 MB for 1.0), with PawTune's own small network, which "
        "comes along and has seen 16,000 cats and dogs, or from random weights.",
        "imagenet; built-in where there is no network, or for a quick try.",
        "built-in: less accurate, above all on things that are no pets; none: needs far more "
        "photos and epochs, and stays near chance with few.",
        choices=(IMAGENET, BUILT_IN, NOTHING),
    ),
    Setting(
        "views",
        "Views of each photo",
        4,
        "How many augmented versions (views) of each training photo there are; the epochs take "
        "turns. What the frozen layers make of a view is computed once and kept, so fewer views "
        "are faster. A fresh one each epoch (0) is what the tutorial does.",
        "4; 8 to 16, or a fresh one each epoch, for long trainings.",
        "too few with many epochs: training accuracy climbs above validation (overfitting).",
        low=FRESH_VIEWS,
        high=16,
        step=1,
    ),
    Setting(
        "head",
        "Classifier",
        STEPPED,
        "How the new last layer learns. Gradient descent (stepped) goes through the photos batch "
        "by "
        "batch, for some epochs, as the tutorial does. The closed-form solver (solved) computes "
        "the best head for what the frozen network sees, in about a second, without epochs, "
        "augmentation or dropout.",
        "gradient descent to watch learning; the solver to save time.",
        "the solver, with very few photos: all training photos are right, validation is not.",
        choices=(STEPPED, SOLVED),
    ),
    Setting(
        "class_weight",
        "Class weights",
        AUTO,
        "Lets every class count the same in training, however many photos it has: each photo of a "
        "rare class weighs more. Auto does it where one class has more than three "
        "times as many photos as another.",
        "auto.",
        "none, with very uneven classes: photos of the rare class are predicted as the usual one; "
        "balanced: more photos of the usual class are predicted as the rare one.",
        choices=(AUTO, BALANCED, UNWEIGHTED),
    ),
    Setting(
        "weight_averaging",
        "Weight averaging (EMA)",
        False,
        "In fine-tuning, keeps a running average (EMA) of the weights over the last hundred or so "
        "steps, and judges and keeps that instead of the weights of the moment.",
        "on when accuracy counts; off to see every step's effect.",
        "off: the validation curve is more ragged; on with few, short epochs: learning looks late.",
    ),
    Setting(
        "early_stopping",
        "Early stopping",
        False,
        "Ends a phase when validation has not improved for five epochs.",
        "on for long trainings.",
        "on with few validation photos: it may stop at a chance dip.",
    ),
    Setting(
        "seed",
        "Seed",
        0,
        "Start of the random numbers: the same seed and settings give the same training again.",
        "any; change it to see how much is luck.",
        "nothing is wrong: results that differ much between seeds mean too few photos.",
        low=0,
        high=2**31 - 1,
        step=1,
    ),
)

ANSWER: Final = _settings(
    Setting(
        "sure_from",
        "Not sure below",
        0.7,
        "How sure the network must be to give a photo a name. Answers below that are called “Not "
        "sure”: in the cards, the table, the files and the folders.",
        "60 to 90 %; 0 % gives every photo a name.",
        "too high: photos that it knows well are called “Not sure”; too low: guesses pass for "
        "answers.",
        low=0.0,
        high=0.99,
        step=0.01,
        unit=SHARE,
    )
)
