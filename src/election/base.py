"""The port: what every way to elect a primary offers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from election.role import Connection, Lock


class Clock(Protocol):
    """Where an election gets the time and its timers from."""

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start. It never goes back."""

    async def sleep(self, delay: timedelta) -> None:
        """Wait for `delay` of monotonic time; a delay of zero or less only yields."""


class ElectionError(Exception):
    """The base of what an election raises on purpose."""


class Misconfigured(ElectionError):
    """A setting is wrong, or ZooKeeper does not accept it. Trying again will not mend it by itself.

    Attributes:
        setting: the name of the setting, as its user calls it.
        value: its value, empty where it is a secret.
        problem: what is wrong with it.
        remedy: what to do about it.
    """

    def __init__(self, setting: str, value: str, problem: str, remedy: str) -> None:
        shown = f"{setting} = {value}" if value else setting
        super().__init__(f"{shown}: {problem}. {remedy}")
        self.setting, self.value, self.problem, self.remedy = setting, value, problem, remedy


@dataclass(frozen=True, slots=True)
class Observation:
    """What an election says at one instant. With the store's lease and epoch it makes a role: `role.decide`.

    Attributes:
        connection: how things stand with whoever counts the votes.
        lock: who holds the lock.
        primary: the address that the holder advertises, None while it is not known.
        trouble: one line that names what is wrong, and the setting to look at; empty while all is well.
    """

    connection: Connection
    lock: Lock
    primary: str | None = None
    trouble: str = ""


class Election(Protocol):
    """One candidate. It stands from `open` until `resign` or `close`, and never blocks the loop."""

    async def open(self) -> None:
        """Stand for election.

        Returns as soon as it is known whether this candidate or another is elected, or that nobody can be
        asked. The second is no error: the observation says so.

        Raises:
            Misconfigured: a setting is wrong; the candidate is closed.
        """

    async def close(self) -> None:
        """Resign and let go of everything. Closing twice, or what was never opened, does nothing."""

    async def resign(self) -> None:
        """Stop standing, for good, and hand over at once: the next observation says so before this returns.

        Where nobody can be reached to hand over to, the session runs out by itself.
        """

    def observe(self) -> Observation:
        """Return how things stand now.

        It is worked out from the clock at each call and costs next to nothing, so ask before each command: a
        process that was paused learns from it that its time has run out.
        """

    async def changed(self, seen: Observation) -> Observation:
        """Wait until things no longer stand as `seen`, and return how they do by then."""


async def observations(election: Election) -> AsyncIterator[Observation]:
    """Yield how things stand now, then each time they change, without end."""
    seen = election.observe()
    while True:
        yield seen
        seen = await election.changed(seen)
