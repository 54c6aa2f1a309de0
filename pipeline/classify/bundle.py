"""What a finished run leaves for answering questions: a folder that is whole or refused.

`model.tflite` takes photos and gives logits, feature map and pooled features;
`familiar.safetensors` tells what the photos look like that it learned from; `manifest.json` tells
everything else and vouches for all of them.

Not covered: bundles from outside. Those are never opened here; the network is rebuilt from
its numbers instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from pipeline.classify.novelty import Familiar
from pipeline.errors import RunError, SettingError
from pipeline.evaluation.calibration import COOLEST, HOTTEST
from pipeline.files.atomic import Sha256, staged_folder
from pipeline.files.seal import MEMBERS, open_seal, read_member, seal
from pipeline.settings.limits import LIMITS
from pipeline.settings.train_config import TrainConfig

FORMAT: Final = 1
MANIFEST_FILE: Final = "manifest.json"
MODEL_FILE: Final = "model.tflite"
FAMILIAR_FILE: Final = "familiar.safetensors"  # missing in bundles from before there was one

_DAMAGED: Final = "The model of this run is damaged: {}. Train the run again, or use another run."
_Name = Annotated[str, Meta(min_length=1)]


class _Facts(Struct, frozen=True, forbid_unknown_fields=True):
    """What `manifest.json` tells besides its members."""

    format: Literal[1]
    run_id: _Name
    photo_set_id: _Name
    classes: Annotated[tuple[_Name, ...], Meta(min_length=2, max_length=LIMITS.classes)]
    image_size_px: int
    config: dict[str, Any]
    versions: dict[str, str]
    weights_sha256: Sha256 | None
    # Bundles from before there was one do without.
    temperature: Annotated[float, Meta(ge=COOLEST, le=HOTTEST)] = 1.0


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
        return Familiar.from_bytes(_member(self.model_path.parent, self.manifest, FAMILIAR_FILE))


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
    try:
        _checked(facts)
        members = {MODEL_FILE: litert}
        if familiar is not None:
            members[FAMILIAR_FILE] = familiar.to_bytes()
        sealed = seal(facts, members)
    except ValueError as error:
        raise RunError(f"The run cannot be packed ({error}).") from error
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
        told = open_seal(folder / MANIFEST_FILE)
    except FileNotFoundError as error:
        raise RunError(
            "This run has no model that could answer. Train it to the end first."
        ) from error
    except (OSError, ValueError) as error:
        raise RunError(_DAMAGED.format(f"{MANIFEST_FILE} cannot be read")) from error
    if told.get("format") != FORMAT:
        raise RunError(
            "The model of this run was made by another version of PawTune. Train the run again."
        )
    try:
        facts = _checked({name: value for name, value in told.items() if name != MEMBERS})
    except ValueError as error:
        raise RunError(_DAMAGED.format(f"{MANIFEST_FILE} tells what cannot be")) from error
    members = set(told[MEMBERS])
    if MODEL_FILE not in members or not members <= {MODEL_FILE, FAMILIAR_FILE}:
        raise RunError(_DAMAGED.format(f"{MANIFEST_FILE} lists other files"))
    for name in members:
        _member(folder, told, name)
    return Bundle(
        facts.classes,
        facts.image_size_px,
        facts.run_id,
        folder / MODEL_FILE,
        facts.temperature,
        told,
    )


def _member(folder: Path, facts: Mapping[str, Any], name: str) -> bytes:
    try:
        return read_member(folder, facts, name)
    except FileNotFoundError as error:
        raise RunError(_DAMAGED.format(f"{name} is missing")) from error
    except (OSError, ValueError) as error:
        raise RunError(_DAMAGED.format(f"{name} has changed")) from error


def _checked(told: Mapping[str, Any]) -> _Facts:
    """Read a manifest's facts.

    Raises:
        ValueError: If one is missing, of the wrong kind or impossible.
    """
    facts = msgspec.convert(told, _Facts)
    if len(set(facts.classes)) < len(facts.classes):
        raise ValueError("two of the classes have the same name")
    try:
        config = TrainConfig.from_json(facts.config)
    except (SettingError, TypeError) as error:
        raise ValueError(f"a setting is wrong: {error}".rstrip(".")) from error
    if facts.image_size_px != config.image_size_px:
        raise ValueError("image_size_px is not the one of its settings")
    return facts
