"""TensorFlow for those who need no Keras: import `tf` from here.

A training starts a second and a half earlier so. Whoever needs Keras imports it afterwards.
"""

from __future__ import annotations

import sys
from typing import Any


def _import_tensorflow() -> Any:
    """TensorFlow without Keras, which it would load unasked, and pandas for it: 2.5 s, not 4."""
    wanted = "keras" in sys.modules
    if not wanted:
        sys.modules["keras"] = None  # type: ignore[assignment]  # TensorFlow then goes without
    try:
        import tensorflow
    finally:
        if not wanted:
            del sys.modules["keras"]  # whoever imports it later gets it
    return tensorflow


tf: Any = _import_tensorflow()
