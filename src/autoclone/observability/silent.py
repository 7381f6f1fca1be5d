"""An observer that takes no notice of anything: others begin from it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.core.inputs import Outcome
from autoclone.ports import Standing


class Silent:
    """The port says what each method is told."""

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        """A batch of decisions is durable."""

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        """A command ended."""

    def woke(self, late: timedelta) -> None:
        """The ticker handled a deadline."""

    def lagged(self, lag: timedelta) -> None:
        """The event loop was behind."""

    def counted(self, phases: Mapping[str, int], live: int, holds: Mapping[str, int]) -> None:
        """So many DAGs are in each phase."""

    def became(self, standing: Standing) -> None:
        """The server's standing changed."""

    def pruned(self, expired: int, unsent: int) -> None:
        """Old events were removed."""
