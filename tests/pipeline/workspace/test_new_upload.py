"""An upload is there once it is whole."""

from __future__ import annotations

import errno

import pytest

from pipeline.errors import DiskFullError, WorkspaceError
from pipeline.workspace.home import open_workspace
from pipeline.workspace.new_upload import new_upload


def test_it_is_whole_or_not_there() -> None:
    workspace = open_workspace()
    with new_upload(workspace) as new:
        new.path.write_bytes(b"whole")
        assert not new.target.exists()
    assert new.target.read_bytes() == b"whole"
    with pytest.raises(KeyError), new_upload(workspace) as other:
        other.path.write_bytes(b"half")
        raise KeyError
    assert list(workspace.uploads_folder.iterdir()) == [new.target]


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, DiskFullError), (errno.EIO, WorkspaceError)]
)
def test_a_disk_that_takes_no_more_is_a_sentence(number: int, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="The photos could not be saved"), new_upload(open_workspace()):
        raise OSError(number, "broken")
