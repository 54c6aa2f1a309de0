"""What the command line does with trainings: one, a sweep, and their list."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from typing import Any

from pipeline.commands.photos import seal_told
from pipeline.errors import SettingError
from pipeline.jobs.follow import follow
from pipeline.jobs.further import FOLLOWS
from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA, TRAIN
from pipeline.settings.presets import PRESETS, fitted
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.wording import settings_text
from pipeline.wording.text import joined
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.seals import Seals
from pipeline.workspace.told import run_told
from pipeline.workspace.versions import Versions


def train(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Train and describe the run."""
    jobs, config = Jobs(workspace), train_config(options)
    photo_set = options.photo_set or _newest_photos(workspace, options.start_from)
    if options.batch_size is None:
        training = PhotoSets(workspace).get(photo_set).split_sizes["training"]
        asked, config = config, fitted(config, training)
        if config != asked:
            print(settings_text.fitted_batch(config, training), file=sys.stderr)
    job = jobs.submit_train(photo_set, config, options.name, options.start_from)
    job = follow(jobs, job)
    return Runs(workspace).get(job.result["run"]).to_json()


def sweep(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Try settings, and describe the runs and the best of them."""
    from pipeline.jobs.sweep_queue import SweepQueue
    from pipeline.tuning import sweep_outcome
    from pipeline.tuning.sweep_plan import Plan
    from pipeline.tuning.sweep_space import read_space
    from pipeline.workspace.sweeps import Sweeps

    jobs = SweepQueue(workspace)
    if options.go_on is not None:
        job = jobs.continue_sweep(options.go_on)
    else:
        if options.photo_set is None:
            raise SettingError("A sweep needs photos. Give their id with --photo-set.")
        spaces = tuple(map(read_space, options.set))
        plan = Plan(train_config(options), spaces, options.sampler, options.runs, options.minutes)
        job = jobs.submit_sweep(options.photo_set, plan)
    return sweep_outcome.to_json(Sweeps(workspace).get(follow(jobs, job).result["sweep"]))


def train_config(options: argparse.Namespace) -> TrainConfig:
    """The preset's settings, but for those that were given one by one.

    Raises:
        SettingError: If one is outside its range, or follows from the run to start from.
    """
    given = {name: getattr(options, name) for name in TRAIN if getattr(options, name) is not None}
    start = getattr(options, "start_from", None)
    if start is not None and (fixed := given.keys() & set(FOLLOWS)):
        labels = joined([TRAIN[name].label for name in FOLLOWS if name in fixed])
        raise SettingError(f"Leave out what follows from the run to start from: {labels}.")
    if options.augment is not None:
        given["augment"] = AUGMENT_PRESETS[options.augment]
    preset = PRESETS[options.preset].config
    if given.get("weights") == BUILT_IN:
        given.setdefault("alpha", BUILT_IN_ALPHA)
    return dataclasses.replace(preset, **given)


def open_test(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Open the sealed test of a run's photos, once, for this run."""
    seals = Seals(workspace)
    run = seals.open(options.run)
    seal = seals.of(run.photo_set_id)
    assert seal is not None
    return {"run": run.id, "test": run.test, **seal_told(seal)}


def runs(workspace: Workspace, _options: argparse.Namespace) -> dict[str, Any]:
    """List the runs."""
    Jobs(workspace).settle()
    return {"runs": [run_told(run) for run in Runs(workspace).list()]}


def _newest_photos(workspace: Workspace, run_id: str | None) -> str:
    """The set of the run to start from, in its newest version."""
    if run_id is None:
        raise SettingError("A training needs photos. Give their id with --photo-set.")
    return Versions(workspace).newest(Runs(workspace).get(run_id).photo_set_id)
