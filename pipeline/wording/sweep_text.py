"""A sweep in words: its runs, its winner, and how much of the lead is luck."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pipeline.evaluation.comparison import LEVEL
from pipeline.settings.hyperparameters import AUGMENT, TRAIN
from pipeline.wording import numbers
from pipeline.wording.settings_text import CHOICES, shown
from pipeline.wording.text import joined

_LABELS: Final = {**TRAIN, **AUGMENT}
_HARDLY: Final = 0.0005  # a lead that nobody would see
BEHIND: Final = "fell behind"
SYMBOLS: Final = "Star: the best. Square: trained to its end. Cross: ended early."
SAMPLERS: Final = {"tpe": "Closer where it pays", "random": "By chance", "grid": "Evenly"}


def value(name: str, chosen: Any) -> str:
    """A value of a swept setting: `0.001`, `closed-form solver`, `on`."""
    words = CHOICES.get(name)
    return words[chosen].lower() if words else shown(chosen, "")


def label(name: str) -> str:
    """What a setting is called."""
    return _LABELS[name].label


def settings(chosen: Mapping[str, Any]) -> str:
    """`learning rate 0.001, dropout 0.3`."""
    return ", ".join(f"{label(name).lower()} {value(name, one)}" for name, one in chosen.items())


def run_name(usual: str, chosen: Mapping[str, Any]) -> str:
    """What a run of a sweep is called: as any other run, and with what was chosen for it."""
    return f"{usual}: {settings(chosen)}" if chosen else usual


def cell(number: int, chosen: Mapping[str, Any], accuracy: float, loss: float) -> str:
    """`run 3, learning rate 0.001: 95.3 %, loss 0.128`."""
    return f"run {number}, {settings(chosen)}: {numbers.percent(accuracy)}, loss {loss:.3f}"


def time_needed(seconds: float, most_minutes: float | None, is_tuned: bool) -> str:
    """About how long a sweep will take, and what takes that long."""
    if most_minutes is not None:
        seconds = min(seconds, most_minutes * 60)
    why = (
        "most of it for fine-tuning: 0 epochs of it need far less" if is_tuned else "by heads alone"
    )
    return f"About **{numbers.duration(seconds)}**, {why}; longer if features are not kept yet."


def standing(done: int, planned: int, behind: int, lost: int) -> str:
    """`12 of 20 settings tried; 3 runs fell behind and were ended early.`, in a sentence."""
    told = f"{done} of {planned} settings tried"
    if behind:
        were = "run fell behind and was" if behind == 1 else "runs fell behind and were"
        told += f"; {behind} {were} ended early"
    if lost:
        told += f"; {numbers.plural(lost, 'run')} came to nothing"
    return f"{told}."


def best(
    chosen: Mapping[str, Any], accuracy: float, is_over: bool, in_turns: int | None = None
) -> str:
    """Which settings do best: by the validation photos, or by so many photos of a small set."""
    so_far = "Best" if is_over else "Best so far"
    told = f"{so_far}: **{settings(chosen)}**, with {numbers.percent(accuracy)} of the"
    if in_turns is None:
        return f"{told} validation photos predicted correctly."
    return (
        f"{told} {numbers.photos(in_turns)} for training and validation predicted correctly, each "
        "by a head that had not seen it: the few validation photos alone would choose by luck."
    )


def seeds(spread: Mapping[str, Any] | None) -> str:
    """How far luck moves the best settings; empty where nobody looked."""
    if spread is None:
        return ""
    how_many = numbers.plural(len(spread["seeds"]), "other seed")
    if spread["low"] == spread["high"]:
        reach = f"{numbers.percent(spread['low'])} each time"
    else:
        reach = f"{numbers.interval(spread['low'], spread['high'])} %"
    return (
        f"With {how_many} the same settings come to {reach}: settings whose scores lie "
        "as near to each other as that are equally good. (The views of the photos stay the same.)"
    )


def luck(near: int | None, share: float) -> str:
    """How much better the best looks than it is, of so many near it; earlier sweeps kept none."""
    if near == 1:
        return "No other run comes near the best: no luck to choose."
    if share < _HARDLY:
        return "The runs near the best hardly differ in what they predict: no luck to choose."
    which = "it" if near is None else f"the best of these {near}"
    return (
        f"If those near it are equally good, {which} looks {share * 100:.1f} points "
        "better than it is, by luck alone: these very photos chose it."
    )


def verdict(against: Mapping[str, Any], is_default: bool, is_sealed: bool) -> str:
    """What the test photos say of the best beside the settings that the sweep started from."""
    if is_default:
        return "Nothing beat the settings that the sweep started from."
    if against["validation"] is None:
        return "The settings that the sweep started from came to nothing: its run says why."
    if is_sealed:
        return (
            "The test photos are sealed, so nobody asked them. The validation photos, which chose "
            "the best, flatter it."
        )
    if "difference" not in against:
        return "There are no test photos that could tell whether it is really better."
    ends = [numbers.signed(against[end] * 100) for end in ("low", "high")]
    lead = (
        f"On the {numbers.plural(against['photos'], 'test photo')}, asked once, it is "
        f"{numbers.signed(against['difference'] * 100)} points from the settings that the sweep "
        f"started from ({ends[0]} to {ends[1]})"
    )
    if against["better"]:
        return f"{lead}: **really better**."
    if against["p"] < LEVEL:
        return f"{lead}: **worse**, whatever the validation photos say."
    return f"{lead}: **no real difference** with this many photos."


def describe(swept: tuple[str, ...], tried: int) -> str:
    """A chart of a sweep, for those who do not see it."""
    names = joined([label(name).lower() for name in swept])
    return f"Validation accuracy of {numbers.plural(tried, 'run')} over {names}."
