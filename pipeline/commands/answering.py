"""What the command line asks a run."""

from __future__ import annotations

import argparse
from typing import Any

from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs


def classify(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Ask a run about photos."""
    from pipeline.classify.stream import from_path, told
    from pipeline.photos.decoding.decoder import Decoder

    classifier = _classifier(workspace, options.run)
    with Decoder() as decoder:
        return {"run": options.run, **told(map(from_path, options.paths), classifier, decoder)}


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
