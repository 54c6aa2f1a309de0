"""The curves of a report as drawings."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from pipeline.exporting.run_facts import RunFacts
from pipeline.settings.hyperparameters import SOLVED


def test_curves_are_well_formed_whatever_the_run(facts: RunFacts) -> None:
    from pipeline.exporting import curve_svg

    solved = replace(facts, config=replace(facts.config, head=SOLVED))
    one = replace(facts, points=facts.points[:1], best_epoch=1)
    flat = replace(
        facts,
        points=tuple(
            replace(p, accuracy=1.0, val_accuracy=1.0, loss=0.0, val_loss=0.0) for p in facts.points
        ),
    )
    for told in (facts, solved, one, flat, replace(facts, best_epoch=None)):
        for measure in (curve_svg.ACCURACY, curve_svg.LOSS):
            drawing = ElementTree.fromstring(curve_svg.curves(told, measure))
            assert "nan" not in ElementTree.tostring(drawing).decode()
            dots = [node for node in drawing.iter("circle") if node.get("class") != "kept"]
            assert len(dots) == 2 * len(told.points)
            for node in dots:
                assert 0 <= float(node.get("cx", "-1")) <= 480
                assert 0 <= float(node.get("cy", "-1")) <= 280
    text = ElementTree.tostring(ElementTree.fromstring(curve_svg.curves(solved, "loss"))).decode()
    assert "solver step, then fine-tuning epoch" in text
    assert "fine-tuning epoch 1: validation" in text
