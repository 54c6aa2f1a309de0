"""What the Evaluate page looks at: a run's answers about photos of a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from pages.ui import markdown, networks, resources, stores
from pages.ui.evaluate import asking
from pages.ui.parts import job_card
from pipeline.evaluation.class_scores import Share
from pipeline.evaluation.predictions import Predictions
from pipeline.evaluation.run_score import is_cross_validated
from pipeline.photos.photo_set import PhotoSet
from pipeline.wording import names, numbers, score_text
from pipeline.workspace.photo_sets import PhotoSetRow
from pipeline.workspace.run import Run

TEST: Final = "test"  # instead of a photo set's id
JUDGED: Final = "judged"  # all photos of a small set, each by a network that had not seen it


class Source(NamedTuple):
    """A photo set, and its photos."""

    row: PhotoSetRow
    photo_set: PhotoSet


@dataclass(frozen=True, slots=True)
class Asked:
    """A run, a photo set, and the run's answers.

    Attributes:
        run: Who answered.
        source: Where the photos are; None where only the answers are here, as of the example.
        found: The answers; positions in them are what all parts of the page hand around.
        what: The photos in words: "test photos".
        learned: How many of them it learned from, so that no share of them is a score.
        score: What the run keeps of its answers about these photos, if they are its score.
    """

    run: Run
    source: Source | None
    found: Predictions
    what: str
    learned: int = 0
    score: Mapping[str, float] | None = None

    @property
    def row(self) -> PhotoSetRow:
        """The photo set that the photos are in, which must be here."""
        assert self.source is not None
        return self.source.row

    @property
    def photo_set(self) -> PhotoSet:
        """The photos, which must be here."""
        assert self.source is not None
        return self.source.photo_set

    @property
    def key(self) -> str:
        """Names who answered and about what, for the keys of the page."""
        return f"{self.run.id}_{self.source.row.id if self.source else TEST}"

    def share(self, found: Share) -> str:
        """A share in words; with its interval only where it says something of other photos."""
        if self.learned and found.value is not None:
            return numbers.percent(found.value)
        return numbers.share(found)

    def share_in_full(self, found: Share) -> str:
        """The same with its numbers of photos."""
        if self.learned:
            return f"{found.count:,} of {numbers.photos(found.photos)}."
        return numbers.share_in_full(found)

    def index(self, position: int) -> int:
        """The photo's place in the set."""
        return int(self.found.photo_indices[position])

    def name(self, class_index: int) -> str:
        """Name of a class that the run has learned."""
        return self.run.classes[class_index]

    def shown(self, class_index: int, length: int = names.LONGEST) -> str:
        """The same as Markdown, told apart from the run's other classes."""
        return markdown.name(self.name(class_index), self.run.classes, length)

    def told(self, position: int) -> str:
        """A photo's answer in plain text: what was predicted, how surely, and its label if another.

        The label is what somebody said of the photo, and it may be the label that is wrong.
        """
        predicted, truth, share = self._answer(position)
        shown = list(names.apart(self.run.classes, 18).values())
        text = f"Predicted {shown[predicted]} ({share})"
        return text if predicted == truth else f"{text}, labelled {shown[truth]}"

    def told_in_markdown(self, position: int) -> str:
        """The same with a mark, right or wrong, for where Markdown is drawn."""
        predicted, truth, _ = self._answer(position)
        mark = ":green[:material/check:]" if predicted == truth else ":red[:material/close:]"
        return f"{mark} {markdown.literal(self.told(position))}"

    def alt(self, position: int) -> str:
        """The same for those who do not see the photo."""
        predicted, truth, share = self._answer(position)
        return f"Photo labelled {self.name(truth)}, predicted {self.name(predicted)} with {share}"

    def _answer(self, position: int) -> tuple[int, int, str]:
        """What was predicted of a photo, its label, and how sure the answer was."""
        called, truth = int(self.found.called[position]), int(self.found.truth[position])
        return called, truth, numbers.percent(float(self.found.probabilities[position, called]), 0)

    def heat(self, position: int, class_index: int) -> np.ndarray:
        """Where the network sees a class in a photo; see `Classifier.heat`."""
        classifier = networks.classifier(self.run.id)
        photo = resources.square(self.photo_set.id, self.index(position), classifier.image_size_px)
        return classifier.heat(photo, class_index)


def photos_asked_about(run: Run) -> Asked | None:
    """Choose which photos; the answers, or None while they are being asked for."""
    if run.is_example:
        found = resources.predictions(run.id)
        return Asked(run, None, found, "test photos", score=run.test)
    rows = {row.id: row for row in resources.photo_set_list()}
    tested = [TEST] if run.test else []  # there were none, or they are sealed
    judged = [JUDGED] if run.cross_validation else []
    others = (other for other in rows if other != run.photo_set_id)
    first = [*judged, *tested] if run.score is run.cross_validation else [*tested, *judged]
    choices = [*first, run.photo_set_id, *others]
    said = {
        TEST: "Its test photos, which it never saw",
        JUDGED: score_text.all_of(run.config, run.cross_validation),
    }
    of_its_set = "All photos of its set, also those that it learned from"
    if run.is_sealed:
        of_its_set += ", but not the sealed test"
    said[run.photo_set_id] = of_its_set
    chosen = st.selectbox(
        "Photos",
        choices,
        key=f"evaluate_photos_{run.id}",
        format_func=lambda found: said.get(found) or f"Another set: {rows[found].name}",
        help="Photos that had not been seen tell how good it is. All photos help to find wrong "
        "labels. Another labelled set shows how it does on photos from elsewhere.",
    )
    if chosen == TEST:
        found = resources.predictions(run.id)
        return replace(_asked(run, run.photo_set_id, found, "test photos"), score=run.test)
    if chosen == JUDGED and (by_folds := resources.cross_validated(run.id)):
        asked = _asked(run, run.photo_set_id, by_folds, "photos", learned=0)
        return replace(asked, score=run.cross_validation)
    kept = stores.runs().evaluation(run.id, chosen)
    job = stores.jobs().latest("evaluate", run=run.id, photo_set=chosen)
    if job and (kept is None or not job.finished):
        job_card.show(job.id, "The answers are there.")
        if not job.finished:
            return None
    if kept is None or asking.again(run, chosen):
        asking.ask(run, chosen)
        return None
    asking.told(run, resources.photo_set(chosen), kept)
    return _asked(run, chosen, kept, "photos")


def _asked(
    run: Run, photo_set_id: str, found: Predictions, what: str, learned: int | None = None
) -> Asked:
    row = stores.photo_sets().get(photo_set_id)
    photo_set = resources.photo_set(photo_set_id)
    if learned is None:
        learned = _learned(run, photo_set, found)
    return Asked(run, Source(row, photo_set), found, what, learned)


def _learned(run: Run, asked: PhotoSet, found: Predictions) -> int:
    """How many of the photos the run learned from; another set or version may hold them too."""
    source = resources.photo_set(run.photo_set_id)
    by_folds = run.score is not None and is_cross_validated(run.score)
    splits = ("training", "validation") if by_folds else ("training",)
    learned = {photo.sha256 for photo in source.photos if photo.split in splits}
    return sum(asked.photos[index].sha256 in learned for index in found.photo_indices.tolist())
