"""What the computer offers to a phone, and what the phone has brought and asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from pipeline.api.decoders import Decoders
from pipeline.api.networks import Networks
from pipeline.api.operations import LATEST
from pipeline.api.refused import Refused
from pipeline.classify.classifier import Classifier
from pipeline.errors import PawTuneError
from pipeline.phone.bringing import Bringing
from pipeline.phone.goal import Goal
from pipeline.phone.inbox import Inbox
from pipeline.settings import mode
from pipeline.settings.hyperparameters import ANSWER
from pipeline.wording import phone_text
from pipeline.wording.answer_text import NEITHER, NOT_LIKE, NOT_SURE
from pipeline.workspace.home import Workspace
from pipeline.workspace.runs import Runs


class Desk:
    """Both sides put here what is for the other. Thread-safe.

    Args:
        workspace: Gives the workspace; called from any thread.

    Attributes:
        goal: Where photos go: what the Photos page shows.
        run: Which run answers: the one that the Classify page shows.
        sure_from: How sure its answers must be; see `answer.called`.
        inbox: Photos for the boxes of the Photos page.
        bringing: What the present link brings; without one, the last.
        asked: About how many photos it asked.
        decoders: Decode what comes.
    """

    def __init__(self, workspace: Callable[[], Workspace]) -> None:
        self._workspace = workspace
        self._networks = Networks(workspace)
        self.decoders = Decoders()
        self.goal: Goal | None = None
        self.run = LATEST
        self.sure_from: float = ANSWER["sure_from"].default
        self.inbox = Inbox()
        self.bringing = Bringing(workspace, self.decoders.get, self.inbox)
        self.asked = 0

    def begin_anew(self) -> None:
        """Another link begins; what waits in the inbox goes on waiting."""
        self.bringing = Bringing(self._workspace, self.decoders.get, self.inbox)
        self.asked = 0

    def network(self) -> tuple[str, Classifier]:
        """The run that answers, and its network.

        Raises:
            Refused: If there is none that can.
            RunError: If it is damaged.
        """
        return self._networks.find(self.run, None)

    def told(self, seconds_left: float) -> dict[str, Any]:
        """What the phone gets, as plain JSON.

        Args:
            seconds_left: How long its link still lasts.
        """
        goal, allowed = self.goal, mode.current()
        words = {"none": NEITHER, "none_why": NOT_LIKE, "unsure": NOT_SURE, **phone_text.WORDS}
        told: dict[str, Any] = {
            "words": words,
            "minutes": math.ceil(seconds_left / 60),
            "goal": goal.told() if goal and goal.classes else None,
            "no_goal": phone_text.NOTHING_TO_JOIN,
            "run": None,
            "sure_from": self.sure_from,
            "photos": allowed.photos_per_request,
            "bytes": allowed.request_bytes,
            "too_large": phone_text.too_large(allowed.request_bytes),
        }
        try:
            run_id, _ = self.network()
            return {**told, "run": Runs(self._workspace()).get(run_id).name}
        except Refused as refused:
            return {**told, "no_run": refused.told["error"]}
        except PawTuneError as error:
            return {**told, "no_run": str(error)}
