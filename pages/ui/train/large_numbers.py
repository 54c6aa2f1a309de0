"""The large numbers above the curves, with what keeps them from saying too much.

Of few validation photos single photos decide; and what two tries differ in by no more than chance
is no step forward.
"""

from __future__ import annotations

from pages.ui.charts.live_chart import Number
from pages.ui.train import tries
from pages.ui.train.tries import Try
from pipeline.coach.curves import FEWEST_TO_JUDGE, tells_apart
from pipeline.evaluation.learning_curve import Epoch
from pipeline.wording import curve_points, numbers
from pipeline.workspace.run import Run


def of_try(now: Try, photos: int) -> list[Number]:
    """Validation accuracy and loss where a try's network would stand, against the try before.

    Args:
        now: The present try.
        photos: How many validation photos there are.
    """
    at = _chosen(now.best, now.epochs, curve_points.name(now.config, now.epochs, now.best_epoch))
    before = tries.ghosts(now)
    if not before:
        return _pair(now.best, photos, at)
    was = before[-1].best
    step, loss = _step(was, now.best, photos), f"{was.val_loss:.3f} at the last try"
    return _pair(now.best, photos, at, step, loss)


def of_run(run: Run, photos: int) -> list[Number]:
    """The same of a run: where it was kept, or while it learns where it is.

    Args:
        run: Whose numbers; without a point it has none.
        photos: How many validation photos there are.
    """
    point = run.kept or (run.epochs[-1] if run.epochs else None)
    if point is None:
        return []
    name = curve_points.name(run.config, run.epochs, point.epoch)
    return _pair(point, photos, _chosen(point, run.epochs, name) if run.kept else name)


def _step(was: Epoch, point: Epoch, photos: int) -> str:
    """What became of the accuracy since the last try."""
    if not tells_apart(was.val_accuracy, point.val_accuracy, photos):
        return f"{numbers.percent(was.val_accuracy)} at the last try: may be chance"
    points = numbers.rounded((point.val_accuracy - was.val_accuracy) * 100)
    return f"{numbers.signed(points)} points against the last try"


def _chosen(point: Epoch, epochs: tuple[Epoch, ...], name: str) -> str:
    """A point that is kept; the loss that decides has the certainty set right first."""
    lowest = point.val_loss <= min(epoch.val_loss for epoch in epochs)
    return f"lowest loss: {name}" if lowest else f"saved: {name}"


def _pair(point: Epoch, photos: int, at: str, step: str = "", before: str = "") -> list[Number]:
    share = numbers.percent(point.val_accuracy)
    if photos < FEWEST_TO_JUDGE:
        step = "single photos decide"
        share = numbers.progress(round(point.val_accuracy * photos), photos, "")
    accuracy, loss = (" · ".join(filter(None, (told, at))) for told in (step, before))
    return [
        Number("Validation accuracy", share, accuracy),
        Number("Validation loss", f"{point.val_loss:.3f}", loss),
    ]
