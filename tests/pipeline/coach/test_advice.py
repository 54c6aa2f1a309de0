"""What the coach says: of recorded runs, of noise, of anything; and that its buttons work."""

from __future__ import annotations

import dataclasses
import inspect
import math
from collections import Counter
from typing import Any, cast, get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.coach import curve_rules, head_rules, phase_rules, result_rules
from pipeline.coach.advice import MOST, RULES, Rule, advice
from pipeline.coach.curves import Advice, Course, Points
from pipeline.coach.phase_rules import fine_tuning_gain
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA, SOLVED, TRAIN
from pipeline.settings.train_config import AUGMENT_PRESETS, FEATURE_EXTRACTION, TrainConfig
from pipeline.settings.without_effect import without_effect
from tests.pipeline.coach.recorded_advice import said
from tests.recorded_curves import ALL, PETS, RECORDED, Recorded, curves, photos, rows

# No two of a group may be said of one run: they ask for opposite things.
OPPOSITES = (
    {"more_epochs", "overfitting"},
    {"more_epochs", "rate_too_high"},
    {"more_epochs", "rate_too_low"},
    {"rate_too_high", "rate_too_low"},
    {"rate_too_high", "stuck"},
    {"rate_too_low", "overfitting"},
    {"fine_tuning_lost", "more_epochs"},
    {"fine_tuning_lost", "fine_tuning_gained"},
    {"fine_tuning_lost", "overfitting"},
)
FALSE_ALARMS = 0.05
SEEDS = 200


def check(found: tuple[Advice, ...], config: TrainConfig, points: Points) -> None:
    """What holds of all advice, whatever the run."""
    kinds = [piece.kind for piece in found]
    assert len(kinds) == len(set(kinds)) <= MOST
    assert kinds == [kind for kind in RULES if kind in kinds]
    assert not [pair for pair in OPPOSITES if pair <= set(kinds)]
    numbers = [point.epoch for point in points]
    for piece in found:
        assert piece.says and piece.says.endswith(".")
        assert piece.evidence and piece.evidence.endswith(".")
        assert "nan" not in f"{piece.says} {piece.evidence} {piece.button}".split()
        assert "e-0" not in piece.button
        assert bool(piece.button) == (piece.change is not None)
        if piece.change is not None:
            changed = dataclasses.replace(config, **piece.change)
            assert changed != config
            assert not piece.change.keys() & without_effect(changed.to_json())
            assert piece.button.startswith("Train again with ")
        if piece.epochs is not None:
            assert piece.epochs[0] in numbers and piece.epochs[1] in numbers
            assert piece.epochs[0] <= piece.epochs[1]


@pytest.mark.parametrize("run", ALL, ids=lambda run: run.name)
def test_what_is_said_of_a_run(run: Recorded) -> None:
    found = said(run)
    assert tuple(piece.kind for piece in found) == run.kinds
    check(found, run.config, run.points)


def test_there_are_enough_runs_and_silence_is_common_among_them() -> None:
    assert len(ALL) >= 20 and len(RECORDED) >= 20
    assert sum(not run.kinds for run in ALL) >= 6
    assert {kind for run in ALL for kind in run.kinds} == set(RULES)


def test_every_rule_stands_in_the_list_once() -> None:
    written = {
        function
        for module in (curve_rules, head_rules, phase_rules, result_rules)
        for name, function in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(function)
        and get_type_hints(function) == {"course": Course, "return": Advice | None}
    }
    listed = [rule.look for rule in RULES.values()]
    assert len(listed) == len(set(listed))
    assert set(listed) == written


def test_a_rule_silences_only_less_important_ones() -> None:
    kinds = list(RULES)
    for kind, rule in RULES.items():
        assert rule.kind == kind
        assert set(rule.needless) <= set(kinds[kinds.index(kind) + 1 :])


def test_a_rule_more_is_one_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule("many_epochs", lambda course: Advice("So many.", f"{len(course.points)} epochs."))
    monkeypatch.setitem(cast(dict[str, Rule], RULES), rule.kind, rule)
    (said,) = advice(TrainConfig(), curves(rows(".1 .9 .1 .9")), {})
    assert (said.kind, said.evidence) == ("many_epochs", "1 epochs.")


def test_a_solver_gets_no_advice_on_epochs_or_rates() -> None:
    rising = rows(" | ".join(f".1 .99 {0.1 + 0.05 * step} .8" for step in range(12)))
    sinking = rows(" | ".join(f".1 .99 {0.9 - 0.05 * step} .8" for step in range(12)))
    slow = rows(" | ".join([".69 .5 .69 .5"] * 8))
    for part in (rising, sinking, slow):
        for fine_tune_epochs in (0, 10):
            config = TrainConfig(head=SOLVED, fine_tune_epochs=fine_tune_epochs)
            kinds = {piece.kind for piece in advice(config, curves(part), PETS)}
            assert kinds <= {"stuck"}


def chance_losses(rng: np.random.Generator, count: int, share: float) -> tuple[float, float]:
    """Loss and accuracy of an epoch that calls this share right, on photos drawn anew.

    The losses spread by 0.8 to 1.1 times the root of their mean, as recorded ones do.
    """
    right = rng.binomial(count, share)
    loss = rng.exponential(0.08, right).sum() + (0.7 + rng.exponential(1.0, count - right)).sum()
    return loss / count, right / count


def chance_run(seed: int, count: int, share: float, epochs: int, is_learning: bool) -> Points:
    """Curves that are flat but for the luck of the validation photos."""
    rng = np.random.default_rng(seed)
    drawn = [chance_losses(rng, count, share) for _ in range(2 * epochs)]
    return curves(
        *(
            [
                (
                    0.5 * 0.85 ** (start + place) if is_learning else 0.3,
                    share,
                    *drawn[start + place],
                )
                for place in range(epochs)
            ]
            for start in (0, epochs)
        )
    )


@pytest.mark.parametrize("is_learning", [False, True], ids=["flat", "training falls"])
@pytest.mark.parametrize(
    "epochs", [5, *(pytest.param(epochs, marks=pytest.mark.slow) for epochs in (10, 20))]
)
def test_noise_alone_is_hardly_ever_taken_for_something(epochs: int, is_learning: bool) -> None:
    config = TrainConfig(epochs=epochs, fine_tune_epochs=epochs)
    for count in (40, 160, 800):
        for share in (0.7, 0.85, 0.98):
            alarms: Counter[str] = Counter()
            for seed in range(SEEDS):
                points = chance_run(seed, count, share, epochs, is_learning)
                split = photos(500, count // 2, 0)
                alarms.update(piece.kind for piece in advice(config, points, split))
                gain = fine_tuning_gain(Course(config, points, split))
                alarms["clear"] += gain is not None and gain.is_clear
            if share < 0.75:  # flat and far from good is no noise: there is something to say
                del alarms["rate_too_low"]
            assert all(alarm <= FALSE_ALARMS * SEEDS for alarm in alarms.values()), alarms


def test_what_is_there_is_found() -> None:
    """The other side of silence: of clear cases, at least four of five, with 160 photos."""
    found: Counter[str] = Counter()
    config, split = TrainConfig(views=0), photos(500, 80, 0)
    for seed in range(50):
        rng = np.random.default_rng(seed)
        good, bad = ([chance_losses(rng, 160, share) for _ in range(10)] for share in (0.92, 0.75))
        head = [(0.3, 0.9, *scores) for scores in good]
        lost = curves(head, [(0.4, 0.8, *scores) for scores in bad])
        worse = [
            (0.3 * 0.7**epoch, 0.99, 0.25 + 0.07 * epoch + rng.normal(0, 0.04), accuracy - 0.02)
            for epoch, (_, accuracy) in enumerate(good)
        ]
        better = [
            (0.5 * 0.9**epoch, 0.9, 0.6 * 0.8**epoch + rng.normal(0, 0.005), accuracy)
            for epoch, (_, accuracy) in enumerate(good)
        ]
        for points in (lost, curves(head, worse), curves(head, better)):
            found.update(piece.kind for piece in advice(config, points, split))
    assert found["fine_tuning_lost"] >= 40
    assert found["overfitting"] >= 40
    assert found["more_epochs"] >= 40


NUMBERS = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 1) | st.floats(0, 3)
SHARES = st.floats(0, 1) | st.just(math.nan)
POINTS = st.lists(st.tuples(NUMBERS, SHARES, NUMBERS, SHARES), max_size=12)
COUNTS = st.lists(st.integers(0, 300), min_size=1, max_size=4)


@st.composite
def configs(draw: st.DrawFn) -> TrainConfig:
    values: dict[str, Any] = {}
    for name, setting in TRAIN.items():
        if isinstance(setting.default, bool):
            values[name] = draw(st.booleans())
        elif setting.choices:
            values[name] = draw(st.sampled_from(setting.choices))
        elif isinstance(setting.default, int):
            values[name] = draw(st.integers(int(setting.low or 0), int(setting.high or 0)))
        else:
            values[name] = draw(st.floats(setting.low, setting.high))
    values["augment"] = AUGMENT_PRESETS[draw(st.sampled_from(sorted(AUGMENT_PRESETS)))]
    if values["weights"] == BUILT_IN:
        values["alpha"] = BUILT_IN_ALPHA
    return TrainConfig(**values)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(configs(), POINTS, POINTS, COUNTS, COUNTS, st.data())
def test_whatever_comes_nothing_breaks(config, head, tuned, training, validation, data) -> None:
    points = curves(head, tuned)
    names = [f"class {place}" for place in range(4)]
    split = {
        "training": dict(zip(names, training, strict=False)),
        "validation": dict(zip(names, validation, strict=False)),
    }
    row = st.lists(st.integers(0, 50), max_size=4)
    confusion = data.draw(st.lists(row, max_size=4))
    initial = data.draw(st.none() | st.fixed_dictionaries({"loss": NUMBERS, "accuracy": SHARES}))
    check(advice(config, points, split, confusion, initial), config, points)


@settings(max_examples=300, deadline=None)
@given(
    configs(),
    st.lists(st.sampled_from([0.01, 0.05, 0.1, 0.3, 0.7, 1.3, 9.0]), min_size=2, max_size=14),
    st.lists(st.sampled_from([0.2, 0.5, 0.7, 0.9, 1.0]), min_size=2, max_size=14),
    st.sampled_from(["head", "tuned", "both"]),
)
def test_rough_curves_get_advice_that_holds_together(config, losses, accuracies, where) -> None:
    part = [
        (loss, share, losses[-place - 1], share)
        for place, (loss, share) in enumerate(zip(losses, accuracies, strict=False))
    ]
    points = curves(part if where != "tuned" else [], part if where != "head" else [])
    check(advice(config, points, photos(100, 60, 20)), config, points)


def test_nothing_at_all_is_no_reason_to_speak() -> None:
    assert advice(TrainConfig(), (), {}) == ()
    only = curves(rows(".1 .9 .1 .9"))
    assert only[0].phase == FEATURE_EXTRACTION
    assert advice(TrainConfig(), only, {}) == ()
    assert advice(TrainConfig(), only, {"validation": {}}, ((),)) == ()
