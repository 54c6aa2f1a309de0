"""What the command line asks a run."""

from __future__ import annotations

import argparse
from typing import Any

from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs


def classify(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Ask a run about photos."""
    from pipeline.classify.stream import answers, from_path
    from pipeline.photos.decoding.decoder import Decoder

    photos: list[dict[str, Any]] = []
    with Decoder() as decoder:
        for answered in answers(
            map(from_path, options.paths), _classifier(workspace, options.run), decoder
        ):
            if answered.answer is None:
                assert answered.error is not None
                photos.append({"path": answered.photo.name, "error": str(answered.error.why)})
            else:
                photos.append({"path": answered.photo.name, **answered.answer.told()})
    return {"photos": photos}


def evaluate(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Score a run on a folder or zip of class folders."""
    from pipeline.classify.folder_score import score
    from pipeline.photos import other_names
    from pipeline.photos.decoding.decoder import Decoder
    from pipeline.photos.sources import open_source
    from pipeline.progress import silent

    classifier = _classifier(workspace, options.run)
    said = other_names.read_pairs(options.map, classifier.classes)
    with (
        Decoder() as decoder,
        open_source(str(options.folder), workspace.downloads_folder, silent) as opened,
    ):
        scores = score(opened.photos, classifier, decoder, said)
        return {"run": options.run, **scores, "notes": list(opened.notes)}


def _classifier(workspace: Workspace, run_id: str) -> Any:
    from pipeline.classify.bundle import read_bundle
    from pipeline.classify.classifier import Classifier

    return Classifier(read_bundle(Runs(workspace).bundle_folder(run_id)))
