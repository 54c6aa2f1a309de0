"""The command line: `python -m pipeline COMMAND --json`.

Standard output carries one JSON object and nothing else; what is being done goes to
standard error. Exit code 0, or 1 with `{"error": "..."}`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from pipeline.commands import answering, keeping, photos, serving, training
from pipeline.commands.serving import HOST, PORT
from pipeline.errors import PawTuneError, SettingError
from pipeline.photos.decoding.clip_kinds import FEWEST, FRAMES_PER_SECOND, MOST
from pipeline.photos.sources.layout import shown
from pipeline.settings.hyperparameters import TRAIN
from pipeline.settings.presets import PRESETS, TUTORIAL
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.tuning.sweep_plan import SAMPLERS, TPE, USUAL_RUNS
from pipeline.wording.layout_text import READINGS
from pipeline.workspace.home import open_workspace


class _Parser(argparse.ArgumentParser):
    """Says what is wrong as an error of ours, so that it comes out as JSON too."""

    _given: Sequence[str] = ()

    def error(self, message: str) -> NoReturn:
        raise SettingError(f"{message}. See `{self.prog} --help`.{self._on_dashes()}")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        self._given = list(args or ())
        return super().parse_known_args(args, namespace)

    def _on_dashes(self) -> str:
        """What to do about a file whose name was taken for an option."""
        for one in self._given:
            with contextlib.suppress(OSError):
                if one.startswith("-") and Path(one).exists():
                    return f" Write {one}, which begins with a dash, as ./{one}"
        return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    _speak_utf8()
    given = sys.argv[1:] if arguments is None else arguments
    indent = None if "--json" in given else 2
    try:
        options = _parser().parse_args(given)
        answer = options.command(open_workspace(), options)
        code = 0 if answer.get("healthy", True) else 1
    except PawTuneError as error:
        answer, code = {"error": str(error), **getattr(error, "told", {})}, 1
    except Exception as error:  # a bug: the traceback is for us, the object for the caller
        traceback.print_exc()
        answer, code = {"error": f"Something went wrong inside PawTune: {error}"}, 1
    print(json.dumps(answer, indent=indent, ensure_ascii=False))
    return code


def _speak_utf8() -> None:
    """Say any class name and any path, whatever the console or the file behind it was meant for.

    Bytes of a path that are no UTF-8 become escapes, which JSON reads back as they were.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m pipeline", description="PawTune from the command line.")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function: Callable[..., dict[str, Any]], text: str) -> _Parser:
        command = subparsers.add_parser(name, help=text)
        command.register("type", None, shown)  # bytes that are no text belong to paths alone
        command.add_argument("--json", action="store_true", help="one JSON object on one line")
        command.set_defaults(command=function)
        return command

    command = add("import", photos.import_photos, "bring photos into the workspace")
    command.add_argument("source", type=str, help="a folder, a zip, or the name of a ready set")
    command.add_argument("--name", help="what to call the set")
    command.add_argument("--label", help="the class of photos that lie in no class folder")
    command.add_argument("--into", metavar="ID", help="the photo set that the photos join")
    command.add_argument(
        "--code-page", metavar="NAME", help="how to read old names in a zip, such as big5 or cp866"
    )
    command.add_argument(
        "--frames-per-second",
        type=_frames_per_second,
        metavar="N",
        help="how many pictures of each second of a video are taken; near copies are left out. "
        f"Default: {FRAMES_PER_SECOND:g}",
    )
    command.add_argument("--data-dir", type=Path, help="where TFDS keeps its data sets")
    command.add_argument(
        "--reading",
        choices=[str(reading) for reading in READINGS],
        help="where labels come from; found out unless given. "
        + " ".join(f"{name}: {text}." for name, text in READINGS.items()),
    )
    command.add_argument(
        "--dry-run", action="store_true", help="only tell how the files would be understood"
    )

    _add_train_options(add("train", training.train, "train on a photo set"))

    command = add("sweep", training.sweep, "try settings, and find the best of them")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUES",
        help="a setting and what may be chosen for it: a range, as in learning_rate=1e-5..1e-2, "
        "or values, as in head=stepped,solved. May be given several times.",
    )
    told = " ".join(f"{name} {what}." for name, what in SAMPLERS.items())
    command.add_argument(
        "--sampler",
        choices=list(SAMPLERS),
        default=TPE,
        help=f"how settings are chosen: {told} Default: {TPE}",
    )
    command.add_argument(
        "--runs", type=int, default=USUAL_RUNS, help=f"how many to try. Default: {USUAL_RUNS}"
    )
    command.add_argument(
        "--minutes", type=float, help="after how many minutes no other run is begun"
    )
    command.add_argument(
        "--continue",
        dest="go_on",
        metavar="SWEEP",
        help="id of a sweep that was stopped or cut off, to go on with; all else is as it was",
    )
    _add_settings(command)

    command = add("classify", answering.classify, "ask a run about photos")
    command.add_argument("--run", required=True, help="id of the run")
    command.add_argument("paths", nargs="+", type=Path, help="photos")

    command = add("serve", serving.serve, "let other programs ask one run, without the app")
    command.add_argument("run", type=str, help="id of the run, or latest")
    command.add_argument(
        "--port",
        type=int,
        default=PORT,
        help=f"where it listens; 0 takes a free one. Default: {PORT}",
    )
    command.add_argument(
        "--host",
        default=HOST,
        help=f"the address that it listens at; others than this computer need a token. "
        f"Default: {HOST}",
    )
    command.add_argument(
        "--token", help="what has to be shown; on shared computers set PAWTUNE_API_TOKEN instead"
    )

    command = add("evaluate", answering.evaluate, "score a run on class folders")
    command.add_argument("--run", required=True, help="id of the run")
    command.add_argument("folder", type=Path, help="a folder or zip of class folders")
    command.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FOLDER=CLASS",
        help="the class that the run has learned and the folder of another name means, as in "
        "cats=Cat; nothing behind the = leaves the folder out. May be given several times.",
    )

    command = add("check", photos.check, "look a photo set over before training")
    command.add_argument("--photo-set", required=True, help="id of the set")

    command = add("seal", photos.seal, "hide all scores on a set's test photos, for good")
    command.add_argument("--photo-set", required=True, help="id of the set")

    command = add("open-test", training.open_test, "open a sealed test, once, for one run")
    command.add_argument("--run", required=True, help="id of the run")

    command = add("save-set", photos.save_set, "save a photo set as one file")
    command.add_argument("--photo-set", required=True, help="id of the set")
    command.add_argument("--output", required=True, type=Path, help="the zip to be written")

    keeping.add_export_options(add("export", keeping.export, "export a finished run as a file"))

    command = add("backup", keeping.backup, "write all photo sets and runs into one file")
    command.add_argument("file", type=Path, help="the zip to be written; must not be there yet")

    command = add("restore", keeping.restore, "fill an empty workspace from a backup")
    command.add_argument("file", type=Path, help="what backup has written")

    add("photo-sets", photos.photo_sets, "list the photo sets")
    add("runs", training.runs, "list the runs")
    add("doctor", keeping.doctor, "check every file and row of the workspace")
    return parser


def _frames_per_second(text: str) -> float:
    """Pictures of each second of a video.

    Raises:
        argparse.ArgumentTypeError: If it is no number in the range.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if FEWEST <= value <= MOST:
        return value
    raise argparse.ArgumentTypeError(
        f"a number from {FEWEST:g} to {MOST:g} is needed. Received: {text!r}"
    )


def _add_train_options(command: argparse.ArgumentParser) -> None:
    """The preset, and one option for each setting; what is not given is the preset's own."""
    command.add_argument(
        "--from",
        dest="start_from",
        metavar="RUN",
        help="id of a run to train further: the new one starts from its network, on the newest "
        "version of its set where --photo-set names no other",
    )
    command.add_argument("--name", help="what to call the run")
    _add_settings(command)


def _add_settings(command: argparse.ArgumentParser) -> None:
    """The photos, the preset, and one option for each setting."""
    command.add_argument("--photo-set", help="id of the set")
    told = " ".join(f"{name}: {preset.what} {preset.when}" for name, preset in PRESETS.items())
    command.add_argument(
        "--preset",
        choices=list(PRESETS),
        default=TUTORIAL,
        help=f"where the settings start; the options below change single ones. {told} "
        f"Default: {TUTORIAL}".replace("%", "%%"),
    )
    for name, setting in TRAIN.items():
        option = f"--{name.removesuffix('_px').replace('_', '-')}"
        defaults = {key: getattr(preset.config, name) for key, preset in PRESETS.items()}
        text = f"{setting.what} {_defaults(defaults)}".replace("%", "%%")
        if isinstance(setting.default, bool):
            action = argparse.BooleanOptionalAction
            command.add_argument(option, dest=name, action=action, help=text)
        else:
            command.add_argument(option, dest=name, type=type(setting.default), help=text)
    defaults = {key: _augmentation(preset.config) for key, preset in PRESETS.items()}
    command.add_argument(
        "--augment",
        choices=list(AUGMENT_PRESETS),
        help=f"How much the training photos are varied. {_defaults(defaults)}",
    )


def _defaults(values: Mapping[str, Any]) -> str:
    """`Default: 160 (quick: 224, careful: 224)`: the tutorial's, then those that differ."""
    shown = {
        name: {True: "on", False: "off"}[value] if isinstance(value, bool) else value
        for name, value in values.items()
    }
    usual = shown[TUTORIAL]
    others = [f"{name}: {value}" for name, value in shown.items() if value != usual]
    return f"Default: {usual}" + (f" ({', '.join(others)})" if others else "")


def _augmentation(config: TrainConfig) -> str:
    """Name of a preset's augmentation."""
    return next(
        (name for name, augment in AUGMENT_PRESETS.items() if augment == config.augment), "its own"
    )


if __name__ == "__main__":
    sys.exit(main())
