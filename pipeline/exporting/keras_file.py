"""A `.keras` file for others: earlier versions of Keras open it, and it tells its classes.

Keras writes every option of every layer into its file, with those that are new in its version, and
an earlier one refuses what it does not know. A new option at its default goes without saying, so it
is left out; what was chosen stays.
"""

from __future__ import annotations

import importlib
import inspect
import json
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from pipeline.exporting.labels import LABELS
from pipeline.photos.set_file import member

CONFIG: Final = "config.json"
# All that Keras 3.4 writes of the layers that our networks have; later versions know it, too.
_OPTIONS: Final = """
activation activity_regularizer axis batch_shape beta_constraint beta_initializer beta_regularizer
bias_constraint bias_initializer bias_regularizer center data_format depth_multiplier
depthwise_constraint depthwise_initializer depthwise_regularizer dilation_rate dtype epsilon filters
gamma_constraint gamma_initializer gamma_regularizer groups input_layers keepdims kernel_constraint
kernel_initializer kernel_regularizer kernel_size layers max_value momentum moving_mean_initializer
moving_variance_initializer name negative_slope noise_shape offset output_layers padding rate scale
seed sparse strides synchronized threshold trainable units use_bias
"""
_LONG_KNOWN: Final = frozenset(_OPTIONS.split())


def make_portable(path: Path, labels: Mapping[str, Any]) -> None:
    """Rewrite a file that this very Keras has just written.

    Args:
        path: The file.
        labels: What its answers mean, see `labels.labels`.
    """
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members[CONFIG] = json.dumps(without_news(json.loads(members[CONFIG]))).encode()
    members[LABELS] = json.dumps(labels, indent=1).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(member(name), content)


def without_news(node: Any) -> Any:
    """A part of Keras's JSON, its objects without newer options that are at their default."""
    if isinstance(node, list):
        return [without_news(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {name: without_news(value) for name, value in node.items()}
    if node.get("module") and isinstance(node.get("config"), dict):
        usual = _defaults(node["module"], node["class_name"])
        for name in node["config"].keys() & usual.keys() - _LONG_KNOWN:
            if _is_default(node["config"][name], usual[name]):
                del kept["config"][name]
    return kept


def _is_default(value: Any, default: Any) -> bool:
    """Whether an option says what its default does; Keras writes some "not said" as False."""
    if default is None:
        return value is None or value is False
    return type(value) is type(default) and bool(value == default)


@cache
def _defaults(module: str, class_name: str) -> Mapping[str, Any]:
    """The defaults of a Keras object's options, by name."""
    made = getattr(importlib.import_module(module), class_name)
    options = inspect.signature(made.__init__).parameters.values()
    return {one.name: one.default for one in options if one.default is not one.empty}
