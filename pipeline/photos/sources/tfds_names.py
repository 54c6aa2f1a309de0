"""What TensorFlow Datasets says of its sets in its own files, read without importing it.

So a page can tell the size and the licence of a set before anything of it is fetched.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pipeline.errors import SourceError
from pipeline.photos.sources.opened import PREFIX, READY_SETS, ReadySet, missing_library

_MOST_NEAR: Final = 5
_LIKE: Final = 0.6  # of 1: how much of a name must be right
_ONE_SET: Final = re.compile(
    r"(?P<name>[a-z][\w -]*)(/(?P<config>[\w.-]+))?(:(?P<version>\d+\.\d+\.\d+))?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A set that somebody asks for.

    Attributes:
        name: As the library calls it.
        config: Which variant of it, or None for the library's own choice.
        version: Such as `3.0.1`, or None for the library's own choice.
    """

    name: str
    config: str | None = None
    version: str | None = None

    @property
    def full_name(self) -> str:
        """As the library takes it: `eurosat/rgb:2.0.0`."""
        config = f"/{self.config}" if self.config else ""
        return f"{self.name}{config}" + (f":{self.version}" if self.version else "")


def asked(source: str) -> Asked:
    """Read `tfds:NAME`, with `/CONFIG` and `:VERSION` where they are given.

    Raises:
        SourceError: If it is no such name.
    """
    found = _ONE_SET.fullmatch(source.strip().removeprefix(PREFIX).strip())
    if found is None:
        raise SourceError(
            "A set of TensorFlow Datasets is named as NAME, NAME/CONFIG or NAME:VERSION, for "
            f"example tfds:beans or tfds:eurosat/rgb:2.0.0. Received: {source!r}."
        )
    name = _snake_case(re.sub(r"[ -]+", "_", found["name"]))
    return Asked(name, found["config"], found["version"])


def look_up(source: str) -> ReadySet:
    """What can be told of a set before it is fetched.

    Whether it shows one thing per picture, only the library itself can tell; see `tfds`.

    Args:
        source: As `asked` takes it.

    Raises:
        SourceError: If there is no such set; names those that are called much like it.
    """
    wanted = asked(source)
    for ready in READY_SETS:
        if ready.source == PREFIX + wanted.full_name:
            return ready
    said = _said(_code_of(wanted.name), wanted.name)
    return ReadySet(
        source=PREFIX + wanted.full_name,
        title=wanted.full_name,
        description="A set of TensorFlow Datasets.",
        photos=None,
        download_bytes=_download_bytes(wanted.name),
        licence=said.get("license"),
        homepage=said.get("homepage", ""),
    )


def near(name: str) -> tuple[str, ...]:
    """Sets of pictures with a label each that are called much like `name`, the most alike first."""
    names = sorted(found for found, code in _codes().items() if _shows_labels(code))
    alike = difflib.get_close_matches(name, names, _MOST_NEAR, _LIKE)
    inside = [found for found in names if len(name) > 2 and name in found and found not in alike]
    return tuple([*alike, *inside][:_MOST_NEAR])


def unknown(name: str) -> SourceError:
    """The sentence for a set that is not there."""
    alike = near(name)
    meant = f" Did you mean {', '.join(alike)}?" if alike else ""
    return SourceError(
        f"TensorFlow Datasets has no set of pictures called {name}.{meant} All of them are listed "
        "at www.tensorflow.org/datasets/catalog."
    )


def _snake_case(name: str) -> str:
    """`StanfordDogs` as `stanford_dogs`, the way the library does it."""
    name = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"_+", "_", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)).lower()


def _package() -> Path:
    """The library's folder.

    Raises:
        SourceError: If it is not installed.
    """
    spec = find_spec("tensorflow_datasets")
    if spec is None or not spec.submodule_search_locations:
        raise missing_library("TensorFlow Datasets")
    return Path(next(iter(spec.submodule_search_locations)))


def _code_of(name: str) -> Path:
    """The file that defines a set.

    Raises:
        SourceError: If there is none.
    """
    code = _codes().get(name)
    if code is None:
        raise unknown(name)
    return code


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, Path]:
    """The file that defines each set of the library, by its name."""
    package = _package()
    found: dict[str, Path] = {}
    for path in sorted((package / "image_classification").rglob("*.py")):
        if not path.stem.endswith("_test"):
            found |= dict.fromkeys(_classes(path.read_text("utf-8")), path)
    for path in sorted((package / "datasets").glob("*/*_dataset_builder.py")):
        found[path.parent.name] = path
    for path in sorted((package / "url_checksums").glob("*.txt")):
        found.setdefault(path.stem, path)
    return found


def _classes(code: str) -> Iterator[str]:
    """Names of the sets that a module of the library's older kind defines."""
    for name in re.findall(r"^class (\w+)\((?!.*Config\)).*\)", code, re.MULTILINE):
        yield _snake_case(name)


@lru_cache(maxsize=512)
def _shows_labels(code: Path) -> bool:
    text = code.read_text("utf-8")
    return "features.Image(" in text and "ClassLabel(" in text


def _download_bytes(name: str) -> int | None:
    """How much there is to fetch, by the library's list of files; of all variants together."""
    package = _package()
    for path in (
        package / "datasets" / name / "checksums.tsv",
        package / "url_checksums" / f"{name}.txt",
    ):
        if path.is_file():
            lines = path.read_text("utf-8").splitlines()
            return sum(_size(line) for line in lines if line.strip() and not line.startswith("#"))
    return None


def _size(line: str) -> int:
    """Bytes of a file: `ADDRESS<tab>BYTES<tab>SHA-256<tab>NAME`, in old lists with spaces."""
    parts = line.split("\t")
    return int(parts[1] if len(parts) > 1 else line.rsplit(" ", 2)[1])


def _said(code: Path, name: str) -> dict[str, str]:
    """Licence and address of a set, as its definition states them in plain letters."""
    if code.suffix != ".py":
        return {}
    tree = ast.parse(code.read_text("utf-8"))
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    said: dict[str, str] = {}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    own = [node for node in classes if _snake_case(node.name) in (name, "builder")]
    for node in (inner for one in own for inner in ast.walk(one)):
        if isinstance(node, ast.keyword) and node.arg in ("license", "homepage"):
            value = node.value
            text = value.value if isinstance(value, ast.Constant) else None
            text = constants.get(value.id) if isinstance(value, ast.Name) else text
            if isinstance(text, str):
                said.setdefault(node.arg, text)
    return said
