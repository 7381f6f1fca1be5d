"""A clock that moves only when a test says so. No test that uses it waits for anything."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

# How often the loop is given back after each wake-up: more than any chain of tasks here is long.
TURNS = 60


class VirtualClock:
    """The `Clock` port over virtual time. `advance` wakes sleepers one deadline at a time, in order."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._elapsed = 0.0
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, delay: timedelta) -> None:
        if delay <= timedelta():
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        deadline = round(self._elapsed + delay.total_seconds(), 6)
        heapq.heappush(self._sleepers, (deadline, next(self._order), woken))
        await woken

    async def advance(self, by: timedelta) -> None:
        """Let `by` pass, with everything that happens in it."""
        end = round(self._elapsed + by.total_seconds(), 6)
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            deadline, _, woken = heapq.heappop(self._sleepers)
            self._move(deadline)
            if not woken.done():
                woken.set_result(None)
            await self.settle()
        self._move(end)
        await self.settle()

    def _move(self, elapsed: float) -> None:
        if elapsed > self._elapsed:
            self._now += timedelta(seconds=round(elapsed - self._elapsed, 6))
            self._elapsed = elapsed

    def jump(self, by: timedelta) -> None:
        """Set the wall clock by so much, either way. Elapsed time knows nothing of it."""
        self._now += by

    async def settle(self) -> None:
        """Let every task run until it waits."""
        for _ in range(TURNS):
            await asyncio.sleep(0)
