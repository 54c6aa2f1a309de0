"""Versions below which a known hole is open; each with the hole."""

from __future__ import annotations

import importlib.metadata
import re

import pillow_heif
import pytest

from tests.conftest import REPOSITORY

FLOORS = {
    "pillow": ("13.0.0", "CVE-2026-112403: a crafted JPEG wrote beyond its buffer"),
    "keras": ("3.15.1", "zips, arrays and links in a model file: bombs and code, open in 3.15.0"),
    "streamlit": ("1.54.0", "CVE-2026-33682: on Windows, an address gave the login's hash away"),
    "starlette": ("1.1.0", "CVE-2026-48818: the same, in the web server below Streamlit"),
    "pillow-heif": ("1.3.0", "CVE-2026-28231: a crafted HEIC picture read and wrote out of bounds"),
    "jinja2": ("3.1.6", "CVE-2025-27516: a template could leave its sandbox"),
}
LIBHEIF = (1, 22, 0)  # CVE-2026-47254 and some ten more of May 2026


def numbers(version: str) -> tuple[int, ...]:
    found = re.findall(r"\d+", version)[:3]
    return tuple(int(part) for part in [*found, "0", "0"][:3])


@pytest.mark.parametrize("package", FLOORS)
def test_no_known_hole_is_open(package: str) -> None:
    floor, hole = FLOORS[package]
    installed = importlib.metadata.version(package)
    assert numbers(installed) >= numbers(floor), f"{package} {installed}: {hole}."


def test_the_library_that_opens_heic_is_new_enough() -> None:
    """It comes inside pillow-heif's wheel, with a version of its own."""
    assert numbers(pillow_heif.libheif_version()) >= LIBHEIF


def test_a_fresh_set_up_gets_nothing_older() -> None:
    lines = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([\w-]+)>=([\d.]+),", line) for line in lines)
    allowed = dict(match.groups() for match in found if match)
    for package in FLOORS:
        assert numbers(allowed[package]) >= numbers(FLOORS[package][0]), package
