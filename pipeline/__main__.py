"""The command line: `python -m pipeline COMMAND --json`.

Standard output carries one JSON object and nothing else; what is being done goes to
standard error. Exit code 0, or 1 with `{"error": "..."}`.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from pipeline import commands
from pipeline.config import AUGMENT_PRESETS
from pipeline.errors import PawTuneError, SettingError
from pipeline.settings import TRAIN
from pipeline.workspace.home import open_workspace


class _Parser(argparse.ArgumentParser):
    """Says what is wrong as an error of ours, so that it comes out as JSON too."""

    def error(self, message: str) -> NoReturn:
        raise SettingError(f"{message}. See `{self.prog} --help`.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    indent = None if "--json" in given else 2
    try:
        options = _parser().parse_args(given)
        answer = options.command(open_workspace(), options)
        code = 0 if answer.get("healthy", True) else 1
    except PawTuneError as error:
        answer, code = {"error": str(error)}, 1
    except Exception as error:  # a bug: the traceback is for us, the object for the caller
        traceback.print_exc()
        answer, code = {"error": f"Something went wrong inside PawTune: {error}"}, 1
    print(json.dumps(answer, indent=indent, ensure_ascii=False))
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m pipeline", description="PawTune from the command line.")
    add = parser.add_subparsers(required=True, metavar="COMMAND").add_parser
    both = _Parser(add_help=False)
    both.add_argument("--json", action="store_true", help="one JSON object on one line")

    command = add("import", parents=[both], help="bring photos into the workspace")
    command.add_argument("source", help="a folder, a zip, or the name of a ready set")
    command.add_argument("--name", help="what to call the set")
    command.add_argument("--data-dir", type=Path, help="where TFDS keeps its data sets")
    command.set_defaults(command=commands.import_photos)

    command = add("train", parents=[both], help="train on a photo set")
    command.add_argument("--photo-set", required=True, help="id of the set")
    command.add_argument("--name", help="what to call the run")
    for name, setting in TRAIN.items():
        option = f"--{name.removesuffix('_px').replace('_', '-')}"
        text = f"{setting.what} Default: {setting.default}".replace("%", "%%")
        if isinstance(setting.default, bool):
            action = argparse.BooleanOptionalAction
            command.add_argument(option, dest=name, action=action, default=False, help=text)
        else:
            kind = type(setting.default)
            command.add_argument(option, dest=name, type=kind, default=setting.default, help=text)
    command.add_argument("--augment", choices=list(AUGMENT_PRESETS), default="tutorial")
    command.set_defaults(command=commands.train)

    command = add("classify", parents=[both], help="ask a run about photos")
    command.add_argument("--run", required=True, help="id of the run")
    command.add_argument("paths", nargs="+", type=Path, help="photos")
    command.set_defaults(command=commands.classify)

    command = add("evaluate", parents=[both], help="score a run on class folders")
    command.add_argument("--run", required=True, help="id of the run")
    command.add_argument("folder", type=Path, help="a folder or zip of class folders")
    command.set_defaults(command=commands.evaluate)

    for name, function, text in (
        ("photo-sets", commands.photo_sets, "list the photo sets"),
        ("runs", commands.runs, "list the runs"),
        ("doctor", commands.doctor, "check every file and row of the workspace"),
    ):
        add(name, parents=[both], help=text).set_defaults(command=function)
    return parser


if __name__ == "__main__":
    sys.exit(main())
