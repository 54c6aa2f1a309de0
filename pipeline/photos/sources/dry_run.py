"""How a source would be understood, without reading a single photo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.photos.sources import open_source, tfds_names
from pipeline.photos.sources.opened import PREFIX, READY_SETS, ready_set
from pipeline.photos.sources.readings import Reading
from pipeline.progress import silent
from pipeline.wording import ready_text


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
        label: The label of photos without a folder, where somebody gives one.
        code_page: How to read names of which nothing says it; guessed unless given.
        reading: Where labels come from; found out unless given.

    Returns:
        Of a ready set, what is known before it is fetched, see `ReadySet`. Else `title`, `files`
        and `notes`; and what `Opened.understood` tells, unless it is a saved set.

    Raises:
        SettingError: If there is no such code page.
        SourceError: If there is nothing that could be imported.
    """
    is_offered = source in [ready.source for ready in READY_SETS]
    if is_offered or source.startswith(PREFIX):
        ready = tfds_names.look_up(source) if source.startswith(PREFIX) else ready_set(source)
        if not is_offered:
            from pipeline.photos.sources import tfds  # TensorFlow

            tfds.require(source, downloads_folder / "tensorflow_datasets")
        return {**ready._asdict(), "notes": [ready_text.licence(ready.licence, ready.homepage)]}
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
