"""Forms in which a run can be taken away, and the packages that they need."""

from __future__ import annotations

import pytest

from pipeline.errors import RunError
from pipeline.exporting import formats
from pipeline.jobs.queue import Jobs
from pipeline.workspace.home import Workspace
from pipeline.workspace.run import Run


def test_missing_packages_are_named(
    workspace: Workspace, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = formats.FORMATS["onnx"]
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "onnx" else 1)
    assert form.missing is not None
    assert "not installed here: onnx." in form.missing
    assert "`pip install tf2onnx onnx onnxruntime`" in form.missing
    with pytest.raises(RunError, match="pip install"):
        Jobs(workspace).submit_export(run.id, "onnx")
    assert formats.FORMATS["keras"].missing is None
