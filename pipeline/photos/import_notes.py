"""What an import tells of itself as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.photos.decoding.clip_kinds import Ending
from pipeline.photos.merging import Merged
from pipeline.photos.receiving import Received, Watched
from pipeline.settings import mode
from pipeline.wording import clip_text, source_notes


def notes(received: Received, merged: Merged) -> tuple[str, ...]:
    """What its owner should know about an import as a whole, one sentence each.

    Args:
        received: What came.
        merged: What was made of it.
    """
    found = source_notes.divided(merged.divided)
    for key, spellings in merged.spellings.items():
        written = spellings | {merged.classes[key]}
        if len(written) > 1:
            named = " and ".join(sorted(written))
            found.append(f"The folders {named} were taken as one class, {merged.classes[key]}.")
        elif len(received.as_found[key]) > 1:
            found.append(
                f"{len(received.as_found[key])} folders were taken as one class, "
                f"{merged.classes[key]}: their names differ only in spaces, or in how an accent is "
                "stored."
            )
    found += [
        f"None of the files in {received.spelling[key]} can be used, so there is no such class."
        for key in sorted(received.class_sizes.keys() - merged.classes.keys())
    ]
    found += _on_videos(received.watched, merged.are_cut)
    if merged.held_together:
        found.append(
            f"{merged.held_together} photos of the set look nearly like another one. "
            + (
                "Some of those that belong together are on both sides, as their source divided "
                "them or because a class could not be tested otherwise, so the score will look "
                "better than it is. The check-up tells more."
                if merged.torn
                else "Those that belong together are in the same split, so that no score comes "
                "from a photo that was learned."
            )
        )
    return tuple(found)


def _on_videos(watched: Sequence[Watched], are_cut: bool) -> Iterator[str]:
    if watched:
        looked_at, left_out = (
            sum(getattr(one, name) for one in watched) for name in ("looked_at", "left_out")
        )
        yield clip_text.taken(len(watched), looked_at, left_out, are_cut)
    limits = mode.current().limits
    for one in watched:
        if one.ending is Ending.BROKEN:
            yield clip_text.broken(one.name)
        if one.ending is Ending.TOO_LONG:
            yield clip_text.too_long(one.name, limits.clip_frames, limits.clip_seconds)
