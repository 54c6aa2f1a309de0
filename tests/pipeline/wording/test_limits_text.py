"""What a demo allows, in words: each limit that there is, and none that there is not."""

from __future__ import annotations

from dataclasses import replace

from pipeline.settings import mode
from pipeline.wording.limits_text import describe, in_short


def test_amounts_are_written_as_people_read_them() -> None:
    allowed = replace(
        mode.LOCAL, visitor_photos=12_000, visitor_bytes=3_000_000, minutes_per_job=7.5
    )
    assert describe(allowed) == (
        "You may have up to 12,000 photos at a time, over all your sets.",
        "Your photos may take up to 3.0 MB at a time, uploads on their way included.",
        "One import or training may take up to 7.5 minutes; then it is stopped, and what a "
        "training has learned until then is kept.",
    )


def test_the_first_thing_to_know_is_one_line() -> None:
    kept = replace(mode.LOCAL, hours_kept=6.0)
    assert in_short(kept) == "A demo: what you bring and make is deleted after 6 hours."
    assert in_short(replace(mode.LOCAL, visitor_photos=9)) == "What you may bring is limited."
