"""Five photos of three classes, as a manifest: what changes are tried on."""

from __future__ import annotations

from pipeline.photos.manifest import Manifest, Photo


def photo(name: str, class_index: int, sha: int, split: str = "training") -> Photo:
    return Photo(
        name=name,
        split=split,
        sha256=f"{sha:064x}",
        width=50,
        height=40,
        note=None,
        origin=None,
        class_index=class_index,
    )


def three() -> Manifest:
    """Two cats, two dogs, one newt."""
    photos = [photo(f"{n}.jpg", [0, 0, 1, 1, 2][n], n) for n in range(5)]
    return Manifest.ordered(("cat", "dog", "newt"), photos, 0)


def labels(content: Manifest) -> dict[str, str]:
    return {one.name: content.classes[one.class_index] for one in content.photos}
