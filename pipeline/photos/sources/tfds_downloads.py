"""Fetches what a set of TensorFlow Datasets is made from, in the library's place.

The library's own download shows its progress on a terminal only, knows no Stop, begins anew after
a break, and waits for minutes where there is no network.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from pipeline.files.atomic import STAGING_MARK, sweep_staging
from pipeline.files.download import download
from pipeline.progress import Report, Stage, Step

_ADDRESS_DIGITS: Final = 8  # of the hash that keeps files of one name from several places apart
_CHUNK: Final = 2**20


@contextmanager
def fetched_by_us(builder: Any, folder: Path, title: str, report: Report) -> Iterator[None]:
    """Have everything that a set asks for fetched and unpacked here, while the block lasts.

    The builder's `download_and_prepare` then raises `DownloadError` and `Stopped` as we do.
    Fetched files stay for the next time, what was unpacked from them goes.

    Args:
        builder: A `tensorflow_datasets.core.DatasetBuilder`.
        folder: Where fetched files are kept; those in its folder `manual` are used, too.
        title: The set's name for people.
        report: Hears of the downloads in bytes, and of what is unpacked in files.
    """
    import tree
    from tensorflow_datasets.core.download.download_manager import DownloadManager

    fetcher = _Fetcher(folder, title, report)

    class Downloads(DownloadManager):  # type: ignore[misc]  # the library has no types
        def download(self, urls: Any) -> Any:
            return tree.map_structure(self._fetched, urls)

        def extract(self, paths: Any) -> Any:
            return tree.map_structure(fetcher.unpacked, paths)

        def download_and_extract(self, urls: Any) -> Any:
            return self.extract(self.download(urls))

        def _fetched(self, wanted: Any) -> Any:
            known = self._url_infos.get(wanted if isinstance(wanted, str) else wanted.url)
            if known is not None:  # the library counts them to tell the size of the whole
                self._recorded_url_infos[wanted] = known
            return fetcher.fetched(wanted, known)

    def made(download_dir: Any, download_config: Any) -> Any:
        return Downloads(
            download_dir=download_dir or folder,
            manual_dir=download_config.manual_dir or folder / "manual",
            manual_dir_instructions=builder.MANUAL_DOWNLOAD_INSTRUCTIONS,
            url_infos=builder.url_infos,
            dataset_name=builder.name,
        )

    builder._make_download_manager = made
    try:
        yield
    finally:
        del builder._make_download_manager
        fetcher.close()


class _Fetcher:
    """Fetches and unpacks, in the caller's thread."""

    def __init__(self, folder: Path, title: str, report: Report) -> None:
        self._folder = folder
        self._stage = Stage(Step.PREPARING_SET, title)
        self._report = report
        self._unpacked: dict[Path, tempfile.TemporaryDirectory[str]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        sweep_staging(folder)  # what was unpacked when a process was killed

    def close(self) -> None:
        """Remove what was unpacked."""
        for unpacked in self._unpacked.values():
            unpacked.cleanup()

    def fetched(self, wanted: Any, known: Any) -> Any:
        """Where the file of an address lies, as the library's kind of path or resource.

        Args:
            wanted: The address, or the library's `Resource` of one.
            known: The library's `UrlInfo` of it: length, SHA-256 and name; None for none.
        """
        from etils import epath
        from tensorflow_datasets.core.download.resource import Resource

        url = wanted if isinstance(wanted, str) else wanted.url
        size, sha256 = (int(known.size), known.checksum) if known else (None, None)
        name = PurePosixPath((known and known.filename) or urlsplit(url).path).name or "data"
        target = self._folder / "manual" / name  # where people put what they fetched themselves
        if size is None or not target.is_file() or target.stat().st_size != size:
            address = hashlib.sha256(url.encode()).hexdigest()[:_ADDRESS_DIGITS]
            target = self._folder / address / name
        path = epath.Path(download([url], target, self._report, size=size, sha256=sha256))
        method = None if isinstance(wanted, str) else wanted._extract_method
        return Resource(path=path, extract_method=method) if method else path

    def unpacked(self, wanted: Any) -> Any:
        """Where the content of an archive lies, as the library's kind of path.

        Args:
            wanted: Its path, or the library's `Resource` of one.
        """
        from etils import epath
        from tensorflow_datasets.core.download import extractor
        from tensorflow_datasets.core.download.resource import ExtractMethod, Resource

        archive = wanted if isinstance(wanted, Resource) else Resource(path=wanted)
        if archive.extract_method is ExtractMethod.NO_EXTRACT:
            return archive.path
        path = Path(archive.path)
        if path not in self._unpacked:
            self._unpacked[path] = tempfile.TemporaryDirectory(
                dir=self._folder, prefix=STAGING_MARK
            )
        root = Path(self._unpacked[path].name) / "content"
        if not root.exists():
            # The library leaves out names that lead out of the folder.
            for done, (name, stream) in enumerate(
                extractor.iter_archive(archive.path, archive.extract_method)
            ):
                self._report(self._stage, done, None, "files")
                target = root / name  # without a name it is one packed file, no archive
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as out:
                    shutil.copyfileobj(stream, out, _CHUNK)
        return epath.Path(root)
