"""Makes a run's file in one of the forms of `formats`: whole and checked, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from pipeline.browser.details import details
from pipeline.classify.bundle import Bundle
from pipeline.classify.classifier import Classifier
from pipeline.errors import RunError
from pipeline.evaluation.comparison import Pairs
from pipeline.exporting import (
    bundle_zip,
    eight_bit_network,
    formats,
    microcontroller,
    model_card,
    notebook,
    odd_files,
    parity,
    report_page,
    script,
    web_page,
)
from pipeline.exporting.formats import Format
from pipeline.exporting.labels import labels
from pipeline.exporting.network_numbers import network_numbers
from pipeline.exporting.parity import Parity
from pipeline.exporting.run_facts import RunFacts
from pipeline.exporting.samples import Samples, samples
from pipeline.files.atomic import staged_file
from pipeline.files.disk_errors import expect_free, plain_file_errors
from pipeline.network.litert_outputs import answer_first
from pipeline.photos.photo_set import PhotoSet
from pipeline.progress import Report, Stage, Step
from pipeline.settings.export_settings import MAX_LOSS
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import eight_bit_text
from pipeline.wording.names import apart

_Trial = dict[str, Any]  # see `eight_bit_trial.tried`

_ROOM: Final = 4  # times the network: the file, and what is made on the way


@dataclass(frozen=True, slots=True)
class Source:
    """What an export is made from.

    Attributes:
        facts: What is told of the run.
        run_folder: Where its training left its files.
        bundle: What answers; None where the run has none, and then only script and report can
            be made.
        photo_set: Its photos; None where they are gone.
        max_loss: How many points the forms in 8 bits may cost.
    """

    facts: RunFacts
    run_folder: Path
    bundle: Bundle | None
    photo_set: PhotoSet | None
    max_loss: float = MAX_LOSS.default


def export(form: Format, source: Source, target: Path, report: Report) -> dict[str, Any]:
    """Write the file.

    Args:
        form: What to make.
        source: Of what.
        target: The file; it appears whole, or not at all.
        report: Told what is being done; may raise `Stopped`.

    Returns:
        `format`; `file`, the file's name; `bytes`; `photos`, how many it was compared on (0 for
        what gives no answers); `largest_difference` of a probability (None for those);
        `generated`, whether these photos were drawn because the run's own are gone; of a network
        in 8 bits `eight_bit`, what these cost, see `eight_bit_trial.tried`.

    Raises:
        RunError: If the run's files are damaged, a network differs from the run's own answers, or
            the file cannot be written. Nothing is left behind.
        DownloadError: If a web page's engine is not here and cannot be fetched; likewise.
        DiskFullError: If the disk is full; likewise.
        Stopped: From `report`; likewise.
    """
    with plain_file_errors(target, RunError), staged_file(target) as staged:
        if source.bundle is not None:
            needed = _ROOM * source.bundle.model_path.stat().st_size
            expect_free(staged.parent, needed, "Exporting a run")
        found = _MAKERS[form.name](source, staged, report)
    told: dict[str, Any] = {"photos": 0, "largest_difference": None, "generated": False}
    if isinstance(found, Parity):
        told = asdict(found)
    elif found:
        told |= {"photos": Pairs(**found["pairs"]).photos, "eight_bit": found}
        told["largest_difference"] = found["largest_difference"]
    return {"format": form.name, "file": target.name, "bytes": target.stat().st_size, **told}


def _bundle(source: Source, path: Path, report: Report) -> Parity:
    return _zipped(source, path, report, None, "")


def _small(source: Source, path: Path, report: Report) -> _Trial:
    model, trial = _eight_bit(source, report)
    _zipped(source, path, report, model, eight_bit_text.for_a_card(trial))
    return trial


def _microcontroller(source: Source, path: Path, report: Report) -> _Trial:
    assert source.bundle is not None
    model, trial = _eight_bit(source, report, whole_edges=True)
    report(Stage(Step.WRITING_NETWORK))
    microcontroller.write(path, model, source.facts.name, source.bundle, trial)
    return trial


def _eight_bit(source: Source, report: Report, whole_edges: bool = False) -> tuple[bytes, _Trial]:
    assert source.bundle is not None
    report(Stage(Step.READING_RUN))
    is_sealed = source.facts.is_sealed
    return eight_bit_network.made(
        source.bundle, source.photo_set, is_sealed, source.max_loss, report, whole_edges
    )


def _zipped(
    source: Source, path: Path, report: Report, model: bytes | None, compared: str
) -> Parity:
    """Write the zip, around another network than the run's own if there is one."""
    bundle, facts, asked, classifier = _opened(source, report, model)
    expected = classifier.answers(asked.squares)
    files = bundle_zip.contents(bundle, asked, expected, model)
    report(Stage(Step.COMPARING_ANSWERS))
    odd = odd_files.odd_files()  # its program also reads what is no JPEG of ours
    expected += classifier.answers(odd_files.squares(odd, bundle.image_size_px))
    found = parity.compare(
        bundle_zip.ask(files, (*asked.jpegs, *odd), expected, path.parent),
        bundle_zip.expected_probabilities(expected),
        asked,
    )
    compared, num_photos = compared or parity.said(asdict(found)), len(asked.examples())
    card = model_card.card(facts, compared, bundle.image_size_px, num_photos)
    bundle_zip.write({bundle_zip.CARD: card.encode(), **files}, path)
    return found


def _keras(source: Source, path: Path, report: Report) -> Parity:
    from pipeline.exporting import keras_network

    asked, expected, model = _model(source, report)
    report(Stage(Step.WRITING_NETWORK))
    keras_network.write(model, path, _labels(source))
    report(Stage(Step.COMPARING_ANSWERS))
    return parity.compare(keras_network.ask(model, asked.squares), expected, asked)


def _converted(source: Source, path: Path, report: Report, form: str) -> Parity:
    from pipeline.exporting import other_networks

    asked, expected, model = _model(source, report)
    report(Stage(Step.CONVERTING_NETWORK))
    convert = other_networks.onnx if form == formats.ONNX else other_networks.saved_model
    return parity.compare(convert(model, _labels(source), asked.squares, path), expected, asked)


def _labels(source: Source) -> dict[str, Any]:
    """What answers mean of a network that sets its certainty right itself."""
    assert source.bundle is not None
    return labels(source.bundle.classes, source.bundle.image_size_px, 1.0)


def _web(source: Source, path: Path, report: Report, form: str) -> Parity:
    bundle, facts, asked, classifier = _opened(source, report)
    engine = web_page.fetched(report)
    report(Stage(Step.COMPARING_ANSWERS))
    told = details(bundle, ANSWER["sure_from"].default)
    told["classes"] = list(apart(bundle.classes).values())  # as they are shown: no two look alike
    model = answer_first(bundle.model())
    expected = classifier.probabilities(asked.squares)
    found = parity.compare(web_page.ask(model, told, asked.squares), expected, asked)
    compared = parity.said(asdict(found))
    card = model_card.card(facts, compared, bundle.image_size_px, 0, is_page=True)
    page = web_page.Parts(facts.name, model, told, card, engine)
    if form == formats.WEB:
        bundle_zip.write(web_page.folder(page), path)
    else:
        path.write_bytes(web_page.one_file(page))
    return found


def _script(source: Source, path: Path, report: Report) -> None:
    report(Stage(Step.WRITING_SCRIPT))
    script.write(source.facts, path)


def _notebook(source: Source, path: Path, report: Report) -> None:
    report(Stage(Step.WRITING_SCRIPT))
    notebook.write(source.facts, path)


def _report(source: Source, path: Path, report: Report) -> None:
    report(Stage(Step.DRAWING_REPORT))
    path.write_text(report_page.page(source.facts, source.photo_set), encoding="utf-8")


_MAKERS: Final[Mapping[str, Callable[[Source, Path, Report], Parity | _Trial | None]]] = {
    formats.BUNDLE: _bundle,
    formats.INT8: _small,
    formats.MICROCONTROLLER: _microcontroller,
    formats.KERAS: _keras,
    formats.SAVED_MODEL: partial(_converted, form=formats.SAVED_MODEL),
    formats.ONNX: partial(_converted, form=formats.ONNX),
    formats.SCRIPT: _script,
    formats.NOTEBOOK: _notebook,
    formats.REPORT: _report,
    formats.WEB: partial(_web, form=formats.WEB),
    formats.WEB_FILE: partial(_web, form=formats.WEB_FILE),
}


def _opened(
    source: Source, report: Report, model: bytes | None = None
) -> tuple[Bundle, RunFacts, Samples, Classifier]:
    report(Stage(Step.READING_RUN))
    assert source.bundle is not None
    asked = samples(source.photo_set, source.bundle.image_size_px, source.facts.is_sealed)
    return source.bundle, source.facts, asked, Classifier(source.bundle, model)


def _model(source: Source, report: Report) -> tuple[Samples, Any, Any]:
    """Photos, the app's probabilities of them, and the run's network in Keras."""
    bundle, facts, asked, classifier = _opened(source, report)
    tensors, head = network_numbers(source.run_folder, bundle)
    report(Stage(Step.STARTING_TENSORFLOW))
    from pipeline.exporting import keras_network

    model = keras_network.build(facts.config, len(head.bias), bundle.temperature)
    keras_network.fill(model, tensors, head)
    return asked, classifier.probabilities(asked.squares), model
