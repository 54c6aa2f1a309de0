"""Do the numbers hold what they promise? Prints tables, asserts nothing.

    python -m tests.benchmarks.bench_honesty NAME [SETS]

NAME is a module of `tests/benchmarks/honesty` that has a `main`, such as intervals: does one hold
the truth 95 times of 100? SETS is how many sets are drawn for each line, if another
number is wanted. Most need `../shared`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from types import ModuleType

from tests.benchmarks import honesty


def main(arguments: list[str]) -> None:
    """Run one of the simulations."""
    names = sorted(
        module.name
        for module in pkgutil.iter_modules(honesty.__path__)
        if hasattr(_module(module.name), "main")
    )
    if not arguments or arguments[0] not in names:
        sys.exit(f"Name one of {', '.join(names)}. Received: {' '.join(arguments) or 'nothing'}.")
    _module(arguments[0]).main(*map(int, arguments[1:]))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{honesty.__name__}.{name}")


if __name__ == "__main__":
    main(sys.argv[1:])
