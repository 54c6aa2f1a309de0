"""Every fault that PawTune is meant to survive, and the tests that show it.

A test that is renamed or removed is missed here.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import Final

import pytest

from tests.conftest import REPOSITORY

# What happens, and where it is tried: "file::test", below `tests/`.
FAULTS: Final[dict[int, tuple[str, tuple[str, ...]]]] = {
    1: (
        "the process of a training is killed",
        (
            "faults/test_training_killed.py::test_a_killed_training_goes_on_from_its_last_epoch",
            "faults/test_training_killed.py::test_one_that_is_killed_while_it_packs_keeps_its_curves",
            "faults/test_jobs.py::test_who_was_cut_off_is_told_to_go_on_only_where_that_goes",
            "faults/test_sweep_killed.py::test_a_killed_sweep_goes_on_where_it_was",
        ),
    ),
    2: (
        "the server is restarted in the middle of work",
        (
            "faults/test_jobs.py::test_work_goes_on_when_the_server_is_killed",
            "faults/test_spare_faults.py::test_a_server_that_dies_while_it_takes_one_loses_no_training",
        ),
    ),
    3: (
        "everything is killed at once",
        (
            "faults/test_housekeeping.py::test_what_a_crash_left_is_swept",
            "faults/test_restore_killed.py::test_killed_at_any_moment",
            "pipeline/workspace/test_unrecorded.py::test_an_edit_that_was_killed_before_its_row",
        ),
    ),
    4: (
        "the disk is full",
        (
            "faults/test_fault_points.py::test_a_full_disk_at_every_point",
            "faults/test_fault_points.py::test_a_full_disk_while_a_network_learns",
            "pipeline/workspace/test_reserve.py::test_the_app_starts_on_a_full_disk",
            "faults/test_full_disk.py::test_a_full_disk_is_said_and_loses_nothing",
            "faults/test_housekeeping.py::test_no_room_for_the_copy_keeps_nobody_from_starting",
        ),
    ),
    5: (
        "memory runs out",
        (
            "pipeline/photos/decoding/test_decoder.py::test_memory_is_limited",
            "pipeline/learning/test_training.py::test_what_was_learned_before_it_went_astray_or_out_of_memory_is_kept",
            "pipeline/learning/test_tail.py::test_a_lack_of_memory_is_called_so",
        ),
    ),
    6: (
        "many ask for work at once",
        (
            "faults/test_jobs.py::test_many_submit_at_once_and_one_is_started",
            "faults/test_jobs.py::test_one_works_the_others_wait_in_order",
        ),
    ),
    7: (
        "the browser is closed",
        (
            "browser/test_journeys.py::test_a_training_outlives_refresh_and_server",
            "faults/test_jobs.py::test_work_goes_on_when_the_server_is_killed",
        ),
    ),
    8: (
        "weights that were fetched are cut off or damaged",
        (
            "faults/test_download_faults.py::test_a_wrong_hash_leaves_nothing",
            "faults/test_download_faults.py::test_killed_half_way_it_goes_on_afterwards",
        ),
    ),
    9: (
        "the network is gone, slow, or lies",
        (
            "faults/test_download_faults.py::test_without_a_network_it_says_so_at_once",
            "faults/test_download_faults.py::test_gone_silent_for_good",
            "faults/test_download_faults.py::test_a_web_page_instead_of_the_file",
            "faults/test_download_faults.py::test_a_length_that_lies_short",
            "faults/test_download_faults.py::test_a_host_that_stays_busy",
        ),
    ),
    10: (
        "a kept file or a row is damaged",
        (
            "pipeline/workspace/test_doctor.py::test_the_doctor_sees",
            "pipeline/workspace/backup/test_snapshot.py::test_a_value_that_cannot_be_costs_its_owner",
        ),
    ),
    11: (
        "the database is damaged",
        (
            "faults/test_housekeeping.py::test_a_damaged_database_comes_back_from_the_last_start",
            "faults/test_housekeeping.py::test_without_a_copy_the_photo_sets_are_found_again",
        ),
    ),
    12: (
        "many write at once",
        (
            "faults/test_jobs.py::test_writers_in_many_threads_lose_nothing",
            "faults/test_cache_faults.py::test_a_crowd_that_is_killed_now_and_then",
            "pipeline/workspace/test_unrecorded.py::test_who_was_too_slow_leaves_nothing",
        ),
    ),
    13: (
        "nothing may be written",
        ("faults/test_cache_faults.py::test_a_write_protected_disk",),
    ),
    14: ("the clock steps", ("faults/test_jobs.py::test_a_step_of_the_clock_buries_nobody",)),
    15: ("a pid is somebody else's", ("faults/test_jobs.py::test_somebody_elses_pid_is_not_ours",)),
    16: (
        "work is stopped at any stage",
        (
            "faults/test_training_killed.py::test_stop_keeps_what_was_learned",
            "faults/test_spare_faults.py::test_stop_ends_the_training_of_a_spare",
            "faults/test_download_faults.py::test_stop_works_while_the_host_is_silent",
        ),
    ),
    17: (
        "an upload is broken off, or nobody wants it",
        ("faults/test_jobs.py::test_an_upload_is_forgotten_whatever_came_of_it",),
    ),
    18: (
        "what is in use is deleted",
        (
            "faults/test_cache_faults.py::test_what_another_process_uses_stays",
            "pipeline/workspace/test_photo_sets.py::test_a_set_in_use_stays",
            "pipeline/workspace/test_photo_sets.py::test_what_somebody_waits_for_keeps_its_set_and_its_run",
            "faults/test_housekeeping.py::test_photos_that_a_run_alone_still_needs_are_no_problem",
        ),
    ),
    19: (
        "a backup of another version, or a changed one",
        (
            "pipeline/workspace/backup/test_restoring.py::test_more_members_do_no_harm",
            "pipeline/workspace/backup/test_restoring.py::test_a_bundle_that_was_swapped",
            "pipeline/workspace/backup/test_snapshot.py::test_another_database_is_refused_whole",
        ),
    ),
    20: (
        "a loss that is no number, a set without test photos",
        (
            "pipeline/learning/test_training.py::test_a_loss_that_is_no_number_ends_with_advice",
            "pipeline/jobs/test_train_job.py::test_without_test_photos_a_run_ends_whole_and_without_a_score",
            "pipeline/workspace/test_versions.py::test_a_set_that_is_not_ready_is_not_trained_on",
        ),
    ),
    21: (
        "a decoding process dies",
        (
            "pipeline/photos/decoding/test_decoder.py::test_a_death_costs_one_file",
            "pipeline/photos/decoding/test_decoder.py::test_three_deaths_in_a_row_open_the_breaker",
        ),
    ),
    22: (
        "visitors of a demo ask for too much",
        ("pipeline/workspace/test_quotas.py::test_a_crowd_fills_the_queue_and_no_more",),
    ),
}


@cache
def names_in(file: str) -> frozenset[str]:
    """Names of the tests in a file, of those in its classes as well."""
    nodes = ast.walk(ast.parse((REPOSITORY / "tests" / file).read_text(encoding="utf-8")))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef))
    return frozenset(one.name for one in functions if one.name.startswith("test_"))


def test_all_have_a_number() -> None:
    assert [*FAULTS] == [*range(1, 23)]


@pytest.mark.parametrize("number", FAULTS)
def test_each_is_tried(number: int) -> None:
    _, tests = FAULTS[number]
    assert tests
    for file, name in (test.split("::") for test in tests):
        assert name in names_in(file), f"{file} has no {name}"
