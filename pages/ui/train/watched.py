"""What is watched below the curves of the bench: photos of the running one, else of the try."""

from __future__ import annotations

from pages.ui.parts import watched_photos
from pages.ui.train.tries import Try
from pipeline.workspace.run import Run
from pipeline.workspace.states import UNFINISHED


def below(now: Try | None, watched: Run | None) -> None:
    """Draw what stands below the curves: photos of the running training, else of the present try.

    Args:
        now: The try on the bench; None where its curve is not known.
        watched: The run in the address, or the one that is running.
    """
    if now is not None and (watched is None or watched.state not in UNFINISHED):
        if now.answers is not None:
            watched_photos.show(now.photo_set_id, now.config, now.epochs, now.answers)
    elif watched is not None:
        watched_photos.show_run(watched)
