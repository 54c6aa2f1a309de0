"""What is known of a photo, and the text that a set's list keeps of it for ever."""

from __future__ import annotations

import pytest

from pipeline.photos.photo_notes import EVERY, PhotoNote, from_kept, kept_text


def test_the_kept_text_is_part_of_a_set_s_id_and_never_changes() -> None:
    plain = [notes for notes in EVERY if not {PhotoNote.HDR, PhotoNote.SPREAD} & set(notes)]
    assert [kept_text(notes) for notes in plain] == [
        None,
        "It is blank: one colour all over.",
        "It is animated; only the first picture was taken.",
        "It is animated; only the first picture was taken. It is blank: one colour all over.",
        "It holds several pictures; only the main one was taken.",
        "It holds several pictures; only the main one was taken. It is blank: one colour all over.",
    ]


def test_notes_on_light_stand_between_those_on_the_file_and_on_the_picture() -> None:
    assert kept_text([PhotoNote.SPREAD]) == (
        "It uses few of its 16 bits, so its brightness was spread over all levels."
    )
    assert (PhotoNote.SEVERAL, PhotoNote.HDR, PhotoNote.BLANK) in EVERY
    assert kept_text([PhotoNote.HDR, PhotoNote.BLANK]) == (
        "It was made for HDR screens; its light was fitted to ordinary ones. "
        "It is blank: one colour all over."
    )


@pytest.mark.parametrize("notes", EVERY, ids=str)
def test_a_kept_text_is_data_again(notes: tuple[PhotoNote, ...]) -> None:
    assert from_kept(kept_text(notes)) == notes


@pytest.mark.parametrize("text", ["", "blank", "It is blank.", "Somebody says: It is blank: one"])
def test_another_text_decides_nothing(text: str) -> None:
    assert from_kept(text) == ()
