"""Show a training photo a little differently each time: one warp, one colour change.

The only augmentation there is: training and the preview page call the same function. A
view is fully determined by the settings, the seed, the photo itself and the view's number
(the epoch), so any view can be shown again: also in another version of its set, where photos
before it were taken out or moved to another class.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.settings.train_config import AugmentConfig

# Photos are small: a second thread costs more than it brings, and the cores have other work.
cv2.setNumThreads(1)

_WARP_FLAGS = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP


@dataclass(frozen=True, slots=True)
class View:
    """One way to show a photo; applied in this order. The defaults change nothing.

    Attributes:
        mirrored: Whether left and right are swapped.
        turns: Rotation, in full turns, clockwise.
        zoom: Enlargement; 1 leaves the size, 2 doubles it.
        shift_x: Movement to the right, as a fraction of the width.
        shift_y: Movement down, as a fraction of the height.
        contrast: Factor on the distance of each value from the photo's mean.
        brightness: What is added to each value, as a fraction of full white.
    """

    mirrored: bool = False
    turns: float = 0.0
    zoom: float = 1.0
    shift_x: float = 0.0
    shift_y: float = 0.0
    contrast: float = 1.0
    brightness: float = 0.0


def draw_view(config: AugmentConfig, seed: int, photo_key: int, view: int) -> View:
    """Draw the random numbers of one view.

    All are drawn whatever the settings, so that changing one setting leaves the others' luck.
    """
    draws = (2 * np.random.default_rng((seed, photo_key, view)).random(7) - 1).tolist()
    return View(
        mirrored=config.horizontal_flip and draws[0] < 0,
        turns=config.rotation * draws[1],
        zoom=1.0 + config.zoom * draws[2],
        shift_x=config.shift * draws[3],
        shift_y=config.shift * draws[4],
        contrast=1.0 + config.contrast * draws[5],
        brightness=config.brightness * draws[6],
    )


def show(photo: NDArray[np.uint8], view: View) -> NDArray[np.uint8]:
    """Show a photo as `view` says; what moves in at the edges is the photo's reflection.

    Args:
        photo: `(S, S, 3)` uint8 RGB in [0, 255].
        view: How.

    Returns:
        A new array of the same shape, type and range.
    """
    return _show_into(photo, view, np.empty_like(photo, subok=False))


def augment(
    photo: NDArray[np.uint8], config: AugmentConfig, seed: int, photo_key: int, view: int
) -> NDArray[np.uint8]:
    """Show one photo in one random view.

    Args:
        photo: `(S, S, 3)` uint8 RGB in [0, 255].
        config: How far a view may differ.
        seed: Of the run, from 0.
        photo_key: Of the photo, see `PhotoSet.keys`.
        view: Number of the view, from 0; training takes the epoch.

    Returns:
        A new array of the same shape, type and range; without settings, equal to `photo`.
    """
    return show(photo, draw_view(config, seed, photo_key, view))


def augment_batch(
    photos: NDArray[np.uint8],
    config: AugmentConfig,
    seed: int,
    photo_keys: NDArray[np.uint64],
    view: int,
) -> NDArray[np.uint8]:
    """Show each photo of a batch as `augment` does.

    Args:
        photos: `(N, S, S, 3)` uint8 RGB in [0, 255].
        config: How far a view may differ.
        seed: Of the run, from 0.
        photo_keys: `(N,)` key of each photo, see `PhotoSet.keys`.
        view: Number of the view, from 0.

    Returns:
        A new array of the same shape, type and range.
    """
    shown = np.empty_like(photos, subok=False)
    for place, photo_key in enumerate(photo_keys.tolist()):
        _show_into(photos[place], draw_view(config, seed, photo_key, view), shown[place])
    return shown


def _show_into(photo: NDArray[np.uint8], view: View, out: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = photo.shape[:2]
    if view.turns or view.zoom != 1.0 or view.shift_x or view.shift_y:
        cv2.warpAffine(
            photo,
            _output_to_input(view, width, height),
            (width, height),
            dst=out,
            flags=_WARP_FLAGS,
            borderMode=cv2.BORDER_REFLECT,
        )
    else:  # exact, and cheaper
        out[...] = photo[:, ::-1] if view.mirrored else photo
    if view.contrast != 1.0 or view.brightness:
        mean = sum(cv2.mean(photo)[:3]) / 3
        offset = mean * (1 - view.contrast) + 255 * view.brightness
        # Computed in floating point, rounded once; beyond black and white it saturates.
        cv2.addWeighted(out, view.contrast, out, 0.0, offset, dst=out)
    return out


def _output_to_input(view: View, width: int, height: int) -> NDArray[np.float64]:
    """The one affine map, (2, 3): from a place in the view to the place in the photo."""
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    angle = math.tau * view.turns
    sine, cosine = math.sin(angle) / view.zoom, math.cos(angle) / view.zoom
    back: NDArray[np.float64] = np.array(
        [[cosine, sine], [-sine, cosine]]
    )  # undoes a clockwise turn: y points down
    if view.mirrored:
        back[0] *= -1
    moved = middle + np.array([view.shift_x * width, view.shift_y * height])
    return np.column_stack([back, middle - back @ moved])
