"""What a training's result depends on besides its settings."""

from __future__ import annotations

import numpy as np

from pipeline.jobs.installed import installed_versions


def test_python_the_machine_and_what_computes_are_told() -> None:
    found = installed_versions()
    assert found["numpy"] == np.__version__
    assert {"python", "machine", "keras", "ai-edge-litert"} <= found.keys()
    assert all(found.values())
