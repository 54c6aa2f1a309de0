"""Whether a process is still at work."""

from __future__ import annotations

import psutil


def is_alive(pid: int | None, created: float | None) -> bool:
    """Whether the very process that was started still works."""
    if pid is None or created is None:
        return False
    try:
        process = psutil.Process(pid)
        ours = abs(process.create_time() - created) < 1.0
        return bool(ours and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
