"""Which mistakes a report shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.exporting import mistakes
from pipeline.exporting.run_facts import RunFacts
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets


def test_of_many_mistakes_the_surest_are_shown(
    facts: RunFacts, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    photos = PhotoSets(workspace).open(photo_set.id)
    sure = np.linspace(0.6, 0.99, 20, dtype=np.float32)
    told = replace(
        facts,
        photo_indices=np.arange(20),
        truth=np.zeros(20, np.int64),
        probabilities=np.stack([1 - sure, sure], axis=1),
    )
    found = mistakes.surest(told, photos)
    assert [round(one.share, 3) for one in found] == [
        round(float(one), 3) for one in sure[::-1][: mistakes.MOST]
    ]
    assert {(one.actual, one.predicted) for one in found} == {facts.classes}


def test_without_photos_or_answers_there_are_none(
    facts: RunFacts, workspace: Workspace, photo_set: PhotoSetRow
) -> None:
    photos = PhotoSets(workspace).open(photo_set.id)
    assert mistakes.surest(facts, None) == []
    assert mistakes.surest(replace(facts, truth=None), photos) == []
    assert mistakes.surest(replace(facts, photo_indices=None), photos) == []
