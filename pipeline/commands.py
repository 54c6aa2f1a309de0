"""What the command line can do: each command as a function that gives plain data.

They call what the pages call: work that takes long goes through the same queue and
the same workers.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import shutil
import sys
from pathlib import Path
from typing import Any

from pipeline.errors import RunError, SettingError, Stopped
from pipeline.files.atomic import staged_file
from pipeline.files.disk_errors import plain_file_errors
from pipeline.jobs.follow import follow
from pipeline.jobs.further import FOLLOWS
from pipeline.jobs.import_request import Wishes
from pipeline.jobs.queue import Jobs
from pipeline.photos.sources.dry_run import dry_run
from pipeline.photos.sources.readings import Reading
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA, TRAIN
from pipeline.settings.paths import whole
from pipeline.settings.presets import PRESETS, fitted
from pipeline.settings.train_config import AUGMENT_PRESETS, TrainConfig
from pipeline.wording import settings_text
from pipeline.wording.text import joined
from pipeline.workspace.home import Workspace
from pipeline.workspace.photo_sets import PhotoSetRow, PhotoSets
from pipeline.workspace.runs import Runs
from pipeline.workspace.seals import Seal, Seals
from pipeline.workspace.versions import Versions


def import_photos(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Import photos and describe the set, or only how the files would be understood."""
    jobs = Jobs(workspace)
    source = options.source
    with contextlib.suppress(OSError):  # too long a name: whoever opens it says so
        if Path(source).exists():
            source = str(whole(Path(source)))  # the worker runs in another folder
    data_dir = whole(options.data_dir) if options.data_dir else None
    label, code_page = options.label, options.code_page
    reading = Reading(options.reading) if options.reading else None
    if options.dry_run:
        return dry_run(source, workspace.downloads_folder, label, code_page, reading)
    wishes = Wishes(data_dir=data_dir, into=options.into, label=label, code_page=code_page)
    wishes |= {"reading": reading, "frames_per_second": options.frames_per_second}
    job = jobs.submit_import(source, options.name, **wishes)
    job = follow(jobs, job)
    row = PhotoSets(workspace).get(job.result["photo_set"])
    # What was new this time, and what is kept of the set: the page shows both.
    notes = list(dict.fromkeys([*job.result["notes"], *row.notes]))
    return {**_photo_set(row), "notes": notes}


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


def _newest_photos(workspace: Workspace, run_id: str | None) -> str:
    """The set of the run to start from, in its newest version."""
    if run_id is None:
        raise SettingError("A training needs photos. Give their id with --photo-set.")
    return Versions(workspace).newest(Runs(workspace).get(run_id).photo_set_id)


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


def photo_sets(workspace: Workspace, _options: argparse.Namespace) -> dict[str, Any]:
    """List the photo sets."""
    rows = PhotoSets(workspace).list()
    return {"photo_sets": [{"name": row.name, **_photo_set(row)} for row in rows]}


def runs(workspace: Workspace, _options: argparse.Namespace) -> dict[str, Any]:
    """List the runs."""
    Jobs(workspace).settle()
    return {
        "runs": [
            {
                "run": run.id,
                "name": run.name,
                "state": run.state,
                "photo_set": run.photo_set_id,
                "config": run.config.to_json(),
                "epochs": len(run.epochs),
                "test": run.test,
                "cross_validation": run.cross_validation,
                "sealed": run.is_sealed,
                "seconds": run.seconds,
                "error": run.error,
                "note": run.note,
                "tags": list(run.tags),
                "baseline": run.is_baseline,
                "started_from": run.started_from and run.started_from.to_json(),
            }
            for run in Runs(workspace).list()
        ]
    }


def seal(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Seal the test photos of a set."""
    return {"photo_set": options.photo_set, **_seal(Seals(workspace).seal(options.photo_set))}


def open_test(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Open the sealed test of a run's photos, once, for this run."""
    seals = Seals(workspace)
    run = seals.open(options.run)
    seal = seals.of(run.photo_set_id)
    assert seal is not None
    return {"run": run.id, "test": run.test, **_seal(seal)}


def doctor(workspace: Workspace, _options: argparse.Namespace) -> dict[str, Any]:
    """Check every file and row."""
    from pipeline.workspace.doctor import examine

    Jobs(workspace).settle()
    return examine(workspace)


def check(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Look a photo set over before training."""
    from pipeline.photos.checkup import checkup

    row = PhotoSets(workspace).get(options.photo_set)
    is_sealed = Seals(workspace).of(row.id) is not None
    found = checkup.check(PhotoSets(workspace).open(row.id), len(row.rejected), is_sealed)
    return {
        "photo_set": row.id,
        "ready": found.ready,
        "score": found.score,
        "interval_of_90_percent": found.usual_interval,
        "findings": [
            {
                "level": finding.level,
                "title": finding.title,
                "text": finding.text,
                "photos": len(finding.photos),
            }
            for finding in found.findings
        ],
    }


def save_set(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Save a photo set as one file."""
    from pipeline.jobs.save_job import save_photo_set
    from pipeline.progress import silent
    from pipeline.workspace.exports_folder import check_target

    target = whole(options.output)
    check_target(workspace, target)
    try:
        return save_photo_set(PhotoSets(workspace), options.photo_set, target, silent)
    except KeyboardInterrupt as error:
        raise Stopped("Stopped before anything was made.") from error


def export(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Take a run away as a file."""
    from pipeline.exporting import formats
    from pipeline.workspace.exports_folder import check_target

    target = whole(options.output)
    check_target(workspace, target, RunError)
    run, form = Runs(workspace).get(options.run), formats.wanted(options.format)
    suffix = formats.suffix_of(form, run.config)
    if target.suffix.lower() != suffix:
        raise RunError(f"This will be a {suffix} file. Call it so: {target.with_suffix(suffix)}")
    jobs = Jobs(workspace)
    result = follow(jobs, jobs.submit_export(run.id, form.name)).result
    with plain_file_errors(target, RunError), staged_file(target) as staged:
        shutil.copyfile(workspace.exports_folder / result["file"], staged)
    return {"run": run.id, **result, "file": str(target)}


def backup(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Back everything up into one file."""
    jobs = Jobs(workspace)
    return follow(jobs, jobs.submit_backup(options.file)).result


def restore(workspace: Workspace, options: argparse.Namespace) -> dict[str, Any]:
    """Fill an empty workspace from a backup."""
    jobs = Jobs(workspace)
    return follow(jobs, jobs.submit_restore(options.file)).result


def _classifier(workspace: Workspace, run_id: str) -> Any:
    from pipeline.classify.bundle import read_bundle
    from pipeline.classify.classifier import Classifier

    return Classifier(read_bundle(Runs(workspace).bundle_folder(run_id)))


def _seal(seal: Seal) -> dict[str, Any]:
    return {"runs_before": seal.runs_before, "runs": seal.runs, "opened_for": seal.run_id}


def _photo_set(row: PhotoSetRow) -> dict[str, Any]:
    return {
        "photo_set": row.id,
        "classes": list(row.classes),
        "received": row.received,
        "accepted": row.accepted,
        "rejected": list(row.rejected),
        "splits": row.split_sizes,
        "notes": list(row.notes),
        **({"missing": list(row.missing)} if row.missing else {}),
    }
