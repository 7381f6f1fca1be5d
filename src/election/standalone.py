"""One server on its own: it is always elected."""

import asyncio

from election.base import Observation
from election.role import Connection, Lock


class StandaloneElection:
    """An election with one candidate, which wins it until it resigns."""

    def __init__(self, address: str) -> None:
        """Take the address that this server advertises."""
        self._elected = Observation(Connection.CONNECTED, Lock.HELD, address)
        self._seen = Observation(Connection.LOST, Lock.UNDECIDED)
        self._changed = asyncio.Condition()

    async def open(self) -> None:
        """Win, unless this candidate has resigned before."""
        if self._seen.lock is Lock.UNDECIDED:
            await self._become(self._elected)

    async def close(self) -> None:
        """Resign."""
        await self.resign()

    async def resign(self) -> None:
        """Stop being elected. Nobody takes over."""
        await self._become(Observation(Connection.CONNECTED, Lock.RESIGNED))

    def observe(self) -> Observation:
        """Return how things stand now."""
        return self._seen

    async def changed(self, seen: Observation) -> Observation:
        """Wait until things no longer stand as `seen`."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._seen != seen)
            return self._seen

    async def _become(self, observation: Observation) -> None:
        async with self._changed:
            self._seen = observation
            self._changed.notify_all()
