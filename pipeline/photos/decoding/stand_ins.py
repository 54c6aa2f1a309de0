"""Small files that stand in for a photo which is still somewhere else: a cloud, a store, a server.

Their owner sees a photo in the folder and misses it in the set. So each is told by what keeps
the photo, and with what brings it here.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.errors import Why

_AGAIN: Final = "then import again."


def _elsewhere(where: str, advice: str) -> Why:
    reason = f"It is not downloaded from {where} yet: this only stands in for the photo."
    return Why(reason, f"{advice}, {_AGAIN}")


ICLOUD: Final = _elsewhere(
    "iCloud", "Choose Download Now for its folder in the Finder, wait until the clouds are gone"
)
GIT_LFS: Final = _elsewhere("Git LFS", "Run git lfs pull where these files were cloned")
GIT_ANNEX: Final = _elsewhere("git-annex", "Run git annex get where these files were cloned")
DVC: Final = _elsewhere("DVC", "Run dvc pull where these files were cloned")
CLOUD_FOLDER: Final = _elsewhere(
    "the cloud", "Tell the program of your cloud to keep this folder on the computer"
)
_ZEROS: Final = Why(
    "There is nothing but zeros in it: it was not downloaded, or not copied to its end.",
    "Download it from the cloud or copy it again, then import again.",
)
_SHORTCUT: Final = Why(
    "This is a shortcut to a file or page elsewhere, not a photo.", "Copy the photo itself here."
)
_GOOGLE: Final = Why(
    "This is a link to a document in Google Drive, not a photo.",
    "Download what it leads to as JPEG or PNG.",
)
_PACKED_SETTINGS: Final = Why("This is a file of settings of a Mac, not a photo.", "Leave it out.")

_MOST_BYTES: Final = 8192  # of anything that only says where a photo is
_STARTS: Final = (
    (b"version https://git-lfs.github.com/", GIT_LFS),
    (b"version https://hawser.github.com/", GIT_LFS),  # its first name
    (b"/annex/objects/", GIT_ANNEX),
    (b"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F", _SHORTCUT),
    (b"[InternetShortcut]", _SHORTCUT),
    (b"[Desktop Entry]", _SHORTCUT),
    (b"book\x00\x00\x00\x00mark\x00\x00\x00\x00", _SHORTCUT),
)
_GIT_ANNEX_LINK: Final = re.compile(rb"(\.\./)*\.git/annex/objects/")  # where links are texts
_DVC_LIST: Final = re.compile(rb"(?:[a-z0-9_]+: .*\n)*outs:\r?\n- (md5|etag|checksum|size|hash): ")


def why_not(data: bytes) -> Why | None:
    """What a file says that is no photo but tells where one is, or None for any other file."""
    if len(data) > _MOST_BYTES:
        # What a cloud has only reserved room for is as long as the photo.
        return _ZEROS if not data[:64].strip(b"\0") and not data.strip(b"\0") else None
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    for first, why in _STARTS:
        if start.startswith(first):
            return why
    if start.startswith(b"bplist00"):
        return ICLOUD if b"NSURL" in data else _PACKED_SETTINGS
    if _GIT_ANNEX_LINK.match(start):
        return GIT_ANNEX
    if _DVC_LIST.match(start):
        return DVC
    if start.startswith(b"{") and (b'"doc_id"' in start or b"docs.google.com/" in start):
        return _GOOGLE
    if start.startswith(b"<?xml") and b"<plist" in start and b"<key>URL</key>" in start:
        return _SHORTCUT
    return _ZEROS if len(data) > 1 and not data.strip(b"\0") else None
