"""Colours, and how every chart behaves."""

from __future__ import annotations

from typing import Any, Final

PALETTE: Final = (
    "#D9622B",
    "#178F8A",
    "#7A6BD1",
    "#B7791F",
    "#3D7FC4",
    "#C2497F",
    "#5B8C2A",
    "#8A6A55",
    "#6D8296",
    "#A65BC0",
)
QUIET: Final = "#8C8177"  # marks and reference lines, on light and dark
# No bar of icons: it comes up by itself wherever the pointer rests. A double click zooms out.
CONFIG: Final = {"displayModeBar": False}
LEGEND: Final[
    dict[str, dict[str, Any]]
] = {  # below the chart, where it may wrap without touching the title
    "legend": {"orientation": "h", "y": -0.27, "yanchor": "top", "x": 0.5, "xanchor": "center"},
    "margin": {"l": 8, "r": 8, "t": 52, "b": 8},
}
