"""How the command line lets other programs ask one run."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from typing import Any, Final

from pipeline.errors import RunError, SettingError
from pipeline.settings.environment import api_token, checked_token
from pipeline.workspace.home import Workspace
from pipeline.workspace.newest_run import newest_answering
from pipeline.workspace.runs import Runs

HOST: Final = "127.0.0.1"
PORT: Final = 8000
_MODULE: Final = "pipeline.api.serve"


def serve(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Find the run's bundle, and let a process that knows nothing else answer.

    That process takes the place of this one, whose database alone would be half of its memory.

    Raises:
        RunError: If the run cannot answer, or the server ended with a failure.
        SettingError: If it would listen to other computers and has no token.
    """
    from pipeline.api.host_names import is_this_computer
    from pipeline.api.operations import LATEST

    token = checked_token(options.token or "") or api_token()
    if token is None and not is_this_computer(options.host):
        raise SettingError(
            "Other computers may ask only with a token. Give one with --token, or listen at "
            f"{HOST}. Received: {options.host!r}."
        )
    if not 0 <= options.port < 2**16:
        raise SettingError(f"A port is a number from 0 to 65535. Received: {options.port}.")
    run_id = newest_answering(workspace, None) if options.run == LATEST else options.run
    bundle = Runs(workspace).bundle_folder(run_id)
    workspace.database.close()
    command = [sys.executable, "-m", _MODULE, run_id, str(bundle), options.host, str(options.port)]
    # Not on its command line, which everybody on this computer may read.
    environment = {**os.environ, "PAWTUNE_API_TOKEN": token or ""}
    sys.stdout.flush()
    if os.name != "nt":
        os.execve(sys.executable, command, environment)
    if subprocess.run(command, env=environment, check=False).returncode:
        raise RunError("The server ended with a failure, which it has told.")
    return {"run": run_id}
