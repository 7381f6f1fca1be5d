"""What an election needs of a ZooKeeper client, all of it on the event loop: see `kazoo_wire`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from election.base import ElectionError


class LinkEvent(StrEnum):
    """What became of the connection."""

    UP = "up"
    """It stands, in the same session as before, or in a new one after `ENDED`."""
    DOWN = "down"
    """It is gone. The session may live on."""
    ENDED = "ended"
    """The ensemble has ended the session, and the lock went with it."""
    NEWS = "news"
    """The candidates have changed: it is worth another look."""


class Unreachable(ElectionError):
    """No answer, because the connection went down meanwhile."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a sign of life brought.

    Attributes:
        session: the session's timeout as the ensemble granted it.
        standing: whether the latest candidacy's own entry is in the queue.
        first: whether it is the queue's first.
        primary: the address that the first of the queue advertises, None where the queue is empty.
    """

    session: timedelta
    standing: bool
    first: bool
    primary: str | None


class Candidacy(Protocol):
    """One entry in the lock's queue."""

    async def elected(self) -> None:
        """Enter the queue and wait until this entry is its first.

        Raises:
            Unreachable: the session or the connection ended meanwhile.
            Misconfigured: ZooKeeper refuses a setting.
        """

    async def withdraw(self) -> None:
        """Leave the queue, as its first or not; while the ensemble is out of reach, this does nothing."""


class Wire(Protocol):
    """A connection to the ensemble that mends itself."""

    def start(self, listener: Callable[[LinkEvent], None]) -> None:
        """Start to connect. The listener is called on the event loop, in order."""

    async def stop(self) -> None:
        """End the session, and with it everything else. What still waits for an answer gets none."""

    async def pulse(self) -> Sight:
        """Have the leader of the ensemble answer.

        Raises:
            Unreachable: the connection went down meanwhile.
            Misconfigured: ZooKeeper refuses a setting.
        """

    def stand(self) -> Candidacy:
        """Make a candidacy, which has not entered the queue yet."""

    async def diagnose(self) -> str:
        """Return a line that says why there may be no connection, and names the setting."""
