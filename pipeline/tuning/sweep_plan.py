"""What a sweep is asked to try."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pipeline.errors import SettingError
from pipeline.settings.hyperparameters import AUGMENT, BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.train_config import TrainConfig
from pipeline.settings.without_effect import DECISIVE, without_effect
from pipeline.tuning.sweep_space import Space

TPE: Final = "tpe"
RANDOM: Final = "random"
GRID: Final = "grid"
SAMPLERS: Final[Mapping[str, str]] = {
    TPE: "looks closer where settings did well (tree-structured Parzen estimator)",
    RANDOM: "draws by chance",
    GRID: "goes through evenly spaced values",
}
FEWEST_RUNS: Final = 2
MOST_RUNS: Final = 200
USUAL_RUNS: Final = 20

Settings = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sweep tries, and for how long.

    Attributes:
        base: The settings that are not swept, and the default that the winner is held against.
        spaces: What may be chosen, one for each setting that is swept.
        sampler: One of `SAMPLERS`.
        runs: How many settings are tried at most.
        minutes: After how long no other one is begun; None: no matter how long.
    """

    base: TrainConfig
    spaces: tuple[Space, ...]
    sampler: str = TPE
    runs: int = USUAL_RUNS
    minutes: float | None = None

    def __post_init__(self) -> None:
        """Check that there is something to try.

        Raises:
            SettingError: If not, or a value is outside its range.
        """
        names = [space.name for space in self.spaces]
        if not names:
            raise SettingError(
                "A sweep needs something to try. Choose a setting and its range, such as "
                "learning_rate=1e-5..1e-2."
            )
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise SettingError(f"A sweep can try a setting in one way. Received twice: {twice}.")
        if self.sampler not in SAMPLERS:
            raise SettingError(
                f"A sweep chooses by one of {', '.join(SAMPLERS)}. Received: {self.sampler!r}."
            )
        if not FEWEST_RUNS <= self.runs <= MOST_RUNS:
            raise SettingError(
                f"A sweep tries {FEWEST_RUNS} to {MOST_RUNS} settings. Received: {self.runs}."
            )
        if self.minutes is not None and not 0 < self.minutes < float("inf"):
            raise SettingError(
                f"The minutes of a sweep must be more than 0. Received: {self.minutes:g}."
            )
        self._expect_effect()
        if self.sampler == GRID:
            self.grid()

    def config(self, settings: Mapping[str, Any]) -> TrainConfig:
        """All settings of a run: the base, but for those that are swept.

        Raises:
            SettingError: If they do not go together.
        """
        augment = {name: value for name, value in settings.items() if name in AUGMENT}
        others = {name: value for name, value in settings.items() if name not in AUGMENT}
        if others.get("weights") == BUILT_IN:
            others["alpha"] = BUILT_IN_ALPHA
        return dataclasses.replace(
            self.base, **others, augment=dataclasses.replace(self.base.augment, **augment)
        )

    def identity(self, settings: Mapping[str, Any]) -> str:
        """The same for settings that give the same training, to the last number."""
        return identity(self.config(settings))

    def grid(self) -> tuple[Settings, ...]:
        """Every cell, as many as fit into `runs`.

        Raises:
            SettingError: If even the coarsest grid has more cells than runs.
        """
        lists = [len(space.values) for space in self.spaces if space.values]
        ranges = len(self.spaces) - len(lists)
        cells = 1
        for size in lists:
            cells *= size
        levels = 2
        while ranges and cells * (levels + 1) ** ranges <= self.runs:
            levels += 1
        cells *= levels**ranges
        if cells > self.runs:
            raise SettingError(
                f"This grid has {cells} cells or more. Allow as many runs, leave a setting or a "
                f"value out, or choose another way to choose. Received: {self.runs} runs."
            )
        values = [space.levels(levels) for space in self.spaces]
        names = [space.name for space in self.spaces]
        return tuple(dict(zip(names, cell, strict=True)) for cell in itertools.product(*values))

    def to_json(self) -> dict[str, Any]:
        """Plain values for `from_json`."""
        return {
            "base": self.base.to_json(),
            "spaces": [space.to_json() for space in self.spaces],
            "sampler": self.sampler,
            "runs": self.runs,
            "minutes": self.minutes,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Plan:
        """Read what `to_json` wrote.

        Raises:
            SettingError: If a value is outside its range.
        """
        return cls(
            TrainConfig.from_json(kept["base"]),
            tuple(map(Space.from_json, kept["spaces"])),
            kept["sampler"],
            kept["runs"],
            kept["minutes"],
        )

    def _expect_effect(self) -> None:
        """Refuse a setting that changes nothing, whatever the other swept ones are.

        And values that do not go with the rest.
        """
        corners = list(self._corners())
        for space in self.spaces:
            for value in space.values:
                self.config(corners[0] | {space.name: value})
        idle = [without_effect(self.config(corner).to_json()) for corner in corners]
        for space in self.spaces:
            if all(_part(space) in found for found in idle):
                raise SettingError(
                    f"There is nothing to find in {space.setting.label} (`{space.name}`). "
                    f"{idle[0][_part(space)]}"
                )

    def _corners(self) -> Iterator[Settings]:
        """Settings that differ in all that decides what counts, and in nothing else.

        All corners of many settings would be millions.
        """
        ends = {space.name: space.values or (space.low, space.high) for space in self.spaces}
        low, high = ({name: end(ends[name]) for name in ends} for end in (min, max))
        parts = [[space.name for space in self.spaces if _part(space) == part] for part in DECISIVE]
        parts = [names for names in parts if names]
        for corner in itertools.product((high, low), repeat=len(parts)):
            moved = zip(corner, parts, strict=True)
            yield high | {name: end[name] for end, names in moved for name in names}


def _part(space: Space) -> str:
    """The setting of a training that a space belongs to."""
    return "augment" if space.name in AUGMENT else space.name


def identity(config: TrainConfig) -> str:
    """The same for settings that give the same training, to the last number."""
    told = config.to_json()
    idle = without_effect(told)
    return json.dumps({name: value for name, value in told.items() if name not in idle})
