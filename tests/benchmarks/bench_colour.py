"""How far colours of photos are from what a viewer shows, format by format: prints a table.

    python -m tests.benchmarks.bench_colour [--json]

Nine patches in each format and with each profile are put through the decoder; the truth is computed
by plain formulas (`tests/inputs/profiles.py`), or by LittleCMS for profiles of tables. Each cell is
the distance in the mean, of 255; beside each row stands what it was when profiles were
dropped: the distance of the numbers as they are in the file.
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from pipeline.photos.decoding.decode import canonical, pixels
from tests.inputs import colours, pictures, profiles

Write = Callable[[str], bytes]


class Row(NamedTuple):
    """One way in which a file says its colours.

    Attributes:
        name: What it is.
        write: Writes the patches in a format.
        truth: What a viewer shows, `(h, w, 3)` of 255.
        dropped: What is seen of it where nobody heeds the profile, likewise.
        kinds: The formats that can say it.
    """

    name: str
    write: Write
    truth: NDArray[np.floating]
    dropped: NDArray[np.floating]
    kinds: tuple[str, ...] = colours.FORMATS


def _rows() -> Iterator[Row]:
    patches = colours.patches()
    for name, meaning in profiles.MEANINGS.items():
        profile = profiles.matrix(meaning)
        yield Row(f"ICC, {name}", _with(profile), profiles.shown(patches, meaning), patches)
    ramp = np.tile(np.linspace(0, 255, 64).astype(np.uint8), (48, 1))
    for gamma in (1.0, 1.8, 3.0):
        shown = np.stack([profiles.shown_grey(ramp, gamma)] * 3, axis=-1)
        flat = np.stack([ramp] * 3, axis=-1)
        write = _with(profiles.grey(gamma), ramp)
        yield Row(f"ICC, grey of gamma {gamma}", write, shown, flat)
    inks = Image.fromarray(patches).convert("CMYK")
    truth = _by_littlecms(colours.written(inks, "JPEG"), profiles.inks())
    yield Row(
        "ICC, four inks (lut16)",
        _with(profiles.inks(), inks),
        truth,
        np.asarray(inks.convert("RGB")),
        ("JPEG",),
    )
    numbers = profiles.xyb(patches)
    xyb = _with(profiles.xyb_profile(), numbers, keep_rgb=True)
    yield Row("ICC, XYB", xyb, patches, numbers, ("JPEG",))
    for name, (code, meaning) in _CODE_POINTS.items():
        shown = profiles.shown(patches, meaning)
        yield Row(name, _told(*code), shown, patches, ("PNG", "HEIF", "AVIF"))
    for name in ("P3", "Adobe RGB", "ProPhoto", "linear sRGB", "swapped"):
        meaning = profiles.by_gamma(profiles.MEANINGS[name])
        shown = profiles.shown(patches, meaning)
        yield Row(f"gAMA and cHRM, {name}", _chunks(meaning), shown, patches, ("PNG",))
    shades = np.tile(np.linspace(0, 255, 64).astype(np.uint32), (48, 1))[..., np.newaxis]
    plain = shades.repeat(3, axis=-1).astype(float)
    for bits in (10, 12, 14):
        values = (shades * ((1 << bits) - 1) // 255).astype(np.uint16)
        for name, deep in (("grey", values), ("RGB", values.repeat(3, axis=-1))):
            write = _plain(pictures.png_16_bits(deep))
            seen = plain * ((1 << bits) - 1) / 65535
            yield Row(f"{bits} bits of 16, {name}", write, plain, seen, ("PNG",))


_CODE_POINTS: Final = {
    "code points, P3": ((12, 13), profiles.MEANINGS["P3"]),
    "code points, Rec2020": ((9, 13), profiles.Meaning(profiles.REC2020, profiles.srgb_light)),
    "code points, linear": ((1, 8), profiles.MEANINGS["linear sRGB"]),
}


def _with(
    profile: bytes, picture: NDArray[np.uint8] | Image.Image | None = None, **options: object
) -> Write:
    drawn = colours.patches() if picture is None else picture
    return lambda kind: colours.written(drawn, kind, icc_profile=profile, **options)


def _told(primaries: int, transfer: int) -> Write:
    return lambda kind: colours.with_code_points(kind, primaries, transfer)


def _chunks(meaning: profiles.Meaning) -> Write:
    return lambda _kind: colours.with_chunks(*colours.gamma_and_points(meaning))


def _plain(data: bytes) -> Write:
    return lambda _kind: data


def _by_littlecms(data: bytes, profile: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data)) as image:
        shown = ImageCms.profileToProfile(
            image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    assert shown is not None
    return np.asarray(shown)


def measured() -> Iterator[dict[str, object]]:
    """One row after the other: its name, what it was, and the distance in each format."""
    for row in _rows():
        found: dict[str, object] = {"colours": row.name, "before": _off(row.dropped, row.truth)}
        for kind in row.kinds:
            try:
                data = row.write(kind)
            except pytest.skip.Exception:  # this computer cannot write it
                continue
            began = time.perf_counter()
            kept = pixels(canonical(data).jpeg)
            found[kind] = _off(kept, row.truth)
            found.setdefault("ms", round(1000 * (time.perf_counter() - began), 1))
        yield found


def _off(seen: NDArray[np.number], truth: NDArray[np.floating]) -> float:
    return round(float(np.abs(seen.astype(float) - truth).mean()), 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    rows = list(measured())
    if parser.parse_args().json:
        print(json.dumps(rows, indent=1))
        return
    columns = ("before", *colours.FORMATS)
    print(f"| colours | {' | '.join(columns)} |\n|---|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {row['colours']} | {' | '.join(str(row.get(one, '')) for one in columns)} |")


if __name__ == "__main__":
    main()
