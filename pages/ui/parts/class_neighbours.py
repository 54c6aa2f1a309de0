"""How far classes keep to themselves on a map, as the table of that map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pages.ui.charts.figure import Table
from pipeline.wording import numbers


def table(
    labels: NDArray[np.int64], classes: Sequence[str], moments: Mapping[str, NDArray[np.float32]]
) -> Table:
    """A line for each class.

    Args:
        labels: `(N,)`, class of each photo.
        classes: Their names.
        moments: What a column is called, and `(N,)` of each photo's nearest the share with the
            same label, in [0, 1].
    """
    sizes = np.bincount(labels, minlength=len(classes))
    rows = {"Class": [*classes], "Photos": sizes.tolist()}
    for title, alike in moments.items():
        shares = np.bincount(labels, alike, minlength=len(classes)) / np.maximum(sizes, 1)
        rows[title] = [
            numbers.percent(share, 0) if size else ""
            for share, size in zip(shares.tolist(), sizes.tolist(), strict=True)
        ]
    return Table(pd.DataFrame(rows), "Classes, and how far they keep to themselves")
