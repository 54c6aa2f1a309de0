"""What is known of a photo, beside what it shows."""

from __future__ import annotations

from pipeline.files import sizes
from pipeline.photos.decoding.canonical import ORIGIN_NAMES
from pipeline.photos.photo_set import PhotoSet


def facts(photo_set: PhotoSet, index: int) -> list[tuple[str, str]]:
    """Headings with what stands below them, as plain text."""
    photo = photo_set.photos[index]
    kept = sizes.size(photo_set.packs.places[index].length)
    told = [
        ("Split", photo.split.capitalize()),
        ("File", photo.name),
        ("Kept", f"{photo.width} by {photo.height} pixels, {kept}"),
    ]
    if (origin := photo.origin) is not None:
        turned = ", turned upright" if origin.turned else ""
        kind = ORIGIN_NAMES[origin.format]
        told.append(("Came as", f"{kind}, {origin.width} by {origin.height} pixels{turned}"))
    if photo.note:
        told.append(("Remark", photo.note))
    return told
