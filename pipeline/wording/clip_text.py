"""What was taken of videos, in words."""

from __future__ import annotations

from pipeline.wording.numbers import plural


def clock(milliseconds: int) -> str:
    """A place in a video: `0:03.50`; as long as it is below ten minutes it sorts by time."""
    minutes, rest = divmod(round(milliseconds / 10), 6000)
    return f"{minutes}:{rest / 100:05.2f}"


def frame_name(video: str, milliseconds: int) -> str:
    """How one picture of a video is called."""
    return f"{video} at {clock(milliseconds)}"


def rate(per_second: float) -> str:
    """How many pictures are taken: `2 of each second`, `1 of each 2 seconds`."""
    if per_second >= 1:
        return f"{per_second:g} of each second"
    return f"1 of each {1 / per_second:.3g} seconds"


def taken(videos: int, looked_at: int, left_out: int, are_cut: bool = False) -> str:
    """How many pictures came of all videos together.

    Args:
        videos: How many there are.
        looked_at: Pictures that were taken out of them.
        left_out: Those that were not kept, as they look nearly like an earlier one.
        are_cut: Whether a video of the set was learned from and tested with.
    """
    told = (
        f"{plural(looked_at, 'picture was', 'pictures were')} taken out of "
        f"{plural(videos, 'video')}"
    )
    if left_out:
        told += (
            f"; {left_out:,} of them {'is' if left_out == 1 else 'are'} left out and not counted, "
            "because they look nearly like an earlier one of the same video"
        )
    if are_cut:
        return (
            f"{told}. A class of one or two videos is divided within a video, so its score will "
            "look better than it is: bring three or more of each class."
        )
    return f"{told}. Those of one video stay together when photos are divided."


def broken(video: str) -> str:
    """A video whose end is missing."""
    return f"{video} ends early or is damaged. The pictures up to there were taken."


def too_long(video: str, frames: int, seconds: float) -> str:
    """A video of which only the beginning was taken."""
    return (
        f"{video} is long: only its beginning was taken, at most {plural(frames, 'picture')} out "
        f"of {seconds / 60:g} minutes. Cut it into shorter videos to have all of it."
    )
