"""Ready sets in words: how much there is to fetch, and what one may do with it."""

from __future__ import annotations

from pipeline.files.sizes import size


def download(num_bytes: int | None, at_most: bool = False) -> str:
    """What must be fetched before a set is there: `180 MB to download`.

    Args:
        num_bytes: How much that is; None when nobody says.
        at_most: Whether it may be less, as not everything that is counted is needed.
    """
    if num_bytes is None:
        return "how much there is to download is not stated"
    if not num_bytes:
        return "no download"
    return f"{'at most ' if at_most else ''}{size(num_bytes)} to download"


def licence(stated: str | None, homepage: str) -> str:
    """What is known of the terms, as a sentence.

    Args:
        stated: The licence's name; None where nobody states one.
        homepage: Where its makers tell more, or empty.
    """
    if stated is not None:
        return f"Licence: {stated}."
    where = f" at {homepage}" if homepage else ""
    return f"No licence is stated: ask its makers{where} before you publish what comes of it."
