"""Thirty visitors turn pages while a training runs: how long a page takes. Asserts nothing.

    python -m tests.benchmarks.load [--visitors 30] [--seconds 60] [--reads 5 15]

A visitor is Streamlit's own connection without a browser: it asks for a page, waits until its last
element has come, reads for some seconds, and asks for the next. Printed as one JSON object: pages
drawn, the median, the 95th percentile and the worst in seconds, and memory of the server before,
at the end, and at most.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pipeline.jobs.queue import Jobs
from pipeline.settings.hyperparameters import BUILT_IN, BUILT_IN_ALPHA
from pipeline.settings.train_config import TrainConfig
from pipeline.workspace.home import open_workspace
from pipeline.workspace.photo_sets import PhotoSets
from tests.benchmarks.serving import Site, ready
from tests.soak import flips

PAGES: Final = ("", "photos", "explore", "augment", "train", "runs", "evaluate", "classify")
# From weights that need no download; so many, one after the other, that one is always running.
_TRAININGS: Final = 8
_TRAINING: Final = TrainConfig(
    epochs=100, fine_tune_epochs=100, weights=BUILT_IN, alpha=BUILT_IN_ALPHA
)


Reads = tuple[float, float]  # seconds between two pages: at least, at most


async def visit(
    site: Site, ends: float, chance: random.Random, reads_s: Reads, took: list[float]
) -> None:
    """One visitor, until the end."""
    address = f"ws://localhost:{site.port}/_stcore/stream"
    async with websockets.connect(
        address,
        origin=site.url,
        subprotocols=["streamlit"],
        max_size=None,  # type: ignore[arg-type,list-item]
    ) as talk:
        await asyncio.sleep(chance.uniform(0, reads_s[1]))
        while time.monotonic() < ends:
            began = time.monotonic()
            asked = BackMsg()
            asked.rerun_script.page_name = chance.choice(PAGES)
            asked.rerun_script.query_string = ""
            await talk.send(asked.SerializeToString())
            await _drawn(talk)
            took.append(time.monotonic() - began)
            await asyncio.sleep(chance.uniform(*reads_s))


async def _drawn(talk: Any) -> None:
    """Wait until a page's script has ended; its fragments' later runs are nobody's to wait for."""
    begun = False
    while True:
        told = ForwardMsg()
        told.ParseFromString(await talk.recv())
        kind = told.WhichOneof("type")
        begun = begun or kind == "new_session"
        if begun and kind == "script_finished":
            return


async def crowd(site: Site, visitors: int, seconds: float, reads_s: Reads) -> dict[str, Any]:
    """All of them at once."""
    server = psutil.Process(site.process.pid)
    before, took = _mib(server), list[float]()
    ends, most = time.monotonic() + seconds, [before]

    async def weigh() -> None:
        while time.monotonic() < ends:
            most.append(_mib(server))
            await asyncio.sleep(1)

    everybody = [visit(site, ends, random.Random(one), reads_s, took) for one in range(visitors)]
    await asyncio.gather(weigh(), *everybody)
    ordered = sorted(took)
    return {
        "visitors": visitors,
        "pages": len(took),
        "median_s": round(statistics.median(took), 2),
        "p95_s": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "worst_s": round(ordered[-1], 2),
        "server_mib": {"before": before, "end": _mib(server), "most": max(most)},
    }


def _mib(server: psutil.Process) -> int:
    return round(server.memory_info().rss / 2**20)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--visitors", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--reads", type=float, nargs=2, default=(5, 15))
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        flips.prepare(home, photos=100)
        with ready(home) as site:
            asyncio.run(crowd(site, 2, 20, (1, 2)))  # modules are loaded, caches filled
            workspace = open_workspace(home)
            site.stop_jobs()
            row = next(one for one in PhotoSets(workspace).list() if one.name == "Colours")
            for _ in range(_TRAININGS):
                Jobs(workspace).submit_train(row.id, _TRAINING)
            found = asyncio.run(crowd(site, wanted.visitors, wanted.seconds, tuple(wanted.reads)))
            found["trainings_left"] = len(Jobs(workspace).active())
            site.stop_jobs()
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
