from __future__ import annotations

import requests

from pipeline.api import health
from pipeline.api.access import Access
from tests.pipeline.api.conftest import Serve


def test_anybody_may_ask_whether_it_answers(serve: Serve) -> None:
    access = Access(token="a-token-of-many-letters")
    answer = requests.get(serve([health.OPERATION], access) + "/health", timeout=30)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
