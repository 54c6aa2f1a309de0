"""What a folder or zip is told of as a whole, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pipeline.wording.text import joined, short

_MOST_NAMED: Final = 4


def unsure_names(page: str, others: Sequence[tuple[str, str]], examples: Sequence[str]) -> str:
    """That names could mean other letters.

    Args:
        page: What the code page is called by which they were read.
        others: The names of those that fit nearly as well, for people and for the command line.
        examples: Some folders as they were read.
    """
    names = joined([short(name) for name in examples[:_MOST_NAMED]])
    choices = joined([f"{codec} ({title})" for title, codec in others[:_MOST_NAMED]])
    return (
        f"Nothing says in which code page these names are written. They were read as {page}: "
        f"{names}. If that looks wrong, import it again with the right code page; others that fit "
        f"are {choices}."
    )
