"""Keras as it comes, whatever this machine has told it: import `keras` from here.

While it is imported, Keras takes its settings from `keras.json` and from the environment. Channels
first, half precision or a limit of steps, left there by another project, would make another network
of ours, or none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, Final

import pipeline.learning  # noqa: F401 - it tells Keras which backend to take

_HOME: Final = "KERAS_HOME"
_BACKEND: Final = "KERAS_BACKEND"


@contextmanager
def _no_settings_of_this_machine() -> Iterator[None]:
    """An empty home for Keras, and nothing said in the environment but the backend."""
    before = {name: value for name, value in os.environ.items() if name.startswith("KERAS_")}
    with TemporaryDirectory(prefix="pawtune-keras-", ignore_cleanup_errors=True) as empty:
        for name in before.keys() - {_BACKEND}:
            del os.environ[name]
        os.environ[_HOME] = empty
        try:
            yield
        finally:
            del os.environ[_HOME]
            os.environ.update(before)


def _import_keras() -> Any:
    with _no_settings_of_this_machine():
        import keras
    # Where somebody else in this process was first.
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    return keras


keras: Any = _import_keras()
