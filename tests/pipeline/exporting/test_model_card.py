"""The model card tells the run's own facts."""

from __future__ import annotations

from dataclasses import replace

from pipeline.exporting import model_card
from pipeline.exporting.run_facts import RunFacts


def test_a_model_card_tells_the_runs_own_facts(facts: RunFacts) -> None:
    text = model_card.card(facts, "It was compared.", 96, num_photos=5)
    for words in (
        "# First try",
        "tells blue and red apart",
        "64 photos of the set Colours; 8 more",
        "87.5 % of 8 test photos",
        "| blue | 4 |",
        "It was compared.",
        "(1, 96, 96, 3)",
        "5 of its test photos",
        "take both out before you hand this on",
        "| Fine-tuning learning rate | 0.00001 |",
    ):
        assert words in text, words
    assert "earlier run" not in text
    further = model_card.card(replace(facts, started_from="*Old*"), "", 96, num_photos=0)
    assert r"An earlier run, \*Old\*, trained that further, and this one went on" in further
    told = replace(facts, name="[x](http://y) *a* |b|", classes=("<i>", "`d`"))
    text = model_card.card(told, "", 96, num_photos=0)
    assert r"\[x\]\(http://y\) \*a\* \|b\|" in text
    assert r"\<i\> and \`d\`" in text
    assert "take both out" not in text


def test_the_card_of_a_page_speaks_of_no_program(facts: RunFacts) -> None:
    text = model_card.card(facts, "It was compared.", 96, 0, is_page=True)
    assert "Open the page in a browser" in text and "It was compared." in text
    assert not [word for word in ("predict.py", "labels", "safetensors") if word in text]
