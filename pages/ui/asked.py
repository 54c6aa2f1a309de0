"""What the Evaluate page looks at: a run's answers about photos of a set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pages.ui import networks, resources, words
from pipeline.evaluation.class_scores import Share
from pipeline.evaluation.predictions import Predictions
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import numbers
from pipeline.wording.text import short
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run


@dataclass(frozen=True, slots=True)
class Asked:
    """A run, a photo set, and the run's answers.

    Attributes:
        run: Who answered.
        row: The photo set.
        photo_set: Its photos.
        found: The answers; positions in them are what all parts of the page hand around.
        what: The photos in words: "test photos".
        learned: How many of them it learned from, so that no share of them is a score.
    """

    run: Run
    row: PhotoSetRow
    photo_set: PhotoSet
    found: Predictions
    what: str
    learned: int = 0

    def share(self, found: Share) -> str:
        """A share in words; with its interval only where it says something of other photos."""
        if self.learned and found.value is not None:
            return numbers.percent(found.value)
        return numbers.share(found)

    def share_in_full(self, found: Share) -> str:
        """The same with its numbers of photos."""
        if self.learned:
            return f"{found.count:,} of {numbers.plural(found.photos, 'photo')}."
        return numbers.share_in_full(found)

    def index(self, position: int) -> int:
        """The photo's place in the set."""
        return int(self.found.photo_indices[position])

    def name(self, class_index: int) -> str:
        """Name of a class that the run has learned."""
        return self.run.classes[class_index]

    def told(self, position: int) -> str:
        """A photo's answer in Markdown: what it was called, how surely, and its label if another.

        The label is what somebody said of the photo, and it may be the label that is wrong.
        """
        called, truth = int(self.found.called[position]), int(self.found.truth[position])
        share = numbers.percent(float(self.found.probabilities[position, called]), 0)
        mark = ":green[:material/check:]" if called == truth else ":red[:material/close:]"
        text = f"{mark} called {words.literal(short(self.name(called), 18))}, {share}"
        if called != truth:
            text += f" · labelled {words.literal(short(self.name(truth), 18))}"
        return text

    def alt(self, position: int) -> str:
        """The same for those who do not see the photo."""
        called, truth = int(self.found.called[position]), int(self.found.truth[position])
        share = numbers.percent(float(self.found.probabilities[position, called]), 0)
        return f"Photo labelled {self.name(truth)}, called {self.name(called)} with {share}"

    def heat(self, position: int, class_index: int) -> np.ndarray:
        """Where the network sees a class in a photo; see `Classifier.heat`."""
        classifier = networks.classifier(self.run.id)
        photo = resources.square(self.photo_set.id, self.index(position), classifier.image_size_px)
        return classifier.heat(photo, class_index)
