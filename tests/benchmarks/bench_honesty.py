"""Whether numbers are true of few, uneven and look-alike photos: prints JSON objects.

    python -m tests.benchmarks.bench_honesty [PART ...]

Parts: uneven (needs `../shared`; two minutes to look at its photos once, then five).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.benchmarks import parts
from tests.benchmarks.honesty.uneven import uneven

PARTS: Final[Mapping[str, Callable[[], list[dict[str, Any]]]]] = {"uneven": uneven}


def main() -> None:
    """Run what was asked for."""
    for part in parts.chosen(PARTS, __doc__ or ""):
        for line in PARTS[part]():
            print(json.dumps({"part": part, **line}), flush=True)


if __name__ == "__main__":
    main()
