"""Photos side by side: which of a set are shown, in which order."""

from __future__ import annotations

from pages.ui import resources
from pages.ui.parts import tiles
from pipeline.workspace.photo_sets import PhotoSetRow


def test_the_selection_is_mixed_and_always_the_same(photo_set: PhotoSetRow) -> None:
    opened = resources.photo_set(photo_set.id)
    everything = tiles.select(opened, tiles.ALL, tiles.ALL)
    assert sorted(everything) == list(range(40))
    assert everything == tiles.select(opened, tiles.ALL, tiles.ALL)
    assert len({opened.photos[index].class_index for index in everything[:9]}) == 2
    assert set(tiles.select(opened, tiles.ALL, tiles.ALL, {3, 5})) == {3, 5}
