"""Numbers of photos in words."""


def photos(count: int) -> str:
    """`1 photo`, `2,000 photos`."""
    return "1 photo" if count == 1 else f"{count:,} photos"
