"""Splits: disjoint, stratified, the same every time, and never a crash."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.photos.splits import SPLITS, assign_splits, extend_splits
from tests.growth_of_work import times_as_long

photos_of_classes = st.lists(
    st.tuples(st.integers(0, 4), st.none() | st.sampled_from(SPLITS)), max_size=120
)


def sizes(splits: list[str]) -> dict[str, int]:
    return {split: splits.count(split) for split in SPLITS}


@given(photos_of_classes, st.integers(0, 2**31 - 1))
def test_every_photo_gets_a_split_and_every_class_of_three_gets_all(photos, seed) -> None:
    classes, given_splits = [one for one, _ in photos], [split for _, split in photos]
    splits = assign_splits(classes, given_splits, seed)
    assert len(splits) == len(photos)
    assert set(splits) <= set(SPLITS)
    for index, size in Counter(classes).items():
        mine = {split for split, label in zip(splits, classes, strict=True) if label == index}
        if size >= 3:
            assert mine == set(SPLITS)
        assert "training" in mine
    assert splits == assign_splits(classes, given_splits, seed)


@given(photos_of_classes, st.integers(0, 100))
def test_a_class_is_split_on_its_own(photos, seed) -> None:
    """What happens to class 0 does not depend on what else is in the set."""
    classes, given_splits = [one for one, _ in photos], [split for _, split in photos]
    together = assign_splits(classes, given_splits, seed)
    mine = [index for index, label in enumerate(classes) if label == 0]
    alone = assign_splits([0] * len(mine), [given_splits[index] for index in mine], seed)
    assert [together[index] for index in mine] == alone


@given(st.lists(st.sampled_from(SPLITS), min_size=3, max_size=60), st.integers(0, 100))
def test_what_is_complete_stays_as_given(given_splits, seed) -> None:
    if set(given_splits) == set(SPLITS):
        assert assign_splits([0] * len(given_splits), given_splits, seed) == given_splits


@pytest.mark.parametrize("size", [3, 4, 5, 10, 14, 15, 100, 1000])
def test_without_given_splits_it_is_80_10_10(size: int) -> None:
    found = sizes(assign_splits([0] * size, [None] * size, 0))
    tenth = max(1, round(size / 10))
    assert found == {"training": size - 2 * tenth, "validation": tenth, "test": tenth}


def test_the_tutorials_set_gets_its_test_photos_from_validation() -> None:
    classes = [0] * 1000 + [1] * 1000 + [0] * 500 + [1] * 500
    given_splits = ["training"] * 2000 + ["validation"] * 1000
    splits = assign_splits(classes, given_splits, 0)
    assert sizes(splits) == {"training": 2000, "validation": 800, "test": 200}
    assert splits[:2000] == ["training"] * 2000
    assert sizes(splits[2000:2500]) == {"training": 0, "validation": 400, "test": 100}


def test_training_and_test_give_a_tenth_of_training_for_validation() -> None:
    found = sizes(assign_splits([0] * 120, ["training"] * 100 + ["test"] * 20, 0))
    assert found == {"training": 90, "validation": 10, "test": 20}


def test_training_alone_gives_both() -> None:
    found = sizes(assign_splits([0] * 100, ["training"] * 100, 0))
    assert found == {"training": 80, "validation": 10, "test": 10}


def test_what_has_no_split_beside_what_has_one_is_learned_from() -> None:
    splits = assign_splits([0] * 30, [None] * 10 + ["validation"] * 10 + ["test"] * 10, 0)
    assert splits[:10] == ["training"] * 10


def test_a_class_without_training_photos_is_divided_anew() -> None:
    assert sizes(assign_splits([0] * 10, ["validation"] * 10, 0)) == {
        "training": 8,
        "validation": 1,
        "test": 1,
    }


def test_the_seed_decides() -> None:
    one, other = (assign_splits([0] * 50, [None] * 50, seed) for seed in (0, 1))
    assert one != other
    assert sizes(one) == sizes(other)


@given(st.lists(st.integers(1, 4), min_size=20, max_size=80), st.integers(0, 100))
def test_photos_that_look_alike_stay_together(bursts, seed) -> None:
    groups = [group for group, size in enumerate(bursts) for _ in range(size)]
    splits = assign_splits([0] * len(groups), [None] * len(groups), seed, groups)
    assert set(splits) == set(SPLITS)
    for group in set(groups):
        assert len({split for split, one in zip(splits, groups, strict=True) if one == group}) <= 1


def test_one_photo_in_two_classes_costs_neither_its_shares() -> None:
    groups = [*range(60), 0, *range(61, 100)]
    splits = assign_splits([0] * 60 + [1] * 40, [None] * 100, 0, groups)
    assert splits[0] == splits[60]
    found = sizes(splits[60:])
    assert abs(found["validation"] - 4) <= 1
    assert abs(found["test"] - 4) <= 1


@pytest.mark.parametrize("different", [1, 2, 3])
def test_a_class_of_lookalikes_is_divided_all_the_same(different: int) -> None:
    groups = [0] * (100 - different + 1) + list(range(1, different))
    found = sizes(assign_splits([0] * 100, [None] * 100, 3, groups))
    assert found == {"training": 80, "validation": 10, "test": 10}


def test_a_few_large_groups_are_no_reason_for_huge_test_splits() -> None:
    groups = [0] * 50 + list(range(50, 100))
    found = sizes(assign_splits([0] * 100, [None] * 100, 3, groups))
    assert found == {"training": 80, "validation": 10, "test": 10}


@given(photos_of_classes, st.integers(0, 100))
def test_what_was_there_stays_where_it_is(photos, seed) -> None:
    classes, settled = [one for one, _ in photos], [split for _, split in photos]
    splits = extend_splits(classes, settled, seed, range(len(photos)))
    assert set(splits) <= set(SPLITS)
    for before, after in zip(settled, splits, strict=True):
        assert before in (None, after)
    assert splits == extend_splits(classes, settled, seed, range(len(photos)))


@pytest.mark.parametrize("size", [3, 10, 50, 500])
def test_a_class_that_joins_is_divided_80_10_10(size: int) -> None:
    splits = extend_splits(
        [0] * 20 + [1] * size, ["training"] * 20 + [None] * size, 0, range(20 + size)
    )
    tenth = max(1, round(size / 10))
    assert sizes(splits[20:]) == {"training": size - 2 * tenth, "validation": tenth, "test": tenth}


def test_one_by_one_a_class_grows_into_its_shares() -> None:
    settled: list[str | None] = []
    for number in range(40):
        settled = list(extend_splits([0] * (number + 1), [*settled, None], 0, range(number + 1)))
    assert sizes([split for split in settled if split]) == {
        "training": 32,
        "validation": 4,
        "test": 4,
    }


def test_a_lookalike_joins_its_like() -> None:
    settled = ["training"] * 8 + ["validation", "test"]
    splits = extend_splits([0] * 13, [*settled, None, None, None], 0, [*range(10), 9, 8, 0])
    assert splits[10:] == ["test", "validation", "training"]


def apart(splits: list[str], classes: list[int], groups: list[int]) -> int:
    """How many held-out photos have one of their class and group in training."""
    one = list(zip(splits, classes, groups, strict=True))
    learned = {
        mark for split, *mark in map(list, one) for mark in [tuple(mark)] if split == "training"
    }
    return sum(split != "training" and tuple(mark) in learned for split, *mark in one)


@pytest.mark.parametrize("burst", [21, 40, 200])
def test_a_burst_is_learned_from_or_tested_with_never_both(burst: int) -> None:
    groups = [0] * burst + list(range(1, burst + 1))
    splits = assign_splits([0] * 2 * burst, [None] * 2 * burst, 0, groups)
    assert apart(splits, [0] * 2 * burst, groups) == 0
    assert min(sizes(splits).values()) >= burst / 10


def test_one_place_with_two_things_in_it_leaves_both_to_be_tested() -> None:
    """A webcam: 20 frames of either, all alike. The second class was all learned from."""
    classes, groups = [0] * 20 + [1] * 20, [0] * 40
    for splits in (
        assign_splits(classes, [None] * 40, 0, groups),
        extend_splits(classes, [None] * 40, 0, groups),
        extend_splits(
            classes, ["training"] * 16 + ["test"] * 2 + ["validation"] * 2 + [None] * 20, 0, groups
        ),
    ):
        for mine in (splits[:20], splits[20:]):
            assert sizes(mine) == {"training": 16, "validation": 2, "test": 2}


def test_one_place_among_others_is_not_torn() -> None:
    groups = [0] * 20 + list(range(1, 81)) + [0] * 20 + list(range(81, 161))
    classes = [0] * 100 + [1] * 100
    splits = assign_splits(classes, [None] * 200, 0, groups)
    assert len({split for split, group in zip(splits, groups, strict=True) if not group}) == 1


def test_a_burst_that_joins_stays_together_and_leaves_the_test_as_large_as_it_should_be() -> None:
    settled = ["training"] * 80 + ["validation"] * 10 + ["test"] * 10
    groups = list(range(100)) + [100] * 30
    splits = extend_splits([0] * 130, [*settled, *[None] * 30], 0, groups)
    assert splits[100:] == ["training"] * 30


def test_more_of_a_burst_that_was_torn_is_tested_with_too() -> None:
    settled = ["training"] * 16 + ["validation"] * 2 + ["test"] * 2
    splits = extend_splits([0] * 120, [*settled, *[None] * 100], 0, [0] * 120)
    assert sizes(splits) == {"training": 96, "validation": 12, "test": 12}


def test_many_photos_in_two_classes_take_no_time() -> None:
    """Each was looked for in a list of all the others: 40,000 took minutes."""

    def assign(count: int) -> None:
        assign_splits([0] * count + [1] * count, [None] * 2 * count, 0, [*range(count)] * 2)

    assert times_as_long(assign, 2_500, 40_000) < 16 * 8, "not as their pairs"


# === Videos ===

# Of each class: how many frames its videos have, and how many photos there are beside them.
classes_of_clips = st.lists(
    st.tuples(st.lists(st.integers(1, 40), max_size=6), st.integers(0, 12)), min_size=1, max_size=4
)


def laid_out(classes) -> tuple[list[int], list[int], list[str | None]]:
    """Class, group and video of each photo."""
    labels, groups, clips = [], [], []
    for label, (lengths, photos) in enumerate(classes):
        for number, length in enumerate(lengths):
            group = len(groups)
            labels += [label] * length
            groups += [group] * length
            clips += [f"{label}-{number}"] * length
        for _ in range(photos):
            labels.append(label)
            groups.append(len(groups))
            clips.append(None)
    return labels, groups, clips


def sides(splits: list[str], clips: list[str | None]) -> dict[str, set[str]]:
    """The splits that each video has frames in."""
    found: dict[str, set[str]] = {}
    for split, clip in zip(splits, clips, strict=True):
        if clip is not None:
            found.setdefault(clip, set()).add(split)
    return found


def expect_whole(classes, splits: list[str], clips: list[str | None]) -> None:
    """With three things to divide every video is whole; of two, none is learned and tested with."""
    for clip, found in sides(splits, clips).items():
        lengths, photos = classes[int(clip.split("-")[0])]
        things = len(lengths) + photos
        if things > 2:
            assert len(found) == 1, clip
        elif things == 2:
            assert "training" not in found or len(found) == 1, clip


@given(classes_of_clips, st.integers(0, 100))
def test_a_video_stays_whole(classes, seed) -> None:
    labels, groups, clips = laid_out(classes)
    splits = assign_splits(labels, [None] * len(labels), seed, groups, clips)
    expect_whole(classes, splits, clips)
    for label, (lengths, photos) in enumerate(classes):
        mine = {split for split, of in zip(splits, labels, strict=True) if of == label}
        if lengths or photos:
            assert "training" in mine
        if sum(lengths) + photos >= 3 and (len(lengths) + photos != 2 or max(lengths) > 1):
            assert len(mine) == 3 or (len(lengths) + photos == 2 and "validation" in mine)


@given(classes_of_clips, classes_of_clips, st.integers(0, 100))
@example([([], 0)], [([2, 1, 4], 0)], 0)
def test_a_video_that_joins_a_set_stays_whole_and_with_its_own(there, coming, seed) -> None:
    labels, groups, clips = laid_out(there)
    settled: list[str | None] = list(
        assign_splits(labels, [None] * len(labels), seed, groups, clips)
    )
    new_labels, new_groups, new_clips = laid_out(coming)
    more = [f"new {clip}" if clip else None for clip in new_clips]
    added = extend_splits(
        [*labels, *new_labels],
        [*settled, *[None] * len(new_labels)],
        seed,
        [*groups, *(len(groups) + group for group in new_groups)],
        [*clips, *more],
    )
    assert added[: len(settled)] == settled
    for label, (lengths, photos) in enumerate(coming):
        was = sum(map(len, (there[label][0],))) + there[label][1] if label < len(there) else 0
        if was == 0 and len(lengths) + photos < 3:
            continue  # a class of its own with too little to divide
        for number in range(len(lengths)):
            clip = f"new {label}-{number}"
            assert len({s for s, c in zip(added, [*clips, *more], strict=True) if c == clip}) == 1


def test_frames_of_a_video_that_is_there_go_where_it_is() -> None:
    labels, clips = [0] * 40, ["a"] * 10 + ["b"] * 10 + ["c"] * 10 + ["a"] * 10
    settled = ["training"] * 10 + ["validation"] * 10 + ["test"] * 10 + [None] * 10
    groups = [{"a": 0, "b": 1, "c": 2}[clip] for clip in clips]
    assert extend_splits(labels, settled, 0, groups, clips)[30:] == ["training"] * 10


def test_one_video_alone_is_cut_in_time() -> None:
    splits = assign_splits([0] * 30, [None] * 30, 0, [0] * 30, ["a"] * 30)
    assert splits == ["training"] * 24 + ["validation"] * 3 + ["test"] * 3


def test_of_two_videos_one_is_learned_and_the_other_tested_with() -> None:
    clips = ["a"] * 20 + ["b"] * 20
    splits = assign_splits([0] * 40, [None] * 40, 0, [0] * 20 + [20] * 20, clips)
    learned = {clip for clip, split in zip(clips, splits, strict=True) if split == "training"}
    assert len(learned) == 1
    assert sizes(splits) == {"training": 20, "validation": 10, "test": 10}
