"""So many at once, and so many a second."""

from __future__ import annotations

from pipeline.phone.rate import Rate


def test_a_full_bucket_runs_dry_and_fills_with_time() -> None:
    now = 0.0
    rate = Rate(3, 2.0, lambda: now)
    assert [rate.takes() for _ in range(4)] == [True, True, True, False]
    now = 0.5
    assert [rate.takes() for _ in range(2)] == [True, False]
    now = 1000.0
    assert [rate.takes() for _ in range(4)] == [True, True, True, False]
