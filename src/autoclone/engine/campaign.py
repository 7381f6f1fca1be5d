"""Taking part in the election, now and then not, and then again."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from autoclone.clock import Clock
from election.base import Election, Misconfigured, Observation
from election.role import Connection, Lock

NOBODY = Observation(Connection.LOST, Lock.RESIGNED)


class Campaign:
    """One server's part in the election. Each time that it stands, it does so in a new one.

    Args:
        stand: makes an election, not yet open.
        clock: the time.
        pause: how long others have to be elected, before this server stands again.
    """

    def __init__(self, stand: Callable[[], Election], clock: Clock, pause: timedelta) -> None:
        self._stand = stand
        self._clock = clock
        self._pause = pause
        self._election: Election | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._again_at = float("-inf")
        self._absent = NOBODY

    @property
    def stands(self) -> bool:
        """Whether this server is a candidate."""
        return self._election is not None

    def observe(self) -> Observation:
        """Return how things stand now."""
        return self._absent if self._election is None else self._election.observe()

    async def changed(self, seen: Observation) -> None:
        """Wait until things no longer stand as `seen`; for ever where this server is no candidate."""
        if self._election is None:
            await asyncio.Event().wait()
        else:
            await self._election.changed(seen)

    async def enter(self) -> None:
        """Stand. Raises `Misconfigured` where a setting is refused."""
        election = self._stand()
        await election.open()
        self._election, self._absent = election, NOBODY

    async def enter_again(self) -> None:
        """Stand where this server has withdrawn a while ago. What is refused now, somebody may mend."""
        if self.stands or self._clock.monotonic() < self._again_at:
            return
        try:
            await self.enter()
        except Misconfigured as error:
            self._absent = replace(NOBODY, trouble=str(error))

    async def withdraw(self) -> None:
        """Stop standing. Where that takes long, whoever is cancelled leaves it to who withdraws next."""
        election, self._election = self._election, None
        if election is not None:
            self._again_at = self._clock.monotonic() + self._pause.total_seconds()
            self._leaving = asyncio.create_task(election.close())
        if self._leaving is not None:
            await asyncio.shield(self._leaving)
            self._leaving = None
