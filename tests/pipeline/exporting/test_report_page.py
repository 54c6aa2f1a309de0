"""The report: everything in one page that loads nothing."""

from __future__ import annotations

import base64
import html.parser
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from jinja2 import UndefinedError
from PIL import Image

from pipeline.exporting import mistakes, model_card, rendering, report_page
from pipeline.exporting.run_facts import RunFacts
from pipeline.jobs import export_job
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.run import Run
from pipeline.workspace.runs import PREDICTIONS, Runs
from tests.pages.conftest import judged_run
from tests.pipeline.exporting.conftest import export, made


class Page(html.parser.HTMLParser):
    """What a browser would make of a page: tags with attributes, and words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_a_report_tells_everything_and_loads_nothing(workspace: Workspace, run: Run) -> None:
    result = export(workspace, run, "report")
    assert (result["photos"], result["largest_difference"]) == (0, None)
    text = made(workspace, result).read_text(encoding="utf-8")
    page = Page(text)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.tags}
    loaded = [attrs.get(name) for _, attrs in page.tags for name in ("src", "href", "xlink:href")]
    assert [one for one in loaded if one and not one.startswith("data:image/jpeg;base64,")] == []
    words = re.sub(r"data:image/jpeg;base64,[A-Za-z0-9+/=]+", "", text)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", words)
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv"))
    assert "default-src 'none'" in (policy or "")
    assert "prefers-color-scheme: dark" in text
    drawings = [attrs for tag, attrs in page.tags if tag == "svg"]
    assert [one["role"] for one in drawings] == ["img", "img"]
    assert "Fine-tuning starts after epoch 3. Saved: epoch 5." in (drawings[0]["aria-label"] or "")
    for words in (
        "First try",
        "87.5 % of 8 test photos",
        "95 % interval",
        "fine-tuning starts",
        "Confusion matrix",
        "actual blue",
        "predicted red",
        "Precision",
        "Fine-tuning learning rate",
        "0.00001",
    ):
        assert words in page.words, words


@pytest.mark.parametrize(
    "evil", ["<img src=x onerror=alert(1)>\"&'", "</style><script>", "{{ 7 * 7 }}{% raw %}{# no #}"]
)
def test_names_in_a_report_are_names(facts: RunFacts, evil: str) -> None:
    """Whatever somebody called something: the page has the same tags, and shows the name."""
    parameters = facts.parameters or {}
    assert facts.splits
    harmless, hostile = (
        Page(
            report_page.page(
                replace(
                    facts,
                    id=name,
                    name=name,
                    photo_set_name=name,
                    classes=(name, f"2 {name}"),
                    splits={name: {name: 5}},
                    parameters={**parameters, "total": 5},
                    versions={name: name},
                )
            )
        )
        for name in ("plain", evil)
    )
    assert hostile.tags == harmless.tags
    assert hostile.words == harmless.words.replace("plain", evil)
    assert hostile.words.count(evil) >= 15


def test_a_report_shows_the_photos_it_got_most_surely_wrong(
    workspace: Workspace, run: Run, photo_set: PhotoSetRow
) -> None:
    photos = PhotoSets(workspace).open(photo_set.id)
    facts = export_job.facts(workspace, Runs(workspace), run)
    assert facts.truth is not None and facts.probabilities is not None
    wrong = int((facts.probabilities.argmax(axis=1) != facts.truth).sum())
    page = Page(report_page.page(facts, photos))
    shown = [attrs for tag, attrs in page.tags if tag == "img"]
    assert len(shown) == wrong == 1
    assert re.fullmatch("Actual (red|blue), predicted (red|blue)", shown[0]["alt"] or "")
    picture = base64.b64decode((shown[0]["src"] or "").partition(",")[2])
    assert Image.open(io.BytesIO(picture)).size == (mistakes.SIDE_PX, mistakes.SIDE_PX)
    assert "Surest mistakes" in page.words
    assert "Surest mistakes" not in Page(report_page.page(facts)).words, "without the photos"


def test_a_report_leaves_no_gap_where_something_is_missing(facts: RunFacts) -> None:
    with pytest.raises(UndefinedError):
        rendering.rendered("report.html", facts=facts)


def test_a_report_of_many_classes_lists_the_mix_ups(facts: RunFacts) -> None:
    names = tuple(f"class {number}" for number in range(40))
    truth = np.arange(40)
    shares = np.eye(40, dtype=np.float32)
    shares[7] = shares[8]
    told = replace(facts, classes=names, truth=truth, probabilities=shares)
    page = Page(report_page.page(told))
    assert "Most frequent mix-ups" in page.words
    assert "class 7 class 8 1" in " ".join(page.words.split())
    assert "40 classes" in page.words


def test_a_report_without_answers_or_test(workspace: Workspace, run: Run) -> None:
    (run.folder / PREDICTIONS).unlink()
    told = export_job.facts(workspace, Runs(workspace), run)
    assert told.truth is None
    page = Page(report_page.page(told))
    assert "Confusion matrix" not in page.words
    assert "Curves" in page.words
    page = Page(report_page.page(replace(told, test=None, parameters=None, seconds=None)))
    assert "This run has no test result." in page.words


def test_a_report_tells_which_photos_judged(workspace: Workspace, photo_set: PhotoSetRow) -> None:
    judged = judged_run(workspace, photo_set)
    page = Page(made(workspace, export(workspace, judged, "report")).read_text(encoding="utf-8"))
    for words in (
        "97.5 % of all 80 photos were predicted correctly",
        "All photos: each row is the actual class",
        "the one that was kept has then learned from both",
    ):
        assert words in page.words, words
    assert "test photos alone" not in page.words, "eight would say nothing more"
    assert "The ring marks what was kept" not in page.words
    text = model_card.card(export_job.facts(workspace, Runs(workspace), judged), "", 96, 0)
    assert "72 photos of the set Colours; how good it is" in text
    assert "97.5 % of all 80 photos" in text
