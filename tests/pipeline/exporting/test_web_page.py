"""A run as a web page: whole, in three languages, and with no address of anybody else."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.exporting import web_page
from pipeline.exporting.web_page import Parts
from pipeline.wording.answer_text import NEITHER, NOT_SURE
from tests.toy_litert import SIDE_PX, colour_network

OURS = Path(web_page.__file__).parent / "templates" / "web"
BLOCK = re.compile(r'<script type="application/octet-stream" id="([^"]+)">([^<]+)</script>')


@pytest.fixture
def parts() -> Parts:
    """A page with a few bytes in place of LiteRT.js, which nothing here runs."""
    told = {"classes": ["red", "blue"], "temperature": 1.0, "image_size_px": SIDE_PX}
    return Parts("Colours", colour_network(), told, "# Card", {"litert.js": b"export {}"})


def texts_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """What a browser reads of a page, but for the licence and what is not ours."""
    ours = (".html", ".css", ".js", ".json", ".webmanifest")
    return {
        name: data.decode()
        for name, data in files.items()
        if name.endswith(ours) and not name.startswith("engine/")
    }


# === Words ===


def test_every_language_says_all_of_it() -> None:
    texts = web_page.texts()
    assert set(texts) == {"de", "en", "zh"}
    gaps = re.compile(r"\{\w+\}")
    for language, told in texts.items():
        assert list(told) == list(texts["en"]), language
        for key, text in told.items():
            assert text.strip(), (language, key)
            assert sorted(gaps.findall(text)) == sorted(gaps.findall(texts["en"][key])), key


def test_every_word_that_the_page_asks_for_is_there_and_none_besides() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in OURS.iterdir() if path.is_file())
    sources = sources.replace(web_page._TEXTS.read_text(encoding="utf-8"), "")
    keys = set(web_page.texts()["en"])
    assert set(re.findall(r'data-text="(\w+)"', sources)) <= keys
    assert set(re.findall(r'\b(?:word|say|fail|CameraError|onGone)\("(\w+)"', sources)) <= keys
    kinds = {"none", "none_more", "not_sure", "not_sure_more"}
    assert keys - kinds <= set(re.findall(r'["\'](\w+)["\']', sources))


def test_its_words_are_those_of_the_app() -> None:
    told = web_page.texts()["en"]
    assert (told["none"], told["not_sure"]) == (NEITHER, NOT_SURE)


# === Nobody else ===


def test_no_address_leads_anywhere_else(parts: Parts) -> None:
    files = web_page.folder(parts)
    for name, text in texts_of(files).items():
        assert "://" not in html.unescape(text).replace(web_page._licence(), ""), name
        for address in re.findall(r'(?:src|href)="([^"]*)"', text):
            assert address in files, address  # relative, and there
    manifest = json.loads(files[web_page.MANIFEST])
    assert {icon["src"] for icon in manifest["icons"]} <= set(files)
    assert manifest["start_url"] == manifest["scope"] == "./"


def test_the_page_may_load_its_own_files_alone(parts: Parts) -> None:
    policy = re.search(
        r'Security-Policy" content="([^"]+)"', web_page.folder(parts)["index.html"].decode()
    )
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy.group(1).replace("&#39;", "'").split("; "))
    assert rules["default-src"] == "'self'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    allowed = {"'self'", "'none'", "'wasm-unsafe-eval'"}
    assert {source for rule in rules.values() for source in rule.split()} == allowed


def test_names_are_names(parts: Parts) -> None:
    hostile = "</title><script>alert(1)</script>"
    bad = replace(parts, name=hostile, card=hostile)
    for page in (web_page.folder(bad)["index.html"], web_page.one_file(bad)):
        assert b"alert(1)" in page and hostile.encode() not in page
    assert json.loads(web_page.folder(bad)[web_page.MANIFEST])["name"] == hostile


# === Kept on the device ===


def test_the_worker_keeps_every_file_and_another_content_is_another_version(parts: Parts) -> None:
    files = web_page.folder(parts)
    worker = files[web_page.WORKER].decode()
    kept = re.search(r"^const FILES = (.*)$", worker, re.MULTILINE)
    assert kept and set(json.loads(kept.group(1))) == set(files) - {web_page.WORKER}
    assert files == web_page.folder(parts)
    other = web_page.folder(replace(parts, card="# Another"))
    assert other[web_page.WORKER] != files[web_page.WORKER]


# === One file ===


def test_one_file_has_all_of_it_inside(parts: Parts) -> None:
    page = web_page.one_file(parts).decode()
    packed = {name: gzip.decompress(base64.b64decode(data)) for name, data in BLOCK.findall(page)}
    assert packed["model.tflite"] == parts.model
    assert json.loads(packed["details.json"]) == parts.details
    assert packed["engine/litert.js"] == parts.engine["litert.js"]
    assert all(
        address.startswith("data:") for address in re.findall(r'(?:src|href)="([^"]*)"', page)
    )
    assert page == web_page.one_file(parts).decode()


def test_one_file_runs_its_own_script_alone(parts: Parts) -> None:
    page = web_page.one_file(parts).decode()
    for kind, opening in (("script", '<script type="module">'), ("style", "<style>")):
        content = page.split(opening)[1].split(f"</{kind}>")[0]
        assert f"{kind}-src {web_page._hash(content)}" in page.replace("&#39;", "'")


# === Answers ===


def test_the_network_is_asked_by_the_pages_own_numbers(parts: Parts) -> None:
    photos = np.zeros((2, SIDE_PX, SIDE_PX, 3), np.uint8)
    photos[0, ..., 0], photos[1, ..., 2] = 20, 20  # red; blue
    plain = web_page.ask(parts.model, parts.details, photos)
    cooled = web_page.ask(parts.model, {**parts.details, "temperature": 4.0}, photos)
    assert plain.argmax(axis=1).tolist() == [0, 1]
    assert (plain.max(axis=1) > cooled.max(axis=1)).all()
