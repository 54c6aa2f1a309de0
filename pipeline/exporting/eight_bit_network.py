"""A run's network in 8 bits, fitted to photos that it learned from and tried on others."""

from __future__ import annotations

from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from pipeline.classify.bundle import Bundle
from pipeline.exporting import eight_bit, eight_bit_trial
from pipeline.exporting.eight_bit_ranges import ranges
from pipeline.exporting.eight_bit_trial import Ask
from pipeline.network.litert_operations import operations
from pipeline.network.litert_runner import LOGITS, LitertNetwork
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Report, Stage, Step


def made(
    bundle: Bundle,
    photo_set: PhotoSet | None,
    is_sealed: bool,
    max_loss: float,
    report: Report,
    whole_edges: bool = False,
) -> tuple[bytes, dict[str, Any]]:
    """Write it, and try it.

    Args:
        bundle: The run's own.
        photo_set: Its photos, if they are there.
        is_sealed: Whether its test photos are left alone.
        max_loss: By how many points it may be right less often, see `export_settings`.
        report: Told what is being done.
        whole_edges: See `eight_bit.with_whole_edges`.

    Returns:
        The file's bytes, and what was found, see `eight_bit_trial.tried`.

    Raises:
        RunError: If there are no photos for it, or it has lost more.
        Stopped: From `report`.
    """
    model = bundle.model()
    learned = eight_bit_trial.training_photos(photo_set, bundle.image_size_px)
    assert photo_set is not None
    network = operations(model)
    write = eight_bit.with_whole_edges if whole_edges else eight_bit.with_float_edges
    found = ranges(model, [step.result for step in network.steps], learned, report)
    report(Stage(Step.WRITING_NETWORK))
    content = write(network, found)
    after = asked_in_whole_numbers(content) if whole_edges else asked(content)
    trial = eight_bit_trial.tried(
        (len(model), asked(model)), (len(content), after), photo_set, bundle, is_sealed, report
    )
    eight_bit_trial.expect_good_enough(trial, max_loss)
    return content, trial


def asked(content: bytes) -> Ask:
    """How a network with float edges is asked, on one thread."""
    network = LitertNetwork(content, num_threads=1)
    return lambda photos: network.run(photos, [LOGITS])[0]


def asked_in_whole_numbers(content: bytes) -> Ask:
    """How one of `eight_bit.with_whole_edges` is asked: by photos as the others are."""
    interpreter: Any = Interpreter(model_content=content, num_threads=1)
    interpreter.allocate_tensors()
    (taken,), (given,) = interpreter.get_input_details(), interpreter.get_output_details()
    scale, zero = given["quantization"]

    def ask(photos: NDArray[np.uint8]) -> NDArray[np.float32]:
        rows = []
        for photo in photos[:, np.newaxis].astype(np.int16) - eight_bit.CENTRE:
            interpreter.set_tensor(taken["index"], photo.astype(np.int8))
            interpreter.invoke()
            rows.append(interpreter.get_tensor(given["index"])[0].astype(np.float32))
        return (np.array(rows) - np.float32(zero)) * np.float32(scale)

    return ask
