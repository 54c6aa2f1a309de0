"""What a journey takes: seconds and clicks of each step, and words at first look.

Each step is printed, and appended to the file that `PAWTUNE_JOURNEYS` names, as a line of JSON;
`python -m tests.benchmarks.journeys` makes a table of them. Nothing here asserts on seconds.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page

FILE: Final = "PAWTUNE_JOURNEYS"  # environment variable


def words_at_first_look(page: Page) -> int:
    """Words of a page beside its menu, also those for which one has to scroll."""
    return len(page.get_by_test_id("stMain").inner_text().split())


@dataclass
class Stopwatch:
    """Walks along a journey.

    Attributes:
        journey: Its letter.
        say: Prints a line.
        clicks: Of the present step, as a mouse has them: a file's dialog counts two, typing into a
            field one.
    """

    journey: str
    say: Callable[[str], None]
    clicks: int = 0
    _since: float = field(default_factory=time.monotonic)

    def start(self) -> float:
        """Begin a step.

        Returns:
            This moment, for a step that ends after later ones; see `lap`.
        """
        self.clicks, self._since = 0, time.monotonic()
        return self._since

    def press(self, place: Locator) -> None:
        """Click."""
        place.click()
        self.clicks += 1

    def write(self, place: Locator, text: str) -> None:
        """Type into a field."""
        place.fill(text)
        place.press("Enter")
        self.clicks += 1

    def lap(
        self,
        step: str,
        *,
        since: float | None = None,
        clicks: int | str | None = None,
        words: int | None = None,
        told: str = "",
    ) -> None:
        """End a step; the next one begins.

        Args:
            step: What was done, the same words in every version.
            since: When it began, if that was before the present step.
            clicks: How many, or something else that is counted; those of the step if not given.
            words: At first look.
            told: What the page said, where that matters.
        """
        seconds = time.monotonic() - (self._since if since is None else since)
        clicks = self.clicks if clicks is None else clicks
        counted = f"{clicks} clicks" if isinstance(clicks, int) else clicks
        first = "" if words is None else f", {words} words at first look"
        told = " ".join(told.split())
        said = f": “{told}”" if told else ""
        self.say(f"journey {self.journey}, {step}: {seconds:.1f} s, {counted}{first}{said}")
        if path := os.environ.get(FILE):
            line = {
                "journey": self.journey,
                "step": step,
                "seconds": round(seconds, 1),
                "load": round(os.getloadavg()[0], 1),
                "clicks": clicks,
                "words": words,
                "told": told,
            }
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        self.start()
