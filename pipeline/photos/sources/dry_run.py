"""How a source would be understood, without reading a single photo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.errors import SourceError
from pipeline.photos.sources import open_source
from pipeline.photos.sources.opened import PREFIX, READY_SETS
from pipeline.photos.sources.readings import Reading
from pipeline.progress import silent


def dry_run(
    source: str,
    downloads_folder: Path,
    label: str | None = None,
    code_page: str | None = None,
    reading: Reading | None = None,
) -> dict[str, Any]:
    """Look a folder or zip through.

    Args:
        source: Its path.
        downloads_folder: As `open_source` takes it; nothing is fetched.
        label: What photos without a folder show, where somebody says it.
        code_page: How to read names of which nothing says it; guessed unless given.
        reading: Where labels come from; found out unless given.

    Returns:
        `title`, `files` and `notes`; and what `Opened.understood` tells, unless it is a saved set.

    Raises:
        SettingError: If there is no such code page.
        SourceError: If it is a ready set, or there is nothing that could be imported.
    """
    if source in [ready.source for ready in READY_SETS] or source.startswith(PREFIX):
        raise SourceError(f"{source} is a ready set: its labels are known before it is fetched.")
    with open_source(
        source,
        downloads_folder,
        silent,
        code_page=code_page,
        reading=reading,
        loose_known=label is not None,
    ) as opened:
        return {
            "title": opened.title,
            "files": opened.total,
            **opened.understood(),
            "notes": list(opened.notes),
        }
