from __future__ import annotations

from pages.ui.charts import size_curve
from pipeline.evaluation.more_photos import SizeCurve, SizePoint, Verdict

POINTS = (SizePoint(16.4, 0.9, 0.8, 0.95), SizePoint(160, 0.96, 0.9, 0.99))
CURVE = SizeCurve(POINTS, 0.01, 0.0, 0.02, Verdict.UNKNOWN)


def test_curve_band_and_table_say_the_same() -> None:
    band, line = size_curve.figure(CURVE).data
    assert (list(line.x), list(line.y)) == ([16, 160], [0.9, 0.96])
    assert (band.mode, band.fill) == ("lines", "toself")  # no points at its corners
    assert list(band.y) == [0.95, 0.99, 0.9, 0.8]
    rows = size_curve.table(CURVE).rows
    assert rows.iloc[0].tolist() == [16, "90.0 %", "80.0 % and 95.0 %"]
