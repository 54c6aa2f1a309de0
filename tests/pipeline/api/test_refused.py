from __future__ import annotations

from pipeline.api.refused import Refused


def test_every_refusal_has_one_form() -> None:
    refused = Refused(413, "Too large.", {"received": 1}, {"Retry-After": "1"})
    assert refused.told == {"error": "Too large.", "received": 1}
    assert refused.headers == {"Retry-After": "1"}
    assert Refused(404, "Nothing.").told == {"error": "Nothing."}
