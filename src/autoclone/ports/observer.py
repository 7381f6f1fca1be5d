"""Who is told what the engine did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.core.inputs import Outcome

# The roles in which a server does what is to be done.
ACTING = ("primary", "default_primary")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a server is.

    Attributes:
        role: `primary`, `default_primary` (the store has let it act, since ZooKeeper elects nobody),
            `suspended` (it was primary, and issues nothing until it is sure) or `secondary`.
        epoch: the epoch in force, as far as this server knows.
        election: `standalone`, or how things stand with ZooKeeper: `connected`, `suspended`, `lost`,
            `unavailable`.
        primary: the address that the primary advertises, None while there is none to be named.
        trouble: one line on what is wrong with the election, empty while nothing is.
    """

    role: str = "secondary"
    epoch: int = 0
    election: str = "standalone"
    primary: str | None = None
    trouble: str = ""


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

    def counted(self, phases: Mapping[str, int], live: int, holds: Mapping[str, int]) -> None:
        """So many DAGs are in each phase, so many clones are live, and so many ramps are held in each way."""

    def became(self, standing: Standing) -> None:
        """The server's standing is another than before."""

    def pruned(self, expired: int, unsent: int) -> None:
        """Old events were removed: `expired` in due course, `unsent` that waited to be published in vain."""
