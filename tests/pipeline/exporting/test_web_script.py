"""Modules as one script: what they use is there before them, and keeps its names to itself."""

from __future__ import annotations

import pytest

from pipeline.exporting import web_script


def test_what_is_used_comes_first_and_under_its_own_names() -> None:
    page = 'import { one, two } from "./sums.js"\n\nexport const three = one() + two'
    sums = "export async function one() {}\nexport const two = 2\nconst page = 0"
    script = web_script.joined({"page": page, "sums": sums})
    assert script.index("const sums_js") < script.index("const page_js")
    assert "const { one, two } = sums_js" in script
    assert "return { one, two }" in script and "return { three }" in script
    assert "export" not in script and "import" not in script


@pytest.mark.parametrize(
    "line",
    ['import * as all from "./a.js"', 'import "./a.js"', "export default 1", "export { one }"],
)
def test_another_way_to_import_or_export_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not joined"):
        web_script.joined({"a": "", "page": line})


def test_asking_for_a_module_late_is_no_import() -> None:
    assert "await import(place)" in web_script.joined({"page": "await import(place)"})
