"""Photos in, answers out: the same as the command line's, within limits."""

from __future__ import annotations

import dataclasses
import threading
from pathlib import Path

import pytest
import requests

from pipeline.api import classify
from pipeline.api.operations import Operation
from pipeline.errors import RunError
from pipeline.settings import mode
from tests.memory import growth
from tests.pipeline.api.conftest import RED, Serve, ask
from tests.pipeline.commands.conftest import run as run_command
from tests.workspaces import decoder, jpeg

pytestmark = pytest.mark.usefixtures("with_example")
TEXT = b"Hello, this is no picture."


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches quickly."""
    limits = dataclasses.replace(mode.LOCAL.limits, file_bytes=20_000)
    tight = dataclasses.replace(
        mode.LOCAL, limits=limits, photos_per_request=3, request_bytes=100_000
    )
    monkeypatch.setattr(mode, "LOCAL", tight)


def test_it_answers_as_the_command_does(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    files = [("röt.jpg", RED), ("text.txt", TEXT), ("blue.jpg", jpeg((40, 60, 200)))]
    for name, data in files:
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    code, told = run_command(capsys, "classify", "--run", "starter", *(name for name, _ in files))
    answer = ask(address, *files)
    assert (code, answer.status_code) == (0, 200)
    assert answer.json() == told
    assert [told[name] for name in ("run", "received", "accepted", "rejected")] == [
        "starter",
        3,
        2,
        1,
    ]
    assert "error" in told["photos"][1]


def test_a_run_is_named_or_the_newest_answers(address: str) -> None:
    named = ask(address, ("a.jpg", RED), params={"run": "starter"}).json()
    assert named == ask(address, ("a.jpg", RED), params={"run": "latest"}).json()
    unknown = ask(address, ("a.jpg", RED), params={"run": "run-0000000000"})
    assert unknown.status_code == 404
    assert "no such run" in unknown.json()["error"]


def test_a_run_that_cannot_answer_says_so(serve: Serve) -> None:
    def find(run: str, _visitor: str | None) -> tuple[str, object]:
        raise RunError(f"{run} is damaged.")

    answer = ask(serve(classify.operations(find, decoder)), ("a.jpg", RED))
    assert (answer.status_code, answer.json()) == (409, {"error": "latest is damaged."})


@pytest.mark.parametrize(
    ("status", "files"),
    [
        (415, [("a.txt", TEXT), ("b.jpg", TEXT)]),
        (422, [("cut.jpg", RED[:200])]),
        (422, [("cut.jpg", RED[:200]), ("a.txt", TEXT)]),
        (415, [("empty.jpg", b"")]),
    ],
)
def test_of_no_use_at_all(address: str, status: int, files: list[tuple[str, bytes]]) -> None:
    answer = ask(address, *files)
    told = answer.json()
    assert answer.status_code == status
    assert (told["received"], told["accepted"], told["rejected"]) == (len(files), 0, len(files))
    assert [one["path"] for one in told["photos"]] == [name for name, _ in files]
    assert all(one["error"] for one in told["photos"])


@pytest.mark.usefixtures("small")
def test_a_large_file_costs_itself_alone(address: str) -> None:
    large = RED + bytes(20_000)
    told = ask(address, ("large.jpg", large), ("a.jpg", RED)).json()
    assert told["rejected"] == 1
    assert "the most is" in told["photos"][0]["error"]
    assert told["photos"][1]["class"] in ("Cat", "Dog")
    assert ask(address, ("large.jpg", large)).status_code == 413


@pytest.mark.usefixtures("small")
def test_a_file_that_breaks_its_decoder_costs_itself_alone(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.api.decoders import Decoders
    from pipeline.api.networks import Networks
    from pipeline.workspace.home import open_workspace

    monkeypatch.setenv("PAWTUNE_FAULT", "decode:abort")
    decoders, workspace = Decoders(), open_workspace()
    address = serve(classify.operations(Networks(lambda: workspace).find, decoders.get))
    hostile = RED + b"PAWTUNE-FAULT"
    try:
        told = ask(address, ("hostile.jpg", hostile), ("a.jpg", RED)).json()
        assert "broke the decoder" in told["photos"][0]["error"]
        assert told["photos"][1]["class"] in ("Cat", "Dog")
        for _ in range(3):
            assert ask(address, ("hostile.jpg", hostile)).status_code == 422
        assert ask(address, ("a.jpg", RED)).status_code == 200, "a pool that gave up is replaced"
    finally:
        decoders.close()


def test_a_flood_is_told_to_come_again(
    serve: Serve, classifying: list[Operation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classify, "_MOST_REQUESTS", 2)
    inside, go_on = threading.Semaphore(0), threading.Event()

    def find(_run: str, _visitor: str | None) -> tuple[str, object]:
        inside.release()
        go_on.wait(30)
        raise RunError("Late.")

    address = serve(classify.operations(find, decoder))
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(ask(address, ("a.jpg", RED)).status_code))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
        assert inside.acquire(timeout=30)
    refused = ask(address, ("a.jpg", RED))
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    go_on.set()
    for thread in threads:
        thread.join()
    assert statuses == [409, 409]
    assert ask(address, ("a.jpg", RED)).status_code == 409, "its place was given back"


def test_the_demo_takes_less(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    monkeypatch.setenv("PAWTUNE_MODE", "demo")
    from pipeline.api.networks import Networks
    from pipeline.workspace.home import open_workspace

    workspace = open_workspace()
    address = serve(classify.operations(Networks(lambda: workspace).find, decoder))
    files = [("a.jpg", RED)] * (mode.DEMO.photos_per_request + 1)
    assert ask(address, *files).status_code == 413
    assert ask(address, *files[1:]).json()["accepted"] == mode.DEMO.photos_per_request


def test_a_form_in_another_shape_is_refused(address: str) -> None:
    url = f"{address}/classify"
    assert requests.post(url, data=RED, timeout=30).status_code == 415
    assert requests.post(url, json={"photos": []}, timeout=30).status_code == 415
    assert requests.post(url, files={"photo": ("a.jpg", RED)}, timeout=30).status_code == 422
    answer = requests.post(url, files={"photos": ("a.jpg", RED)}, data={"run": "x"}, timeout=30)
    assert answer.status_code == 422


@pytest.mark.parametrize("is_declared", [True, False])
def test_three_hundred_megabytes_end_in_a_sentence_and_nothing_is_lost(
    address: str, tmp_path: Path, is_declared: bool
) -> None:
    """A form that says how long it is, and one that goes on and on; then a photo as ever."""
    assert ask(address, ("a.jpg", RED)).status_code == 200  # all that it needs is loaded
    head = "--b\r\nContent-Disposition: form-data; name=photos; filename=a.jpg\r\n\r\n"
    with (tmp_path / "body").open("w+b") as body, growth() as grown:
        body.write(head.encode())
        body.seek(300_000_000)  # nothing but a number to this disk
        body.write(b"\r\n--b--\r\n")
        body.seek(0)
        data = body if is_declared else iter(lambda: body.read(2**20), b"")
        heads = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = requests.post(f"{address}/classify", data=data, headers=heads, timeout=60)
    assert answer.status_code == 413
    assert list(answer.json()) == ["error"]
    assert grown[0] < 150_000_000
    assert ask(address, ("a.jpg", RED)).status_code == 200
