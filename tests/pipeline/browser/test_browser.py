"""The modules for browsers, as far as they can be asked without one."""

from __future__ import annotations

from pathlib import Path

from pipeline import browser
from tests.in_node import told

SCRIPTS = Path(browser.__file__).parent


def test_a_network_that_was_closed_gives_back_what_it_is_asked_then(tmp_path: Path) -> None:
    """A frame that was on its way while another run was chosen; nobody may wait for its answer."""
    program = """
    globalThis.Worker = class {
      postMessage({ number, open }) {
        if (open) setTimeout(() => this.onmessage({ data: { number } }))
      }
      terminate() {}
    }
    const { openAsker } = await import("./asker.js")
    const asker = await openAsker({})
    asker.close()
    let closed = false
    const asked = asker.ask({ close() { closed = true } }, {}).catch((error) => error.name)
    const late = new Promise((resolve) => setTimeout(resolve, 500, "nobody answers"))
    console.log(JSON.stringify([await Promise.race([asked, late]), closed]))
    """
    assert told(tmp_path, [SCRIPTS / "asker.js"], program) == ["AbortError", True]
