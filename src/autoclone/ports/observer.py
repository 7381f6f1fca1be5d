"""Who is told what the engine did."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.core.inputs import Outcome


class Observer(Protocol):
    """Who is told what the engine did: logs and metrics. It never raises and never waits."""

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        """A batch of decisions is durable."""

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        """A command ended after `took`."""

    def woke(self, late: timedelta) -> None:
        """The ticker handled a deadline `late` after it was due."""

    def lagged(self, lag: timedelta) -> None:
        """The event loop was found to be `lag` behind."""

    def counted(self, phases: Mapping[str, int], live: int) -> None:
        """So many DAGs are in each phase, and so many clones are live."""
