"""What a finished run leaves for answering questions: a folder that is whole or refused.

`model.tflite` takes photos and gives logits, feature map and pooled features;
`familiar.safetensors` tells what the photos look like that it learned from; `manifest.json` tells
everything else and vouches for all of them.

Not covered: bundles from outside. Those are never opened here; the network is rebuilt from
its numbers instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pipeline.classify.novelty import Familiar
from pipeline.errors import RunError, SettingError
from pipeline.evaluation.calibration import COOLEST, HOTTEST
from pipeline.files.atomic import staged_folder
from pipeline.files.seal import MEMBERS, open_seal, read_member, seal
from pipeline.settings.limits import LIMITS
from pipeline.settings.train_config import TrainConfig

FORMAT: Final = 1
MANIFEST_FILE: Final = "manifest.json"
MODEL_FILE: Final = "model.tflite"
FAMILIAR_FILE: Final = "familiar.safetensors"  # missing in bundles from before there was one

_FACTS: Final = {
    "run_id",
    "photo_set_id",
    "classes",
    "image_size_px",
    "config",
    "versions",
    "weights_sha256",
}
_OPTIONAL: Final = {"temperature"}  # bundles from before there was one do without
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DAMAGED: Final = "The model of this run is damaged: {}. Train the run again, or use another run."


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose files were found whole.

    Attributes:
        classes: Class names; their order is the order of the model's answers.
        image_size_px: Side of the square photos that the model takes.
        run_id: The run that made it.
        model_path: The LiteRT file.
        temperature: What its logits are to be divided by, see `calibration.temperature`.
        manifest: Everything that `manifest.json` tells.
    """

    classes: tuple[str, ...]
    image_size_px: int
    run_id: str
    model_path: Path
    temperature: float
    manifest: dict[str, Any]

    def model(self) -> bytes:
        """Content of the LiteRT file, checked once more on the way.

        Raises:
            RunError: If it has been changed or deleted since.
        """
        return _member(self.model_path.parent, self.manifest, MODEL_FILE)

    def familiar(self) -> Familiar | None:
        """What the photos look like that it learned from; None in bundles from before.

        Raises:
            RunError: If the file has been changed or deleted since.
        """
        if FAMILIAR_FILE not in self.manifest[MEMBERS]:
            return None
        folder = self.model_path.parent
        return Familiar.from_bytes(_member(folder, self.manifest, FAMILIAR_FILE))


def write_bundle(
    folder: Path, litert: bytes, manifest: Mapping[str, Any], familiar: Familiar | None = None
) -> None:
    """Make the bundle in `folder`, whole or not at all. An existing one stays as it is.

    Args:
        folder: Where the bundle will be; must not hold anything yet.
        litert: The converted network (see `learning.litert_file`).
        manifest: Exactly `run_id`, `photo_set_id`, `classes` (names in the order of the
            answers), `image_size_px`, `config` (`TrainConfig.to_json`), `versions`
            (package to version) and `weights_sha256` (of the weights that the run started
            from, or None); and `temperature`, 1 where it is missing.
        familiar: What the photos look like that the network learned from.

    Raises:
        RunError: If `manifest` is not of this form.
    """
    facts = {**manifest, "format": FORMAT}
    fault = _fault(facts)
    if fault is not None:
        raise RunError(f"The run cannot be packed: {fault}.")
    try:
        members = {MODEL_FILE: litert}
        if familiar is not None:
            members[FAMILIAR_FILE] = familiar.to_bytes()
        sealed = seal(facts, members)
    except ValueError as error:
        raise RunError(f"The run cannot be packed: its manifest is {error}.") from error
    with staged_folder(folder) as staging:
        for name, content in members.items():
            (staging / name).write_bytes(content)
        (staging / MANIFEST_FILE).write_bytes(sealed)


def read_bundle(folder: Path) -> Bundle:
    """The bundle in `folder`, after a check of every byte.

    Raises:
        RunError: If there is none, if a file is missing or changed, or if another version
            of PawTune made it.
    """
    try:
        facts = open_seal(folder / MANIFEST_FILE)
    except FileNotFoundError as error:
        raise RunError(
            "This run has no model that could answer. Train it to the end first."
        ) from error
    except (OSError, ValueError) as error:
        raise RunError(_DAMAGED.format(f"{MANIFEST_FILE} cannot be read")) from error
    if facts.get("format") != FORMAT:
        raise RunError(
            "The model of this run was made by another version of PawTune. Train the run again."
        )
    fault = _fault({name: value for name, value in facts.items() if name != MEMBERS})
    if fault is not None:
        raise RunError(_DAMAGED.format(f"{MANIFEST_FILE} tells that {fault}"))
    members = set(facts[MEMBERS])
    if MODEL_FILE not in members or not members <= {MODEL_FILE, FAMILIAR_FILE}:
        raise RunError(_DAMAGED.format(f"{MANIFEST_FILE} lists other files"))
    for name in members:
        _member(folder, facts, name)
    return Bundle(
        tuple(facts["classes"]),
        facts["image_size_px"],
        facts["run_id"],
        folder / MODEL_FILE,
        float(facts.get("temperature", 1.0)),
        facts,
    )


def _member(folder: Path, facts: Mapping[str, Any], name: str) -> bytes:
    try:
        return read_member(folder, facts, name)
    except FileNotFoundError as error:
        raise RunError(_DAMAGED.format(f"{name} is missing")) from error
    except (OSError, ValueError) as error:
        raise RunError(_DAMAGED.format(f"{name} has changed")) from error


def _fault(facts: Mapping[str, Any]) -> str | None:
    """What is wrong with a manifest's facts, as the end of a sentence; None if nothing is."""
    if set(facts) - _OPTIONAL != _FACTS | {"format"}:
        odd = ", ".join(sorted((set(facts) - _OPTIONAL) ^ (_FACTS | {"format"})))
        return f"these entries are missing or unknown: {odd}"
    for name in ("run_id", "photo_set_id"):
        if not isinstance(facts[name], str) or not facts[name]:
            return f"{name} is no text"
    if not _are_classes(facts["classes"]):
        return "the class names are no list of different names"
    try:
        config = TrainConfig.from_json(facts["config"])
    except (SettingError, TypeError) as error:
        return f"a setting is wrong: {error}".rstrip(".")
    if facts["image_size_px"] != config.image_size_px:
        return "the image size is not the one of its settings"
    versions = facts["versions"]
    if not isinstance(versions, Mapping) or not all(map(_is_text, versions.values())):
        return "the versions are no list of names and numbers"
    temperature = facts.get("temperature", 1.0)
    if not isinstance(temperature, float) or not COOLEST <= temperature <= HOTTEST:
        return "the temperature is no number in its range"
    weights = facts["weights_sha256"]
    if weights is not None and not (_is_text(weights) and _SHA256.fullmatch(weights)):
        return "the checksum of the weights is none"
    return None


def _are_classes(classes: object) -> bool:
    return (
        isinstance(classes, list)
        and 2 <= len(classes) <= LIMITS.classes
        and all(_is_text(name) and name for name in classes)
        and len(set(classes)) == len(classes)
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)
