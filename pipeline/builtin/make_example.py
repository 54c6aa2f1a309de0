"""Makes the example: a finished run on the built-in network, and the model card of both.

    python -m pipeline.builtin.make_example --home FOLDER

`FOLDER` is where `make_backbone` worked: its photos are used again. The training goes through
the same queue and the same worker as any other.
"""

from __future__ import annotations

import argparse
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from pipeline.builtin.model_card import Judged, card
from pipeline.builtin.teacher import registered
from pipeline.classify.bundle import read_bundle
from pipeline.classify.classifier import Classifier
from pipeline.jobs.follow import follow
from pipeline.jobs.queue import Jobs
from pipeline.photos.photo_set import PhotoSet
from pipeline.settings.environment import EXAMPLE, MODEL_CARD
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.workspace.example import RUN_FILE, told_of
from pipeline.workspace.home import Workspace, open_workspace
from pipeline.workspace.runs import BUNDLE, PREDICTIONS, Runs

CONFIG: Final = TrainConfig(
    weights=BUILT_IN,
    alpha=BUILT_IN_ALPHA,
    image_size_px=160,
    epochs=5,
    fine_tune_epochs=6,
    fine_tune_at=54,
    learning_rate=3e-4,
    fine_tune_learning_rate=3e-4,
    views=3,
    augment=AUGMENT_PRESETS["mild"],
    weight_averaging=True,
)
NAME: Final = "Example: cats and dogs"
PHOTOS: Final = "Cats and dogs, real photos (not included)"


def judge(classifier: Classifier, photo_set: PhotoSet, cache: Path) -> Judged:
    """Ask about every photo that was kept for judging: validation and test."""
    arrays = photo_set.arrays(classifier.image_size_px, cache)
    indices = np.concatenate([photo_set.indices("validation"), photo_set.indices("test")])
    answers = classifier.answers_of(arrays, indices)
    return Judged(
        classes=photo_set.classes,
        truth=photo_set.labels()[indices],
        probabilities=np.array([list(answer.probabilities.values()) for answer in answers]),
        neither=np.array([answer.is_neither for answer in answers]),
    )


def make(workspace: Workspace, config: TrainConfig) -> Path:
    """Train, and put what the run leaves where the app looks for the example.

    Returns:
        The run's folder.
    """
    jobs, row = Jobs(workspace), registered(workspace)
    job = follow(jobs, jobs.submit_train(row.id, config, NAME))
    run = Runs(workspace).get(job.result["run"])
    shutil.rmtree(EXAMPLE, ignore_errors=True)
    shutil.copytree(run.folder / BUNDLE, EXAMPLE / BUNDLE)
    shutil.copy(run.folder / PREDICTIONS, EXAMPLE / PREDICTIONS)
    told: dict[str, Any] = {"name": NAME, **told_of(run), "photo_set_name": PHOTOS}
    (EXAMPLE / RUN_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return run.folder


def main() -> None:
    """Make it, and write the card."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--home", type=Path, required=True, help="where make_backbone worked")
    workspace = open_workspace(parser.parse_args().home.resolve())
    make(workspace, CONFIG)
    photo_set = PhotoSet.open(workspace.photo_sets_folder / registered(workspace).id)
    judged = judge(Classifier(read_bundle(EXAMPLE / BUNDLE)), photo_set, workspace.cache_folder)
    text = card(judged, len(photo_set.indices("training")), CONFIG, datetime.now(UTC).date())
    MODEL_CARD.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
