"""The forms in which a run can be exported, with the words for them."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.errors import RunError
from pipeline.settings.hyperparameters import BUILT_IN
from pipeline.settings.train_config import TrainConfig

BUNDLE: Final = "bundle"
KERAS: Final = "keras"
SAVED_MODEL: Final = "savedmodel"
ONNX: Final = "onnx"
INT8: Final = "int8"
MICROCONTROLLER: Final = "microcontroller"
SCRIPT: Final = "script"
NOTEBOOK: Final = "notebook"
REPORT: Final = "report"
WEB: Final = "web"
WEB_FILE: Final = "web-file"


@dataclass(frozen=True, slots=True)
class Format:
    """One form in which a run can be exported.

    Attributes:
        name: As the command line and the job's request call it.
        label: What stands on a button.
        what: What it is and who can use it, one or two sentences.
        suffix: How the file's name ends; see `suffix_of`.
        is_network: Whether it answers, and so is checked against the run's own answers.
        packages: Python packages that it needs besides PawTune's own.
    """

    name: str
    label: str
    what: str
    suffix: str
    is_network: bool
    packages: tuple[str, ...] = ()

    @property
    def missing(self) -> str | None:
        """A sentence about packages that are not installed; None where nothing is missing."""
        absent = [name for name in self.packages if importlib.util.find_spec(name) is None]
        if not absent:
            return None
        return (
            f"{self.label} needs packages that are not installed here: {', '.join(absent)}. "
            f"`pip install {' '.join(self.packages)}` brings them (about 40 MB); then try again."
        )


FORMATS: Final[Mapping[str, Format]] = {
    form.name: form
    for form in (
        Format(
            BUNDLE,
            "Model bundle (Python)",
            "A zip with the network, its classes, a model card, five photos with the expected "
            "answers and a short program that asks it. Needs no TensorFlow.",
            ".zip",
            True,
        ),
        Format(
            KERAS,
            "Keras model",
            "One .keras file for those who program with Keras: to ask it, to look inside, or to "
            "train it further.",
            ".keras",
            True,
        ),
        Format(
            SAVED_MODEL,
            "TensorFlow SavedModel",
            "A zip with the network as TensorFlow's servers and tools take it.",
            ".zip",
            True,
        ),
        Format(
            ONNX,
            "ONNX",
            "One .onnx file that runs nearly everywhere: other languages, browsers, telephones.",
            ".onnx",
            True,
            ("tf2onnx", "onnx", "onnxruntime"),
        ),
        Format(
            INT8,
            "Small network (8 bits)",
            "The model bundle with its network in 8 bits: a third of the size and faster, for "
            "phones and small computers. Comes with what that costs.",
            ".zip",
            True,
        ),
        Format(
            MICROCONTROLLER,
            "Microcontroller (C)",
            "The 8-bit network and its labels as C, for TensorFlow Lite for Microcontrollers. Its "
            "README tells how much memory it needs.",
            ".zip",
            True,
        ),
        Format(
            SCRIPT,
            "Python script",
            "This training as a short Keras program with comments, to read, to change and to run "
            "on the photos that Save as one file gives.",
            ".py",
            False,
        ),
        Format(
            NOTEBOOK,
            "Notebook",
            "The same program cell by cell, for Google Colab or Jupyter: run all cells and give it "
            "the file that Save as one file makes.",
            ".ipynb",
            False,
        ),
        Format(
            REPORT,
            "Report",
            "One page with curves, scores, settings and small copies of the photos it got most "
            "surely wrong, to print or to send. Any browser opens it, without the internet.",
            ".html",
            False,
        ),
        Format(
            WEB,
            "Web page",
            "A zip for any web host (GitHub Pages, Netlify, your own): a page where photos and the "
            "camera are answered on the visitor's device. Works offline and can be installed.",
            ".zip",
            True,
        ),
        Format(
            WEB_FILE,
            "Web page in one file",
            "The same as one .html file, to send or to open from the disk; it cannot be installed.",
            ".html",
            True,
        ),
    )
}

# They are made anew in 8 bits, and may cost accuracy, see `export_settings.MAX_LOSS`.
EIGHT_BIT: Final = (INT8, MICROCONTROLLER)


def wanted(name: str) -> Format:
    """The format of this name, ready to be made.

    Raises:
        RunError: If there is none, or a package for it is missing.
    """
    if name not in FORMATS:
        raise RunError(f"A run can be exported as one of {', '.join(FORMATS)}. Received: {name!r}.")
    form = FORMATS[name]
    if form.missing is not None:
        raise RunError(form.missing)
    return form


def suffix_of(form: Format, config: TrainConfig) -> str:
    """How the name of a run's file ends.

    A script that starts from the built-in network comes as a zip, with that network's numbers:
    they can be had nowhere else.
    """
    return ".zip" if form.name == SCRIPT and config.weights == BUILT_IN else form.suffix
